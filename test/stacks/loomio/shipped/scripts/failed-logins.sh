#!/bin/bash
# Failed logins of the last day, and who signed in.
docker compose exec app bundle exec rails runner 'puts LoginAttempt.where(success: false).where("created_at > ?", 1.day.ago).count'
docker compose exec db psql -U loomio loomio_production -c "SELECT user_id, created_at FROM events WHERE kind = 'user_login'"
