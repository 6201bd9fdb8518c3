"""Holding hands adjust: they move, yet touch what they touched, where they touched it."""

import numpy as np
import pytest
import torch

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.contact.adjusting import _permitted, adjusted, blend, excess
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.grip import Grip, TablePlane
from diffh2o_ros.contact.load import STILL, Carry, drive
from diffh2o_ros.data.build import family_of, grasped_object
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.anatomy import degrees_of_freedom
from diffh2o_ros.hands.sides import LEFT, RIGHT
from diffh2o_ros.hands.skeleton import FINGERS, TIP_KEYPOINTS

FPS, FRAMES = 30.0, 120


@pytest.fixture(scope="module")
def can():
    return grasped_object(3, next(i for i in range(1000) if family_of(i) == "can"))


@pytest.fixture(scope="module")
def contact(can):
    mesh = can.thing.mesh
    return Contact(Scene.of(Mesh(mesh.vertices - can.center, mesh.faces)))


@pytest.fixture(scope="module")
def grasps(can, contact):
    """(2,) a left and a right hand that hold the can, of all those with most fingertips on it."""
    basis = degrees_of_freedom()[1]
    hands = [can.hold(row, np.eye(3)) for row in range(len(can.grasps))]
    side = torch.as_tensor(can.grasps.side, dtype=torch.int64)
    hands = [h.mirrored() if s == LEFT else h for h, s in zip(hands, side, strict=True)]
    wrist, rotation, angles = (
        np.stack(part) for part in zip(*(h.parts() for h in hands), strict=True)
    )
    parts = (torch.as_tensor(a, dtype=torch.float32) for a in (wrist, rotation, angles @ basis))
    every = ActingHand(side, *parts)
    points = contact.hand.pose(every).keypoints[:, list(TIP_KEYPOINTS)]
    touching = (contact.field(every).query(points) < 0.010).sum(1)
    return every[torch.stack([(touching - 9 * (side != own)).argmax() for own in (LEFT, RIGHT)])]


def lift(released=False, frames=FRAMES):
    """An object that is raised by 20 cm, tilted by 60 degrees, and put back if it is let go of."""
    s = np.clip((np.arange(frames) - 15) / 45, 0, 1)
    share = s**3 * (10 - 15 * s + 6 * s**2)
    share = np.minimum(share, share[::-1]) if released else share
    angle = np.deg2rad(60) * share
    rotation = np.tile(np.eye(3), (frames, 1, 1))
    rotation[:, 1, 1] = rotation[:, 2, 2] = np.cos(angle)
    rotation[:, 2, 1], rotation[:, 1, 2] = np.sin(angle), -np.sin(angle)
    return Carry(0.2 * share[:, None] * [0, 0, 1.0], rotation, FPS, released)


def held(contact, grasp, carry, seed=0, **options):
    rng = np.random.default_rng(seed)
    height = contact.scene.table_height
    return adjusted(grasp, contact.field(grasp), carry, height, rng, **options)


def angles_of(contact, hand):
    return (hand.hand_pose[0] @ contact.hand.angles).numpy()


@pytest.mark.parametrize("row", [LEFT, RIGHT])
def test_fingers_adjust_by_degrees_and_fingertips_stay(contact, grasps, row):
    grasp = grasps[[row]]
    tips, spread, slips = list(TIP_KEYPOINTS), [], []
    for seed in range(4):
        hand = held(contact, grasp, lift(), seed)
        angles = np.rad2deg(angles_of(contact, hand))
        spread += [angles[first : first + 30].std(0).mean() for first in range(30, 90, 15)]
        points = contact.hand.pose(hand).keypoints[:, :, tips]
        touching = contact.field(grasp).query(points)[0, 1:] < 0.010
        speed = (points[0, 1:] - points[0, :-1]).norm(dim=-1) * FPS
        assert touching.float().mean(0).sum() > 2
        slips.append(speed[touching].numpy())
    assert 1.0 < np.median(spread) < 4
    assert max(slip.mean() for slip in slips) < 0.008
    assert max(slip.max() for slip in slips) < 0.025


