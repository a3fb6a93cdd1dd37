#!/bin/sh
# Docker makes a folder where the file that is to be mounted is missing. It is named here, before nginx starts; where
# nginx itself asks for passwords, it does not start without them.
if [ -d "$HTPASSWD" ]; then
  echo "guichet: $HTPASSWD is a folder: the file of users was missing where Docker was to mount it." \
    "Remove the folder, make the file (htpasswd -cB), and start again." >&2
  [ "$AUTH_BASIC" = off ] || exit 1
fi
