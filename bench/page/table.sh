#!/usr/bin/env bash
# 10,000 rows in the table: from the answer to the paint, and the longest task while scrolling and filtering.
#
#     bench/page/table.sh [URL]
#
# Needs a running ./startup.sh (http://localhost:9000 unless another URL is given) and Chromium. RUNS=7 is how many runs
# a median is of. Fails when a median is more than a fifth beyond what it must reach.
set -euo pipefail
cd "$(dirname "$0")/../../frontend"
GUICHET_URL=${1:-${GUICHET_URL:-http://localhost:9000}} npm run --silent measure measure.ts
