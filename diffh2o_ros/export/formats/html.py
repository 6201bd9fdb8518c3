"""Motions as a page for a browser: one file that is opened from disk and asks no host."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.page.document import document
from diffh2o_ros.export.page.packing import PackedArrays
from diffh2o_ros.export.page.sample import packed_sample
from diffh2o_ros.motion.interaction import Interaction

MOST_SIDE_BY_SIDE = 9
MOST_BYTES = 2_000_000


class Html:
    """Motions side by side on one offline page."""

    name = "html"
    suffix = ".html"
    many = True

    @staticmethod
    def installed() -> str:
        return "one offline page, for any browser with WebGL"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        text = html(episodes)
        with whole_file(path) as partial:
            partial.write_text(text, "utf-8", newline="\n")


def save_html(motions: Sequence[Interaction | Episode], path: str | Path) -> None:
    """Writes a page that shows motions side by side, each with its robot hands and its target
    grasp where its episode has any. It is one file, for any browser, and asks no host.

    Raises:
        ExportError: as `html`. RobotHandError, TrajectoryFileError: a robot cannot be loaded.
    """
    Html.save([m if isinstance(m, Episode) else Episode(m) for m in motions], Path(path))


def html(episodes: Sequence[Episode]) -> str:
    """The page of these motions, under MOST_BYTES.

    Raises:
        ExportError: there is none, or more than a page can hold.
        RobotHandError, TrajectoryFileError: a robot cannot be loaded, or is another one.
    """
    if not 0 < len(episodes) <= MOST_SIDE_BY_SIDE:
        raise ExportError(
            f"a page shows 1 to {MOST_SIDE_BY_SIDE} motions side by side, not {len(episodes)}"
        )
    arrays = PackedArrays()
    samples = [packed_sample(arrays, episode) for episode in episodes]
    text = document({"arrays": arrays.index, "samples": samples}, arrays.text())
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ExportError(
            f"these {len(episodes)} motions need a page of {size / 1e6:.1f} MB, and it may have "
            f"{MOST_BYTES / 1e6:.0f}: give fewer or shorter ones"
        )
    return text
