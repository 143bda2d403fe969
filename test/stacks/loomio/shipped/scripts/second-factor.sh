#!/bin/bash
# Second factor for administrators.
docker compose exec app bundle exec rails runner 'User.where(is_admin: true).update_all(require_2fa: true)'
