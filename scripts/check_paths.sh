#!/usr/bin/env bash
# Copies this tree into a folder with a blank in its name and runs the demo there; then moves the copy,
# and renames it to what ROS cannot build in: each is said in one line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/environment.sh
forget_ros
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/my robot"
tar --exclude=./.git --exclude=./.venv --exclude=./build --exclude=./install --exclude=./log --exclude=./out -cf - . |
  tar -xf - -C "$folder/my robot"
make -C "$folder/my robot" demo
[ -s "$folder/my robot/out/demo/interaction.npz" ]

refused() { # refused WORDS COMMAND ...: it must fail and say WORDS in one line
  local words=$1 said
  shift
  if said=$("$@" 2>&1 >/dev/null); then echo "not refused: $*" >&2; exit 1; fi
  [ "$(wc -l <<<"$said")" = 1 ] && grep -qF "$words" <<<"$said" || { echo "$said" >&2; exit 1; }
  echo "$said"
}
mv "$folder/my robot" "$folder/moved"
refused "$folder/moved: run 'make setup' again" "$folder/moved/scripts/with_ros.sh" true
mv "$folder/moved" "$folder/robotér"
refused "$folder/robotér" "$folder/robotér/scripts/setup.sh"
