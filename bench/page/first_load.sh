#!/usr/bin/env bash
# The page on a slow 3G line (400 kbit/s, 400 ms): when its frame is painted, when a form can be filled in, what moves.
#
#     bench/page/first_load.sh [URL]
#
# Needs a running ./startup.sh (http://localhost:9000 unless another URL is given) and Chromium. RUNS=3 is how many runs
# a median is of. Fails beyond 2 s and 6 s, or when something moves.
set -euo pipefail
cd "$(dirname "$0")/../../frontend"
GUICHET_URL=${1:-${GUICHET_URL:-http://localhost:9000}} npm run --silent measure first-load
