"""Motions as one picture: a row of moments for each view, motions one under another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.backend import make_renderer
from diffh2o_ros.viz.captions import write
from diffh2o_ros.viz.contact_colors import moving_frames
from diffh2o_ros.viz.film import Motions
from diffh2o_ros.viz.palette import BACKGROUND
from diffh2o_ros.viz.render import Progress, Size, same_scale, view_names, whole_size
from diffh2o_ros.viz.scene import RenderScene
from diffh2o_ros.viz.shown import as_shown

LETTERS = 18  # of them, one above another, a picture is high


def render_png(
    motions: Motions,
    path: str | Path,
    views: int | list[str] | tuple[str, ...] = 2,
    *,
    size: Size = 320,
    on_progress: Progress | None = None,
) -> None:
    """Writes one picture: key frames from left to right, each view in a row, motions one under
    another at the same scale.

    Args:
        size: height and width of a single picture, pixels; or (width, height) of all together.
        on_progress: called with how many pictures are done, and of how many.

    Raises RenderError for what cannot be drawn, OSError where it cannot be written.
    """
    scenes, names = [RenderScene(motion) for motion in as_shown(motions)], view_names(views)
    same_scale(scenes)
    moments = [
        held_frames(s.interaction) if s.shown.close else key_frames(s.interaction) for s in scenes
    ]
    columns, rows = max(map(len, moments)), len(scenes) * len(names)
    width, height = whole_size(size, columns, rows)
    cell = -(-width // columns), -(-height // rows)
    across, down = (
        np.linspace(0, length, n + 1).round().astype(int).tolist()
        for length, n in ((width, columns), (height, rows))
    )
    strip = Image.new("RGB", (width, height), tuple((255 * BACKGROUND).astype(int).tolist()))
    done, total = 0, sum(map(len, moments)) * len(names)
    for number, (scene, frames) in enumerate(zip(scenes, moments, strict=True)):
        top = number * len(names)
        for row, name in enumerate(names):
            painter = make_renderer(scene, (name,), cell)
            try:
                for column, frame in enumerate(frames):
                    drawn = Image.fromarray(painter.draw(frame))
                    if row == len(names) - 1:
                        seconds = f"{frame / scene.interaction.fps:.1f} s"
                        write(drawn, seconds, cell[1] // LETTERS, bottom=True)
                    strip.paste(drawn, (across[column], down[top + row]))
                    done += 1
                    if on_progress is not None:
                        on_progress(done, total)
            finally:
                painter.close()
        band = strip.crop((0, down[top], width, down[top + 1]))
        write(band, scene.shown.title, cell[1] // LETTERS)
        strip.paste(band, (0, down[top]))
    with whole_file(path) as partial:
        strip.save(partial, format="PNG", optimize=True)


def key_frames(interaction: Interaction) -> list[int]:
    """Start, reach, grasp, midway through the interaction, end."""
    grasp, last = interaction.grasp_frame, interaction.num_frames - 1
    return sorted({0, round(0.6 * grasp), grasp, (grasp + last) // 2, last})


def held_frames(interaction: Interaction) -> list[int]:
    """The grasp, and the middle and the end of the object's motion."""
    moving = moving_frames(interaction)
    return sorted({interaction.grasp_frame, int(moving[len(moving) // 2]), int(moving[-1])})
