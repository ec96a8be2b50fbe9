#!/bin/sh
# Writes a snapshot of redis to backups/, while redis runs: ./backup.sh [FILE]
set -eu
umask 077
cd "$(dirname "$0")"

file=${1:-backups/redis-$(date -u +%Y%m%dT%H%M%SZ).rdb}
mkdir -p "$(dirname "$file")"
trap 'rm -f "$file.part"' EXIT
# By way of a file: what redis-cli writes to a pipe ends with a mark that no server reads.
docker compose exec -T redis sh -c '
	trap "rm -f /data/backup.rdb" EXIT
	export REDISCLI_AUTH="$(cat /run/secrets/redis_password)"
	redis-cli --rdb /data/backup.rdb >&2 && redis-check-rdb /data/backup.rdb >&2 && cat /data/backup.rdb
' > "$file.part"
mv "$file.part" "$file"
echo "$file"
