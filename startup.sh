#!/usr/bin/env bash
# Starts everything on this machine, with demo data: packages, page, an embedded PostgreSQL, the server. Ctrl-C stops it.
# Needs Python 3.11+ and Node.js 20.19+. PORT=9001 ./startup.sh chooses another port. The work is in scripts/startup.py.
cd "$(dirname "$0")" || exit 1
for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    exec "$python" scripts/startup.py "$@"
  fi
done
echo "Guichet can't start: Python 3.11 or newer with its venv module is needed" \
  "(Debian, Ubuntu: apt install python3-venv; macOS: brew install python)" >&2
exit 1
