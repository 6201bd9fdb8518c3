"""What the synthesis node publishes, in the browser: the real node, the real page."""

import io
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import rclpy
from ament_index_python import get_package_prefix
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Quaternion, TransformStamped
from PIL import Image
from studio_tab import PATIENCE, Tab, start_browser
from visualization_msgs.msg import Marker, MarkerArray

pytest.importorskip("viser", reason="viser is not installed")

from diffh2o_ros.export.ros.film import Film
from diffh2o_ros.nodes.marker_shapes import changes
from diffh2o_ros.nodes.studio_node import StudioView
from diffh2o_ros.nodes.to_messages import MESSAGES
from diffh2o_ros.srv import Playback, Synthesize
from diffh2o_ros.studio.door import Door
from diffh2o_ros.studio.installed import StudioError
from diffh2o_ros.studio.shared_scene import SharedScene

VIEW = Path(get_package_prefix("diffh2o_ros"), "lib", "diffh2o_ros", "studio_view")


@pytest.fixture
def scene():
    door = Door("127.0.0.1", 0, "test")
    yield SharedScene(door.server)
    door.server.stop()


@pytest.fixture
def film(simple_interaction):
    path = np.linspace([0.0, 0.0, 0.0], [0.1, 0.0, 0.2], 10)
    return Film(MESSAGES, simple_interaction(path, path + [0.0, 0.0, 0.11]), "table")


def test_markers_are_drawn_moved_and_taken_away(scene, film):
    hand = film.interaction.hands["right"]
    scene.change("scene", changes(film.scene(None)))
    scene.change("markers", changes(film.frame(0, Time(), None)))
    shapes = {name.split("/")[0]: shape for (_, name), shape in scene.shapes.items()}
    kinds = {name: shape.kind for name, shape in shapes.items()}
    assert kinds == {
        **{"object": "triangles", "right": "triangles", "right_contacts": "points"},
        **{"object_path": "lines", "right_path": "lines"},
    }
    assert len(shapes["object_path"].points) == 2 * (film.interaction.num_frames - 1)
    np.testing.assert_allclose(
        shapes["right"].points, hand.vertices[0][hand.faces].reshape(-1, 3), atol=1e-6
    )
    hand.vertices[5] += 1.0  # away from the object: no contacts are left
    scene.change("markers", changes(film.frame(5, Time(), None)))
    shapes = {name.split("/")[0]: shape for (_, name), shape in scene.shapes.items()}
    assert set(kinds) - set(shapes) == {"right_contacts"}
    np.testing.assert_allclose(shapes["object"].pose, film.interaction.object_pose[5], atol=1e-6)
    scene.change("scene", [(None, None)])
    assert {group for group, _ in scene.shapes} == {"markers"}


def test_a_surface_that_moves_is_sent_without_its_faces(scene, film):
    def shown(index):
        scene.change("markers", changes(film.frame(index, Time(), None)))
        (handle,) = (
            drawn.handle for (_, name), (_, drawn) in scene._drawn.items() if name == "right/0"
        )
        return handle

    hand, handle = film.interaction.hands["right"], shown(0)
    for index in range(1, 4):
        assert shown(index) is handle
        corners = handle.vertices[handle.faces].reshape(-1, 3)
        np.testing.assert_allclose(
            corners, hand.vertices[index][hand.faces].reshape(-1, 3), atol=1e-6
        )
    hand.vertices[5][:] = hand.vertices[5][::-1]
    hand.faces[:] = hand.faces[::-1]
    assert shown(5) is not handle, "another surface is drawn anew"


def test_an_object_moves_with_its_frame(scene, film):
    scene.change("scene", changes(film.scene("node/object")))
    assert scene.carries("node/object") and not scene.carries("table")
    frame = scene._frames["node/object"]
    assert not frame.visible, "where it is, is not known yet"
    pose = np.eye(4)
    pose[:3, 3] = 0.1, 0.2, 0.3
    scene.move("node/object", pose)
    assert frame.visible and tuple(frame.position) == pytest.approx((0.1, 0.2, 0.3))


