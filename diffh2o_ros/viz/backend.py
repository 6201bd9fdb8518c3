"""Which renderer works on this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from diffh2o_ros.viz.scene import RenderError, Scene

RENDERERS = ("vtk", "matplotlib")
# A white ball on black, in VTK's own words: pyvista takes seconds to load where the disk is slow.
_PROBE = """
import importlib.util
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules import vtkFiltersSources, vtkRenderingCore
window, renderer = vtkRenderingCore.vtkRenderWindow(), vtkRenderingCore.vtkRenderer()
source, actor = vtkFiltersSources.vtkSphereSource(), vtkRenderingCore.vtkActor()
mapper = vtkRenderingCore.vtkPolyDataMapper()
mapper.SetInputConnection(source.GetOutputPort())
actor.SetMapper(mapper)
renderer.AddActor(actor)
window.SetOffScreenRendering(True)
window.SetSize(32, 32)
window.AddRenderer(renderer)
window.Render()
picture = vtkRenderingCore.vtkWindowToImageFilter()
picture.SetInput(window)
picture.Update()
seen = picture.GetOutput().GetScalarRange()[1] > 0
raise SystemExit(0 if seen and importlib.util.find_spec("pyvista") else 1)
"""
_PATIENCE = 60  # seconds


class Renderer(Protocol):
    """Draws frames of the scene it was made for."""

    def draw(self, frame: int) -> np.ndarray:
        """(size, views * size, 3) uint8 picture of one frame."""

    def close(self) -> None:
        """Frees what drawing needed."""


@lru_cache(maxsize=1)
def working_renderer() -> str:
    """`vtk` where it can draw, `matplotlib` where it cannot.

    Asked once, of a process of its own: without OpenGL libraries VTK does not raise an error, it
    ends the process that called it.
    """
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return "matplotlib"
    return "vtk" if probe.returncode == 0 else "matplotlib"


def make_renderer(
    scene: Scene, views: Sequence[str], size: int, renderer: str | None = None
) -> Renderer:
    """A renderer of `size` pixel square pictures, one per view; the one that works by default."""
    renderer = renderer or working_renderer()
    if renderer not in RENDERERS:
        raise RenderError(f"renderer must be one of {', '.join(RENDERERS)}, not {renderer!r}")
    if renderer == "vtk":
        from diffh2o_ros.viz.vtk_renderer import VtkRenderer

        return VtkRenderer(scene, views, size)
    from diffh2o_ros.viz.painter_renderer import PainterRenderer

    return PainterRenderer(scene, views, size)
