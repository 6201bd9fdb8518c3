"""Renderers by name, each a file in `viz/renderers`, and which of them works on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from diffh2o_ros.registry import Registry
from diffh2o_ros.viz.errors import RenderError
from diffh2o_ros.viz.scene import RenderScene

RENDERERS = Registry("diffh2o_ros.viz.renderers", default="vtk")


class Renderer(Protocol):
    """Draws frames of a scene, its views side by side in pictures of `size` (width, height)."""

    name: str

    def __init__(self, scene: RenderScene, views: Sequence[str], size: tuple[int, int]) -> None: ...

    @staticmethod
    def installed() -> str:
        """How it draws here, for `diffh2o doctor`.

        Raises:
            RenderError: why it cannot, then "; " and how to mend it.
        """

    def draw(self, frame: int) -> np.ndarray:
        """(height, width, 3) uint8 picture of one frame."""

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
    scene: RenderScene, views: Sequence[str], size: tuple[int, int], renderer: str | None = None
) -> Renderer:
    """A renderer of views side by side, in pictures of `size` (width, height) pixels; the one that
    works by default."""
    renderer = renderer or working_renderer()
    if renderer not in RENDERERS.names():
        known = ", ".join(RENDERERS.names())
        raise RenderError(f"renderer must be one of {known}, not {renderer!r}")
    return RENDERERS.load(renderer)(scene, views, size)
