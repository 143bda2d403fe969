#!/bin/bash
# Fetches the newest images and starts again.
set -e

cd /opt/dataspace/Platform
docker login --username dataspace --password-stdin ghcr.io <secrets/gh_key.txt

docker compose run --rm pgbackups ./backup.sh
mkdir -p volume_backup
rsync -a --delete volume/DataSpace_data/ volume_backup/DataSpace_data/

docker compose pull
docker compose up -d
