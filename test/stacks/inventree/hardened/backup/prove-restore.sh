#!/bin/sh
# Restores the newest backup into a scratch database and counts what people entered.
set -eu

PGPASSWORD="$(cat /run/secrets/db_password)"
export PGPASSWORD
restic restore latest --target /scratch --verify
createdb restore_proof
pg_restore --dbname=restore_proof --no-owner /scratch/dump/inventree.dump
for table in part_part stock_stockitem auth_user; do
  psql --dbname=restore_proof --tuples-only --command="select count(*) from $table"
done
dropdb restore_proof
test -s /scratch/data/secrets/secret_key
rm -rf /scratch/dump /scratch/data
