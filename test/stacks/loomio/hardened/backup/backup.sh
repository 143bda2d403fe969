#!/bin/sh
# The dump lies in memory only; restic encrypts everything with AES-256 here, before it leaves for the other site.
set -eu

PGPASSWORD="$(cat /run/secrets/db_password)"
export PGPASSWORD
pg_dump --format=custom --file=/dump/loomio.dump
restic backup --tag hourly /dump /data/uploads /data/plugins /data/stack
rm /dump/loomio.dump
restic forget --keep-hourly 24 --keep-daily 14 --keep-weekly 12 --prune
