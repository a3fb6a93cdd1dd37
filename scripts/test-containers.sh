#!/usr/bin/env bash
# Tests the containers for real: builds both images, brings everything up with the demo's data, goes through the browser's
# main story, looks at what is open and who runs, proves the memory limits under extracts, kills and restarts each
# container, and removes all of it. Needs a Docker engine with compose; for the browser's story, what ./test.sh installs.
#
#   scripts/test-containers.sh [--keep]
#
# Exit: 0 all held, 1 something did not, 77 no engine runs here, so that nothing was tested.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

if ! docker info > /dev/null 2>&1 || ! docker compose version > /dev/null 2>&1; then
  echo "NOT TESTED: no Docker engine with compose runs here"
  exit 77
fi

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
export COMPOSE_PROJECT_NAME=guichet-test-$$ PUBLISH=127.0.0.1:$port MAIL_PORT; MAIL_PORT=$(free_port)
export DEMO_COMPANIES=20000 PUBLIC_URL=http://localhost:$port
site=http://localhost:$port begun=$SECONDS failed=0
work=$(mktemp -d)
compose() { docker compose --env-file demo.env "$@"; }
ours=(frontend backend worker)

check() { # WHAT COMMAND…: one line; what a command that failed said comes below
  local what=$1 from=$SECONDS; shift
  if ("$@") > "$work/said" 2>&1; then printf 'ok      %3d s  %s\n' $((SECONDS - from)) "$what"; return; fi
  printf 'FAILED  %3d s  %s\n' $((SECONDS - from)) "$what"; sed 's/^/          /' "$work/said" | tail -n 30; failed=1
}
tear_down() {
  [ "$BASHPID" = $$ ] || return
  [ "$failed" = 0 ] || compose logs --no-color --no-log-prefix --tail 20 frontend backend worker | cut -c 1-300
  [ "${keep:-}" ] || compose --profile '*' down --volumes --remove-orphans --timeout 5 > /dev/null 2>&1
  rm -rf "$work"
}
keep=$([ "${1:-}" = --keep ] && echo yes)
trap tear_down EXIT

ask() { curl --silent --show-error --max-time 60 --user demo:demo "$@"; }
status() { ask --output /dev/null --write-out '%{http_code}' "$@"; }
api() { ask --header 'Content-Type: application/json' "$site/api/v1/$1" "${@:2}"; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
wait_for() { # SECONDS COMMAND…
  local until=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $until ] || { echo "not within the time: $*"; return 1; }; sleep 0.5; done
}
searches() { [ "$(api interfaces/companies/count --data '{"criteria":{}}' | field count)" = "$DEMO_COMPANIES" ]; }

# --- what each check asks

