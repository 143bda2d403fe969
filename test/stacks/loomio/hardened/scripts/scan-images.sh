#!/bin/sh
# Looks for known holes in the images.
set -eu

docker compose config --images | while read -r image; do
  trivy image --ignore-unfixed --severity HIGH,CRITICAL "$image"
done
