#!/bin/bash
printenv | grep -E '^(DB_|BACKUP_|GDRIVE_)' > /etc/environment
exec cron -f
