#!/bin/bash
# Backs up, fetches what the Compose file pins, and starts again. The credential is gone when it ends.
set -eu

cd /opt/dataspace/Platform
DOCKER_CONFIG="$(mktemp -d)"
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT

docker compose exec pgbackups sh /backup/backup.sh
docker login --username dataspace --password-stdin ghcr.io <secrets/license_key
docker compose pull
docker compose up -d --wait
