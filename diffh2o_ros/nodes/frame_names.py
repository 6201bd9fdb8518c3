"""What frames are called."""

from __future__ import annotations


def frame_name(frame_id: str) -> str:
    """A frame as tf2 has it: "/world" of older days is "world"."""
    return frame_id.lstrip("/")
