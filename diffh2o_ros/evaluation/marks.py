"""What is marked on an object of a known family: handle, rim and opening; a JSON beside its mesh.

`diffh2o dataset meshes` writes NAME.json beside NAME.ply. A scan has none.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.evaluation.metrics import in_object_frame
from diffh2o_ros.evaluation.where import contact_points, lift_off
from diffh2o_ros.json_file import read_json
from diffh2o_ros.motion.interaction import Interaction

ON_HANDLE = 0.012  # meters from a contact to a marked point
MOST = 0.5  #: share of the contact that makes a grasp one of the handle
#: A hand covers what it is above: so far along the opening's axis, and this far beside a vertex.
ABOVE, BESIDE = (-0.01, 0.10), 0.008  # meters
COVERED = 0.25  #: share of the opening


class MarksError(Diffh2oError):
    """A file of marks that cannot be used; the message is one line."""


@dataclass(frozen=True)
class Marks:
    """Marks of one object, in its mesh's frame, meters."""

    family: str
    affordances: list[str] = field(default_factory=list)
    """Actions it is made for, or allows."""
    handle: list[list[float]] = field(default_factory=list)
    """(N, 3) points of its surface."""
    rim: list[list[float]] = field(default_factory=list)
    """(N, 3) of an open vessel or plate."""
    mouth: list[float] | None = None
    """(3,) center of the opening; None where there is none."""
    mouth_direction: list[float] | None = None
    """(3,) unit, out of it."""

    def write(self, path: Path) -> None:
        with whole_file(path) as partial:
            partial.write_text(json.dumps(asdict(self)) + "\n", "utf-8")

    @classmethod
    def beside(cls, mesh: Path) -> Marks | None:
        """The marks of a mesh file; None where it has none. Raises MarksError."""
        path = mesh.with_suffix(".json")
        if not path.exists():
            return None
        try:
            marks = cls(**read_json(path, "file of marks", MarksError))
            shapes = {len(point) for point in (*marks.handle, *marks.rim)} | (
                {len(marks.mouth), len(marks.mouth_direction)} if marks.mouth else set()
            )
        except TypeError as error:
            raise MarksError(f"{path} holds no marks of a mesh: {error}") from error
        if shapes - {3}:
            raise MarksError(f"{path} holds no marks of a mesh: points are lists of 3 numbers")
        return marks


def marked_figures(interaction: Interaction, marks: Marks) -> dict[str, float]:
    """Where a marked object is held when it moves off.

    Returns:
        handle_contact: share of the hand vertices on the object that are on its handle, and
        on_handle: whether it is more than half. Left out where it has no handle, or no hand is on
        it.
        over_mouth: whether a hand is over a quarter or more of the opening. Left out where there is
        none with a rim.
    """
    figures = {}
    if marks.handle:
        contact = contact_points(interaction)
        if len(contact):
            share = float((cKDTree(marks.handle).query(contact)[0] <= ON_HANDLE).mean())
            figures |= {"handle_contact": share, "on_handle": float(share > MOST)}
    if marks.mouth and marks.rim:
        figures["over_mouth"] = float(_mouth_covered(interaction, marks) >= COVERED)
    return figures


def _mouth_covered(interaction: Interaction, marks: Marks) -> float:
    """Share of the opening that a hand is above."""
    frame = np.array([lift_off(interaction)])
    hands = interaction.hands.values()
    skin = np.concatenate([hand.vertices[frame[0]] for hand in hands]).astype(float)
    skin = in_object_frame(interaction, skin[None], frame)[0] - marks.mouth
    axis = np.array(marks.mouth_direction)
    across = np.linalg.svd(axis[None])[2][1:]  # two directions in the opening's plane
    radius = np.linalg.norm(np.subtract(marks.rim, marks.mouth) @ across.T, axis=1).mean()
    height = skin @ axis
    over = skin[(height > ABOVE[0]) & (height < ABOVE[1])] @ across.T
    if not len(over):
        return 0.0
    turn, out = np.arange(200) * np.pi * (3 - 5**0.5), np.sqrt((np.arange(200) + 0.5) / 200)
    disk = radius * out[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    return float((cKDTree(over).query(disk)[0] <= BESIDE).mean())
