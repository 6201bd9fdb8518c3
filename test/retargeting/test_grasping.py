"""Grasps of a robot hand that imitates a human one, measured against the exact surface."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh
from scipy.spatial.distance import pdist

pytest.importorskip("mujoco")

from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.grasp_terms import GraspTerms, Tolerances
from diffh2o_ros.retargeting.grasping import aligned, grasps, quality
from diffh2o_ros.retargeting.human_grasp import TIPS, HumanGrasp, surface_of
from diffh2o_ros.retargeting.least_squares import minimized
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.retargeting.squeeze import RobotGrip, squeeze
from diffh2o_ros.retargeting.surface import ObjectSurface

NONE = Tolerances(*[np.inf] * 12)


@pytest.fixture(scope="module")
def human(can_motion):
    surface = surface_of(can_motion)
    return HumanGrasp.of(can_motion, "right", surface, can_motion.grasp_frame)


@pytest.fixture(scope="module")
def found(openhand, human):
    return grasps(openhand, human, np.random.default_rng(0), 2)


@pytest.fixture(scope="module")
def of_a_ball(human):
    """The same grasp of a large ball, whose surface is smooth."""
    ball = trimesh.creation.icosphere(5, 0.045)
    center = np.mean([contact.point for contact in human.pads.values()], axis=0)
    grid = SignedDistanceGrid.from_mesh(Mesh(ball.vertices + center, ball.faces), 160)
    return replace(human, surface=ObjectSurface(grid))


def exact_distance(motion, points):
    """Meters from the object's surface, negative inside, of points (P, 3) in the mesh's frame."""
    mesh = Mesh(motion.object_vertices, motion.object_faces)
    return exact_signed_distance(mesh, points)


TERMS = {
    "pads": Tolerances(*[0.002, 0.012, 0.03, 0.8], *[np.inf] * 8),
    "palm": replace(NONE, palm=0.008),
    "clearance": replace(NONE, penetration=0.0015, table=0.003),
    "pads apart": replace(NONE, apart=0.004),
    "start": replace(NONE, position=0.15, rotation=0.7, joints=1.2),
}


def strays(hand, human, first, name, rng):
    """A displacement from a configuration at which the terms of a name are not 0."""
    by = rng.normal(scale=0.05, size=hand.num_displacements)
    by[:3] *= 0.05
    if name == "palm":
        center = np.mean([contact.point for contact in human.pads.values()], axis=0)
        by[:3] = 0.02 * (first[:3] - center) / np.linalg.norm(first[:3] - center)  # off the ball
    if name == "pads apart":
        low, high = hand.limits.T
        fists = low + rng.uniform(0.3, 0.9, (300, len(low))) * (high - low)
        by[6:] = min(fists, key=lambda fist: nearest_pads(hand, fist)) - first[7:]
    if name == "start":
        by[3:6] = 0  # turned, it is the Jacobian of a turn from where it is, not from the start
    return by


def nearest_pads(hand, joints):
    """Meters between the two pads that are nearest to each other."""
    hand.forward(configuration_of(np.eye(4), joints))
    fingers = list(hand.anatomy.fingers.values())
    links = np.array([finger.links[-1] for finger in fingers])
    return pdist(hand.world(np.stack([finger.pad for finger in fingers]), links)).min()


@pytest.mark.parametrize("name", TERMS)
def test_jacobians_of_the_terms_are_finite_differences(openhand, of_a_ball, name):
    """But for the few percent by which a grid's normals are not its slopes."""
    hand, human, step = openhand, of_a_ball, 1e-6
    first = aligned(hand, human)
    if name == "pads apart":  # the human's are far apart
        pads = {f: replace(c, point=100 * c.point) for f, c in human.pads.items()}
        human = replace(human, pads=pads)
    terms = GraspTerms(hand, human, first, TERMS[name])
    rng = np.random.default_rng(1)
    seen = 0
    for _ in range(3):
        configuration = hand.displaced(first, strays(hand, of_a_ball, first, name, rng))
        errors, jacobian = terms(configuration)
        used = np.abs(jacobian).max(1) > 1e-9
        scale = np.abs(jacobian).max(1) + 1e-9
        seen += used.sum()
        for column in range(hand.num_displacements):
            by = step * np.eye(hand.num_displacements)[column]
            plus, _ = terms(hand.displaced(configuration, by))
            minus, _ = terms(hand.displaced(configuration, -by))
            assert len(plus) == len(minus) == len(errors)
            wrong = np.abs(jacobian[:, column] - (plus - minus) / (2 * step)) / scale
            assert wrong[used].max(initial=0) < 0.03
    assert seen >= 3


def test_forces_get_balanced(openhand, human):
    """The term's gradient leads to where it is less."""
    start = aligned(openhand, human)
    only = replace(NONE, balance=0.15, position=0.15, rotation=0.7, joints=1.2)
    terms = GraspTerms(openhand, human, start, only)
    first, _ = terms(start)
    better, cost = minimized(openhand, start, terms, 20)
    assert cost < 0.5 * first @ first
    assert np.linalg.norm(openhand.displacement(better, start)) > 1e-3