names_what_is_missing() { # VARIABLE
  grep -v "^$1=" demo.env > "$work/env"
  ! env -u "$1" docker compose --env-file "$work/env" config -q 2> "$work/error" && grep "$1" "$work/error"
}
is_shut() {
  [ -z "$(compose port backend 8000 2> /dev/null | grep -v ':0$')" ] || return 1
  docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Names}} {{.Ports}}'
  ! docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Ports}}' | grep -E '(0\.0\.0\.0|\[::\]|:::)'
}
nobody_is_root() {
  local id
  for id in $(compose ps --quiet); do
    docker inspect --format '{{.Name}}' "$id"; docker top "$id" -o uid,args | tail -n +2 | tee -a "$work/top"
  done
  ! grep -E '^ *(0|root) ' "$work/top" | grep -v docker-init
}
is_read_only() {
  local one
  for one in "${ours[@]}"; do
    [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$(compose ps --quiet "$one")")" = true ] || return 1
    ! compose exec -T "$one" touch /etc/touched 2> /dev/null || return 1
    ! compose exec -T "$one" sh -c 'command -v gcc cc npm node' || return 1
  done
}
has_headers() {
  ask --head "$site/" | tee "$work/headers"
  local one
  for one in "content-security-policy: .*'nonce-" 'x-frame-options: DENY' 'x-content-type-options: nosniff' \
    'referrer-policy: no-referrer' 'cache-control: no-cache' 'x-request-id: '; do
    grep -qi "^$one" "$work/headers" || { echo "missing: $one"; return 1; }
  done
  local script; script=$(ask "$site/" | grep -o '/assets/index-[^"]*\.js' | head -n 1)
  ask --head --compressed "$site$script" | tee "$work/headers"
  grep -qi '^cache-control: .*immutable' "$work/headers" && grep -qi '^content-encoding: gzip' "$work/headers"
}
tells_nothing() {
  local path
  for path in / /config.json /api/v1/interfaces; do
    [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$site$path")" = 401 ] || { echo "$path"; return 1; }
  done
  for path in /healthz /readyz /metrics; do [ "$(status "$site$path")" = 404 ] || { echo "$path"; return 1; }; done
}
browser_story() {
  [ -d frontend/node_modules/@playwright/test ] || { echo "first: ./test.sh lint (installs the page's packages)"; return 1; }
  cd frontend && GUICHET_URL=$site npx playwright test story policy --retries 1
}
a_mail_came() { # mailpit's API, or that of maildev
  ask "http://127.0.0.1:$MAIL_PORT/api/v1/messages" | grep demo@example.com || ask "http://127.0.0.1:$MAIL_PORT/email" | grep demo@example.com
}
extract() { # DAY: asks for all contacts updated since then; prints its id
  api extracts --data "{\"interface\":\"companies_and_contacts\",\"criteria\":{\"updated\":{\"from\":\"$1\"}}}" | field id
}
is_done() { [ "$(api "extracts/$1" | field state)" = "${2:-done}" ]; }
anonymous_kb() { # SERVICE: memory that can't be given back, of all its processes; by cgroup v2 or v1
  compose exec -T "$1" sh -c 'cat /sys/fs/cgroup/memory.stat 2> /dev/null || cat /sys/fs/cgroup/memory/memory.stat' |
    awk '$1 == "anon" || $1 == "total_rss" { print int($2 / 1024) }'
}
has_more_data() { # five times as many companies, and half a million contacts
  compose exec -T db sh -c "psql -X -q -v ON_ERROR_STOP=1 -U postgres -d crm -1 -v companies=$((DEMO_COMPANIES * 5)) \
    --file=/demo/crm_lookups.sql --file=/demo/crm.sql --file=/demo/readers.sql && psql -X -q -U postgres -d crm -c 'VACUUM ANALYZE'"
}
limits_hold() {
  local id ids=() day one peak
  for day in 1 2 3; do ids+=("$(extract "2000-01-0$day")"); done
  for one in 1 2 3 4 5 6 7 8; do
    for day in 1 2 3 4 5; do
      api interfaces/companies_and_contacts/search --data '{"criteria":{"name":"a"},"extract":false}' > /dev/null
    done &
  done
  local searching; searching=$(jobs -p)
  declare -A most=()
  while [ ${#ids[@]} -gt 0 ]; do
    for one in "${ours[@]}"; do
      peak=$(anonymous_kb "$one"); [ "${peak:-0}" -le "${most[$one]:-0}" ] || most[$one]=$peak
    done
    if is_done "${ids[0]}"; then ids=("${ids[@]:1}"); fi
    [ $((SECONDS - begun)) -lt 900 ] || return 1
  done
  wait $searching
  for one in "${ours[@]}"; do
    id=$(compose ps --quiet "$one")
    printf '%s: at most %d MB of %d MB, killed for memory: %s, restarts: %s\n' "$one" $((most[$one] / 1024)) \
      $(($(docker inspect --format '{{.HostConfig.Memory}}' "$id") / 1048576)) \
      "$(docker inspect --format '{{.State.OOMKilled}}' "$id")" "$(docker inspect --format '{{.RestartCount}}' "$id")" | tee -a "$work/memory"
  done
  ! grep -E 'memory: true|restarts: [1-9]' "$work/memory"
}
comes_back() { # SERVICE: killed and started again, the portal answers as before
  compose kill --signal KILL "$1" && compose up --detach --wait --no-recreate 2>&1 && wait_for 30 searches
}
hands_back() { # a worker that is stopped in the middle of an extract leaves it to the next, within the grace period
  local id from; id=$(extract 2000-02-01); wait_for 20 is_done "$id" running || return 1
  from=$SECONDS; compose stop worker; echo "stopped after $((SECONDS - from)) s"
  [ $((SECONDS - from)) -le 15 ] && ! is_done "$id" running && compose start worker && wait_for 120 is_done "$id"
}
replicas_share() { # three web processes migrate at once, and nginx asks each
  compose up --detach --wait --scale backend=3 --scale worker=2 2>&1 && compose restart frontend && wait_for 30 searches || return 1
  local n; for n in 1 2 3 4 5 6 7 8 9; do searches || return 1; done
  compose logs --no-color backend | grep -c 'Starting gunicorn'
  compose exec -T --index 1 backend cat /var/log/backend/guichet.log | tail -n 3
}

# --- the run

echo "Guichet in containers: $site"
for one in PUBLIC_URL HTPASSWD_FILE HTGROUP_FILE PORTAL_DATABASE_URL SECRET_KEY; do
  check "without $one compose stops and names it" names_what_is_missing $one
done
check 'both images are built' compose build
docker images --format '                {{.Repository}} {{.Size}}' | grep 'guichet-[fb]' | sort -u
check 'everything comes up, in order, and is healthy' compose up --detach --wait
[ $failed = 0 ] || exit 1
check 'a count is right, through nginx' wait_for 20 searches
check 'nothing is told without a sign-in, and no probe from outside' tells_nothing
check 'headers, caching and compression are as they should be' has_headers
check 'nothing but the page and the mailbox is open, and only on this machine' is_shut
check 'nothing runs as root' nobody_is_root
check 'root file systems are read-only, and hold no compiler' is_read_only
check "the browser's main story" browser_story
check 'the mail about an extract has come' wait_for 30 a_mail_came
check 'half a million contacts are loaded' has_more_data
DEMO_COMPANIES=$((DEMO_COMPANIES * 5))
check 'memory limits hold under extracts and searches' limits_hold
[ ! -e "$work/memory" ] || sed 's/^/                /' "$work/memory"
check 'a stopped worker hands its extract back, and the next ends it' hands_back
for one in frontend backend worker db; do check "$one is killed, and all is as before" comes_back $one; done
check 'three replicas and two workers' replicas_share
echo "$([ $failed = 0 ] && echo 'all held' || echo 'SOMETHING DID NOT HOLD') in $((SECONDS - begun)) s"
exit $failed
