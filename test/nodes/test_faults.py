"""What goes wrong around the node: clients that die, broken files, a full disk, no memory."""

import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.torch import save_file
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.msg import Interaction
from diffh2o_ros.nodes.client import SynthesisClient
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.synthesis.synthesizer import shipped_weights

CODES = Synthesize.Response


def request(box, **fields):
    return Synthesize.Request(mesh=box, **({"task": "pick up the box"} | fields))


@pytest.fixture
def active(fresh_node):
    assert fresh_node.client.configure() and fresh_node.client.activate()
    return fresh_node


def test_a_client_that_is_killed_loses_nobody_else_s_work(active, box):
    """What it asked for is finished and published; the others are served."""
    client = active.client
    motions = []
    client.node.create_subscription(
        Interaction, "/diffh2o_synthesis/interaction", motions.append, LATEST
    )
    program = textwrap.dedent("""
        import trimesh
        from diffh2o_ros.nodes.client import SynthesisClient
        from diffh2o_ros.nodes.mesh_messages import mesh_message
        from diffh2o_ros.srv import Synthesize
        mesh = trimesh.creation.box((0.06, 0.06, 0.10))
        with SynthesisClient() as client:
            client.wait_for_node()
            asked = Synthesize.Request(mesh=mesh_message(mesh.vertices, mesh.faces))
            asked.task, asked.steps = "lift the box of the one who died", 60
            client.call_async(asked)
            client.spin(1.0)
            print("sent", flush=True)
            client.spin(60.0)
    """)
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "sent\n"
    other.kill()
    other.wait()
    assert client.synthesize(request(box)).error_code == CODES.NONE
    client.spin(0.5)
    assert [motion.task for motion in motions][:1] == ["lift the box of the one who died"]
    assert "Traceback" not in active.log


def test_a_node_that_is_killed_is_noticed_and_its_successor_serves(active, launch_node, box):
    future = active.client.call_async(request(box, steps=1000))
    active.client.spin(0.5)
    active.process.kill()
    with pytest.raises(RuntimeError, match="the node ended with exit code -9"):
        active.client.wait(future, 30)
    successor = launch_node()
    with SynthesisClient(process=successor.process) as client:
        client.wait_for_node()
        assert client.configure() and client.activate()
        assert client.synthesize(request(box)).error_code == CODES.NONE
    assert successor.interrupt() == 0


def cut(source, target, what):
    """Every other column of one tensor is gone."""
    with safe_open(source, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        header = file.metadata()
    name = next(n for n in tensors if tensors[n].dim() > 1 and n.startswith(what))
    tensors[name] = tensors[name][:, ::2].contiguous()
    save_file(tensors, target, header)


@pytest.mark.parametrize("fault", ["missing", "truncated", "model", "codec"])
def test_weights_that_cannot_be_loaded_fail_the_transition(launch_node, tmp_path, fault):
    """And once they are mended the same node configures."""
    for stage in ("grasp", "interaction"):
        source, target = (d / f"{stage}.safetensors" for d in (shipped_weights(), tmp_path))
        if fault == "truncated":
            content = source.read_bytes()
            target.write_bytes(content[: len(content) // 2])
        elif fault != "missing":
            cut(source, target, fault)
    node = launch_node(weights=str(tmp_path))
    node.client.wait_for_node()
    assert not node.client.configure()
    assert node.client.state() == "unconfigured"
    (said,) = [line for line in node.log.splitlines() if "[ERROR]" in line]
    assert "grasp.safetensors" in said and "Traceback" not in node.log
    for stage in ("grasp", "interaction"):
        content = (shipped_weights() / f"{stage}.safetensors").read_bytes()
        (tmp_path / f"{stage}.safetensors").write_bytes(content)
    assert node.client.configure()
    assert node.interrupt() == 0


def test_a_full_disk_costs_the_cache_and_nothing_else(launch_node, tmp_path, box):
    """Files cannot grow beyond a limit, as on a disk that is full."""
    node = launch_node(cache_dir=str(tmp_path))
    node.client.wait_for_node()
    assert node.client.configure() and node.client.activate()
    before = set(tmp_path.rglob("*"))
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (20_000, 20_000))
    assert node.client.synthesize(request(box)).error_code == CODES.NONE
    assert set(tmp_path.rglob("*")) == before, "a file that was cut short"
    assert "cannot keep" in node.log and "Traceback" not in node.log
    assert node.interrupt() == 0


def test_out_of_memory_fails_the_request_alone(launch_node, box):
    """A request asks for more than a gigabyte beside what there is; 200 MB are left.

    So what fails is an array of the request. With nothing left at all, the next byte that DDS,
    BLAS or the kernel for a stack asks for may end the process, and no Python is asked.
    """
    active = launch_node(num_candidates=256)
    active.client.wait_for_node()
    assert active.client.configure() and active.client.activate()
    pages = int(Path(f"/proc/{active.process.pid}/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 200 * 2**20
    _, hard = resource.prlimit(active.process.pid, resource.RLIMIT_AS)
    resource.prlimit(active.process.pid, resource.RLIMIT_AS, (limit, hard))
    response = active.client.synthesize(request(box, num_samples=32))
    assert response.error_code == CODES.OUT_OF_MEMORY, response.error_message
    assert "num_samples" in response.error_message and not response.interactions
    resource.prlimit(active.process.pid, resource.RLIMIT_AS, (hard, hard))
    assert active.client.synthesize(request(box)).error_code == CODES.NONE
    assert active.interrupt() == 0


def test_sigterm_while_it_plays_is_an_end_like_any_other(active, box):
    """The context is then shut down under the callback that publishes."""
    client = active.client
    client.node.create_subscription(
        MarkerArray, "/diffh2o_synthesis/markers", lambda message: None, EVENTS
    )
    assert client.synthesize(request(box)).error_code == CODES.NONE
    client.spin(1.0)
    active.process.send_signal(signal.SIGTERM)
    assert active.process.wait(30) == 0
    assert "Traceback" not in active.log


def test_it_ends_while_a_client_waits(active, box):
    active.client.call_async(request(box, steps=1000))
    active.client.spin(0.5)
    started = time.monotonic()
    active.process.send_signal(signal.SIGTERM)
    assert active.process.wait(30) == 0 and time.monotonic() - started < 10
