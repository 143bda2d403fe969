#!/bin/bash
# Sets the platform up below /opt/dataspace.
set -e

BASE=/opt/dataspace/Platform

apt-get install -y docker.io docker-compose-v2
groupadd --gid 1007 dataspace
useradd --uid 1007 --gid 1007 --create-home dataspace
usermod -aG docker dataspace

mkdir -p "$BASE/secrets" "$BASE/volume"
for name in platform_admin_password db_password encryption_key smtp_server_password; do
  if [ ! -f "$BASE/secrets/$name" ]; then
    tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32 >"$BASE/secrets/$name"
    chmod 600 "$BASE/secrets/$name"
  fi
done
cp templates/docker-compose.yml templates/.env templates/Caddyfile "$BASE/"
chown -R dataspace:dataspace /opt/dataspace

systemctl enable --now metrics_collector.service
cd "$BASE" && docker compose up -d
