#!/usr/bin/env bash
# Makes the demo's roles, databases and data when the compose file's PostgreSQL starts on an empty volume: what
# scripts/demo_data.py does without containers. /demo is this folder.
set -euo pipefail
run() { psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --no-password "$@"; }

{
  for role in guichet guichet_reader guichet_editor; do
    printf '\\set %s_password %s\n' "$role" "$POSTGRES_PASSWORD"
  done
  cat /demo/roles.sql
} | run --dbname postgres
for name in crm lab; do
  case $name in crm) files=(crm_lookups.sql crm.sql) ;; lab) files=(lab.sql) ;; esac
  files+=(readers.sql)
  [ "$name" = crm ] || files+=(editors.sql)
  echo "the demo's data: $name"
  run --dbname "$name" -1 -v companies="${DEMO_COMPANIES:-20000}" "${files[@]/#/--file=/demo/}"
  run --dbname "$name" -c 'VACUUM ANALYZE'
done
