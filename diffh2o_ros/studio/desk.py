"""The studio's desk: it lets visitors in, gives each a panel, and sees them off."""

from __future__ import annotations

import warnings
from urllib.parse import urlsplit

import rich
import viser
from viser import ClientHandle, _messages

from diffh2o_ros.studio.address import check_address
from diffh2o_ros.studio.installed import StudioError
from diffh2o_ros.studio.panel import Offer, Panel
from diffh2o_ros.studio.turns import Turns
from diffh2o_ros.studio.words import ERROR, Words

MOST_VISITORS = 16


class Desk:
    """A studio that is open.

    Args:
        host: the address it is reached at; 127.0.0.1 is seen from this machine alone.
        port: 0 for one that is free.

    Raises:
        StudioError: the address or the port cannot be had.
    """

    def __init__(self, offer: Offer, host: str = "127.0.0.1", port: int = 0) -> None:
        check_address(host, port)
        self._offer, self._panels = offer, {}
        self._requests, self._errands = Turns("requests"), Turns("errands")
        # viser tells of its addresses, and of what is sent to who has just left.
        warnings.filterwarnings("ignore", "Queued a .* on a closed connection")
        rich.get_console().quiet = True
        self._server = viser.ViserServer(host, port, "diffh2o studio", verbose=False)
        self.port = self._server.get_port()
        if port not in (0, self.port):
            self.close()
            raise StudioError(f"port {port} was taken in this moment: try again")
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        # No visitor may have the studio shown to the world through viser's tunnel.
        self._server._websock_server.unregister_handler(_messages.ShareUrlRequest)
        self._server.gui.configure_theme(
            control_width="large", show_logo=False, show_share_button=False
        )
        # Shadows take more than all the rest where no GPU draws.
        self._server.scene.configure_default_lights(cast_shadow=False)
        self._server.on_client_connect(self._let_in)
        self._server.on_client_disconnect(self._see_off)

    @property
    def visitors(self) -> int:
        """How many there are."""
        return len(self._panels)

    @property
    def work(self) -> int:
        """How many pieces of work wait or are done."""
        return len(self._requests) + len(self._errands)

    def close(self) -> None:
        """Sees all off, and waits until what is done for them has ended."""
        for panel in list(self._panels.values()):
            panel.leave()
        for turns in (self._requests, self._errands):
            turns.stop()
        self._server.stop()

    # Neither waits for anything: they are run one after the other by the server's event loop.

    async def _let_in(self, client: ClientHandle) -> None:
        if self._is_from_elsewhere(client):
            return
        if len(self._panels) >= MOST_VISITORS:
            full = f"{MOST_VISITORS} people are here, and no more can be: come again later"
            Words(client.gui, "desk", (full, ERROR))
            return
        self._panels[client.client_id] = Panel(client, self._offer, self._requests, self._errands)

    async def _see_off(self, client: ClientHandle) -> None:
        panel = self._panels.pop(client.client_id, None)
        if panel is not None:
            self._server.get_event_loop().run_in_executor(None, panel.leave)

    def _is_from_elsewhere(self, client: ClientHandle) -> bool:
        """Whether the connection was made by a page of another site, which any page that somebody
        looks at can try; it is closed."""
        connection = self._server._websock_server._live_connections.get(client.client_id)
        if connection is None:
            return True
        headers = connection.request.headers
        origin = headers.get("Origin")
        if origin is None or urlsplit(origin).netloc == headers.get("Host"):
            return False
        self._server.get_event_loop().create_task(connection.close())
        return True
