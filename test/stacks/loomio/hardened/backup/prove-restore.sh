#!/bin/sh
# Restores the newest backup into a scratch database and counts what people entered.
set -eu

PGPASSWORD="$(cat /run/secrets/db_password)"
export PGPASSWORD
restic restore latest --target /scratch --verify
createdb restore_proof
pg_restore --dbname=restore_proof --no-owner /scratch/dump/loomio.dump
for table in users groups discussions active_storage_blobs; do
  psql --dbname=restore_proof --tuples-only --command="select count(*) from $table"
done
dropdb restore_proof
find /scratch/data/uploads/storage -type f | wc -l
rm -rf /scratch/dump /scratch/data
