#!/bin/sh
# Restores the newest backup into a scratch database, and looks whether the key of its secrets is there.
set -eu

PGPASSWORD="$(cat /run/secrets/db_password)"
export PGPASSWORD
restic restore latest --target /scratch --verify
createdb restore_proof
pg_restore --dbname=restore_proof --no-owner /scratch/dump/dataspace.dump
psql --dbname=restore_proof --tuples-only --command="select count(*) from information_schema.tables where table_schema = 'public'"
dropdb restore_proof
test -s /scratch/data/secrets/encryption_key
find /scratch/data/files -type f | wc -l
rm -rf /scratch/dump /scratch/data
