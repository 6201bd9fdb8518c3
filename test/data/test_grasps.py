"""Grasps of procedural objects: they keep their limits against the exact mesh, on both sides."""

import numpy as np
import pytest
import roma
import torch

from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.data.grasps import KINDS, WHERE, GraspSet, find_grasps
from diffh2o_ros.data.grasps.mujoco_hand import PosedHand
from diffh2o_ros.data.objects import sample_object
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import rest_joints

TIPS = [4, 8, 12, 16, 20]


def found(family: str, seed: int):
    rng = np.random.default_rng(seed)
    thing = sample_object(rng, family)
    sdf = SignedDistanceGrid.from_mesh(thing.mesh, resolution=48)
    return thing, sdf, find_grasps(thing, sdf, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def hammer():
    return found("hammer", 1)


@pytest.fixture(scope="module")
def cup():
    return found("cup", 7)


@pytest.fixture(scope="module")
def bowl():
    return found("bowl", 7)


@pytest.fixture(scope="module", params=["hammer", "cup", "bowl"])
def case(request):
    return request.getfixturevalue(request.param)


def posed(grasps: GraspSet, i: int):
    """Skin (V, 3) and keypoints (21, 3) of a grasp, by the hand model of its side."""
    side = SIDES[grasps.side[i]]
    pose = torch.as_tensor(grasps.angles[i] @ anatomy.degrees_of_freedom()[1], dtype=torch.float32)
    out = OpenHand(side)(
        roma.rotmat_to_rotvec(torch.as_tensor(grasps.rotation[i])),
        torch.as_tensor(grasps.wrist[i]) - rest_joints(side)[0],
        pose if side == "right" else mirror_pose(pose),
    )
    return out.vertices.numpy(), out.keypoints.numpy()


def gap_between(grasps: GraspSet, left: int, right: int) -> float:
    """Smallest gap between the collision spheres of two grasps, meters."""
    spheres, radii = [], []
    for i in (left, right):
        model = ContactModel(SIDES[grasps.side[i]])
        hand = PosedHand.at(model.side, grasps.wrist[i], grasps.rotation[i], grasps.angles[i])
        placed = model.place(
            torch.as_tensor(hand.rotations, dtype=torch.float32),
            torch.as_tensor(hand.joints, dtype=torch.float32),
        )
        spheres.append(placed[0])
        radii.append(model.radius)
    gap = torch.cdist(*spheres, compute_mode="donot_use_mm_for_euclid_dist")
    return float((gap - radii[0][:, None] - radii[1]).min())


def test_every_object_is_grasped_by_either_hand_or_by_both(case):
    _, _, grasps = case
    alone = [(grasps.side[grasps.alone] == side).any() for side in (0, 1)]
    assert all(alone) or len(grasps.pairs)


def test_what_has_a_handle_is_grasped_by_either_hand(hammer):
    _, _, grasps = hammer
    assert {0, 1} == set(grasps.side[grasps.where == WHERE.index("handle")].tolist())


def test_hands_stay_outside_object_and_table(case):
    thing, _, grasps = case
    support = thing.mesh.vertices[:, 2].min() - thing.mesh.center[2]
    for i in range(len(grasps)):
        skin, _ = posed(grasps, i)
        assert exact_signed_distance(thing.mesh, skin + thing.mesh.center).min() > -0.0021
        assert skin[:, 2].min() > support - 0.0006


def test_thumb_and_fingers_are_at_the_surface(case):
    thing, _, grasps = case
    for i in np.flatnonzero(grasps.alone):
        _, keypoints = posed(grasps, i)
        tips = np.abs(exact_signed_distance(thing.mesh, keypoints[TIPS] + thing.mesh.center))
        if grasps.kind[i] == KINDS.index("lateral"):
            assert (tips < 0.0142).sum() >= 2
        else:
            assert tips[0] < 0.0102 and (tips < 0.0102).sum() >= 3


def test_palms_do_not_come_from_below(case):
    _, _, grasps = case
    back = grasps.rotation[:, 2, 1]  # the y axis of both hands points out of their backs
    assert (back > -0.41).all()


def test_hands_of_a_pair_or_a_handover_are_left_and_right_and_apart(case):
    _, _, grasps = case
    for left, right in np.concatenate([grasps.pairs, grasps.handovers[:6]]):
        assert (grasps.side[left], grasps.side[right]) == (0, 1)
        assert gap_between(grasps, left, right) > 0.0029


def test_handovers_are_between_hands_that_hold_alone(case):
    _, _, grasps = case
    assert grasps.alone[grasps.handovers].all()


def test_open_hands_occur_in_pairs_only(bowl):
    _, _, grasps = bowl
    assert len(grasps.pairs)
    assert set(np.flatnonzero(~grasps.alone)) <= set(grasps.pairs.ravel().tolist())


def test_handles_and_rims_are_held(hammer, cup):
    assert (hammer[2].where == WHERE.index("handle")).any()
    assert (cup[2].where == WHERE.index("rim")).any()


def test_the_same_seed_gives_the_same_grasps(cup):
    thing, sdf, grasps = cup
    again = find_grasps(thing, sdf, np.random.default_rng(7))
    for name in ("side", "wrist", "rotation", "angles", "kind", "where", "handovers"):
        np.testing.assert_array_equal(getattr(again, name), getattr(grasps, name))


def test_concatenated_sets_keep_their_pairs(bowl, cup):
    both = GraspSet.concatenate([cup[2], bowl[2]])
    assert len(both) == len(cup[2]) + len(bowl[2])
    np.testing.assert_array_equal(both.wrist[both.pairs[-1]], bowl[2].wrist[bowl[2].pairs[-1]])


def test_fingers_are_as_straight_as_people_s(hammer, cup):
    """People's mean DIP flexion is 12.5 degrees, 7.6 to 20.6, and PIP 26.3 (reference.json)."""
    names = anatomy.degrees_of_freedom()[0]
    fingers = [f for f in anatomy.FINGER_RADII if f != "thumb"]
    angles = np.rad2deg(np.concatenate([grasps.angles for _, _, grasps in (hammer, cup)]))
    dip, pip = (
        np.median(angles[:, [names.index(f"{f}_{joint}_flexion") for f in fingers]].mean(1))
        for joint in ("dip", "pip")
    )
    assert 7.6 < dip < 14 and 20 < pip < 31
