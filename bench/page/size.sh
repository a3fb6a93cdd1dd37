#!/usr/bin/env bash
# What the first load of the page weighs as it is sent, and what a form's selects add: fails beyond 175 kB by brotli.
#
#     bench/page/size.sh
#
# Builds the page; needs no server.
set -euo pipefail
cd "$(dirname "$0")/../../frontend"
npm run --silent build > /dev/null 2>&1
npm run --silent size