def test_a_view_hears_of_frames_and_tells_of_what_is_none(film):
    rclpy.init(args=["--ros-args", "-p", "port:=0"])
    view = StudioView()
    try:
        view.scene.change("scene", changes(film.scene("node/object")))
        frame = view.scene._frames["node/object"]
        found = TransformStamped(child_frame_id="/node/object")
        found.transform.rotation.w = 9.0
        view.move([found])
        assert not frame.visible
        found.transform.translation.x, found.transform.rotation.w = 0.5, 1.0
        view.move([TransformStamped(child_frame_id="arm"), found])
        assert frame.visible and frame.position[0] == 0.5
    finally:
        view.close()
        view.destroy_node()
        rclpy.shutdown()


def test_what_cannot_be_drawn_is_left_out_or_refused(scene):
    whole = {"ns": "a", "type": Marker.TRIANGLE_LIST, "points": [Point()] * 4}
    upright = Marker().pose
    upright.orientation = Quaternion(w=1.0)
    scene.change("a", changes(MarkerArray(markers=[Marker(**whole, pose=upright)])))
    assert len(scene.shapes["a", "a/0"].points) == 3
    scene.change("a", changes(MarkerArray(markers=[Marker(ns="a", type=Marker.CUBE)])))
    assert not scene.shapes
    crooked = Marker().pose
    crooked.orientation = Quaternion(w=9.0)
    with pytest.raises(StudioError, match="marker 'a' must be a unit quaternion"):
        scene.change("a", changes(MarkerArray(markers=[Marker(**whole, pose=crooked)])))


@pytest.fixture
def view(tmp_path):
    """The page of a view in a process of its own: its address."""
    with open(tmp_path / "view.log", "w") as log:
        process = subprocess.Popen(
            [VIEW, "--ros-args", "-p", "port:=0"], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield wait_for(
            lambda: re.search(
                r"(http://127.0.0.1:\d+) shows what diffh2o_synthesis makes",
                (tmp_path / "view.log").read_text(),
            )
        )[1]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()


def wait_for(condition):
    """What it returns, once that is true."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, condition
        time.sleep(0.05)
    return found


def seen(tab):
    """(H, W, 3) the middle of the page as it looks now, without viser's panel and notes."""
    page = Image.open(io.BytesIO(tab.browser.get_screenshot_as_png())).convert("RGB")
    return np.asarray(page)[page.height // 4 :, page.width // 4 : page.width * 5 // 8]


def differ(first, second):
    """Fraction of the pixels that differ."""
    return (np.abs(first.astype(int) - second).max(-1) > 8).mean()


def wait_for_change(tab, least):
    """Waits until a fraction of the page's pixels looks different from now."""
    before = seen(tab)
    wait_for(lambda: differ(before, seen(tab)) > least)


def test_what_plays_is_seen_in_the_browser(client, view, box, tmp_path):
    browser = start_browser(tmp_path)
    try:
        tab = Tab(browser, view)
        tab.wait("return [...document.querySelectorAll('canvas')].some((c) => c.width > 0)")
        request = Synthesize.Request(task="lift the box with the right hand", mesh=box)
        assert client.synthesize(request).error_code == Synthesize.Response.NONE
        wait_for_change(tab, 0.01)  # the motion appears
        for _ in range(2):  # and plays
            wait_for_change(tab, 0.002)
        service = client.node.create_client(Playback, "/diffh2o_synthesis/playback")
        assert service.wait_for_service(30)
        paused = client.wait(
            service.call_async(Playback.Request(command=Playback.Request.PAUSE, seek_time=1.0))
        )
        assert paused.success
        wait_for(lambda: differ(seen(tab), seen(tab)) == 0)
        still = seen(tab)
        assert client.deactivate()
        wait_for(lambda: differ(still, seen(tab)) > 0.01)  # it is taken off the page
        assert client.activate()
        host = view.split("/")[2]
        asked = [url for url in tab.requests() if not url.startswith(("data:", "blob:", "chrome:"))]
        assert asked and {url.split("/")[2] for url in asked} == {host}
        assert tab.errors() == []
    finally:
        browser.quit()


def test_a_port_that_is_taken_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(
            [VIEW, "--ros-args", "-p", f"port:={port}"], capture_output=True, text=True, timeout=60
        )
    assert result.returncode == 2 and result.stderr.count("\n") == 1, result.stderr
    assert f"port {port}: Address already in use" in result.stderr
