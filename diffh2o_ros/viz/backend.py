"""Renderers by name, each a file in `viz/renderers`, and which of them works on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from diffh2o_ros.registry import Registry
from diffh2o_ros.viz.scene import RenderError, RenderScene

RENDERERS = Registry("diffh2o_ros.viz.renderers", default="vtk")


class Renderer(Protocol):
    """Draws frames of a scene, square pictures of `size` pixels, one per view, side by side."""

    name: str

    def __init__(self, scene: RenderScene, views: Sequence[str], size: int) -> None: ...

    @staticmethod
    def installed() -> str:
        """How it draws here, for `diffh2o doctor`.

        Raises:
            RenderError: why it cannot, then "; " and how to mend it.
        """

    def draw(self, frame: int) -> np.ndarray:
        """(size, views * size, 3) uint8 picture of one frame."""

    def close(self) -> None:
        """Frees what drawing needed."""


@lru_cache(maxsize=1)
def working_renderer() -> str:
    """The first renderer that can draw here: `vtk` or, as it draws everywhere, `matplotlib`."""
    for name in RENDERERS.names():
        try:
            RENDERERS.load(name).installed()
            return name
        except (ImportError, RenderError) as error:
            reason = error
    raise RenderError(f"no renderer works here: {reason}")


def make_renderer(
    scene: RenderScene, views: Sequence[str], size: int, renderer: str | None = None
) -> Renderer:
    """A renderer of `size` pixel square pictures, one per view; the one that works by default."""
    renderer = renderer or working_renderer()
    if renderer not in RENDERERS.names():
        known = ", ".join(RENDERERS.names())
        raise RenderError(f"renderer must be one of {known}, not {renderer!r}")
    return RENDERERS.load(renderer)(scene, views, size)
