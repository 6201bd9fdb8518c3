"""Hands and an object as a MuJoCo model: capsules on hinges, wrists fixed in space."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

import numpy as np
import roma
import torch

from diffh2o_ros.geometry.mass import mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import REST_AXIAL, mirror_pose
from diffh2o_ros.hands.skeleton import PARENTS, rest_joints, wrist_kinematics

FRICTION = 0.8
TORSION = 0.004  #: meters; the patch of a finger's pad resists turning, too
STIFFNESS, DAMPING = 5.0, 0.1  #: N m/rad and N m s/rad of a finger joint
STRONGEST = 2.0  #: N m that a finger joint can give
ARM_STIFFNESS, ARM_DAMPING = 4000.0, 80.0  #: N/m, N s/m of an arm that presses


@dataclass(frozen=True)
class PosedHand:
    """A hand at its grasp. side; rotations (16, 3, 3), joints (16, 3); angles (D,); press (3,):
    unit direction in which its arm can push, or None for a wrist that stands still."""

    side: str
    rotations: np.ndarray
    joints: np.ndarray
    angles: np.ndarray
    press: np.ndarray | None = None

    @classmethod
    def at(
        cls,
        side: str,
        wrist: np.ndarray,
        rotation: np.ndarray,
        angles: np.ndarray,
        press: np.ndarray | None = None,
    ) -> PosedHand:
        pose = torch.as_tensor(angles @ anatomy.degrees_of_freedom()[1], dtype=torch.float32)
        rotations, joints = wrist_kinematics(
            torch.as_tensor(wrist, dtype=torch.float32),
            torch.as_tensor(rotation, dtype=torch.float32),
            pose if side == "right" else mirror_pose(pose),
            side,
        )
        return cls(
            side,
            rotations.numpy().astype(float),
            joints.numpy().astype(float),
            np.asarray(angles, float),
            press,
        )


def _text(values) -> str:
    return " ".join(f"{v:.7g}" for v in np.ravel(values))


def _quaternion(rotation: np.ndarray) -> str:
    x, y, z, w = roma.rotmat_to_unitquat(torch.as_tensor(rotation)).tolist()
    return _text([w, x, y, z])


def model_xml(mesh: Mesh, convex: bool, hands: list[PosedHand], timestep: float) -> str:
    """MJCF of the hands at their grasp (all joint positions 0) and the object.

    The object is free but for the one equality constraint, which stands for the table under it.
    """
    root = ElementTree.Element("mujoco")
    ElementTree.SubElement(root, "compiler", angle="radian", autolimits="true")
    option = ElementTree.SubElement(
        root,
        "option",
        timestep=str(timestep),
        cone="elliptic",
        impratio="10",
        integrator="implicitfast",
        sdf_initpoints="6",
        sdf_iterations="6",
        gravity="0 0 0",
    )
    ElementTree.SubElement(option, "flag", filterparent="disable")
    asset = ElementTree.SubElement(root, "asset")
    ElementTree.SubElement(
        asset,
        "mesh",
        name="object",
        vertex=_text(mesh.vertices),
        face=_text(mesh.faces),
        inertia="shell",
    )
    world = ElementTree.SubElement(root, "worldbody")
    actuator = ElementTree.SubElement(root, "actuator")
    for hand in hands:
        _add_hand(world, actuator, hand)
    mass, center, inertia = mass_of(mesh)
    body = ElementTree.SubElement(world, "body", name="object")
    ElementTree.SubElement(body, "freejoint")
    order = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]
    ElementTree.SubElement(
        body,
        "inertial",
        pos=_text(center),
        mass=_text([mass]),
        fullinertia=_text([max(inertia[i], 1e-9) if i[0] == i[1] else inertia[i] for i in order]),
    )
    ElementTree.SubElement(
        body,
        "geom",
        type="mesh" if convex else "sdf",
        mesh="object",
        contype="2",
        conaffinity="1",
        condim="4",
        friction=_text([FRICTION, TORSION, 0.0001]),
    )
    bound = ElementTree.SubElement(root, "equality")
    ElementTree.SubElement(bound, "weld", body1="object")
    return ElementTree.tostring(root, encoding="unicode")


def hand_xml(hand: PosedHand) -> str:
    """MJCF of a hand alone, its bodies, joints and limbs in the order of `model_xml`."""
    root = ElementTree.Element("mujoco")
    ElementTree.SubElement(root, "compiler", angle="radian", autolimits="true")
    world = ElementTree.SubElement(root, "worldbody")
    _add_hand(world, ElementTree.SubElement(root, "actuator"), hand)
    return ElementTree.tostring(root, encoding="unicode")


def _add_hand(world: ElementTree.Element, actuator: ElementTree.Element, hand: PosedHand) -> None:
    turn = np.array(REST_AXIAL) if hand.side == "left" else np.ones(3)
    names, basis, low, high = anatomy.degrees_of_freedom()
    bodies: list[ElementTree.Element] = []
    for joint in range(16):
        parent = PARENTS[joint]
        if parent < 0:
            holder, position, rotation = world, hand.joints[0], hand.rotations[0]
        else:
            back = hand.rotations[parent].T
            holder, rotation = bodies[parent], back @ hand.rotations[joint]
            position = back @ (hand.joints[joint] - hand.joints[parent])
        body = ElementTree.SubElement(
            holder,
            "body",
            name=f"{hand.side}_{joint}",
            pos=_text(position),
            quat=_quaternion(rotation),
        )
        bodies.append(body)
        if joint == 0 and hand.press is not None:
            _add_arm(body, actuator, f"{hand.side}_arm", rotation.T @ hand.press)
        axes = basis[:, 3 * (joint - 1) : 3 * joint] if joint else np.zeros((len(basis), 3))
        for dof in np.flatnonzero(np.abs(axes).any(1)):
            limits = low[dof] - hand.angles[dof] - 0.02, high[dof] - hand.angles[dof] + 0.02
            axis = rotation.T @ (turn * axes[dof])
            _add_hinge(body, actuator, f"{hand.side}_{names[dof]}", axis, limits)
        _add_limbs(body, joint, hand.side)


def _add_arm(
    body: ElementTree.Element, actuator: ElementTree.Element, name: str, axis: np.ndarray
) -> None:
    """A slide along `axis` (3,) that presses the hand to the object."""
    ElementTree.SubElement(
        body,
        "joint",
        name=name,
        type="slide",
        axis=_text(axis),
        damping=str(ARM_DAMPING),
        armature="0.5",
    )
    ElementTree.SubElement(actuator, "position", name=name, joint=name, kp=str(ARM_STIFFNESS))
    ElementTree.SubElement(body, "inertial", pos="0 0 0", mass="0.4", diaginertia="1e-3 1e-3 1e-3")


def _add_hinge(
    body: ElementTree.Element,
    actuator: ElementTree.Element,
    name: str,
    axis: np.ndarray,
    limits: tuple[float, float],
) -> None:
    """A finger's degree of freedom: `axis` (3,), limits in radians from where it is."""
    ElementTree.SubElement(
        body,
        "joint",
        name=name,
        type="hinge",
        axis=_text(axis),
        range=_text(limits),
        damping=str(DAMPING),
        armature="0.0005",
    )
    ElementTree.SubElement(
        actuator,
        "position",
        name=name,
        joint=name,
        kp=str(STIFFNESS),
        forcerange=_text([-STRONGEST, STRONGEST]),
    )


def _add_limbs(body: ElementTree.Element, joint: int, side: str) -> None:
    """The capsules of a joint."""
    mirror = np.array([-1.0, 1.0, 1.0]) if side == "left" else np.ones(3)
    rest = rest_joints("right").numpy().astype(float)[joint]
    for limb in anatomy.capsules():
        if limb.joint == joint:
            ends = [mirror * (p - rest) for p in (limb.start, limb.end)]
            ElementTree.SubElement(
                body,
                "geom",
                type="capsule",
                fromto=_text(ends),
                density="1000",
                size=_text([0.5 * (limb.start_radius + limb.end_radius)]),
                contype="1",
                conaffinity="2",
                condim="4",
                friction=_text([FRICTION, TORSION, 0.0001]),
            )