@pytest.mark.parametrize("row", [LEFT, RIGHT])
def test_what_touches_stays_in_touch_and_nothing_comes_deeper(contact, grasps, row):
    grasp = grasps[[row]]
    model, field = contact.model, contact.field(grasp)

    def room(hand):
        return field.query(contact.hand.pose(hand).spheres) - model.radius

    before, after = room(grasp), room(held(contact, grasp, lift()))[0]
    touching = 0
    for first in FINGERS.values():
        own = (model.sphere_joint >= first) & (model.sphere_joint < first + 3)
        if before[0, own].min() < 0.002:
            touching += 1
            assert after[:, own].amin(1).max() < before[0, own].min().clamp_min(0) + 0.001
    assert touching >= 3
    assert after.min() > before.min().clamp_max(0) - 0.0005


def test_a_hold_begins_with_the_grasp_and_ends_with_it_where_it_is_released(contact, grasps):
    grasp = grasps[[RIGHT]]
    for released in (False, True):
        hand = held(contact, grasp, lift(released))
        parts = [(getattr(hand, n), getattr(grasp, n)) for n in ("wrist", "rotation", "hand_pose")]
        for path, start in parts:
            assert torch.allclose(path[0, :STILL], start, atol=1e-7)
            assert torch.allclose(path[0, -1], start[0], atol=1e-7) == released
        # Nothing jerks: joints turn slower than 120 degrees a second, and that changes slowly.
        speed = np.diff(angles_of(contact, hand), axis=0) * FPS
        assert np.abs(speed).max() < np.deg2rad(120)
        assert np.abs(np.diff(speed, axis=0)).max() < np.deg2rad(40)


def test_an_object_that_rests_is_held_still(contact, grasps):
    grasp = grasps[[RIGHT]]
    rest = Carry(np.zeros((FRAMES, 3)), np.tile(np.eye(3), (FRAMES, 1, 1)), FPS, False)
    hand = held(contact, grasp, rest)
    assert torch.allclose(hand.wrist, grasp.wrist[:, None], atol=1e-7)


def test_a_tight_moment_does_not_freeze_the_rest(contact, grasps):
    grasp, carry = grasps[[RIGHT]], lift()
    grip = Grip(contact.hand, grasp, contact.field(grasp))
    frames = np.arange(FRAMES)
    rolls = np.zeros((FRAMES, 6 + len(contact.hand.low)))
    rolls[:, 5] = 0.01 * np.sin(2 * np.pi * frames / 60)
    still = np.exp(-0.5 * ((frames - 30) / 3.0) ** 2)
    tight = rolls + still[:, None] * 0.5 * np.eye(rolls.shape[1])[5]
    table = TablePlane(carry.rotation[:, 2], carry.position[:, 2] + 1.0)
    assert excess(grip, tight, table, FPS).max() > 1.5
    moves = _permitted(grip, tight, table, FPS)
    assert excess(grip, moves, table, FPS).max() <= 1
    assert np.abs(moves[30]).max() < 0.5 * np.abs(tight[30]).max()
    np.testing.assert_allclose(moves[100:], tight[100:])


def test_no_amount_is_a_rigid_hand(contact, grasps):
    grasp = grasps[[RIGHT]]
    hand = held(contact, grasp, lift(), amount=0.0)
    for name in ("wrist", "rotation", "hand_pose"):
        assert torch.equal(
            getattr(hand, name), getattr(grasp, name)[:, None].expand_as(getattr(hand, name))
        )


def test_the_same_seed_adjusts_alike_and_another_does_not(contact, grasps):
    grasp = grasps[[RIGHT]]
    one, same, other = (held(contact, grasp, lift(), seed).hand_pose for seed in (5, 5, 6))
    assert torch.equal(one, same)
    assert (one - other).abs().max() > 0.02


def test_joints_stay_in_their_ranges(contact, grasps):
    hand, grasp = contact.hand, grasps[[RIGHT]]
    start = grasp.hand_pose @ hand.angles
    for seed in range(3):
        angles = torch.as_tensor(angles_of(contact, held(contact, grasp, lift(), seed)))
        assert (angles >= torch.minimum(hand.low, start) - 1e-4).all()
        assert (angles <= torch.maximum(hand.high, start) + 1e-4).all()


