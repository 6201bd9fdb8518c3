#!/usr/bin/env bash
# The whole test suite, over real rclpy and DDS, or what arguments of pytest choose:
# scripts/test.sh [arguments of pytest]
set -eo pipefail
CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# A DDS domain that no other run of ours on this machine has, as long as its lock is held; on this
# machine only.
locks=${TMPDIR:-/tmp}/diffh2o_ros_domains_$UID
mkdir -p "$locks"
for ROS_DOMAIN_ID in {1..100}; do
  exec {lock}>"$locks/$ROS_DOMAIN_ID"
  flock -n $lock && break
done
export ROS_DOMAIN_ID ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST
# rclpy's checks of message types, without which a wrong type aborts the process.
export ROS_PYTHON_CHECK_FIELDS=1
# As in diffh2o_ros/__init__.py, for tests that import torch first.
export OMP_WAIT_POLICY=PASSIVE
if [ $# -gt 0 ]; then
  exec scripts/with_ros.sh python -m pytest "$@"
fi
# Most tests keep one core busy: two at a time, on a thread each, or they wait for one another's. Those
# of the node wait for one another's replies, in one DDS domain, and have the machine to themselves.
failed=0
OMP_NUM_THREADS=1 scripts/with_ros.sh python -m pytest --ignore=test/nodes -n 2 --dist loadfile || failed=$?
scripts/with_ros.sh python -m pytest test/nodes || failed=$?
exit $failed
