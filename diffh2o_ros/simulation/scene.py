"""The scene that plans are executed in: a table, an object, hands on springs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.retargeting.floating import FLOATING
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.simulation.convex_parts import volume_of

OBJECT, TARGET = "object", "target"
#: Contacts give way like stiff rubber: MuJoCo's solref and solimp.
_SOLREF, _SOLIMP = [0.005, 1.0], [0.95, 0.99, 0.001, 0.5, 2.0]
#: Of finger joints, as small geared motors have it: kg m2 and N m s/rad.
ARMATURE, DAMPING = 0.002, 0.02
#: A palm's mass (kg), the fraction of its shape's inertia that it has at least, and the radius of
#: gyration of one without a shape (meters).
LEAST_MASS, LEAST_INERTIA, LEAST_RADIUS = 0.2, 0.25, 0.01
SMALL_MASS = 1e-3  #: of a root that others are fixed to, kg
_ROLLING = 0.0001  #: meters, rolling friction


@dataclass(frozen=True)
class Servo:
    """The position servos of finger joints: N m/rad, N m s/rad and N m (N/m and so on of slides);
    a joint's own limit of effort counts where the file has one."""

    stiffness: float = 6.0
    damping: float = 0.3
    torque: float = 0.8

    def torques(self, hand: RobotHand) -> np.ndarray:
        """(N,) the most that each joint of a hand gives."""
        return np.where(np.isfinite(hand.efforts), hand.efforts, self.torque)


@dataclass(frozen=True)
class Physics:
    """What a scene is made of.

    Attributes:
        mass: of the object, kg. friction: sliding, of everything. torsion: meters.
        timestep: seconds.
        servo: of the fingers.
    """

    mass: float = 0.2
    friction: float = 0.9
    torsion: float = 0.01
    timestep: float = 0.002
    servo: Servo = field(default_factory=Servo)


def scene(
    hands: Sequence[RobotHand],
    parts: Sequence[np.ndarray],
    pose: np.ndarray,
    table_height: float | None,
    physics: Physics,
    fixed: Sequence[np.ndarray] = (),
) -> mujoco.MjModel:
    """The model of hands, an object and its table.

    Names: body "object" on joint "object"; of each hand everything with its side and a slash in
    front, the motion capture body "SIDE/target" that its root is welded to, and an actuator a joint
    that is free, named like it.

    Args:
        hands: at most one of a side.
        parts: corners (N, 3) of the object's convex parts, in its frame.
        pose: (4, 4) of the object at the start.
        table_height: z of the table; None: there is none.
        fixed: corners (N, 3) of convex parts that stay where they are, in the world.
    """
    spec = mujoco.MjSpec()
    option = spec.option
    option.timestep, option.integrator = physics.timestep, mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    # With pyramidal cones and a low impratio whatever is held creeps out of the hand.
    option.cone, option.impratio = mujoco.mjtCone.mjCONE_ELLIPTIC, 10.0
    option.iterations, option.ls_iterations = 30, 20
    for hand in hands:
        _add_hand(spec, hand, physics)
    friction = [physics.friction, physics.torsion, _ROLLING]
    if table_height is not None:
        spec.worldbody.add_geom(
            name="table",
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=[1, 1, 0.1],
            pos=[0, 0, table_height],
            friction=friction,
        )
    for number, part in enumerate(fixed):
        _add_part(spec, spec.worldbody, f"fixed{number}", part, friction)
    _add_object(spec, parts, pose, physics, friction)
    model = spec.compile()
    fingers = [j for j in range(model.njnt) if model.joint(j).name in _names(hands)]
    dofs = model.jnt_dofadr[np.array(fingers, int)]
    model.dof_armature[dofs], model.dof_damping[dofs] = ARMATURE, DAMPING
    model.dof_frictionloss[dofs] = 0.0
    return model


def _names(hands: Sequence[RobotHand]) -> set[str]:
    """Of the hands' finger joints in the scene."""
    return {f"{hand.side}/{joint}" for hand in hands for joint in hand.joint_names}


