#!/bin/bash
# Copies backups and uploads to Google Drive.
[ "$GDRIVE_ENABLED" = "true" ] || exit 0

rclone sync /backups "gdrive:backups"
for folder in storage system files; do
  rclone sync "/uploads/$folder" "gdrive:uploads/$folder"
done
