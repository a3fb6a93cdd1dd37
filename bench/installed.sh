#!/usr/bin/env bash
# What the backend installs, in megabytes: everything of its lock, without what Python's own tools bring.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=$(cd "$(dirname "$0")/.." && pwd)
python3 -m venv --without-pip "$folder/venv"
"$here/.venv/bin/pip" --python "$folder/venv/bin/python" install --quiet --no-deps --require-hashes -r "$here/backend/requirements.lock"
cp -r "$here/backend/guichet" "$folder"/venv/lib/python3.*/site-packages/
du -sm "$folder"/venv/lib/python3.*/site-packages/* | sort -rn | head -8
echo "$(du -sm "$folder"/venv/lib/python3.*/site-packages | cut -f1) MB in all (150 at most)"
