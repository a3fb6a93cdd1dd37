#!/usr/bin/env bash
# Runs every test, or the parts that are named: ./test.sh [lint] [types] [locks] [unit] [api] [nginx] [startup] [browser] [spark]
# Installs what they need first, inside this folder (and, as root on Debian, Chromium and nginx). The work is in scripts/run_tests.py.
cd "$(dirname "$0")" || exit 1
if ! python=$(bash scripts/python.sh 2> /dev/null) && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get update -qq && apt-get install -y -qq python3-venv
fi
[ -n "$python" ] || python=$(bash scripts/python.sh) || exit 1
exec "$python" scripts/run_tests.py "$@"
