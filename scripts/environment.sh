# Sourced by the other scripts: which Python, which ROS 2, and how to enter them.

# The interpreter behind $PYTHON or python3, itself and not a virtual environment made of it.
base_python() {
  "${PYTHON:-python3}" -c 'import os, sys; print(os.path.realpath(sys._base_executable))' 2>/dev/null
}

# True if a ROS 2 distribution is sourced that the interpreter $1 can use.
ros_is_sourced() {
  [ -n "${ROS_DISTRO:-}" ] && [ -n "${AMENT_PREFIX_PATH:-}" ] &&
    "$1" -c 'import rclpy, rosidl_generator_py' >/dev/null 2>&1
}

# Leaves any ROS 2 environment, so that none of it is mixed with the wheels'.
forget_ros() {
  unset AMENT_PREFIX_PATH CMAKE_PREFIX_PATH COLCON_PREFIX_PATH PYTHONPATH ROS_DISTRO ROS_VERSION \
    ROS_PYTHON_VERSION LD_LIBRARY_PATH _ROS_WHEELS_BOOTSTRAP_COMPLETE
}

enter_venv() {
  export VIRTUAL_ENV="$PWD/.venv" PATH="$PWD/.venv/bin:$PATH"
}

# The kind of environment that .venv is: where it lies, its Python, and its ROS 2 ("wheels NAME" from
# PyPI, or the distribution that was sourced). Scripts in a virtual environment name its place.
identity() { printf '%s: %s %s' "$(pwd -P)" "$1" "$2"; }
has_wheels() { case $(cat .venv/.python 2>/dev/null) in *" wheels "*) true ;; *) false ;; esac }
was_moved() { case $(cat .venv/.python 2>/dev/null) in "$(pwd -P): "*) false ;; *) true ;; esac }

# What colcon writes calls its Python without quotes, so that a blank in this folder's path would end the
# name: it gets the interpreter behind .venv, and needs nothing that only .venv has.
colcon_build() {
  python -m colcon --log-base log build --base-paths . \
    --symlink-install --cmake-args -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF "$@" \
    -DPython3_EXECUTABLE="$VIRTUAL_ENV/bin/python" || return
  sed -i "s#_colcon_python_executable=\"$VIRTUAL_ENV/bin/python\"#_colcon_python_executable=\"$(readlink -f .venv/bin/python)\"#" \
    install/local_setup.*
}
