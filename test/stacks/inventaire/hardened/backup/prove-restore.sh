#!/bin/sh
# Restores the newest backup into memory and looks whether the files are whole.
set -eu

restic check --read-data-subset=5%
restic restore latest --target /scratch --verify
test -s /scratch/data/keys/sessions_keys
test -n "$(find /scratch/data/couchdb/shards -name '*.couch' | head -n 1)"
rm -rf /scratch/data
