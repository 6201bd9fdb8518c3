"""The studio's desk: it lets visitors in, gives each a panel, and sees them off."""

from __future__ import annotations

from viser import ClientHandle

from diffh2o_ros.studio.door import Door
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
        self._door = Door(host, port, "diffh2o studio")
        self.url, self._server = self._door.url, self._door.server
        self._offer, self._panels = offer, {}
        self._requests, self._errands = Turns("requests"), Turns("errands")
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
        if self._door.is_closed_to(client.client_id):
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
