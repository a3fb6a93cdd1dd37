#!/usr/bin/env bash
# Starts everything on this machine, with demo data: packages, page, an embedded PostgreSQL, the server. Ctrl-C stops it.
# Needs Python 3.11+ and Node.js 20.19+. PORT=9001 ./startup.sh chooses another port. The work is in scripts/startup.py.
cd "$(dirname "$0")" || exit 1
python=$(bash scripts/python.sh) || exit 1
exec "$python" scripts/startup.py "$@"
