"""Many interactions in one picture, each as a strip of frames from two views: to look data over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.camera import VIEWS
from diffh2o_ros.viz.palette import INK
from diffh2o_ros.viz.render import render_frames

CAPTION, GAP, SIZE = 18, 8, 150  # pixels; of a single picture
FRAMES, COLUMNS = 7, 2  # of an interaction; of the sheet
PAPER = 255


def render_contact_sheet(
    interactions: Iterable[Interaction], path: str | Path, on_progress: Callable[[int], None]
) -> None:
    """Writes a PNG: for each interaction its text, and a row of frames for each view.

    Args:
        on_progress: called with how many interactions are drawn.
    """
    strips = []
    for interaction in interactions:
        strips.append(_strip(interaction))
        on_progress(len(strips))
    height, width = strips[0].shape[:2]
    columns = min(COLUMNS, len(strips))
    rows = -(-len(strips) // columns)
    sheet = np.full(
        (rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), PAPER, np.uint8
    )
    for i, strip in enumerate(strips):
        y, x = (i // columns) * (height + GAP), (i % columns) * (width + GAP)
        sheet[y : y + height, x : x + width] = strip
    with whole_file(path) as partial:
        Image.fromarray(sheet).quantize(256).save(partial, format="PNG", optimize=True)


def _strip(interaction: Interaction) -> np.ndarray:
    """A row a view: the start, the late reach, the grasp, and evenly from there to the end."""
    grasp, last = interaction.grasp_frame, interaction.num_frames - 1
    frames = [0, round(0.75 * grasp), *np.linspace(grasp, last, FRAMES - 2).round().astype(int)]
    pictures = render_frames(interaction, frames, VIEWS, size=SIZE)
    rows = np.concatenate(
        [np.concatenate(np.split(picture, len(VIEWS), axis=1)) for picture in pictures], axis=1
    )
    caption = Image.new("RGB", (rows.shape[1], CAPTION), (PAPER,) * 3)
    font = ImageFont.load_default(size=CAPTION - 6)
    ImageDraw.Draw(caption).text((4, 2), interaction.text, fill=INK, font=font)
    return np.concatenate([np.asarray(caption), rows])
