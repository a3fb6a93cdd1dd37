#!/bin/sh
# Starts the API in its container. Migrations wait for each other, so any number of these may start at once. While the
# portal database can't be reached, searches go on without it, and it is migrated as soon as it is back.
guichet migrate
case $? in
  0) ;;
  5) guichet migrate --wait & ;;
  *) exit 1 ;;
esac
exec gunicorn -c gunicorn.conf.py guichet.wsgi:app