def test_hands_hold_what_weighs_on_them_from_below_and_heavy_sides_go_down():
    still = Carry(np.zeros((60, 3)), np.tile(np.eye(3), (60, 1, 1)), FPS, False)
    np.testing.assert_allclose(still.load(), np.tile([0, 0, 1.0], (60, 1)), atol=1e-12)
    # Upside down, the object is borne by what was its top.
    upside = Carry(np.zeros((60, 3)), np.tile(np.diag([1.0, -1, -1]), (60, 1, 1)), FPS, False)
    np.testing.assert_allclose(upside.load(), np.tile([0, 0, -1.0], (60, 1)), atol=1e-12)
    # Thrown upwards at 1 g, it weighs twice as much.
    time = np.arange(60) / FPS
    thrown = Carry(0.5 * 9.81 * time[:, None] ** 2 * [0, 0, 1], still.rotation, FPS, False)
    np.testing.assert_allclose(thrown.load()[20:40, 2], 2, atol=1e-3)
    # Gripped 5 cm to +x of its center, it sags, and its center goes down: the hand rises on it,
    # and rolls the other way, about -y, where that brings +x up.
    up = Carry(
        np.linspace(0, 0.3, 90)[:, None] * [0, 0, 1.0], np.tile(np.eye(3), (90, 1, 1)), 30.0, False
    )
    middle = np.mean(
        [
            drive(up, np.array([0.05, 0, 0]), np.ones(5, bool), np.random.default_rng(seed))[60, :6]
            for seed in range(200)
        ],
        0,
    )
    assert middle[2] > 0.002 and abs(middle[:2]).max() < 0.001
    assert middle[4] > 0.03 and abs(middle[[3, 5]]).max() < 0.02


def test_blending_keeps_what_is_constant_and_smooths_the_rest():
    weights = blend(40, 14)
    np.testing.assert_allclose(weights.sum(1), 1)
    assert weights.min() >= 0
    line = weights @ np.linspace(0, 1, 14)
    np.testing.assert_allclose(line[5:-5], np.linspace(0, 1, 40)[5:-5], atol=1e-9)


@pytest.mark.parametrize("deep", [0.002, 0.004, 0.007, 0.011])
def test_a_table_that_a_carried_hand_would_touch_stops_it(contact, grasps, deep):
    """The object is tilted low over the table: in the grasp the hand is clear of it, later not."""
    grasp, carry = grasps[[RIGHT]], lift()
    spheres = contact.hand.pose(grasp).spheres[0].double().numpy()
    radius = contact.model.radius.double().numpy()
    carry = Carry(0 * carry.position, carry.rotation, FPS, False)
    height = ((carry.rotation @ spheres.T)[:, 2] - radius).min() + deep
    depths = []
    for amount in (0.0, 1.0):
        rng = np.random.default_rng(0)
        hand = adjusted(grasp, contact.field(grasp), carry, height, rng, amount)
        found = contact.hand.pose(hand).spheres[0].double().numpy()
        heights = np.einsum("ti,tsi->ts", carry.rotation[:, 2], found) - height
        depths.append((radius - heights).max())
    assert depths[0] == pytest.approx(deep, abs=1e-4) and depths[1] < depths[0] + 0.0005


def test_tables_from_all_sides_are_solved(contact, grasps):
    """Where the grasp itself is in the table, rounding decides whether it comes deeper."""
    grasp, rng = grasps[[RIGHT]], np.random.default_rng(0)
    grip = Grip(contact.hand, grasp, contact.field(grasp))
    up = rng.standard_normal((400, 3))
    table = TablePlane(up / np.linalg.norm(up, axis=1, keepdims=True), rng.uniform(-0.3, 0.3, 400))
    moves = grip.follow(np.zeros((400, 6 + len(contact.hand.low))), table)
    assert np.abs(moves).max() < 1e-3
