"""The node's states, driven from another process as a launch file or a supervisor would."""

import signal
import threading
import time

import pytest
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rcl_interfaces.srv import DescribeParameters
from rclpy.lifecycle import LifecycleNode

from diffh2o_ros.nodes.client import SynthesisClient
from diffh2o_ros.srv import Synthesize

CODES = Synthesize.Response


def test_through_the_whole_lifecycle_and_back(fresh_node, box):
    client = fresh_node.client
    request = Synthesize.Request(mesh=box, task="pick up the box")
    assert client.state() == "unconfigured"
    response = client.synthesize(request)
    assert response.error_code == CODES.NOT_ACTIVE
    assert "unconfigured" in response.error_message

    assert client.configure()
    assert client.state() == "inactive"
    assert client.synthesize(request).error_code == CODES.NOT_ACTIVE

    for _ in range(2):
        assert client.activate()
        assert client.state() == "active"
        assert client.synthesize(request).error_code == CODES.NONE
        assert client.deactivate()
        assert client.synthesize(request).error_code == CODES.NOT_ACTIVE

    assert client.cleanup()
    assert client.state() == "unconfigured"
    assert client.configure() and client.activate()
    assert client.synthesize(request).error_code == CODES.NONE
    assert fresh_node.interrupt() == 0
    assert "Traceback" not in fresh_node.log


def test_a_node_is_waited_for_until_it_answers(context, executor):
    """Its services stand in the graph before anybody spins it.

    A process that is stopped by a signal would not do: DDS may hold it for dead and drop its ports.
    """
    node = LifecycleNode("not_spun_yet", context=context)
    node.create_service(Synthesize, "synthesize", lambda request, response: response)
    with SynthesisClient("/not_spun_yet") as client:
        with pytest.raises(TimeoutError, match="does not answer"):
            client.wait_for_node(timeout=2.5)
        executor.add_node(node)
        spinner = threading.Thread(target=executor.spin)
        spinner.start()
        try:
            client.wait_for_node()
            assert client.state() == "unconfigured"
        finally:
            executor.shutdown()
            spinner.join()
            node.destroy_node()


def test_cleanup_gives_memory_back(fresh_node, box):
    """What is kept from round to round does not grow."""
    client, sizes = fresh_node.client, []
    for _ in range(3):
        assert client.configure() and client.activate()
        assert client.synthesize(Synthesize.Request(mesh=box, task="lift it")).error_code == 0
        loaded = fresh_node.resident
        assert client.deactivate() and client.cleanup()
        sizes.append(fresh_node.resident)
        assert sizes[-1] < loaded - 50, "the networks alone are larger"
    assert sizes[2] < 1.05 * sizes[0]


def test_what_is_read_at_configure_is_read_only_until_cleanup(fresh_node):
    client = fresh_node.client
    describe = client.node.create_client(
        DescribeParameters, "/diffh2o_synthesis/describe_parameters"
    )
    client.wait_for_node()

    def set_candidates(number):
        (result,) = client.set_parameters(num_candidates=number)
        return result

    assert set_candidates(3).successful and client.configure()
    refused = set_candidates(4)
    assert not refused.successful and "clean it up first" in refused.reason
    assert client.activate() and not set_candidates(4).successful
    assert client.deactivate() and client.cleanup() and set_candidates(4).successful
    names = DescribeParameters.Request(names=["num_candidates"])
    (asked,) = client.wait(describe.call_async(names), 10).descriptors
    assert "Read-only while the node is configured" in asked.additional_constraints
    assert (asked.integer_range[0].from_value, asked.integer_range[0].to_value) == (0, 1024)


def test_two_nodes_in_namespaces_serve_side_by_side(launch_node, box):
    nodes = {name: launch_node(namespace=name) for name in ("a", "b")}
    for node in nodes.values():
        node.client.wait_for_node()
        assert node.client.configure() and node.client.activate()
    futures = {
        name: node.client.call_async(Synthesize.Request(mesh=box, task=f"lift the box of {name}"))
        for name, node in nodes.items()
    }
    for name, node in nodes.items():
        (motion,) = node.client.wait(futures[name], 60).interactions
        assert motion.task == f"lift the box of {name}"
    assert [node.interrupt() for node in nodes.values()] == [0, 0]


def test_what_cannot_be_loaded_fails_configure_and_says_why(launch_node, tmp_path):
    missing = str(tmp_path / "nothing here.safetensors")
    node = launch_node(weights=missing)
    node.client.wait_for_node()
    assert not node.client.configure()
    assert node.client.state() == "unconfigured"
    assert missing in node.log
    assert "Traceback" not in node.log
    assert not node.client.configure(), "it must be possible to try again"
    assert node.interrupt() == 0


def test_deactivating_cancels_what_runs_and_what_waits(fresh_node, box):
    client = fresh_node.client
    assert client.configure() and client.activate()
    request = Synthesize.Request(mesh=box, task="pick up the box", steps=500)
    futures = [client.call_async(request) for _ in range(2)]
    client.spin(0.5)
    assert not any(future.done() for future in futures)
    assert client.deactivate()
    for future in futures:
        response = client.wait(future, timeout=60.0)
        assert response.error_code == CODES.CANCELED
    assert client.activate()
    request.steps = 0
    assert client.synthesize(request).error_code == CODES.NONE


def test_the_executor_serves_on_while_a_synthesis_runs(fresh_node, box):
    client = fresh_node.client
    assert client.configure() and client.activate()
    future = client.call_async(Synthesize.Request(mesh=box, task="lift the box", steps=200))
    waits = []
    for _ in range(10):
        started = time.monotonic()
        assert client.state() == "active"
        waits.append(time.monotonic() - started)
    assert not future.done(), "too short a synthesis to show anything"
    assert sorted(waits)[5] < 0.2


@pytest.mark.parametrize("when", ["idle", "configured", "busy"])
def test_ctrl_c_ends_it_cleanly(launch_node, box, when):
    node = launch_node()
    node.client.wait_for_node()
    if when in ("configured", "busy"):
        assert node.client.configure()
    if when == "busy":
        assert node.client.activate()
        node.client.call_async(Synthesize.Request(mesh=box, task="lift the box", steps=500))
        node.client.spin(0.5)
    assert node.interrupt() == 0
    assert "Traceback" not in node.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_does_not_wait_for_the_networks(fresh_node, number):
    """They take seconds to load, and on a busy machine longer than a launcher waits."""
    client = fresh_node.client
    request = ChangeState.Request(transition=Transition(id=Transition.TRANSITION_CONFIGURE))
    configure = client.node.create_client(ChangeState, "/diffh2o_synthesis/change_state")
    client.wait_for_node()
    configure.call_async(request)
    client.spin(0.3)
    fresh_node.process.send_signal(number)
    assert fresh_node.process.wait(30) == 0
    assert "hand: " not in fresh_node.log, "it was loaded to the end first"
    assert "Traceback" not in fresh_node.log
