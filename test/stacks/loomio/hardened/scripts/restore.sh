#!/bin/sh
# Loads the newest backup: everything but the database stops, then the dump takes its place.
set -eu

docker compose stop app worker channels hocuspocus
docker compose exec backup sh -c 'restic restore latest --target /scratch --verify'
docker compose exec backup sh -c 'PGPASSWORD="$(cat /run/secrets/db_password)" pg_restore --clean --if-exists --no-owner --dbname=loomio_production /scratch/dump/loomio.dump'
docker compose start app worker channels hocuspocus
