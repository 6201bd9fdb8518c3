"""A client of the synthesis node: starts it, takes it through its lifecycle, asks it for motions.

For scripts and tests; inside a node of your own, call the service as any other.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import rclpy
from ament_index_python import get_package_prefix
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rcl_interfaces.msg import SetParametersResult
from rcl_interfaces.srv import SetParameters
from rclpy.client import Client
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.task import Future

from diffh2o_ros.srv import Synthesize


def keep_apart() -> None:
    """A DDS domain of this process's own, on this machine, unless the environment names another:
    other synthesis nodes may run on this network. Call it before rclpy.init."""
    os.environ.setdefault("ROS_DOMAIN_ID", str(random.randint(1, 100)))
    if os.environ.get("ROS_DISTRO") == "humble":  # which does not know the other one
        os.environ.setdefault("ROS_LOCALHOST_ONLY", "1")
    else:
        os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")


def start_node(parameters: dict[str, Any], namespace: str = "", **popen: Any) -> subprocess.Popen:
    """The node as a process of its own, with these parameters; further arguments go to Popen."""
    executable = Path(get_package_prefix("diffh2o_ros"), "lib/diffh2o_ros/synthesis_node")
    command = [str(executable), "--ros-args"]
    for name, value in parameters.items():
        command += ["-p", f"{name}:={json.dumps(value)}"]  # JSON is YAML, quotes and all
    if namespace:
        command += ["-r", f"__ns:=/{namespace}"]
    return subprocess.Popen(command, **popen)


class SynthesisClient:
    """Talks to the node over DDS, from a context and an executor of its own.

    Args:
        node: full name of the synthesis node, its namespace included.
        process: the node's process, if we started it: then a node that died is noticed at once.
    """

    def __init__(
        self, node: str = "/diffh2o_synthesis", process: subprocess.Popen | None = None
    ) -> None:
        self._process = process
        self._context = rclpy.Context()
        self._context.init()
        self.node = rclpy.create_node("synthesis_client", context=self._context)
        self.executor = SingleThreadedExecutor(context=self._context)
        self.executor.add_node(self.node)
        self._name = node
        self._change_state = self.node.create_client(ChangeState, f"{node}/change_state")
        self._get_state = self.node.create_client(GetState, f"{node}/get_state")
        self._set_parameters = self.node.create_client(SetParameters, f"{node}/set_parameters")
        service = f"{node.rsplit('/', 1)[0]}/synthesize"  # in the namespace of the node
        self._synthesize = self.node.create_client(Synthesize, service)

    def __enter__(self) -> SynthesisClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the ROS graph."""
        self.executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    def wait_for_node(self, timeout: float = 60.0) -> None:
        """Waits until the node answers us. Raises TimeoutError, RuntimeError.

        To see its services is not enough: a reply that it sends before it has discovered our
        reader is lost (https://github.com/ros2/rmw_fastrtps/issues/842). So its state is asked
        for, by a client made for this, until a reply comes. Readers are discovered in the order
        in which they were made: by then it knows all that `node` had before. Call it again after
        making clients of other services of the node.
        """
        deadline = time.monotonic() + timeout
        probe = self.node.create_client(GetState, f"{self._name}/get_state")
        try:
            own = (self._change_state, self._get_state, self._set_parameters, self._synthesize)
            for client in (*own, probe):
                # `wait_for_service` looks four times a second: too seldom to time a start.
                while not client.service_is_ready():
                    self._check(deadline)
                    time.sleep(0.01)
            while not self._answers(probe, min(1.0, deadline - time.monotonic())):
                self._check(deadline)
        finally:
            self.node.destroy_client(probe)

    def configure(self, timeout: float = 120.0) -> bool:
        """Unconfigured to inactive; loads the networks. False if the node refused."""
        return self._transition(Transition.TRANSITION_CONFIGURE, timeout)

    def activate(self, timeout: float = 30.0) -> bool:
        """Inactive to active. False if the node refused."""
        return self._transition(Transition.TRANSITION_ACTIVATE, timeout)

    def deactivate(self, timeout: float = 30.0) -> bool:
        """Active to inactive. False if the node refused."""
        return self._transition(Transition.TRANSITION_DEACTIVATE, timeout)

    def cleanup(self, timeout: float = 30.0) -> bool:
        """Inactive to unconfigured. False if the node refused."""
        return self._transition(Transition.TRANSITION_CLEANUP, timeout)

    def state(self, timeout: float = 30.0) -> str:
        """The node's state: unconfigured, inactive, active ..."""
        response = self.wait(self._get_state.call_async(GetState.Request()), timeout)
        return response.current_state.label

    def set_parameters(self, timeout: float = 30.0, **values: Any) -> list[SetParametersResult]:
        """Changes parameters of the node; says of each, in order, whether it was taken."""
        wanted = [Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        request = SetParameters.Request(parameters=wanted)
        return list(self.wait(self._set_parameters.call_async(request), timeout).results)

    def synthesize(
        self, request: Synthesize.Request, timeout: float = 300.0
    ) -> Synthesize.Response:
        """Asks and waits. What went wrong is in the response; raises TimeoutError, RuntimeError."""
        return self.wait(self.call_async(request), timeout)

    def call_async(self, request: Synthesize.Request) -> Future:
        """Sends a request and goes on; `wait` for it later."""
        return self._synthesize.call_async(request)

    def wait(self, future: Future, timeout: float = 300.0) -> Any:
        """The result of a future of this client's. Raises TimeoutError, RuntimeError."""
        deadline = time.monotonic() + timeout
        while not future.done():
            self._check(deadline)
            self.executor.spin_until_future_complete(future, timeout_sec=0.5)
        return future.result()

    def spin(self, seconds: float) -> None:
        """Serves this client's subscriptions for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.executor.spin_once(timeout_sec=left)

    def _transition(self, transition: int, timeout: float) -> bool:
        request = ChangeState.Request(transition=Transition(id=transition))
        return self.wait(self._change_state.call_async(request), timeout).success

    def _answers(self, probe: Client, timeout: float) -> bool:
        future = probe.call_async(GetState.Request())
        try:
            self.wait(future, timeout)
        except TimeoutError:
            probe.remove_pending_request(future)
            return False
        return True

    def _check(self, deadline: float) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"the node ended with exit code {self._process.returncode}")
        if time.monotonic() > deadline:
            raise TimeoutError("the synthesis node does not answer")
