"""Functions as machine code, kept on disk.

A descent is hundreds of passes over a few dozen hands; as array operations each pass is mostly
overhead. numba turns loops into machine code, ten times quicker on a CPU. It is optional: whoever
calls a kernel has the arrays' way as well, which GPUs take, and the tests hold one to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from numba import njit
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable)


def compiled(function: Function) -> Function:
    """The function as machine code, kept on disk where there is a place that can be written to. It
    runs beside other threads. numba sees when the file of a function changed, but not when those
    it calls did: scripts/setup.sh does."""
    found = njit(nogil=True)(function)
    with suppress(RuntimeError):  # nowhere to keep it: it is compiled once in every process
        found._cache = _Cache(function)
    return found


class _Cache(FunctionCache):
    """Machine code on disk, where a full disk or a damaged file costs the time to compile and
    nothing more."""

    def load_overload(self, sig, target_context):
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # there is none that a file cut short could not lead to
            with suppress(OSError):
                self.flush()  # begins anew
            return None

    def save_overload(self, sig, data):
        with suppress(OSError):
            super().save_overload(sig, data)
