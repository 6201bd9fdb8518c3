"""Several motions in one film: of a human hand, and of the robot hand that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.render import Colors, Progress, film, save_gif


def render_together(
    motions: Sequence[tuple[Interaction, Colors]],
    path: str | Path,
    view: str = "front",
    *,
    fps: float = 15.0,
    size: int = 360,
    on_progress: Progress | None = None,
) -> None:
    """Writes an animated GIF of motions that begin together; what ends first stays as it is.

    Args:
        motions: each with the colors of its hands, by side.
    """
    films = []
    for number, (motion, colors) in enumerate(motions):

        def progress(done: int, total: int, number: int = number) -> None:
            if on_progress is not None:
                on_progress(number * total + done, len(motions) * total)

        films.append(film(motion, (view,), fps, size, colors, progress))
    longest = max(map(len, films))
    held = [pictures + pictures[-1:] * (longest - len(pictures)) for pictures in films]
    beside = [
        np.concatenate([np.asarray(p) for p in row], axis=1) for row in zip(*held, strict=True)
    ]
    save_gif([Image.fromarray(picture) for picture in beside], path, fps)
