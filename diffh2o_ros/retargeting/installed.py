"""Whether what robot hands need is installed: it is no part of the base install."""

from __future__ import annotations

from importlib.util import find_spec

from diffh2o_ros.retargeting.errors import RobotHandError


def check_installed(*packages: str) -> None:
    """Raises RobotHandError where one of these packages is absent."""
    if any(find_spec(package) is None for package in packages):
        raise RobotHandError("robot hands need MuJoCo and CoACD: pip install mujoco coacd")
