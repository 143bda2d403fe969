#!/bin/bash
# Loads a backup into the database: restore-db-manual.sh FILE
set -e

docker compose exec backup python /app/decrypt.py "$1" /backups/restore.sql
docker compose stop app worker
docker compose exec db dropdb -U loomio loomio_production
docker compose exec db createdb -U loomio loomio_production
docker compose exec -T db psql -U loomio loomio_production < data/production/backups/restore.sql
docker compose start app worker
