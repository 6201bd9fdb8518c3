"""How our processes run a node and end: on Ctrl-C or a termination signal, cleanly, with exit 0."""

from __future__ import annotations

import signal
from collections.abc import Callable

import rclpy
from rclpy.exceptions import InvalidHandle
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.subscription import RCLError


def spin(make_node: Callable[[], Node], close: Callable[[Node], None] = lambda node: None) -> int:
    """Makes a node, spins it until the process is told to stop, and has `close` end its work.

    A process that is launched from a terminal is told twice: by the terminal and by the launcher.
    """
    node = None
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        rclpy.init()
        node = make_node()
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except (RCLError, InvalidHandle):
        # A termination signal shuts the context down under whatever callback runs.
        if rclpy.ok():
            raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if node is not None:
            close(node)
            node.destroy_node()
        rclpy.try_shutdown()
    return 0
