#!/usr/bin/env bash
# Tests the containers for real: builds both images, brings everything up with the demo's data, goes through the browser's
# main story, looks at what is open and who runs, proves the memory limits under extracts, kills each container, which must
# come back by itself, and removes all of it. Needs a Docker engine with compose; for the browser's story, what ./test.sh
# installs.
#
#   scripts/test-containers.sh [--all] [--keep]
#
# --all also runs the backend's tests in their image, and development with live reload: ten minutes more. COMPANIES says
# how many companies the memory limits are proven with (100,000; contacts are five times as many).
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
export DEMO_COMPANIES=20000 DEMO_VISITS=2000 PUBLIC_URL=http://localhost:$port DEV_PORT DEV_API_PORT
site=http://localhost:$port begun=$SECONDS failed=0
work=$(mktemp -d)
compose() { docker compose --env-file "$settings" "$@"; }
# As production has it: the memory that is proven is the default, without DuckDB's processes beside the server.
settings=$work/demo.env
grep -v -e '^SOURCE_VISITS_URL=' -e '^BACKEND_MEMORY=' demo.env > "$settings"
export GUICHET_ENV_FILE=$settings
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
keep='' all=''
for one; do
  case $one in --keep) keep=yes ;; --all) all=yes ;; *) echo "no such option: $one"; exit 2 ;; esac
done
trap tear_down EXIT

