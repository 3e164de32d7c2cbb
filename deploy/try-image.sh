#!/usr/bin/env bash
# Starts the image as strictly as a host may: read-only, without capabilities, without a database.
# It refuses half a configuration, and with a whole one it lives although the database does not answer.
set -euo pipefail
image=${1:?which image}

if refusal=$(docker run --rm "$image" 2>&1); then
  echo "it started without its variables" >&2
  exit 1
fi
grep -q 'DATABASE_URL is missing' <<< "$refusal"

container=$(docker run --detach --read-only --cap-drop ALL --security-opt no-new-privileges \
  --env DATABASE_URL=postgresql://web:secret@127.0.0.1:1/app --env DATABASE_ACQUIRE_SECONDS=1 \
  --env NEON_AUTH_BASE_URL=https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth \
  --env PUBLIC_ORIGIN=https://app.example.com --env SESSION_KEY="$(openssl rand -base64 32)" "$image")
trap 'docker logs "$container"; docker rm --force "$container" > /dev/null' EXIT

for _ in $(seq 60); do
  health=$(docker inspect --format '{{.State.Health.Status}}' "$container")
  [ "$health" = healthy ] && break
  sleep 1
done
[ "$health" = healthy ]
[ "$(docker exec "$container" id -u)" = 10001 ]
docker stop --time 20 "$container" > /dev/null
[ "$(docker inspect --format '{{.State.ExitCode}}' "$container")" = 0 ]
