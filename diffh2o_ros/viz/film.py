"""Films of motions: one, or several side by side that begin together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.backend import make_renderer
from diffh2o_ros.viz.captions import write
from diffh2o_ros.viz.errors import RenderError
from diffh2o_ros.viz.render import Progress, Size, same_scale, view_names, whole_size
from diffh2o_ros.viz.scene import RenderScene
from diffh2o_ros.viz.shown import Shown, as_shown

GIF_COLORS = 256
PALETTE_FRAMES = 6  # that a GIF's colors are chosen from
LAST_FRAME = 0.8  # seconds a GIF rests before it starts again
MOST_FPS = 50

Motions = Interaction | Shown | Sequence[Interaction | Shown]


def render_gif(
    motions: Motions,
    path: str | Path,
    views: int | Sequence[str] = 2,
    *,
    fps: float = 15.0,
    size: Size = 360,
    colors: int = GIF_COLORS,
    on_progress: Progress | None = None,
) -> None:
    """Writes an animated GIF in real time.

    Args:
        motions: one, or several, which are side by side; what ends first stays as it is.
        views: from how many sides each is seen, or their names.
        size: height of a picture, pixels, its views being square; or (width, height) of the film.
        colors: that it has, 2 to 256; fewer make a smaller file.
        on_progress: called with how many pictures are done, and of how many.

    Raises RenderError for what cannot be drawn, OSError where it cannot be written.
    """
    with film(motions, views, fps, size) as (picture, count):
        # One palette for all frames, from a few of them: no flicker, and pixels that stay the same
        # cost nothing.
        chosen = range(0, count, max(1, count // PALETTE_FRAMES))
        sample = Image.fromarray(np.concatenate([np.asarray(picture(i)) for i in chosen]))
        # Median cut spends its colors on the table's grays: k-means gives some to what is rare.
        palette = sample.quantize(colors, method=Image.Quantize.MEDIANCUT, kmeans=2)

        def flat() -> Iterator[Image.Image]:
            for i in range(count):
                yield picture(i).quantize(palette=palette, dither=Image.Dither.NONE)
                if on_progress is not None:
                    on_progress(i + 1, count)

        # GIF counts hundredths of a second: round the moments, not the lengths, so time stays true.
        lengths = 10 * np.diff(np.round(np.arange(count + 1) * 100 / fps).astype(int))
        lengths[-1] += round(1000 * LAST_FRAME)
        frames = flat()
        with whole_file(path) as partial:
            next(frames).save(
                partial,
                format="GIF",
                save_all=True,
                append_images=frames,
                duration=lengths.tolist(),
                loop=0,
                optimize=False,
            )


def render_mp4(
    motions: Motions,
    path: str | Path,
    views: int | Sequence[str] = 2,
    *,
    size: Size = 480,
    on_progress: Progress | None = None,
) -> None:
    """Writes an H.264 film at the motion's own rate (that of the first of several), which needs
    imageio-ffmpeg; else as `render_gif`."""
    try:
        import imageio_ffmpeg
    except ImportError as error:
        raise RenderError("mp4 needs imageio-ffmpeg: pip install imageio-ffmpeg") from error
    fps = as_shown(motions)[0].interaction.fps
    with film(motions, views, fps, size) as (picture, count), whole_file(path) as partial:
        width, height = picture(0).size
        if width % 2 or height % 2:
            raise RenderError(
                f"an mp4 has an even width and height, not {width}x{height}: "
                f"give {width + width % 2}x{height + height % 2}"
            )
        writer = imageio_ffmpeg.write_frames(
            str(partial), (width, height), fps=fps, macro_block_size=2, quality=8
        )
        writer.send(None)
        for i in range(count):
            writer.send(picture(i).tobytes())
            if on_progress is not None:
                on_progress(i + 1, count)
        writer.close()


@contextmanager
def film(
    motions: Motions, views: int | Sequence[str], fps: float, size: Size
) -> Iterator[tuple[Callable[[int], Image.Image], int]]:
    """What draws the pictures of a film by their numbers, captioned, and how many there are.

    Pictures are drawn when they are asked for: a long film need not fit into memory.
    """
    if not 0 < fps <= MOST_FPS:
        raise RenderError(f"a film has 1 to {MOST_FPS} frames a second, not {fps:g}")
    scenes, names = [RenderScene(motion) for motion in as_shown(motions)], view_names(views)
    width, height = whole_size(size, len(scenes) * len(names))
    same_scale(scenes)
    edges = np.linspace(0, width, len(scenes) + 1).round().astype(int)
    times = np.arange(0, max(s.interaction.duration for s in scenes) + 1e-6, 1 / fps)
    with ExitStack() as stack:
        painters = []
        for scene, of_scene in zip(scenes, np.diff(edges), strict=True):
            painters.append(make_renderer(scene, names, (int(of_scene), height)))
            stack.callback(painters[-1].close)

        def picture(number: int) -> Image.Image:
            beside = Image.new("RGB", (width, height))
            for scene, painter, x in zip(scenes, painters, edges[:-1], strict=True):
                motion = scene.interaction
                frame = min(round(times[number] * motion.fps), motion.num_frames - 1)
                drawn = Image.fromarray(painter.draw(frame))
                write(drawn, scene.shown.title, drawn.width // (30 * len(names)))
                beside.paste(drawn, (int(x), 0))
            return beside

        yield picture, len(times)
