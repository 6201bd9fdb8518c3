"""Pictures of frames of a motion, of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.backend import make_renderer
from diffh2o_ros.viz.camera import VIEWS
from diffh2o_ros.viz.errors import RenderError
from diffh2o_ros.viz.scene import RenderScene
from diffh2o_ros.viz.shown import Shown

Progress = Callable[[int, int], None]
Size = int | tuple[int, int]
"""The height of square pictures, pixels; or width and height of all of them together."""

SMALLEST = 16  # pixels that a single view is wide and high at least


def render_frames(
    motion: Interaction | Shown,
    frames: Sequence[int],
    view: str | Sequence[str] = "front",
    *,
    size: Size = 480,
    renderer: str | None = None,
    on_progress: Progress | None = None,
) -> list[np.ndarray]:
    """Pictures of some frames.

    Args:
        frames: their numbers.
        view: `front` (facing the person), `side` (the palm's side of the hand), or several, which
            are drawn side by side.
        size: height of a picture, and width of one view, in pixels; or (width, height) of a
            picture.
        renderer: `vtk` or `matplotlib`; by default the better one that works.
        on_progress: called with how many pictures are done, and of how many.

    Returns:
        (height, width, 3) uint8 arrays.

    Raises RenderError for a frame, a view or a size that cannot be.
    """
    scene = RenderScene(motion)
    views = view_names((view,) if isinstance(view, str) else view)
    frames = list(frames)
    for frame in frames:
        if not 0 <= frame < scene.interaction.num_frames:
            raise RenderError(f"frame {frame} is outside the {scene.interaction.num_frames} frames")
    painter = make_renderer(scene, views, whole_size(size, len(views)), renderer)
    pictures = []
    try:
        for frame in frames:
            pictures.append(painter.draw(frame))
            if on_progress is not None:
                on_progress(len(pictures), len(frames))
    finally:
        painter.close()
    return pictures


def view_names(views: int | Sequence[str]) -> tuple[str, ...]:
    """Names of views, of which there is at least one: RenderError."""
    names = VIEWS[:views] if isinstance(views, int) else tuple(views)
    if not names:
        raise RenderError("a picture needs at least one view")
    return names


def whole_size(size: Size, columns: int, rows: int = 1) -> tuple[int, int]:
    """(width, height) in pixels of so many pictures together. Raises RenderError where there is no
    room for them."""
    width, height = (size * columns, size * rows) if isinstance(size, int) else size
    if width < SMALLEST * columns or height < SMALLEST * rows:
        raise RenderError(
            f"{width}x{height} pixels are too few for {columns} x {rows} pictures: give at least "
            f"{SMALLEST * columns}x{SMALLEST * rows}"
        )
    return width, height


def same_scale(scenes: Sequence[RenderScene]) -> None:
    """Has the cameras of several scenes keep in the picture what is to be seen in any of them, so
    that they can be compared."""
    framed = np.concatenate([scene.framed for scene in scenes])
    for scene in scenes:
        scene.framed = framed
