#!/usr/bin/env bash
# Writes the exact locks beside backend/pyproject.toml; needs uv (https://docs.astral.sh/uv/). Run it after changing a dependency.
set -euo pipefail
cd "$(dirname "$0")/../backend"
for group in "" demo test; do
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --custom-compile-command scripts/lock.sh \
    ${group:+--group "$group"} pyproject.toml -o "requirements${group:+-$group}.lock" "$@"
done
# The server that the tests of Spark run against: a file to be kept, which nothing installs.
echo "pyspark>=4.3" | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-deps \
  --custom-compile-command scripts/lock.sh - -o requirements-spark.lock "$@"
