#!/bin/sh
# Runs on the database's server. restic encrypts everything with AES-256 here, before it leaves for the other site.
set -eu

export RESTIC_REPOSITORY=sftp:backup@backup.example.net:/express
export RESTIC_PASSWORD_FILE=/etc/backup/password

work="$(mktemp -d /dev/shm/backup-XXXXXX)"
trap 'rm -rf "$work"' EXIT
pg_dump --format=custom --file="$work/api.dump" api
cp /var/lib/redis/dump.rdb "$work/"
# The settings, as they lie on the server that deploys
cp /opt/express/.env /opt/express/config/projects.json "$work/"
restic backup --tag nightly "$work"
restic forget --keep-daily 14 --keep-weekly 8 --keep-monthly 12 --prune