password=demo
ask() { curl --silent --show-error --max-time 60 --user "demo:$password" "$@"; }
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
published() { # SERVICE: what of it can be reached from outside of compose's networks
  docker inspect --format '{{json .NetworkSettings.Ports}}' "$(compose ps --quiet "$1")" | grep -o '"HostIp":"[^"]*","HostPort":"[^"]*"'
}
is_shut() {
  local one
  for one in backend worker db; do ! published $one || { echo "of $one"; return 1; }; done
  for one in frontend mail; do published $one; ! published $one | grep -v '"127.0.0.1"' || return 1; done
}
nobody_is_root() {
  local id
  for id in $(compose ps --quiet); do
    docker inspect --format '{{.Name}}' "$id"; docker top "$id" -o uid,args | tail -n +2 | tee -a "$work/top"
  done
  ! grep -E '^ *(0|root) ' "$work/top"
}
has_no_nameless_volumes() { # such as stay behind, and nobody knows of what
  local id
  for id in $(compose ps --all --quiet); do
    ! docker inspect --format '{{.Name}} {{range .Mounts}}{{.Name}} {{end}}' "$id" | grep -E ' [0-9a-f]{64}( |$)' || return 1
  done
}
is_read_only() {
  local one
  for one in "${ours[@]}"; do
    [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$(compose ps --quiet "$one")")" = true ] || return 1
    ! compose exec -T "$one" touch /etc/touched 2> /dev/null || return 1
    ! compose exec -T "$one" sh -c 'command -v gcc g++ cc make npm node' || return 1
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
  grep -qi '^cache-control: .*immutable' "$work/headers" && grep -qi '^content-encoding: \(gzip\|br\)' "$work/headers"
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
has_more_data() {
  compose exec -T db sh -c "psql -X -q -v ON_ERROR_STOP=1 -U postgres -d crm -1 -v companies=${COMPANIES:-100000} \
    --file=/demo/crm_lookups.sql --file=/demo/crm.sql --file=/demo/readers.sql && psql -X -q -U postgres -d crm -c 'VACUUM ANALYZE'"
}
upload() { # a million values, of which all are read
  seq -f 'somebody-%.0f@company-of-some-length.example.com' 1000000 > "$work/addresses.txt"
  ask --form "file=@$work/addresses.txt" --max-time 300 "$site/api/v1/value-lists" | tee "$work/uploaded" | grep -q '"values": *1000000'
}
limits_hold() {
  local id ids=() day one peak from=$SECONDS
  for day in 1 2 3; do ids+=("$(extract "2000-01-0$day")"); done
  for one in 1 2 3 4 5 6 7 8; do
    for day in 1 2 3 4 5; do
      api interfaces/companies_and_contacts/search --data '{"criteria":{"name":"a"},"extract":false}' > /dev/null
      # A slow reader: what it doesn't take yet waits in nginx.
      ask --limit-rate 200k --output /dev/null "$site/api/v1/interfaces/companies/rows?name=a&limit=2000"
    done &
  done
  upload > /dev/null &
  local working; working=$(jobs -p)
  declare -A most=()
  while [ ${#ids[@]} -gt 0 ] || [ -n "$(jobs -pr)" ]; do
    for one in "${ours[@]}"; do
      peak=$(anonymous_kb "$one"); [ "${peak:-0}" -le "${most[$one]:-0}" ] || most[$one]=$peak
    done
    if [ ${#ids[@]} -gt 0 ] && is_done "${ids[0]}"; then ids=("${ids[@]:1}"); fi
    [ $((SECONDS - from)) -lt 900 ] || return 1
  done
  wait $working
  for one in "${ours[@]}"; do
    id=$(compose ps --quiet "$one")
    printf '%s: at most %d MB of %d MB, killed for memory: %s, restarts: %s\n' "$one" $((most[$one] / 1024)) \
      $(($(docker inspect --format '{{.HostConfig.Memory}}' "$id") / 1048576)) \
      "$(docker inspect --format '{{.State.OOMKilled}}' "$id")" "$(docker inspect --format '{{.RestartCount}}' "$id")" | tee -a "$work/memory"
  done
  grep -q '"values": *1000000' "$work/uploaded" || { cat "$work/uploaded"; return 1; }
  ! grep -E 'memory: true|restarts: [1-9]' "$work/memory"
}
comes_back() { # SERVICE: its first process is killed, as by a crash; nobody starts it again but the engine
  local id; id=$(compose ps --quiet "$1")
  docker run --rm --user 0 --pid host --entrypoint sh guichet-backend -c "kill -9 $(docker inspect --format '{{.State.Pid}}' "$id")" || return 1
  wait_for 30 has_restarted "$id" && wait_for 60 is_healthy "$id" && wait_for 30 searches
}
has_restarted() { [ "$(docker inspect --format '{{.RestartCount}}' "$1")" -gt 0 ]; }
is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]; }
hands_back() { # a worker that is stopped in the middle of an extract leaves it to the next, within the grace period
  local id from; id=$(extract 2000-02-01); wait_for 20 is_done "$id" running || return 1
  from=$SECONDS; compose stop worker; echo "stopped after $((SECONDS - from)) s"
  [ $((SECONDS - from)) -le 15 ] && ! is_done "$id" running && compose start worker && wait_for 120 is_done "$id"
}
upgrades_without_a_gap() { # while four users count, each on connections of their own
  local until n
  ask --output /dev/null "$site/robots.txt"
  for n in 1 2 3 4; do
    (until [ -e "$work/upgraded" ]; do
      status --request POST --header 'Content-Type: application/json' --data '{"criteria":{}}' "$site/api/v1/interfaces/companies/count"; echo
    done > "$work/counts.$n" 2>&1) &
  done
  before=$(compose ps --quiet backend)
  COMPOSE_OPTIONS="--env-file $settings" scripts/upgrade.sh; until=$?
  sleep 3; touch "$work/upgraded"; wait
  sort "$work"/counts.* | uniq -c
  [ $until = 0 ] && [ "$before" != "$(compose ps --quiet backend)" ] && [ "$(sort -u "$work"/counts.*)" = 200 ]
}
starts_without_its_portal_database() { # searches go on, and the probe says what is down
  PORTAL_DATABASE_URL=postgresql://nobody@db:5432/none compose up --detach --wait --no-deps backend 2>&1 || return 1
  wait_for 20 searches || return 1
  { compose exec -T backend python -c 'import urllib.request as r; r.urlopen("http://127.0.0.1:8000/readyz")' 2>&1 || true; } |
    grep 503 || return 1
  compose up --detach --wait 2>&1 && wait_for 30 searches
}
reads_files() { # in a container of its own: the demo gives them more memory than is proven here
  docker compose --env-file demo.env run --rm --no-deps --no-TTY \
    --env "$(grep '^SOURCE_VISITS_URL=' demo.env)" backend guichet show visits month=2026-01 | tee "$work/shown" &&
    grep '2026-01-' "$work/shown"
}
replicas_share() { # three web processes migrate at once, and nginx asks each
  compose up --detach --wait --scale backend=3 --scale worker=2 2>&1 || return 1
  wait_for 30 each_was_asked && ! compose logs --no-color backend | grep -i 'error'
}
each_was_asked() { # by nginx, which has noticed that there are more
  local n one; for n in 1 2 3 4 5 6; do searches || return 1; done
  for one in $(compose ps --quiet backend); do # by their ids: an upgrade has numbered them anew
    docker exec "$one" python -c 'import urllib.request as r
print(r.urlopen("http://127.0.0.1:8000/metrics").read().decode())' | grep 'requests_total.*searches.count' || return 1
  done
}
production_starts() { # with its secrets as files, and users of its own
  mkdir -p "$work/secrets" "$work/users"
  printf 'postgresql://guichet:demo@db:5432/portal\n' > "$work/secrets/portal_database_url"
  printf 'postgresql://guichet_reader:demo@db:5432/crm\n' > "$work/secrets/crm_url"
  openssl rand -hex 32 > "$work/secrets/secret_key"
  printf 'demo:%s\n' "$(openssl passwd -apr1 demo-of-production)" > "$work/users/.htpasswd"
  chmod -R a+rX "$work"
  cat > "$work/production.env" << END
COMPOSE_PROFILES=demo
GUICHET_ENV_FILE=$work/production.env
HTPASSWD_FILE=$work/users/.htpasswd
HTGROUP_FILE=./.htgroup
SECRETS_DIR=$work/secrets
PORTAL_DATABASE_URL_FILE=/run/secrets/portal_database_url
SECRET_KEY_FILE=/run/secrets/secret_key
SOURCE_CRM_URL_FILE=/run/secrets/crm_url
END
  export GUICHET_ENV_FILE=$work/production.env
  settings=$work/production.env password=demo-of-production
  compose up --detach --wait 2>&1 && wait_for 30 searches || return 1
  local one; one=$(extract 2000-03-01); wait_for 60 is_done "$one" || return 1
  for one in backend worker; do
    [ "$(compose exec -T $one printenv ENVIRONMENT)" = production ] || return 1
    ! docker inspect "$(compose ps --quiet $one)" | grep -E 'guichet:demo|guichet_reader:demo' || return 1
  done
}
the_demos_password_is_refused() {
  export GUICHET_ENV_FILE=$work/production.env
  settings=$work/production.env
  ! HTPASSWD_FILE=./.htpasswd compose run --rm --no-deps backend gunicorn --check-config -c gunicorn.conf.py guichet.wsgi:app > "$work/refused" 2>&1
  grep "well-known password" "$work/refused"
}
reloads() { # development: the page by Vite, the API with the checkout's code; both take over what is saved in a copy of it
  local copy=$work/checkout dev
  mkdir "$copy" && git ls-files -z | xargs -0 cp --parents --target-directory "$copy" || return 1
  DEV_PORT=$(free_port) DEV_API_PORT=$(free_port) settings=demo.env
  dev() { (cd "$copy" && GUICHET_ENV_FILE=demo.env docker compose --env-file demo.env -f docker-compose.yml -f docker-compose.dev.yml "$@"); }
  dev up --build --detach --wait 2>&1 || return 1
  ask --head --header "Origin: http://localhost:$DEV_PORT" "http://localhost:$DEV_API_PORT/api/v1/interfaces" |
    grep -i "access-control-allow-origin: http://localhost:$DEV_PORT" || return 1
  (cd frontend && GUICHET_URL=http://localhost:$DEV_PORT npx playwright test story --retries 1) || return 1
  sed -i "s/'Count'/'Count them all'/" "$copy/frontend/src/locales/en.ts"
  sed -i 's/"alive"/"alive and reloaded"/' "$copy/backend/guichet/api/health.py"
  wait_for 20 says "Count them all" "http://localhost:$DEV_PORT/src/locales/en.ts"
  wait_for 20 says "alive and reloaded" "http://localhost:$DEV_API_PORT/healthz"
  dev logs --no-color --no-log-prefix frontend backend | grep -E 'page reload|hmr update|Detected change'
}
says() { curl --silent --max-time 5 "$2" | grep -q "$1"; } # TEXT ADDRESS

# --- the run

echo "Guichet in containers: $site"
for one in PUBLIC_URL HTPASSWD_FILE HTGROUP_FILE PORTAL_DATABASE_URL SECRET_KEY; do
  check "without $one compose stops and names it" names_what_is_missing $one
done
check 'both images are built' compose build
check 'the image has the driver of MariaDB' docker run --rm --entrypoint python guichet-backend -c 'import pymysql'
docker images --format '                {{.Repository}} {{.Size}}' | grep 'guichet-[fb]' | sort -u
check 'everything comes up, in order, and is healthy' compose up --detach --wait
[ $failed = 0 ] || exit 1
check 'a count is right, through nginx' wait_for 20 searches
check 'nothing is told without a sign-in, and no probe from outside' tells_nothing
check 'headers, caching and compression are as they should be' has_headers
check 'nothing but the page and the mailbox is open, and only on this machine' is_shut
check 'nothing runs as root' nobody_is_root
check 'no volume is without a name' has_no_nameless_volumes
check 'root file systems are read-only, and hold no compiler' is_read_only
check "the demo's folder of files is searched" reads_files
check "the browser's main story" browser_story
check 'the mail about an extract has come' wait_for 30 a_mail_came
check "$((${COMPANIES:-100000} * 5)) contacts are loaded" has_more_data
DEMO_COMPANIES=${COMPANIES:-100000}
check 'memory limits hold under extracts, searches, slow readers and a list of a million values' limits_hold
[ ! -e "$work/memory" ] || sed 's/^/                /' "$work/memory"
check 'a stopped worker hands its extract back, and the next ends it' hands_back
for one in frontend backend worker db; do check "$one is killed, and comes back by itself" comes_back $one; done
check 'an upgrade fails no request' upgrades_without_a_gap
check 'without its portal database it starts, and searches go on' starts_without_its_portal_database
check 'three replicas and two workers share the work' replicas_share
check 'production starts with secrets as files, which nobody else sees' production_starts
check "production refuses the demo's password" the_demos_password_is_refused
if [ "$all" ]; then
  check 'development takes over what is saved, in both halves' reloads
  settings=demo.env GUICHET_ENV_FILE=demo.env
  check "the backend's tests pass in their image" compose --profile test run --build --rm test
fi
echo "$([ $failed = 0 ] && echo 'all held' || echo 'SOMETHING DID NOT HOLD') in $((SECONDS - begun)) s"
exit $failed
