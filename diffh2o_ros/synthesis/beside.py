"""Importing a module beside other work."""

from __future__ import annotations

import os
import threading
from importlib import import_module

_imports: list[threading.Thread] = []


def import_beside(module: str) -> None:
    """Starts to import `module`, in a thread of its own; who needs it imports it, and waits."""
    thread = threading.Thread(target=import_module, args=[module], daemon=True)
    thread.start()
    _imports[:] = [*filter(threading.Thread.is_alive, _imports), thread]


def _wait() -> None:
    """Before a fork: of an import that is not done, the lock would never be released there."""
    for thread in _imports:
        if thread is not threading.current_thread():
            thread.join()


os.register_at_fork(before=_wait)
