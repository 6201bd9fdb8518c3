"""Hands without their skin: the parameters of a hand's model, and its surface made of them again.

A surface is a function of the parameters alone, whatever was done to them before, so the name of
the model and a few vertices to know it by stand for all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.hands.loading import HANDS, Hand, load_hand
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.printable import shown

#: Meters by which a hand's points may differ from those of its model to be told by parameters.
SAME_SKIN = 1e-5
#: Meters by which they differ where the model's files are other ones than those it was made with.
OTHER_SKIN = 1e-4
#: Rotations are multiples of this, radians: no fingertip moves by a micrometer, and half as much
#: is left to store.
STEP = 2.0**-18
#: Vertices of the last frame that are kept to know the model by.
NUM_KNOWN = 16

PARAMETERS = ("global_orient", "transl", "hand_pose", "betas")
#: What a slim file holds of a hand.
SLIM_FIELDS = (*PARAMETERS, "model", "num_vertices", "known_vertices")


class SlimHandError(Diffh2oError):
    """A hand that its parameters do not tell, or whose model is not here. One line."""


def slim_arrays(hand: HandMotion, mano_dir: str | Path | None = None) -> dict[str, np.ndarray]:
    """What a slim file holds of a hand: SLIM_FIELDS. `model` is the name of its hand, and it is
    known by `num_vertices` and `known_vertices` (16, 3) of the last frame.

    Args:
        mano_dir: folder of MANO's files, which a hand of MANO's needs.

    Raises:
        SlimHandError: the hand is of no known model, or its skin is not what its parameters give.
    """
    arrays = {name: getattr(hand, name) for name in PARAMETERS}
    for name in ("global_orient", "hand_pose"):
        arrays[name] = (np.round(arrays[name].astype(float) / STEP) * STEP).astype(np.float32)
    model = _model_of(hand, mano_dir)
    again = _posed(hand.side, arrays, model)
    error = max(_distance(again.vertices, hand.vertices), _distance(again.joints, hand.joints))
    if error > SAME_SKIN:
        raise SlimHandError(
            f"the {hand.side} hand's skin lies {1000 * error:.2g} mm from what its parameters "
            f"give ({model.name}): save it with its vertices, not slim"
        )
    return arrays | {
        "model": np.array(model.name, np.str_),
        "num_vertices": np.int64(hand.vertices.shape[1]),
        "known_vertices": _known(hand.vertices),
    }


def whole_hand(
    side: str, arrays: Mapping[str, np.ndarray], mano_dir: str | Path | None = None
) -> HandMotion:
    """The hand that `slim_arrays` made arrays of.

    Raises:
        SlimHandError: its model is not known or not here, or it is another.
        ValueError: parameters of wrong shapes.
    """
    name = str(arrays["model"])
    if name not in HANDS.names():
        raise SlimHandError(
            f"it has a hand {shown(name)!r}, which is none of {', '.join(HANDS.names())}"
        )
    try:
        model = load_hand(name, side, mano_dir)
    except Diffh2oError as error:
        raise SlimHandError(f"it is slim, and its hands' model is not here: {error}") from error
    hand = _posed(side, arrays, model)
    known = _known(hand.vertices)
    if (
        hand.vertices.shape[1] != arrays["num_vertices"]
        or known.shape != arrays["known_vertices"].shape
        or not _distance(known, arrays["known_vertices"]) <= OTHER_SKIN
    ):
        raise SlimHandError(
            f"the {side} hand was made with other files of {name} than those that are here: give "
            "the folder of those"
        )
    return hand


def _model_of(hand: HandMotion, mano_dir: str | Path | None) -> Hand:
    """The hand whose triangles these are."""
    missing = []
    for name in HANDS.names():
        try:
            model = load_hand(name, hand.side, mano_dir)
        except Diffh2oError as error:
            missing.append(f"; {error}")
            continue
        if np.array_equal(model.faces, hand.faces):
            return model
    raise SlimHandError(
        f"the {hand.side} hand is none of those that are here, which a slim file needs: save it "
        f"with its vertices{''.join(missing)}"
    )


@torch.no_grad()
def _posed(side: str, arrays: Mapping[str, np.ndarray], model: Hand) -> HandMotion:
    # Posed about the origin, in single precision; only then moved, in what precision transl has.
    frames = len(arrays["global_orient"])
    orient, pose, betas = (
        torch.as_tensor(np.asarray(arrays[name], np.float32))
        for name in ("global_orient", "hand_pose", "betas")
    )
    output = model(orient, torch.zeros(frames, 3), pose, betas)
    transl = np.asarray(arrays["transl"])
    return HandMotion(
        side,
        **{name: arrays[name] for name in PARAMETERS},
        joints=output.keypoints.numpy() + transl[:, None],
        vertices=output.vertices.numpy() + transl[:, None],
        faces=model.faces.numpy(),
    )


def _known(vertices: np.ndarray) -> np.ndarray:
    """(16, 3) vertices of the last frame, evenly chosen."""
    return vertices[-1, np.linspace(0, vertices.shape[1] - 1, NUM_KNOWN).astype(int)]


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b).max()) if a.shape == b.shape else np.inf
