"""Motions as the page of `export/formats/html.py`, in the output of a notebook's cell."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.export.formats.html import html
from diffh2o_ros.motion.interaction import Interaction


@dataclass(frozen=True)
class MotionPage:
    """What a notebook shows as a page in a frame of its own. height: of that, pixels."""

    motions: tuple[Interaction | Episode, ...]
    height: int = 640

    def _repr_html_(self) -> str:
        episodes = [m if isinstance(m, Episode) else Episode(m) for m in self.motions]
        return (
            f'<iframe title="motion" sandbox="allow-scripts" style="width:100%;border:0" '
            f'height="{self.height}" srcdoc="{escape(html(episodes))}"></iframe>'
        )


def show(*motions: Interaction | Episode, height: int = 640) -> MotionPage:
    """Motions side by side, as the last value of a cell. What cannot be shown raises when it is:
    see `export.formats.html.html`."""
    return MotionPage(motions, height)
