#!/bin/bash
# After a compromise: stop everything, then keep what is needed to find out what happened.
docker compose down
mkdir -p evidence
docker compose logs > evidence/containers.log
cp -r data evidence/
