"""Who is let in: visitors of the desk without a browser, who send what one would."""

import time

import msgspec
import pytest

pytest.importorskip("viser", reason="viser is not installed")

import viser
from viser._messages import ShareUrlRequest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from diffh2o_ros.studio.desk import MOST_VISITORS, Desk
from diffh2o_ros.studio.panel import Offer

CAMERA = {
    "type": "ViewerCameraMessage",
    **{"wxyz": (1.0, 0.0, 0.0, 0.0), "position": (1.0, 0.0, 0.0), "look_at": (0.0, 0.0, 0.0)},
    **{"fov": 1.0, "near": 0.01, "far": 10.0, "image_height": 10, "image_width": 10},
    "up_direction": (0.0, 0.0, 1.0),
}


@pytest.fixture
def desk():
    found = Desk(Offer(synthesizer=None))
    yield found
    found.close()


def enter(desk, origin):
    connection = connect(
        desk.url.replace("http", "ws"),
        origin=origin,
        subprotocols=[f"viser-v{viser.__version__}"],
        max_size=None,
    )
    connection.send(msgspec.msgpack.encode(CAMERA))
    return connection


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, condition
        time.sleep(0.01)


def test_pages_of_other_sites_are_turned_away(desk):
    with enter(desk, desk.url):
        wait_until(lambda: desk.visitors == 1)
        with pytest.raises(ConnectionClosed), enter(desk, "https://example.com") as other:
            pytest.fail(f"it was sent {other.recv(timeout=60)}")
        assert desk.visitors == 1
    wait_until(lambda: desk.visitors == 0 and desk.work == 0)


def test_it_is_full_at_some_time(desk):
    visitors = [enter(desk, desk.url) for _ in range(MOST_VISITORS)]
    wait_until(lambda: desk.visitors == MOST_VISITORS)
    with enter(desk, desk.url) as late:
        said = b""
        while b"come again later" not in said:
            said = late.recv(timeout=60)
            said = viser_payload(said)
    assert desk.visitors == MOST_VISITORS
    visitors.pop().close()
    wait_until(lambda: desk.visitors == MOST_VISITORS - 1)
    for visitor in visitors:
        visitor.close()


def viser_payload(message):
    """The messages of a window, unpacked."""
    import zstandard

    size = int.from_bytes(message[8:16], "little")
    return zstandard.ZstdDecompressor().decompress(message[16 : 16 + size], max_output_size=10**7)


def test_nobody_can_have_it_shown_to_the_world(desk):
    assert desk.url.startswith("http://127.0.0.1:")
    assert ShareUrlRequest not in desk._server._websock_server._incoming_handlers
