"""Where the studio is reached."""

from __future__ import annotations

import socket

from diffh2o_ros.studio.installed import StudioError

#: Seen from this machine alone.
LOCAL = ("127.0.0.1", "::1", "localhost")


def check_address(host: str, port: int) -> None:
    """Raises StudioError where nothing can be served there. Port 0 is one that is free."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StudioError(
            f"the studio cannot be opened at {host}, port {port}: {why}; give another host or port"
        ) from error
