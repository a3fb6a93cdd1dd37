#!/bin/sh
# nginx looks up where its API is when it starts, and never again. This looks every few seconds, and has it start anew
# (which interrupts no request) when other addresses are found: a container that was replaced, more replicas.
find_api() { getent ahostsv4 "${API_UPSTREAM%:*}" | awk '{ print $1 }' | sort -u; }

follow() {
  known=$(find_api)
  while sleep 5; do
    found=$(find_api)
    [ -n "$found" ] && [ "$found" != "$known" ] || continue
    nginx -p /tmp -c /tmp/nginx.conf -s reload && known=$found
  done
}
follow > /dev/null 2>&1 &
