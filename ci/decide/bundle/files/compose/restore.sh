#!/bin/sh
# Puts a snapshot of backup.sh in place of what redis has: ./restore.sh FILE
# What redis had is kept in its volume as appendonlydir.before until the next restore.
set -eu
cd "$(dirname "$0")"

file=${1:?write the file: ./restore.sh backups/redis-….rdb}
[ -s "$file" ] || { echo "there is no file $file, or it is empty" >&2; exit 1; }
docker compose stop app redis
# The snapshot becomes the base of a new append-only file (Redis 7): a server with `appendonly yes` reads nothing else.
docker compose run --rm --no-deps -T --entrypoint sh redis -c '
	set -eu
	cd /data
	rm -rf appendonlydir.new
	mkdir appendonlydir.new
	cat > appendonlydir.new/appendonly.aof.1.base.rdb
	redis-check-rdb appendonlydir.new/appendonly.aof.1.base.rdb >&2
	echo "file appendonly.aof.1.base.rdb seq 1 type b" > appendonlydir.new/appendonly.aof.manifest
	rm -rf appendonlydir.before
	[ ! -d appendonlydir ] || mv appendonlydir appendonlydir.before
	mv appendonlydir.new appendonlydir
' < "$file" || { docker compose up --detach --wait redis app; exit 1; }
docker compose up --detach --wait redis app
echo "restored $file"
