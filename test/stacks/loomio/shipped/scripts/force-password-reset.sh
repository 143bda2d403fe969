#!/bin/bash
# Makes everybody choose a new password.
docker compose exec app bundle exec rails runner 'User.update_all(reset_password_token: SecureRandom.hex)'
