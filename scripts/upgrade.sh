#!/usr/bin/env bash
# Replaces the containers of a running portal by those of the images that are built, without a gap: new ones are started
# beside the old, nginx takes them over, the old ones drain and end. What compose would do by itself is to end the old
# one first, and to start the new one after it.
#
#   docker compose build && scripts/upgrade.sh          options of compose before its command go into COMPOSE_OPTIONS
#   COMPOSE_OPTIONS="--env-file demo.env" scripts/upgrade.sh
#
# Exit: 0 replaced, 1 the new ones did not become healthy: they are removed, and the old ones go on.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck disable=SC2086  # several words on purpose
compose() { docker compose ${COMPOSE_OPTIONS:-} "$@"; }
# Longer than nginx takes to notice (nginx/follow-api.sh looks every two seconds, and asks each address).
NOTICE_SECONDS=6

mapfile -t old < <(compose ps --quiet backend)
count=${#old[@]}
if [ "$count" = 0 ]; then exec docker compose ${COMPOSE_OPTIONS:-} up --detach --wait; fi

echo "starting $count new beside $count old"
if ! compose up --detach --wait --no-deps --no-recreate --scale backend=$((count * 2)) backend; then
  compose ps --quiet backend | grep -vxF "$(printf '%s\n' "${old[@]}")" | xargs --no-run-if-empty docker rm --force > /dev/null
  echo "the new API did not become healthy; the old one goes on"
  exit 1
fi
sleep $NOTICE_SECONDS
echo "ending the old ones, which finish what they were asked"
docker stop "${old[@]}" > /dev/null
docker rm "${old[@]}" > /dev/null
# Workers hand back what they run. nginx has one address, so that its replacement is the only moment at which the page is
# away: only where its own image is another.
compose up --detach --wait --no-deps worker
running=$(docker inspect --format '{{.Image}}' "$(compose ps --quiet frontend | head -n 1)")
built=$(docker image inspect --format '{{.Id}}' guichet-frontend)
if [ "$running" != "$built" ]; then compose up --detach --wait --no-deps frontend; fi
