"""How our processes run a node and end: on Ctrl-C or a termination signal, cleanly, with exit 0; on
what no node can start with, with one line and exit 2."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable

import rclpy
from rclpy.exceptions import NameValidationException, ParameterException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.utilities import remove_ros_args

#: What rclpy raises for arguments, names, parameters and an environment that it cannot use. Its own
#: RCLError, InvalidHandle and UnknownROSArgsError are RuntimeErrors in every distribution; where
#: they can be imported from differs.
_UNUSABLE = (RuntimeError, ValueError, NameValidationException, ParameterException)
_ENDING = (signal.SIGINT, signal.SIGTERM)
LARGEST_DOMAIN = 232  #: beyond it, DDS has no port numbers left


def spin(
    make_node: Callable[[], Node],
    close: Callable[[Node], None] = lambda node: None,
    interrupt: bool = True,
) -> int:
    """Makes a node, spins it until the process is told to stop, and has `close` end its work.

    A process that is launched from a terminal is told twice: by the terminal and by the launcher.

    Args:
        interrupt: whether a signal interrupts callbacks, which may take long; else they end, and
            nothing is raised where Python could only print it.
    """
    node, initialized, code = None, False, 0

    def told(number: int, frame: object) -> None:
        if interrupt or node is None:  # rclpy's own handlers, which call this, end the spinning
            raise KeyboardInterrupt

    try:
        for number in _ENDING:
            signal.signal(number, told)
        _check_domain()
        rclpy.init()
        initialized = True
        node = make_node()
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except _UNUSABLE as error:
        # A termination signal shuts the context down under whatever runs.
        if not initialized or rclpy.ok():
            if node is not None:
                raise
            code = refuse(error)
    finally:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        if node is not None:
            close(node)
            node.destroy_node()
        rclpy.try_shutdown()
    return code


def check_arguments(others: bool = False) -> int:
    """Looks at ROS arguments and domain before anything heavy is loaded: 0, or 2 with one line.

    Args:
        others: whether there may be arguments that are none of ROS.
    """
    try:
        _check_domain()
        _, *left = remove_ros_args(sys.argv)
        if left and not others:
            raise ValueError(
                f"unknown argument {left[0]!r}: parameters are given as --ros-args -p NAME:=VALUE"
            )
    except _UNUSABLE as error:
        return refuse(error)
    return 0


def refuse(error: Exception) -> int:
    """Says in a line why the node cannot start; the exit code for that."""
    print(f"error: the node cannot start: {_one_line(error)}", file=sys.stderr)
    return 2


def _check_domain() -> None:
    """Raises ValueError for a ROS_DOMAIN_ID that DDS has no ports for: it would end the process,
    wrap around or take another one."""
    text = os.environ.get("ROS_DOMAIN_ID", "").strip()
    try:
        domain = int(text or "0", 10 if text.isdigit() else 0)
    except ValueError:
        domain = -1
    if not 0 <= domain <= LARGEST_DOMAIN:
        raise ValueError(
            f"ROS_DOMAIN_ID is {text!r}: it must be a whole number from 0 to {LARGEST_DOMAIN}"
        )


def _one_line(error: Exception) -> str:
    """What `error` says, without the places in rcl's sources, and how to mend it."""
    text = re.sub(r",? at /[^\s,]+:\d+|[\s^]+$", "", " ".join(str(error).split()))
    if type(error).__name__ == "UnknownROSArgsError":
        text = f"unknown arguments after --ros-args: {text}"
    if "initialize logging" in text:
        text += ": set ROS_LOG_DIR to a folder that can be written"
    return text
