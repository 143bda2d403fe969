#!/bin/bash
# Looks for known holes in the images.
for image in $(docker compose config --images); do
  docker scan "$image"
done