def test_pads_touch_and_nothing_is_deep_inside(can_motion, openhand, human, found):
    assert len(human.touching) >= 3
    best = found[0].configuration
    openhand.forward(best)
    for finger in human.touching:
        part = openhand.anatomy.fingers[finger]
        pad = openhand.world(part.pad[None], np.array(part.links[-1:]))
        assert abs(exact_distance(can_motion, pad)[0]) < 0.003
        assert np.linalg.norm(pad[0] - human.pads[finger].point) < 0.02
    depths = -exact_distance(can_motion, openhand.world(*openhand.points))
    assert depths.max() < 0.006
    said = quality(openhand, human, best)
    assert said.penetration == pytest.approx(depths.max(), abs=5e-4)
    assert set(said.pad_errors) == set(human.touching) and said.pad_distance < 0.003
    heights = openhand.world(*openhand.points) @ human.up
    assert heights.min() > human.table_height - 0.002


def test_pads_face_the_surface(can_motion, openhand, human, found):
    openhand.forward(found[0].configuration)
    for finger in human.touching:
        part = openhand.anatomy.fingers[finger]
        link = np.array(part.links[-1:])
        _, normal = human.surface.query(openhand.world(part.pad[None], link))
        assert openhand.directions(part.normal[None], link)[0] @ normal[0] < 0


def test_grasps_are_sorted_and_better_than_their_start(openhand, human, found):
    costs = [grasp.cost for grasp in found]
    start = aligned(openhand, human)
    errors, _ = GraspTerms(openhand, human, start, Tolerances())(start)
    assert costs == sorted(costs) and costs[-1] < errors @ errors
    errors, _ = GraspTerms(openhand, human, start, Tolerances())(found[0].configuration)
    assert errors @ errors == pytest.approx(costs[0])


def test_seeds_decide(openhand, human, found):
    again = grasps(openhand, human, np.random.default_rng(0), 2)
    other = grasps(openhand, human, np.random.default_rng(1), 2)
    for one, two in zip(found, again, strict=True):
        assert np.array_equal(one.configuration, two.configuration) and one.cost == two.cost
    assert any(one.cost != two.cost for one, two in zip(found, other, strict=True))


def test_a_hand_of_the_other_side_is_refused(human):
    hand = load_robot("openhand", "left")
    with pytest.raises(RobotHandError, match="openhand is a left hand, the motion's is a right"):
        grasps(hand, human, np.random.default_rng(0))


def test_a_left_hand_grasps_as_its_mirror_image(openhand, human, found):
    """Starts apart from the first are drawn otherwise: its quality is compared."""
    mirror = np.array([-1.0, 1.0, 1.0])
    ball = trimesh.creation.icosphere(4, 0.04)
    both = {}
    for side, flip in (("right", np.ones(3)), ("left", mirror)):
        center = flip * np.mean([c.point for c in human.pads.values()], axis=0)
        grid = SignedDistanceGrid.from_mesh(Mesh(ball.vertices + center, ball.faces))
        pads = {
            f: replace(c, point=flip * c.point, normal=flip * c.normal)
            for f, c in human.pads.items()
        }
        seen = replace(
            human,
            side=side,
            surface=ObjectSurface(grid),
            pads=pads,
            keypoints=flip * human.keypoints,
            palm=None,
            wrapped=frozenset(),
        )
        both[side] = grasps(load_robot("openhand", side), seen, np.random.default_rng(0), 1)[0]
    assert both["left"].cost == pytest.approx(both["right"].cost, rel=0.1)
    assert both["left"].configuration[:3] * mirror == pytest.approx(
        both["right"].configuration[:3], abs=0.01
    )


def test_a_motion_of_the_other_hand_is_refused(can_motion):
    with pytest.raises(RobotHandError, match="the motion has no left hand"):
        HumanGrasp.of(can_motion, "left", surface_of(can_motion), 0)


def test_the_human_s_contacts_are_on_the_surface(can_motion, human):
    for contact in human.pads.values():
        assert abs(exact_distance(can_motion, contact.point[None])[0]) < 1e-3
        outside = contact.point + 0.005 * contact.normal
        assert exact_distance(can_motion, outside[None])[0] > 0.003
    tips = human.keypoints[[TIPS[finger] for finger in human.pads]]
    points = np.stack([contact.point for contact in human.pads.values()])
    assert np.linalg.norm(tips - points, axis=1).max() < 0.04
    # The can still stands where it was given.
    assert human.table_height == pytest.approx(can_motion.object_vertices[:, 2].min(), abs=0.01)


def test_squeezing_presses_pads_into_the_object(openhand, human, found):
    """As firmly as is asked, and with forces of which next to nothing is left in sum."""
    grasp = found[0].configuration
    grip = RobotGrip(openhand, human, grasp)
    (torque,) = squeeze([grip], 5.0)
    (firmer,) = squeeze([grip], 10.0)
    assert firmer == pytest.approx(2 * torque)
    terms = GraspTerms(openhand, human, grasp, Tolerances())
    step = np.concatenate([np.zeros(6), 1e-4 * torque / np.linalg.norm(torque)])
    openhand.forward(grasp)
    before = terms.pads()
    openhand.forward(openhand.displaced(grasp, step))
    after = human.surface.query(terms.pads().position)[0]
    assert (after - human.surface.query(before.position)[0]).mean() < 0
    # The forces that give these torques, along the normals at the pads.
    _, normal = human.surface.query(before.position)
    levers = np.einsum("fi,fid->df", -normal, before.jacobian)[6:]
    forces, *_ = np.linalg.lstsq(levers, torque, rcond=None)
    assert levers @ forces == pytest.approx(torque, abs=1e-9)
    assert forces.mean() == pytest.approx(5.0) and forces.min() > 0
    assert np.linalg.norm(forces @ normal) < 0.5 * forces.sum()
