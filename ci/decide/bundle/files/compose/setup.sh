#!/bin/sh
# Makes what is missing beside compose.yaml: .env, secrets, and what the app writes. Changes nothing that is there.
set -eu
umask 077
cd "$(dirname "$0")"

random() {
	LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c 40
}

# A container reads its secret files as another user. So the directory is closed to others, and the files are not.
secret() {
	chmod 0644 "$1.part"
	mv "$1.part" "$1"
	echo "made $1"
}

if [ ! -e .env ]; then
	cp .env.example .env
	echo "made .env"
fi
mkdir -p secrets
chmod 0700 secrets
for name in @@RANDOM@@; do
	if [ ! -e "secrets/$name" ]; then
		random > "secrets/$name.part"
		secret "secrets/$name"
	fi
done
