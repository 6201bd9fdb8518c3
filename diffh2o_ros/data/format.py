"""The data set's vocabulary: what a sequence holds, and the folder it lies in.

A data set is a folder with a header, `dataset.json`, and shards, `shards/00000.npz` and on, of
plain arrays. Every shard lists its sequences (`infos`, one JSON string each). What stands beside
them depends on the header's `content`: "frames", the motions themselves (frames.py), or "recipes",
what they are computed from (recipes.py). `Dataset` reads both; docs/dataset.md is the reference.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.motion.posing import interaction_from_motion

FORMAT_VERSION = 2
FPS = 30.0
#: Every reach is this long, and a whole sequence at most that.
GRASP_FRAMES, MAX_FRAMES = 50, 200
HANDS = ("left", "right", "both")
SPLITS = ("train", "unseen_instance", "unseen_family")


class DatasetError(Diffh2oError):
    """A data set folder that is missing, damaged, or was built with other settings."""


@dataclass(frozen=True)
class SequenceInfo:
    """What is known of a sequence without its motion. Raises ValueError for unknown words."""

    name: str  #: unique in its data set
    source: str  #: `procedural`, `grab`
    family: str  #: kind of object
    object_name: str
    object_index: int  #: same object, same number
    action: str
    hand: str  #: `left`, `right` or `both`; in a hand-over the one that has the object first
    manner: str | None  #: `slowly`, `quickly`
    direction: str | None
    put_back: bool  #: the object ends where it stood
    kind: str | None  #: of the grasp
    where: str | None  #: `body`, `handle` or `rim`
    split: str
    num_frames: int
    sentences: tuple[str, ...]  #: true of the motion, for training
    held_out_sentences: tuple[str, ...]  #: in phrasings that training never sees
    approach: str | None = None  #: `side` or `top`, from where the hand comes
    count: int | None = None  #: how often what is repeated is done: shakes, blows, strokes

    def __post_init__(self) -> None:
        for name in ("sentences", "held_out_sentences"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.hand not in HANDS:
            raise ValueError(f"{self.name}: hand must be one of {HANDS}, not {self.hand!r}")
        if self.split not in SPLITS:
            raise ValueError(f"{self.name}: split must be one of {SPLITS}, not {self.split!r}")
        if not GRASP_FRAMES < self.num_frames <= MAX_FRAMES:
            raise ValueError(
                f"{self.name}: {self.num_frames} frames, not {GRASP_FRAMES + 1} to {MAX_FRAMES}"
            )

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> SequenceInfo:
        """Raises DatasetError where the text is no such record."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise DatasetError(f"a record of a sequence is damaged: {error}") from error


@dataclass
class Sequence:
    """A motion with its object, in the canonical frame: z up, the person on the -x side facing +x,
    the origin at the center of the object's bounding box as it lies at the start."""

    info: SequenceInfo
    motion: Motion  #: (T, ...)
    distances: torch.Tensor  #: (T, 2, 21) signed keypoint distances to the object, meters
    mesh: Mesh  #: the object as it lies at the start
    support: float  #: z of the table
    held: torch.Tensor  #: (T, 2) bool, which hand holds the object

    @property
    def active(self) -> tuple[str, ...]:
        """The sides that hold the object at some time."""
        holds = self.held.any(0).tolist()
        return tuple(side for side, acts in zip(("left", "right"), holds, strict=True) if acts)


def interaction_of(sequence: Sequence) -> Interaction:
    """The sequence as an interaction of its active hands, with the skin of `OpenHand`."""
    return interaction_from_motion(
        sequence.motion,
        sequence.mesh,
        {side: OpenHand(side) for side in sequence.active},
        text=sequence.info.sentences[0],
        grasp_frame=GRASP_FRAMES,
        fps=FPS,
    )


def read_header(folder: str | Path) -> dict:
    """The header of a data set. Raises DatasetError where there is none that can be used."""
    path = Path(folder) / "dataset.json"
    if not path.is_file():
        raise DatasetError(
            f"{folder} is not a data set: build one with 'diffh2o dataset build --out {folder}'"
        )
    try:
        header = json.loads(path.read_text())
        version = header["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is damaged: {error}") from error
    if version != FORMAT_VERSION:
        raise DatasetError(
            f"{folder} is a data set of format {version}, this is format {FORMAT_VERSION}: "
            "build it again in another folder"
        )
    return header


def write_header(folder: str | Path, **entries) -> None:
    """Writes `dataset.json`: the given entries beside what all data sets have in common."""
    header = {
        "format": FORMAT_VERSION,
        "fps": FPS,
        "grasp_frames": GRASP_FRAMES,
        "max_frames": MAX_FRAMES,
        **entries,
    }
    with whole_file(Path(folder) / "dataset.json") as partial:
        partial.write_text(json.dumps(header, indent=1))
