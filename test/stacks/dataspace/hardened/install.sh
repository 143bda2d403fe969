#!/bin/bash
# Sets the platform up below /opt/dataspace. The user that owns its files has no way to the Docker socket.
set -eu
umask 077

BASE=/opt/dataspace/Platform

apt-get install -y docker.io docker-compose-v2
groupadd --gid 1007 dataspace
useradd --uid 1007 --gid 1007 --shell /usr/sbin/nologin dataspace

mkdir -p "$BASE/secrets" "$BASE/volume"
chmod 700 "$BASE/secrets"
for name in platform_admin_password db_password encryption_key smtp_server_password backup_password; do
  if [ ! -f "$BASE/secrets/$name" ]; then
    tr -dc 'A-Za-z0-9' </dev/urandom | head -c 48 >"$BASE/secrets/$name"
    chmod 600 "$BASE/secrets/$name"
  fi
done
install --mode 600 templates/.env "$BASE/.env"
chown -R dataspace:dataspace "$BASE/volume"

cd "$BASE" && docker compose up -d
