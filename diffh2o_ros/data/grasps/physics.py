"""Does a grasp hold? Tried in MuJoCo: fingers squeeze, and gravity turns to all six directions."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from scipy.optimize import nnls
from scipy.spatial import ConvexHull

from diffh2o_ros.contact.hold import CONE_EDGES, cones
from diffh2o_ros.data.grasps.grasp_set import GraspSet
from diffh2o_ros.data.grasps.mujoco_hand import FRICTION, PosedHand, model_xml
from diffh2o_ros.data.grasps.styles import hand_model
from diffh2o_ros.data.grasps.weight import grip_force
from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mass import GRAVITY, mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES

CLOSING = 3.0  #: newtons of each contact while fingers close
TOUCH = 0.004  #: meters within which a pad of the hand is meant to press
#: Share of the friction that a planned squeeze counts on.
SURE = 0.6
#: An object this much of its convex hull (volume) is simulated as the hull, which is quicker.
CONVEX = 0.97
DIRECTIONS = np.array([[0, 0, -1], [0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]], float)


@dataclass(frozen=True)
class Schedule:
    """How a hold is tried: seconds in which fingers close on the object, squeeze it without
    gravity, and hold it with gravity in each direction; a step. It is lost if its center moves over
    `lost` meters, or it turns over `turned` radians."""

    close: float = 0.15
    settle: float = 0.2
    hold: float = 0.5
    step: float = 0.004
    lost: float = 0.03
    turned: float = np.inf


#: The whole trial.
THOROUGH = Schedule()


class PhysicsError(Diffh2oError):
    """MuJoCo is not installed; the message is one line."""


@dataclass(frozen=True)
class HoldResult:
    """held: it stayed in the hand. drift: meters its center moved at most. turn: radians it turned
    at most. grip: newtons, the planned pushes of all contacts summed, at most."""

    held: bool
    drift: float
    turn: float
    grip: float


def holds(thing: ProceduralObject, grasps: GraspSet, which: int | tuple[int, int]) -> HoldResult:
    """Simulates a grasp, or a pair that holds together, for 3.35 s.

    Fingers press with the torques of a squeeze that is in balance with the load at the contacts;
    joints are springs of finite strength; the wrists stand still (in a pair, each can push along
    the line between the hands). Nothing sticks: contact is Coulomb friction.

    Raises:
        PhysicsError: MuJoCo is not installed.
    """
    mesh = Mesh(thing.mesh.vertices - thing.mesh.center, thing.mesh.faces)
    indices = [which] if np.ndim(which) == 0 else list(which)
    hands = [
        PosedHand.at(SIDES[grasps.side[i]], grasps.wrist[i], grasps.rotation[i], grasps.angles[i])
        for i in indices
    ]
    return simulate(mesh, hands)


def load_mujoco() -> ModuleType:
    """MuJoCo's module, imported when it is needed. Raises PhysicsError where it is not there."""
    try:
        import mujoco
    except ImportError as error:
        raise PhysicsError(
            "trying holds needs MuJoCo: pip install -r requirements/data.txt"
        ) from error
    return mujoco


def simulate(mesh: Mesh, hands: list[PosedHand]) -> HoldResult:
    """`holds`, for hands that are posed already; mesh: the object in their frame."""
    mujoco = load_mujoco()
    plans = [planned_contacts(hand, mesh) for hand in hands]
    if len(hands) == 2:
        line = (
            plans[1][0].mean(0) - plans[0][0].mean(0)
            if all(len(p[0]) for p in plans)
            else hands[1].joints[0] - hands[0].joints[0]
        )
        line = line / max(np.linalg.norm(line), 1e-6)
        hands = [
            PosedHand(h.side, h.rotations, h.joints, h.angles, push)
            for h, push in zip(hands, (line, -line), strict=True)
        ]
    model = mujoco.MjModel.from_xml_string(model_xml(mesh, is_convex(mesh), hands, THOROUGH.step))
    points, normals, joints = (np.concatenate([plan[i] for plan in plans]) for i in range(3))
    sides = [hand.side for hand, plan in zip(hands, plans, strict=True) for _ in plan[2]]
    bodies = [model.body(f"{side}_{j}").id for side, j in zip(sides, joints, strict=True)]
    return run(model, (points, normals, np.array(bodies, int)), mass_of(mesh)[0], THOROUGH)


