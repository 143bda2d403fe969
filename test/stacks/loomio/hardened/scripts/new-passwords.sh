#!/bin/sh
# Ends all sessions and mails each person a link of their own for a new password.
set -eu

docker compose exec app bundle exec rails runner 'User.active.find_each { |user| user.update!(secret_token: SecureRandom.hex(32)); user.send_reset_password_instructions }'
