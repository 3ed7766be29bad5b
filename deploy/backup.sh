#!/usr/bin/env bash
# One folder a night: the database, the uploaded files, digests of both. Keeps KEEP_DAYS (30) of them.
#   backup.sh FOLDER          reads DATABASE_URL and MEDIA_ROOT as the portal does
# How to restore: docs/operations.md. Exit 0 only where everything was written and reads back.
set -euo pipefail
umask 077

target=${1:?usage: backup.sh FOLDER}
: "${DATABASE_URL:?is not set}" "${MEDIA_ROOT:?is not set}"
keep_days=${KEEP_DAYS:-30}
name=$(date +%Y-%m-%dT%H%M%S)
half="$target/.$name.part"

mkdir -p "$half"
trap 'rm -rf "$half"' EXIT
# The database first: a file that is added in between is in the archive without a row, never a row without its file.
pg_dump --format=custom --no-owner --no-privileges --dbname="$DATABASE_URL" --file="$half/database.dump"
if [ -d "$MEDIA_ROOT" ]; then
  # Of times the day alone, and no sealed file that waits for its complaint: whoever holds two archives learns no minute.
  tar --create --gzip --mtime="$(TZ=Asia/Bangkok date +%F) 00:00:00 +0700" --exclude=./sealed/arriving \
    --directory="$MEDIA_ROOT" --file="$half/media.tar.gz" .
else
  tar --create --gzip --files-from=/dev/null --file="$half/media.tar.gz"
fi
pg_restore --list "$half/database.dump" >/dev/null
tar --list --gzip --file="$half/media.tar.gz" >/dev/null
(cd "$half" && sha256sum database.dump media.tar.gz >SHA256SUMS)
# These files alone: a busy machine has much else to write.
sync "$half"/* "$half"
mv "$half" "$target/$name"
sync "$target"
trap - EXIT

find "$target" -mindepth 1 -maxdepth 1 -type d -name '20*' -mtime "+$keep_days" -exec rm -rf {} +
echo "$target/$name"
