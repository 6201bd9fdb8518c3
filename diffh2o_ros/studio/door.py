"""A page that is served to whom it is meant for, and to nobody else."""

from __future__ import annotations

import warnings
from urllib.parse import urlsplit

import rich
import viser
from viser import _messages
from viser.infra import WebsockClientConnection

from diffh2o_ros.studio.address import check_address
from diffh2o_ros.studio.installed import StudioError


class Door:
    """A viser server without its tunnel, closed to pages of other sites.

    Args:
        host: the address it is reached at; 127.0.0.1 is seen from this machine alone.
        port: 0 for one that is free.
        title: what the browser's tab says.
        width: of the panel: "small", "medium" or "large".

    Raises:
        StudioError: the address or the port cannot be had.
    """

    def __init__(self, host: str, port: int, title: str, width: str = "large") -> None:
        check_address(host, port)
        # viser tells of its addresses, and of what is sent to who has just left.
        warnings.filterwarnings("ignore", "Queued a .* on a closed connection")
        rich.get_console().quiet = True
        self.server = viser.ViserServer(host, port, title, verbose=False)
        served = self.server.get_port()
        if port not in (0, served):
            self.server.stop()
            raise StudioError(f"port {port} was taken in this moment: try again")
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{served}"
        # No visitor may have the page shown to the world through viser's tunnel.
        self.server._websock_server.unregister_handler(_messages.ShareUrlRequest)
        self.server.gui.configure_theme(
            control_width=width, show_logo=False, show_share_button=False
        )
        # Shadows take more than all the rest where no GPU draws.
        self.server.scene.configure_default_lights(cast_shadow=False)
        self.server._websock_server.on_client_connect(self._turn_away)

    def is_closed_to(self, client_id: int) -> bool:
        """Whether a connection was made by a page of another site, which any page that somebody
        looks at can try; or is gone."""
        connection = self.server._websock_server._live_connections.get(client_id)
        if connection is None:
            return True
        headers = connection.request.headers
        origin = headers.get("Origin")
        return origin is not None and urlsplit(origin).netloc != headers.get("Host")

    async def _turn_away(self, client: WebsockClientConnection) -> None:
        """Closes such a connection; viser waits for it before it sends anything."""
        if self.is_closed_to(client.client_id):
            connection = self.server._websock_server._live_connections.get(client.client_id)
            if connection is not None:
                await connection.close()
