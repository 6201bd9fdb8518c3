#!/usr/bin/env bash
# The whole test suite, over real rclpy and DDS: scripts/test.sh [arguments of pytest]
set -eo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# A DDS domain of its own, on this machine only; and rclpy's checks of message types, without which
# a wrong type aborts the process.
export ROS_DOMAIN_ID=$((RANDOM % 100 + 1)) ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST
export ROS_PYTHON_CHECK_FIELDS=1
# As in diffh2o_ros/__init__.py, for tests that import torch first.
export OMP_WAIT_POLICY=PASSIVE
exec scripts/with_ros.sh python -m pytest "$@"
