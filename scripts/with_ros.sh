#!/usr/bin/env bash
# Runs a command where it is called, with ROS 2 and this package on its paths:
# scripts/with_ros.sh python my_script.py
set -eo pipefail
caller=$PWD
CDPATH= cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.."
. scripts/environment.sh
if ! [ -f install/.built ]; then
  echo "not set up yet: run 'make setup' in $PWD first" >&2
  exit 1
fi
if was_moved; then
  echo "this folder was moved since it was set up, to $PWD: run 'make setup' again" >&2
  exit 1
fi
if has_wheels; then forget_ros; fi
enter_venv
. install/setup.bash
export PYTHONPATH="$PWD:$PYTHONPATH" # the tree before its installed copy: new files count at once
cd -- "$caller" # where the command's files are
exec "$@"
