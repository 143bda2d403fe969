#!/bin/sh
# Accounts with failed logins, and those that are locked.
set -eu

docker compose exec db psql --username loomio --dbname loomio_production --command "select id, failed_attempts, locked_at, last_sign_in_at, last_sign_in_ip from users where failed_attempts > 0 or locked_at is not null"
