"""Imports a GRAB folder: every sequence that can be used, as it is and mirrored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from diffh2o_ros.data.format import read_header
from diffh2o_ros.data.frames import FramesWriter
from diffh2o_ros.data.grab.annotations import Annotations
from diffh2o_ros.data.grab.example import convert, mirror_image
from diffh2o_ros.data.grab.files import Unusable, read_recording
from diffh2o_ros.data.grab.models import GrabError, GrabModels


@dataclass
class ImportReport:
    """What an import came to."""

    found: int = 0  #: sequence files
    imported: int = 0  #: of those
    written: int = 0  #: sequences of the data set, mirror images included
    overruled: int = 0  #: files whose annotation names a hand that the frames kept do not show
    mean_hands: int = 0  #: hand templates that are missing; the mean hand stood in
    skipped: Counter[str] = field(default_factory=Counter)  #: files by reason

    def __str__(self) -> str:
        parts = [f"{self.imported} of {self.found} sequences imported, {self.written} written"]
        if self.skipped:
            counts = (f"{count} {reason}" for reason, count in self.skipped.most_common())
            parts.append(f"skipped: {', '.join(counts)}")
        if self.overruled:
            parts.append(
                f"{self.overruled} with composed sentences, as theirs name a hand that holds "
                "nothing in the frames kept"
            )
        if self.mean_hands:
            parts.append(f"mean hands for {self.mean_hands} missing in tools/subject_meshes")
        return "; ".join(parts)


def import_grab(
    grab: str | Path,
    mano: str | Path,
    out: str | Path,
    annotations: str | Path | None = None,
    mirror: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
    on_skip: Callable[[str], None] | None = None,
) -> ImportReport:
    """Writes a data set of explicit frames from a GRAB folder.

    A sequence that cannot be used is skipped and reported, whatever is wrong with it.

    Args:
        grab: the folder with `grab/` and `tools/`; mano: the one with the MANO files.
        annotations: a CSV file, see `Annotations`; sequences it lacks get composed sentences.
        mirror: write every sequence mirrored, too.
        on_progress: called with (files done, files). on_skip: with a line for each file skipped.

    Raises:
        GrabError: GRAB, or all of its sequences, cannot be used; `out` holds a data set.
        ManoError: the MANO files cannot be used.
    """
    grab, out = Path(grab).expanduser(), Path(out)
    models = GrabModels(grab, Path(mano))
    written = Annotations(Path(annotations)) if annotations else None
    paths = sorted((grab / "grab").glob("s*/*.npz"), key=_order)
    if not paths:
        raise GrabError(f"{grab}/grab has no sequences s*/*.npz: unpack GRAB's archives there")
    if (out / "dataset.json").exists() and read_header(out).get("num_sequences"):
        raise GrabError(f"{out} holds a data set already: give another folder")
    things = sorted({_thing(path) for path in paths})
    report, writer = ImportReport(found=len(paths)), None
    for done, path in enumerate(paths, start=1):
        try:
            example = convert(read_recording(path), models, things.index(_thing(path)), written)
        except Unusable as error:
            report.skipped[error.reason] += 1
            if on_skip:
                on_skip(f"skipped {path.parent.name}/{path.name}: {error}")
        else:
            writer = writer or FramesWriter(out, "grab", mirrored=mirror)
            distances = writer.add(
                example.info, example.motion, example.mesh, example.support, example.held
            )
            report.written += 1
            if mirror:
                image = mirror_image(example)
                writer.add(
                    image.info,
                    image.motion,
                    image.mesh,
                    image.support,
                    image.held,
                    distances.flip(-2),
                )
                report.written += 1
            report.imported += 1
            report.overruled += example.overruled
        if on_progress:
            on_progress(done, len(paths))
    if writer is None:
        raise GrabError(f"no sequence of {grab} could be imported: {report}")
    writer.close()
    report.mean_hands = len(models.missing_templates)
    return report


def _order(path: Path) -> tuple[int, str, str]:
    """s2 before s10."""
    return len(path.parent.name), path.parent.name, path.name


def _thing(path: Path) -> str:
    return path.stem.partition("_")[0].lower()
