"""The node's states, driven from another process as a launch file or a supervisor would."""

import time

import pytest

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


@pytest.mark.parametrize("when", ["starting", "idle", "configured", "busy"])
def test_ctrl_c_ends_it_cleanly(launch_node, box, when):
    node = launch_node()
    if when == "starting":
        time.sleep(1.0)
    else:
        node.client.wait_for_node()
    if when in ("configured", "busy"):
        assert node.client.configure()
    if when == "busy":
        assert node.client.activate()
        node.client.call_async(Synthesize.Request(mesh=box, task="lift the box", steps=500))
        node.client.spin(0.5)
    assert node.interrupt() == 0
    assert "Traceback" not in node.log
