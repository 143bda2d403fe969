#!/bin/sh
# After a compromise: keep what tells what happened, then stop without removing anything.
set -eu

mkdir -p evidence
docker compose logs --timestamps --no-color > evidence/containers.log
docker compose ps --all --format json > evidence/containers.json
for container in $(docker compose ps --all --quiet); do
  docker inspect "$container" > "evidence/$container.json"
  docker diff "$container" > "evidence/$container.diff"
done
docker compose stop
