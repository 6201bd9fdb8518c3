"""Pictures of an interaction: single frames, a strip of key frames, a film."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.backend import make_renderer
from diffh2o_ros.viz.scene import SKIN, VIEWS, RenderError, RenderScene

GIF_COLORS = 256
LAST_FRAME = 0.8  # seconds a GIF rests before it starts again
INK = (64, 60, 58)

Progress = Callable[[int, int], None]
Colors = Mapping[str, tuple[float, float, float]]


def render_frames(
    interaction: Interaction,
    frames: Sequence[int],
    view: str | Sequence[str] = "front",
    *,
    size: int = 480,
    renderer: str | None = None,
    hand_colors: Colors = SKIN,
    on_progress: Progress | None = None,
) -> list[np.ndarray]:
    """Pictures of some frames.

    Args:
        frames: their numbers.
        view: `front` (facing the person), `side` (the palm's side of the hand), or several, which
            are drawn side by side.
        size: height of a picture, and width of one view, in pixels.
        renderer: `vtk` or `matplotlib`; by default the better one that works.
        hand_colors: of the hands, by side.
        on_progress: called with how many pictures are done, and of how many.

    Returns:
        (size, views * size, 3) uint8 arrays.

    Raises RenderError for a frame or view that does not exist.
    """
    views = (view,) if isinstance(view, str) else tuple(view)
    frames = list(frames)
    for frame in frames:
        if not 0 <= frame < interaction.num_frames:
            raise RenderError(f"frame {frame} is outside the {interaction.num_frames} frames")
    painter = make_renderer(RenderScene(interaction, hand_colors), views, size, renderer)
    pictures = []
    try:
        for frame in frames:
            pictures.append(painter.draw(frame))
            if on_progress is not None:
                on_progress(len(pictures), len(frames))
    finally:
        painter.close()
    return pictures


def render_gif(
    interaction: Interaction,
    path: str | Path,
    views: int | Sequence[str] = 2,
    *,
    fps: float = 15.0,
    size: int = 360,
    hand_colors: Colors = SKIN,
    on_progress: Progress | None = None,
) -> None:
    """Writes an animated GIF in real time, from `views` sides (a number or their names)."""
    save_gif(film(interaction, views, fps, size, hand_colors, on_progress), path, fps)


def save_gif(pictures: Sequence[Image.Image], path: str | Path, fps: float) -> None:
    """Writes pictures of one size as an animated GIF."""
    # One palette for all frames, from a few of them: no flicker, and pixels that stay the same
    # cost nothing.
    chosen = pictures[:: max(1, len(pictures) // 6)]
    sample = Image.fromarray(np.concatenate([np.asarray(p) for p in chosen]))
    palette = sample.quantize(GIF_COLORS, method=Image.Quantize.MEDIANCUT)
    flat = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    # GIF counts hundredths of a second: round the moments, not the lengths, so time stays true.
    moments = np.round(np.arange(len(flat) + 1) * 100 / fps).astype(int)
    lengths = 10 * np.diff(moments)
    lengths[-1] += round(1000 * LAST_FRAME)
    with whole_file(path) as partial:
        flat[0].save(
            partial,
            format="GIF",
            save_all=True,
            append_images=flat[1:],
            duration=lengths.tolist(),
            loop=0,
            optimize=False,
        )


def render_mp4(
    interaction: Interaction,
    path: str | Path,
    views: int | Sequence[str] = 2,
    *,
    size: int = 480,
    hand_colors: Colors = SKIN,
    on_progress: Progress | None = None,
) -> None:
    """Writes an H.264 film at the interaction's own rate. Needs imageio-ffmpeg."""
    try:
        import imageio_ffmpeg
    except ImportError as error:
        raise RenderError("mp4 needs imageio-ffmpeg: pip install imageio-ffmpeg") from error
    pictures = film(interaction, views, interaction.fps, size, hand_colors, on_progress)
    with whole_file(path) as partial:
        writer = imageio_ffmpeg.write_frames(
            str(partial), pictures[0].size, fps=interaction.fps, macro_block_size=2, quality=8
        )
        writer.send(None)
        for picture in pictures:
            writer.send(picture.tobytes())
        writer.close()


def render_png(
    interaction: Interaction,
    path: str | Path,
    *,
    size: int = 320,
    hand_colors: Colors = SKIN,
    on_progress: Progress | None = None,
) -> None:
    """Writes one picture: five key frames from left to right, each view in a row."""
    frames = key_frames(interaction)
    pictures = render_frames(
        interaction, frames, VIEWS, size=size, hand_colors=hand_colors, on_progress=on_progress
    )
    columns = []
    for frame, picture in zip(frames, pictures, strict=True):
        column = Image.fromarray(np.concatenate(np.split(picture, len(VIEWS), axis=1)))
        _write(column, f"{frame / interaction.fps:.1f} s", bottom=True)
        columns.append(np.asarray(column))
    strip = Image.fromarray(np.concatenate(columns, axis=1))
    _write(strip, interaction.text)
    with whole_file(path) as partial:
        strip.save(partial, format="PNG", optimize=True)


def key_frames(interaction: Interaction) -> list[int]:
    """Start, reach, grasp, midway through the interaction, end."""
    grasp, last = interaction.grasp_frame, interaction.num_frames - 1
    return sorted({0, round(0.6 * grasp), grasp, (grasp + last) // 2, last})


def film(
    interaction: Interaction,
    views: int | Sequence[str],
    fps: float,
    size: int,
    hand_colors: Colors = SKIN,
    on_progress: Progress | None = None,
) -> list[Image.Image]:
    """Captioned pictures of the whole interaction at `fps`."""
    if not 0 < fps <= 50:
        raise RenderError(f"a film has 1 to 50 frames a second, not {fps:g}")
    names = VIEWS[:views] if isinstance(views, int) else tuple(views)
    if not names:
        raise RenderError("a film needs at least one view")
    times = np.arange(0, interaction.duration + 1e-6, 1 / fps)
    frames = np.minimum(np.round(times * interaction.fps), interaction.num_frames - 1).astype(int)
    pictures = render_frames(
        interaction, frames, names, size=size, hand_colors=hand_colors, on_progress=on_progress
    )
    images = [Image.fromarray(picture) for picture in pictures]
    for image in images:
        _write(image, interaction.text)
    return images


def _write(image: Image.Image, text: str, bottom: bool = False) -> None:
    """Writes one line into the upper or lower left corner, cut where it would not fit."""
    height = max(13, image.width // 60 if not bottom else 14)
    font = ImageFont.load_default(size=height)
    draw, margin = ImageDraw.Draw(image), height // 2 + 2
    longest = image.width - 2 * margin
    if draw.textlength(text, font=font) > longest:
        lengths = range(len(text))
        keep = bisect(lengths, longest, key=lambda n: draw.textlength(text[:n] + " ...", font=font))
        text = text[: max(keep - 1, 0)] + " ..."
    y = image.height - height - margin if bottom else margin
    draw.text((margin, y), text, fill=INK, font=font)
