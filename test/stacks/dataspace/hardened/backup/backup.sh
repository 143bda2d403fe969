#!/bin/sh
# The dump lies in memory only; restic encrypts everything with AES-256 here, before it leaves for the other site.
set -eu

PGPASSWORD="$(cat /run/secrets/db_password)"
export PGPASSWORD
pg_dump --format=custom --file=/dump/dataspace.dump
restic backup --tag nightly /dump /data/files /data/caddy /data/secrets /data/stack
rm /dump/dataspace.dump
restic forget --keep-daily 14 --keep-weekly 8 --keep-monthly 12 --prune
