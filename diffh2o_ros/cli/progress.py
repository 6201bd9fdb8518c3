"""Progress on stderr: a line that renews itself on a terminal, a line a stage elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_INTERVAL = 0.1  # seconds between two renewals


class Progress:
    """Says how far a piece of work is. Use as a context manager, so that its line is closed."""

    def __init__(self, prefix: str = "", stream: TextIO | None = None):
        self._prefix = prefix
        self._stream = stream or sys.stderr
        self._renews = self._stream.isatty()
        self._stage, self._written, self._last = "", 0, 0.0

    def __call__(self, stage: str, step: int, total: int) -> None:
        """Work is at `step` of `total` in `stage`."""
        stage = self._prefix + stage.replace("_", " ")
        if not self._renews:
            if stage != self._stage:
                print(stage, file=self._stream, flush=True)
            self._stage = stage
            return
        now = time.monotonic()
        if stage == self._stage and step < total and now - self._last < _INTERVAL:
            return
        self._stage, self._last = stage, now
        line = f"{stage} {step}/{total}"
        print("\r" + line.ljust(self._written), end="", file=self._stream, flush=True)
        self._written = len(line)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._written:
            print("\r" + " " * self._written + "\r", end="", file=self._stream, flush=True)
        self._written = 0
