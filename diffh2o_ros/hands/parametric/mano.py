"""`ManoHand`: MANO (Romero et al. 2017) through smplx, for users who have its model files."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from diffh2o_ros.hands import skeleton
from diffh2o_ros.hands.mano_file import ManoError, find_mano_file, read_mano_file
from diffh2o_ros.hands.output import HandOutput
from diffh2o_ros.hands.sides import SIDES, check_side

#: Vertices at the fingertips: thumb, index, middle, ring, little (both hands, smplx's choice).
TIP_VERTICES = (744, 320, 443, 554, 671)

_REMEDY = (
    "pip install smplx, get the files from https://mano.is.tue.mpg.de (non-commercial) and give "
    "their folder as --mano-dir"
)


class ManoHand(torch.nn.Module):
    """The MANO hand, with the interface of `OpenHand`.

    Poses are full axis-angle over the flat hand (no PCA), as everywhere in this project. smplx
    and the model files are licensed for non-commercial use only and are not a part of it. The left
    hand's shape directions are used as its file has them.

    Args:
        model_dir: folder with MANO_RIGHT.pkl and MANO_LEFT.pkl (or .npz), or one above it.
        side: "right" or "left".

    Raises:
        ManoError: smplx or the files are missing or damaged; the message says how to get them.
        ValueError: for another side, and in `forward` for parameters of a wrong length.
    """

    name = "mano"

    faces: Tensor
    """(1538, 3) int64 triangles, normals outward."""

    def __init__(self, model_dir: str | Path | None, side: str = "right") -> None:
        super().__init__()
        self.side = check_side(side)
        self._mano = _smplx_model(find_mano_file(model_dir, side), side)
        self.register_buffer("faces", self._mano.faces_tensor, persistent=False)

    @classmethod
    def load(cls, side: str, model_dir: str | Path | None) -> ManoHand:
        """The hand of one side, from the files in `model_dir`."""
        return cls(model_dir, side)

    @staticmethod
    def installed(model_dir: str | Path | None) -> str:
        """Where its files are: see `loading.Hand`."""
        if find_spec("smplx") is None:
            raise ManoError(f"smplx is not installed; {_REMEDY}")
        if model_dir is None:
            raise ManoError(f"smplx is there, but no folder of MANO's is told; {_REMEDY}")
        try:
            found = [find_mano_file(model_dir, side) for side in SIDES]
        except ManoError as error:
            raise ManoError(f"{error}; {_REMEDY}") from error
        return " and ".join(str(path) for path in found)

    def forward(
        self, global_orient: Tensor, transl: Tensor, hand_pose: Tensor, betas: Tensor | None = None
    ) -> HandOutput:
        """Poses the hand. Leading shapes (...) broadcast; all of it is differentiable.

        Args:
            global_orient: (..., 3) axis-angle about rest joint 0.
            transl: (..., 3) meters, added to every point.
            hand_pose: (..., 45) axis-angle of 15 joints, MANO's order; zeros are a flat hand.
            betas: (10,) or (..., 10) coefficients of MANO's shape space; None is the mean.
        """
        if betas is None:
            betas = transl.new_zeros(10)
        values = {
            "global_orient": (global_orient, 3),
            "transl": (transl, 3),
            "hand_pose": (hand_pose, skeleton.POSE_DIM),
            "betas": (betas, 10),
        }
        for name, (value, length) in values.items():
            if value.shape[-1:] != (length,):
                raise ValueError(
                    f"{name} must end in {length} numbers, not shape {tuple(value.shape)}"
                )
        batch = torch.broadcast_shapes(*(value.shape[:-1] for value, _ in values.values()))
        flat = {
            name: value.expand(*batch, length).reshape(math.prod(batch), length)
            for name, (value, length) in values.items()
        }
        posed = self._mano(**flat)
        vertices = posed.vertices.unflatten(0, batch) if batch else posed.vertices[0]
        joints = posed.joints.unflatten(0, batch) if batch else posed.joints[0]
        rotations, _ = skeleton.forward_kinematics(
            joints.detach(),
            global_orient.expand(*batch, 3),
            transl.expand(*batch, 3),
            hand_pose.expand(*batch, skeleton.POSE_DIM),
        )
        tips = vertices[..., list(TIP_VERTICES), :]
        return HandOutput(vertices, joints, skeleton.keypoints_from_joints(joints, tips), rotations)


def _smplx_model(path: Path, side: str) -> torch.nn.Module:
    try:
        import smplx
        from smplx.utils import Struct
    except ImportError as error:
        raise ManoError(
            "the MANO hand needs smplx; pip install smplx (non-commercial license)"
        ) from error
    # smplx prints a warning for shape spaces below this many directions; ten are all MANO has.
    quiet = type("Mano", (smplx.MANO,), {"SHAPE_SPACE_DIM": 10})
    model = quiet(
        model_path="",
        data_struct=Struct(**read_mano_file(path)),
        is_rhand=side == "right",
        use_pca=False,
        num_pca_comps=45,
        flat_hand_mean=True,
        create_global_orient=False,
        create_body_pose=False,
        create_hand_pose=False,
        create_betas=False,
        create_transl=False,
    )
    return model.requires_grad_(False)
