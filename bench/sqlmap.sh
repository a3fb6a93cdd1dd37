#!/usr/bin/env bash
# Attacks the criteria of an interface by sqlmap (pip install sqlmap), over rows; fails where one lets SQL through.
#
#   bench/sqlmap.sh http://localhost:9000 demo:demo companies 'name=an&country=250' PostgreSQL
#
# The last is what sqlmap calls the database: MySQL for MariaDB, SQLite, PostgreSQL. SQLMAP_LEVEL and SQLMAP_RISK (3).
set -euo pipefail
url=$1 credentials=$2 interface=$3 criteria=$4 dbms=$5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
names=$(tr '&' '\n' <<< "$criteria" | cut -d= -f1 | paste -sd,)
sqlmap -u "$url/api/v1/interfaces/$interface/rows?$criteria" -p "$names" --dbms="$dbms" --auth-type=basic \
  --auth-cred="$credentials" --level="${SQLMAP_LEVEL:-3}" --risk="${SQLMAP_RISK:-3}" --ignore-code=422,429 \
  --batch --flush-session --output-dir="$folder" | tee "$folder/said"
# It ends with 0 whatever it found.
grep -q "all tested parameters do not appear to be injectable" "$folder/said"