def run(
    model, planned: tuple[np.ndarray, np.ndarray, np.ndarray], mass: float, schedule: Schedule
) -> HoldResult:
    """Runs a trial.

    Args:
        model: of `model_xml`; planned: where fingers close on the object: points (C, 3), outward
            normals (C, 3), bodies of the hand (C,); mass: kg of the object.
    """
    mujoco = load_mujoco()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    wanted = grip_force(mass)
    body = model.body("object").id
    start = data.xipos[body].copy()

    joint = model.actuator_trnid[:, 0]

    def push(points: np.ndarray, forces: np.ndarray, bodies: np.ndarray, rest: np.ndarray) -> None:
        """Sets the springs, at rest in `rest`, to give forces (C, 3) at the points (C, 3)."""
        torque = np.zeros(model.nv)
        for point, force, carrier in zip(points, forces, bodies, strict=True):
            jacobian = np.zeros((3, model.nv))
            mujoco.mj_jac(model, data, jacobian, None, point, carrier)
            torque += jacobian.T @ force
        data.ctrl[:] = rest + torque[model.jnt_dofadr[joint]] / model.actuator_gainprm[:, 0]

    # Fingers close on the object while the table still bears it, each by itself.
    points, normals, bodies = planned
    push(points, -CLOSING * normals, bodies, np.zeros(model.nu))
    mujoco.mj_step(model, data, nstep=round(schedule.close / schedule.step))
    rest = data.qpos[model.jnt_qposadr[joint]].copy()
    data.eq_active[0] = 0
    grip, drift, turn = 0.0, 0.0, 0.0
    loads = [(d * GRAVITY, schedule.hold) for d in DIRECTIONS]
    for gravity, seconds in [(np.zeros(3), schedule.settle), *loads]:
        # As people do, the hand answers the load that it expects (Johansson & Westling, 1984).
        points, normals, bodies = _made(model, data, body)
        forces = squeeze(points, normals, wanted, -mass * gravity, data.xipos[body])
        push(points, forces, bodies, rest)
        grip = max(grip, float(np.linalg.norm(forces, axis=1).sum()))
        model.opt.gravity[:] = gravity
        mujoco.mj_step(model, data, nstep=round(seconds / schedule.step))
        drift = max(drift, float(np.linalg.norm(data.xipos[body] - start)))
        turn = max(turn, float(2 * np.arccos(min(1.0, abs(data.qpos[-4])))))
        kept = drift < schedule.lost and turn < schedule.turned
        if not kept:
            break
    touching = len(_made(model, data, body)[0]) > 0
    return HoldResult(kept and touching, drift, turn, grip)


def _made(model, data, body: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Contacts with the object: points (C, 3), outward normals (C, 3), bodies of the hand (C,)."""
    points, normals, bodies = [np.zeros((0, 3))], [np.zeros((0, 3))], []
    for contact in data.contact:
        first, second = model.geom_bodyid[contact.geom]
        # The frame's first axis points from the first geom to the second.
        points.append(contact.pos[None].copy())
        normals.append(contact.frame[None, :3] * (1.0 if first == body else -1.0))
        bodies.append(second if first == body else first)
    return np.concatenate(points), np.concatenate(normals), np.array(bodies, int)


def is_convex(mesh: Mesh) -> bool:
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    volume = np.einsum("fk,fk->", a, np.cross(b, c)) / 6
    return bool(volume > CONVEX * ConvexHull(mesh.vertices).volume)


def planned_contacts(hand: PosedHand, mesh: Mesh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pads that touch: points (C, 3), outward object normals (C, 3) and joints (C,)."""
    model = hand_model(hand.side)
    joint = model.pad_joint.numpy()
    pads = hand.joints[joint] + np.einsum(
        "pij,pj->pi", hand.rotations[joint], model.pad_offset.numpy()
    )
    near = np.abs(exact_signed_distance(mesh, pads)) < TOUCH
    # The slope of the distance on a tetrahedron of 3 mm, as the grasp search sees it.
    corners = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], float)
    around = pads[near][:, None] + 0.003 * corners
    gradient = exact_signed_distance(mesh, around.reshape(-1, 3)).reshape(-1, 4) @ corners
    gradient /= np.linalg.norm(gradient, axis=1, keepdims=True).clip(1e-9)
    return pads[near], gradient, joint[near]


def squeeze(
    points: np.ndarray,
    outward_normals: np.ndarray,
    total: float,
    load: np.ndarray,
    center: np.ndarray,
) -> np.ndarray:
    """Forces (C, 3) on the object at contacts (C, 3), newtons, inside friction cones.

    They bear `load` (3,), newtons at the center of mass (3,), without turning the object, and
    their pushes sum to `total` where the contacts allow it: least squares over the cones' edges.
    """
    if not len(points):
        return np.zeros((0, 3))
    edges = cones(-outward_normals, SURE * FRICTION).reshape(-1, 3)
    arms = np.repeat((points - center) / 0.05, CONE_EDGES, axis=0)
    wrench = np.concatenate([edges, np.cross(arms, edges)], 1).T
    even = 0.15 * np.kron(np.eye(len(points)), np.ones((1, CONE_EDGES)))
    system = np.concatenate([5 * wrench, np.ones((1, len(edges))), even])
    goal = np.zeros(len(system))
    goal[:3], goal[6] = 5 * load / total, 1.0
    fraction, _ = nnls(system, goal, maxiter=2000)
    return total * (fraction[:, None] * edges).reshape(len(points), CONE_EDGES, 3).sum(1)
