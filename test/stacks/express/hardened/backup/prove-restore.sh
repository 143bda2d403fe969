#!/bin/sh
# Restores the newest backup into a scratch database and counts the rows of its tables.
set -eu

export RESTIC_REPOSITORY=sftp:backup@backup.example.net:/express
export RESTIC_PASSWORD_FILE=/etc/backup/password

work="$(mktemp -d /dev/shm/restore-XXXXXX)"
trap 'rm -rf "$work"; dropdb --if-exists restore_proof' EXIT
restic restore latest --target "$work" --verify
createdb restore_proof
pg_restore --dbname=restore_proof --no-owner "$(find "$work" -name api.dump)"
for table in '"User"' '"FcmToken"'; do
  psql --dbname=restore_proof --tuples-only --command="select count(*) from $table"
done
