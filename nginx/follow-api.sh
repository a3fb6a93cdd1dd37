#!/bin/sh
# nginx looks up where its API is when it starts, and never again. This looks every two seconds, asks each address whether
# it is well, and has nginx start anew (which interrupts no request) with those that are: a container that was replaced,
# more replicas, one that is about to end and says so by `/healthz`. While none is well, all are kept.
conf=${NGINX_CONF:-/tmp/nginx.conf}
prefix=${NGINX_PREFIX:-/tmp}

find_api() {
  for one in $API_UPSTREAM; do
    port=${one##*:}
    getent ahostsv4 "${one%:*}" | awk -v port="$port" '{ print $1 ":" port }'
  done | sort -u
}

find_well() {
  all=$(find_api)
  well=$(for one in $all; do
    curl --fail --silent --max-time 2 --output /dev/null "http://$one/healthz" && echo "$one"
  done)
  echo "${well:-$all}"
}

write_upstream() { # ADDRESSES: those of the upstream `api`, in place of what there was
  servers=$(for one in $1; do printf '        server %s;\\n' "$one"; done)
  sed "/upstream api {/,/}/ { /^ *server /d; s/upstream api {/&\n${servers%\\n}/ }" "$conf" > "$conf.new" && cat "$conf.new" > "$conf" && rm "$conf.new"
}

follow() {
  known=''
  while sleep "${FOLLOW_SECONDS:-2}"; do
    found=$(find_well)
    [ -n "$found" ] && [ "$found" != "$known" ] || continue
    write_upstream "$found" && nginx -p "$prefix" -c "$conf" -s reload && known=$found
  done
}
follow > /dev/null 2>&1 &
