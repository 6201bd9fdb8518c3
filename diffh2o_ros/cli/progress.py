"""Progress on stderr, by tqdm, which is only loaded where there is some to show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class Progress:
    """Says how far a piece of work is: in a line that renews itself on a terminal, with a line a
    stage elsewhere. Use as a context manager, so that its line is closed."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._stage, self._bar = "", None

    def __call__(self, stage: str, step: int, total: int) -> None:
        """Work is at `step` of `total` in `stage`."""
        if stage != self._stage:
            self.__exit__()
            self._stage, title = stage, stage.replace("_", " ")
            if not self._stream.isatty():
                print(title, file=self._stream, flush=True)
                return
            from tqdm import tqdm

            form = "{desc} {n_fmt}/{total_fmt}"
            options = {"file": self._stream, "leave": False, "mininterval": 0, "bar_format": form}
            # Of a fixed size: a terminal that does not know its own gets the line, too.
            self._bar = tqdm(desc=title, total=total, ncols=200, nrows=20, **options)
        if self._bar is not None:
            self._bar.update(step - self._bar.n)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextmanager
def counted_sequences(doing: str, **options: Any) -> Iterator[Callable[[int, int], None]]:
    """A bar, and what is to be called with how many sequences are done, and of how many.

    Args:
        options: of tqdm.
    """
    from tqdm import tqdm

    with tqdm(unit="seq", desc=doing, **options) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_progress
