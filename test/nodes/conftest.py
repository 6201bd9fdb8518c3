"""Real rclpy contexts, and the real node in a process of its own."""

import itertools
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import rclpy
import trimesh
from rclpy.executors import SingleThreadedExecutor

from diffh2o_ros.nodes.client import SynthesisClient, keep_apart, start_node
from diffh2o_ros.nodes.mesh_messages import mesh_message

# However these tests are started: apart from other nodes, and with rclpy's checks of message types,
# without which a wrong type aborts the process.
keep_apart()
os.environ.setdefault("ROS_PYTHON_CHECK_FIELDS", "1")

#: A request takes about a second on two cores so; no test here judges the motion.
PARAMETERS = {"device": "cpu", "num_sampling_steps": 2, "num_candidates": 2, "refine": False}


@dataclass
class RunningNode:
    """A synthesis node in a process, and a client of it."""

    process: subprocess.Popen
    client: SynthesisClient
    log_path: object

    @property
    def log(self) -> str:
        return re.sub(r"\x1b\[[0-9;]*m", "", self.log_path.read_text())

    @property
    def resident(self) -> float:
        """Megabytes of memory of the node."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def interrupt(self, timeout: float = 90.0) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout)


def _launcher(tmp_path_factory):
    """Starts nodes with given parameters, and ends those that still run.

    A node left over would answer, under the same name, what the next test asks of its own.
    """
    started = []
    numbers = itertools.count()

    def launch(namespace="", **parameters):
        path = tmp_path_factory.mktemp("node") / f"{next(numbers)}.log"
        with open(path, "w") as log:
            process = start_node(
                PARAMETERS | parameters, namespace, stdout=log, stderr=subprocess.STDOUT
            )
        name = f"/{namespace}/diffh2o_synthesis" if namespace else "/diffh2o_synthesis"
        node = RunningNode(process, SynthesisClient(name, process), path)
        started.append(node)
        return node

    yield launch
    for node in started:
        node.client.close()
        if node.process.poll() is None:
            try:
                node.interrupt()
            finally:
                node.process.kill()


#: For nodes of one test, and for those that a module's tests share.
launch_node = pytest.fixture(_launcher)
launch_shared_node = pytest.fixture(scope="module")(_launcher)


@pytest.fixture(scope="module")
def client(launch_shared_node):
    """The client of a node that is active."""
    node = launch_shared_node()
    node.client.wait_for_node()
    assert node.client.configure() and node.client.activate()
    return node.client


@pytest.fixture
def fresh_node(launch_node):
    """A node of the test's own, unconfigured."""
    node = launch_node()
    node.client.wait_for_node()
    return node


@pytest.fixture
def context():
    """An rclpy context for tests within this process."""
    context = rclpy.Context()
    context.init()
    yield context
    context.try_shutdown()


@pytest.fixture
def executor(context):
    executor = SingleThreadedExecutor(context=context)
    yield executor
    executor.shutdown()


@pytest.fixture
def box():
    """msg/TriangleMesh of a box of 6 x 6 x 10 cm, as perception might place it."""
    mesh = trimesh.creation.box((0.06, 0.06, 0.10)).apply_translation((0.4, 0.1, 0.85))
    return mesh_message(mesh.vertices, mesh.faces)
