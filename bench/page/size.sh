#!/usr/bin/env bash
# What the first load of the page weighs, gzipped, and what a form's selects add: fails beyond 220 kB of JS, 40 kB of CSS.
#
#     bench/page/size.sh
#
# Builds the page; needs no server.
set -euo pipefail
cd "$(dirname "$0")/../../frontend"
npm run --silent build > /dev/null 2>&1
npm run --silent size
