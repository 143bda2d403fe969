#!/bin/sh
# CouchDB only ever adds to its files, so a copy of them while it runs is whole. restic encrypts with AES-256 here.
set -eu

restic backup --tag nightly /data/couchdb /data/media /data/keys /data/certbot /data/stack/.env
restic forget --keep-daily 14 --keep-weekly 8 --keep-monthly 12 --prune
