#!/bin/sh
# Starts redis. The password is neither an argument nor a variable, so `ps` and `docker inspect` do not show it.
set -eu

password=$(cat /run/secrets/redis_password)
exec redis-server /etc/redis/redis.conf - <<END
requirepass "$password"
END
