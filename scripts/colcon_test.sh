#!/usr/bin/env bash
# `colcon test` on the workspace of this tree, as ROS's build farm runs it: scripts/colcon_test.sh [ROOM ...]
# runs the tests of some rooms (folders of test/), without an argument all of them.
set -eo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rooms=$(IFS='|' && echo "$*")
exec scripts/with_ros.sh bash -c '
  . scripts/environment.sh
  colcon_build -DBUILD_TESTING=ON &&
  python -m colcon --log-base log test --base-paths . \
    --event-handlers console_direct+ --ctest-args ${1:+-R "^($1)\$"} &&
  python -m colcon test-result --test-result-base build --verbose' colcon_test "$rooms"