def _add_hand(spec: mujoco.MjSpec, hand: RobotHand, physics: Physics) -> None:
    own = hand.spec.copy()
    for name in (name for name in dir(spec.option) if not name.startswith("_")):
        setattr(own.option, name, getattr(spec.option, name))
    servo = physics.servo
    for geom in own.geoms:
        geom.friction = [physics.friction, physics.torsion, _ROLLING]
        geom.condim, geom.solref, geom.solimp = 4, _SOLREF, _SOLIMP
    for body in own.bodies[1:]:
        body.gravcomp = 1.0  # an arm carries the hand
    _give_inertia(own, hand)
    torques = servo.torques(hand)
    for number in hand.coupling.free:
        joint, torque = own.joint(hand.joint_names[number]), torques[number]
        actuator = own.add_actuator(name=joint.name, target=joint.name)
        actuator.trntype = mujoco.mjtTrn.mjTRN_JOINT
        actuator.set_to_position(kp=servo.stiffness, kv=servo.damping)
        actuator.forcelimited, actuator.forcerange = True, [-torque, torque]
    for first, second in hand.touching_at_rest:
        own.add_exclude(bodyname1=first, bodyname2=second)
    spec.attach(own, prefix=f"{hand.side}/", frame=spec.worldbody.add_frame())
    spec.worldbody.add_body(name=f"{hand.side}/{TARGET}", mocap=True)
    weld = spec.add_equality(
        type=mujoco.mjtEq.mjEQ_WELD,
        objtype=mujoco.mjtObj.mjOBJ_BODY,
        name=f"{hand.side}/{TARGET}",
        name1=f"{hand.side}/{TARGET}",
        name2=f"{hand.side}/{hand.root}",
    )
    # Anchor 0, relative pose the identity, torque counted like force.
    weld.data[:] = 0
    weld.data[6], weld.data[10] = 1.0, 1.0


def _give_inertia(own: mujoco.MjSpec, hand: RobotHand) -> None:
    """The palm, that springs of time constants carry, gets a palm's mass and inertia where the file
    has less: in many these are placeholders, and the spring would give way to a feather."""
    number = hand.model.body(hand.root).id
    mass, inertia = _inertia_of(hand, number)
    points, links = hand.points
    away = points[links == number]
    middle = away.mean(0) if len(away) else np.zeros(3)
    missing = max(LEAST_MASS - mass, 0.0)
    moments = (mass + missing) * np.cov(away.T, bias=True) if len(away) > 1 else np.zeros((3, 3))
    wanted = np.trace(moments) * np.eye(3) - moments
    if not missing and (inertia >= LEAST_INERTIA * np.linalg.eigvalsh(wanted)).all():
        return
    # Beside what the file has: it may be spread over bodies that are fixed to one another.
    root = own.body(hand.root)
    root_mass = float(hand.model.body_mass[number])
    wanted += LEAST_MASS * LEAST_RADIUS**2 * np.eye(3)
    root.explicitinertial, root.mass = True, max(root_mass + missing, SMALL_MASS)
    root.ipos, root.iquat = middle, [1, 0, 0, 0]
    root.inertia, root.fullinertia = [0, 0, 0], wanted[[0, 1, 2, 0, 0, 1], [0, 1, 2, 1, 2, 2]]


def _inertia_of(hand: RobotHand, link: int) -> tuple[float, np.ndarray]:
    """Mass, kg, and moments of inertia (3,) of a link about its center of mass, the least first."""
    model, data = hand.model, mujoco.MjData(hand.model)
    mujoco.mj_kinematics(model, data)
    bodies = np.flatnonzero(model.body_weldid == link)
    masses, places = model.body_mass[bodies], data.xipos[bodies]
    mass = float(masses.sum())
    middle = masses @ places / mass if mass > 0 else np.zeros(3)
    total = np.zeros((3, 3))
    for body, of, place in zip(bodies, masses, places, strict=True):
        axes, arm = data.ximat[body].reshape(3, 3), place - middle
        total += axes @ np.diag(model.body_inertia[body]) @ axes.T
        total += of * (arm @ arm * np.eye(3) - np.outer(arm, arm))
    return mass, np.linalg.eigvalsh(total)


def _add_object(
    spec: mujoco.MjSpec,
    parts: Sequence[np.ndarray],
    pose: np.ndarray,
    physics: Physics,
    friction: list[float],
) -> None:
    quaternion = Rotation.from_matrix(pose[:3, :3]).as_quat(scalar_first=True)
    body = spec.worldbody.add_body(name=OBJECT, pos=pose[:3, 3], quat=quaternion)
    body.add_freejoint(name=OBJECT)
    volumes = np.array([volume_of(part) for part in parts])
    for number, (part, volume) in enumerate(zip(parts, volumes, strict=True)):
        mass = physics.mass * volume / volumes.sum()
        _add_part(spec, body, f"{OBJECT}{number}", part, friction, mass)


def _add_part(
    spec: mujoco.MjSpec,
    body: mujoco.MjsBody,
    name: str,
    corners: np.ndarray,
    friction: list[float],
    mass: float = 0.0,
) -> None:
    """Adds a convex part to a body."""
    mesh = spec.add_mesh(name=name)
    mesh.uservert = corners.ravel()
    mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_MESH,
        meshname=name,
        mass=mass,
        friction=friction,
        condim=4,
        solref=_SOLREF,
        solimp=_SOLIMP,
    )


def root_joint(side: str) -> str:
    """The free joint of a hand of a side."""
    return f"{side}/{FLOATING}"
