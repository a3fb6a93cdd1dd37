#!/usr/bin/env bash
# Prints the Python to use: 3.11 or newer, with its venv module. PYTHON chooses one.
for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    echo "$python"
    exit 0
  fi
done
echo "Python 3.11 or newer with its venv module is needed" \
  "(Debian, Ubuntu: apt install python3-venv; macOS: brew install python)" >&2
exit 1
