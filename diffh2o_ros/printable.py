"""Names as they are printed."""

from __future__ import annotations

import os


def shown(name: object) -> str:
    """A name, or a path, on one line: what cannot be printed is escaped."""
    text = os.fsdecode(name) if isinstance(name, (bytes, os.PathLike)) else str(name)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
