"""Quick trials of many one-handed grasps of one object: its model is compiled only once."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.mujoco_hand import PosedHand, hand_xml, model_xml
from diffh2o_ros.data.grasps.physics import (
    HoldResult,
    Schedule,
    is_convex,
    load_mujoco,
    planned_contacts,
    run,
)
from diffh2o_ros.geometry.mass import mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror_wrist
from diffh2o_ros.hands.skeleton import rest_joints

#: A shorter trial than `THOROUGH` with longer steps, and stricter: what passes it passes that one,
#: as a rule.
QUICK = Schedule(close=0.1, settle=0.1, hold=0.1, step=0.008, lost=0.01, turned=np.deg2rad(14.0))
#: Points and steps with which MuJoCo looks for a limb's contacts in the distance field.
SEARCHES = 3
#: Limbs that start farther than this (meters) from the surface are left out of collisions.
FAR = 0.012
#: What of a model the pose and the side of a hand decide, and how many of each a hand has.
_POSED = {
    "nbody": ("body_pos", "body_quat", "body_ipos", "body_iquat", "body_inertia", "body_mass"),
    "njnt": ("jnt_axis", "jnt_range"),
    "ngeom": ("geom_pos", "geom_quat", "geom_aabb"),
    "nbvh": ("bvh_aabb",),
}


class HoldTrial:
    """Tries grasps of one object; the distance field that MuJoCo makes of it is made once."""

    def __init__(self, mesh: Mesh, sdf: SignedDistanceGrid) -> None:
        """Args: mesh: the object; sdf: of it, in the same frame."""
        self._mesh, self._sdf, self._mass = mesh, sdf, mass_of(mesh)[0]
        self._model = None

    def __call__(self, hands: Hands, row: int) -> HoldResult:
        """How one of the hands, alone, holds the object."""
        rotation = hands.rotation[row]
        hand = PosedHand.at(
            "left" if hands.left[row] else "right",
            hands.wrist[row] * hands.signs[row, 0],
            mirror_wrist(rotation) if hands.left[row] else rotation,
            hands.angles[row],
        )
        points, normals, joints = planned_contacts(hand, self._mesh)
        # The hand comes first in the model, after the world: joint 0 is body 1.
        return run(self._posed(hand), (points, normals, joints + 1), self._mass, QUICK)

    def _posed(self, hand: PosedHand):
        """The object's model with this hand in it."""
        mujoco = load_mujoco()
        if self._model is None:
            xml = model_xml(self._mesh, is_convex(self._mesh), [hand], QUICK.step)
            self._model = mujoco.MjModel.from_xml_string(xml)
        model, alone = self._model, mujoco.MjModel.from_xml_string(hand_xml(hand))
        for count, names in _POSED.items():
            for name in names:
                getattr(model, name)[: getattr(alone, count)] = getattr(alone, name)
        mujoco.mj_setConst(model, mujoco.MjData(model))
        model.opt.gravity[:] = 0.0
        model.opt.sdf_initpoints = model.opt.sdf_iterations = SEARCHES
        far = self._far(hand)
        model.geom_contype[: len(far)] = np.where(far, 0, 1)
        return model

    def _far(self, hand: PosedHand) -> np.ndarray:
        """Which limbs (L,) start far from the object, in the order of the model's geoms."""
        rest = rest_joints("right").numpy().astype(float)
        mirror = np.array([-1.0, 1.0, 1.0]) if hand.side == "left" else np.ones(3)
        limbs = sorted(anatomy.capsules(), key=lambda limb: limb.joint)
        fraction = np.linspace(0, 1, 4)[:, None]
        points = np.stack(
            [
                hand.joints[limb.joint]
                + (mirror * (limb.start + fraction * (limb.end - limb.start) - rest[limb.joint]))
                @ hand.rotations[limb.joint].T
                for limb in limbs
            ]
        )
        distance = self._sdf.query(torch.as_tensor(points, dtype=torch.float32)).numpy()
        radius = np.array([max(limb.start_radius, limb.end_radius) for limb in limbs])
        return distance.min(1) - radius > FAR
