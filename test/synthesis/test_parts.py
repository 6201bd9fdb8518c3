"""The parts of a synthesis, on motions made by hand."""

import numpy as np
import pytest
import roma
import torch
import trimesh

from diffh2o_ros.contact.acting_hand import ActingHand, HandRows
from diffh2o_ros.contact.clearing import clear_path
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.pose import translation
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.sides import LEFT, RIGHT
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS, rest_joints
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.synthesis.contact_guidance import acting_sides, carry_correction, ramp
from diffh2o_ros.synthesis.device import DeviceError, choose_device
from diffh2o_ros.synthesis.target import GraspTarget

FRAMES, GRASP = 60, 30


@pytest.fixture(scope="module")
def scene():
    shape = trimesh.creation.box((0.05, 0.05, 0.10)).subdivide().subdivide()
    shape.apply_translation([0.2, -0.1, 0.05])
    return Scene.of(Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces)))


@pytest.fixture(scope="module")
def contact(scene):
    return Contact(scene)


def target_of(grasp, scene):
    """The target that a grasp in the request's frame is."""
    return GraspTarget.of(grasp.moved(translation(-scene.origin)), scene)


def random_motion(batch=3, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(batch, FRAMES, *shape, generator=generator)

    return Motion(
        0.2 * normal(2, 3),
        roma.rotvec_to_rotmat(normal(2, 3)),
        0.3 * normal(2, 45),
        0.02 * normal(3),
        roma.rotvec_to_rotmat(0.1 * normal(3)),
    )


def test_rows_round_trip_and_mirror():
    motion = random_motion()
    acting = torch.tensor([[False, True], [True, False], [True, True]])
    rows = HandRows.of(acting)
    assert rows.sample.tolist() == [0, 1, 2, 2] and rows.side.tolist() == [1, 0, 0, 1]
    assert rows.partner.tolist() == [-1, -1, 3, 2]
    hand = rows.take(motion)
    torch.testing.assert_close(hand.wrist[0], motion.wrist[0, :, 1])
    torch.testing.assert_close(
        hand.wrist[1], motion.wrist[1, :, 0] * torch.tensor([1.0, -1.0, 1.0])
    )
    assert (torch.linalg.det(hand.rotation) > 0.99).all()
    moved = rows.put(motion, ActingHand(hand.side, hand.wrist + 1, hand.rotation, hand.hand_pose))
    assert (moved.wrist[0, :, 0] == motion.wrist[0, :, 0]).all()  # the idle hand
    assert (moved.wrist[2] != motion.wrist[2]).all(-1).all()
    back = rows.put(moved, hand)
    for name in ("wrist", "rotation", "hand_pose"):
        torch.testing.assert_close(getattr(back, name), getattr(motion, name))
    torch.testing.assert_close(
        rows.summed(torch.tensor([1.0, 2.0, 3.0, 4.0]), 3), torch.tensor([1.0, 2.0, 7.0])
    )


def test_a_grasp_is_carried_by_the_object_and_seen_from_it_on_either_side():
    motion = random_motion(2)
    rows = HandRows.of(torch.tensor([[True, False], [False, True]]))
    pose = motion.object_position, motion.object_rotation
    hand = rows.take(motion)
    seen = hand.seen_from(pose)
    back = seen.carried_by(pose)
    torch.testing.assert_close(back.wrist, hand.wrist, atol=1e-5, rtol=0)
    torch.testing.assert_close(back.rotation, hand.rotation, atol=1e-5, rtol=0)
    # Where the left hand really is, seen from the object where it really is.
    local = pose[1][0].transpose(-1, -2) @ (motion.wrist[0, :, 0] - pose[0][0])[..., None]
    truth = local[..., 0] * torch.tensor([1.0, -1.0, 1.0])
    torch.testing.assert_close(seen.wrist[0], truth, atol=1e-5, rtol=0)


def test_the_hands_that_act_are_those_near_the_object():
    distances = torch.full((3, 2, 21), 0.2)
    distances[0, 1] = 0.01
    distances[1] = 0.02
    distances[2, 0] = 0.15  # none is near: the nearest
    assert acting_sides(distances).tolist() == [[False, True], [True, True], [True, False]]


def test_a_left_hand_meets_the_object_where_it_really_is(scene, contact):
    from diffh2o_ros.contact.model import ContactModel
    from diffh2o_ros.hands.skeleton import wrist_kinematics

    motion = random_motion(1, seed=4)
    hand = HandRows.of(torch.tensor([[True, False]])).take(motion).at(-1)
    room = contact.clearance(hand)
    model = ContactModel("left")
    rotations, joints = wrist_kinematics(
        motion.wrist[:, -1, 0], motion.rotation[:, -1, 0], motion.hand_pose[:, -1, 0], "left"
    )
    spheres, _, _ = model.place(rotations, joints)
    points = spheres[0] + torch.as_tensor(scene.origin)
    gap = exact_signed_distance(scene.placed_mesh, points.double().numpy())
    above = points[:, 2].numpy() - scene.placed_mesh.bounds[0, 2]
    exact = (np.minimum(gap, above) - model.radius.numpy()).min()
    assert room.item() == pytest.approx(exact, abs=2e-3)


def test_settling_takes_a_hand_out_of_the_object_and_keeps_it_near(contact):
    # A flat right hand, palm towards the box (+y of the hand is its back), too deep by some mm.
    rotation = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])[None]
    rotation = rotation.transpose(-1, -2).contiguous()
    pose = torch.zeros(1, 45)
    pose[:, 2::3] = 0.35
    wrist = torch.tensor([[0.02, 0.085, 0.0]])
    hand = ActingHand(torch.tensor([RIGHT]), wrist, rotation, pose)
    settling = Settling(steps=60)
    before = contact.state(hand, settling)
    after = contact.settle(hand, settling)
    state = contact.state(after, settling)
    assert state.energy.item() < before.energy.item()
    assert state.penetration.item() < 0.002
    assert (after.wrist - wrist).norm().item() < 0.06


def test_settling_keeps_clear_of_the_other_hand(contact):
    hands = ActingHand(
        torch.tensor([LEFT, RIGHT]),
        torch.tensor([[-0.05, 0.02, 0.0], [-0.05, 0.02, 0.0]]),
        torch.eye(3).repeat(2, 1, 1),
        torch.zeros(2, 45),
    )
    partner = torch.tensor([1, 0])
    others = contact.spheres_of_others(hands, partner)
    before = contact.overlap(hands, others)
    assert (before > 1).all()
    settled = contact.settle(hands, Settling(steps=40), others=others)
    assert (contact.overlap(settled, others) < 0.3 * before).all()
    assert contact.spheres_of_others(hands, torch.tensor([-1, -1])) is None
    alone = contact.spheres_of_others(hands, torch.tensor([1, -1]))
    overlap = contact.overlap(hands, alone)
    assert overlap[0] > 1 and overlap[1] == 0


def test_corrections_fade_into_the_reach():
    motion = random_motion(1)
    path = HandRows.of(torch.tensor([[False, True]])).take(motion)
    before = path.at(-1)
    after = before.moved(
        torch.tensor([[0.01, 0.0, 0.0]]), torch.tensor([[0.0, 0.2, 0.0]]), torch.zeros(1, 21)
    )
    carried = carry_correction(path, before, after, length=10)
    torch.testing.assert_close(carried.at(-1).wrist, after.wrist)
    torch.testing.assert_close(carried.at(-1).rotation, after.rotation, atol=1e-6, rtol=0)
    torch.testing.assert_close(carried.wrist[:, : FRAMES - 11], path.wrist[:, : FRAMES - 11])
    share = ramp(FRAMES, 10, path.wrist)
    assert share[-1] == 1 and share[0] == 0 and (share.diff() >= 0).all()


def test_clearing_frees_the_reach_and_leaves_the_grasp(contact):
    frames = 50
    tau = torch.linspace(0, 1, frames)[:, None]
    # Straight through the box and out again on the other side.
    wrist = torch.tensor([-0.25, 0.0, 0.02]) * (1 - tau) + torch.tensor([0.22, 0.12, 0.04]) * tau
    path = ActingHand(
        torch.tensor([RIGHT]),
        wrist[None],
        torch.eye(3).expand(1, frames, 3, 3).contiguous(),
        torch.zeros(1, frames, 45),
    )
    cleared = clear_path(contact, path, steps=60)
    before, after = (-contact.clearance(p).clamp_max(0).sum() for p in (path, cleared))
    assert after < 0.6 * before
    torch.testing.assert_close(cleared.at(-1).wrist, path.at(-1).wrist)
    step = cleared.wrist.diff(dim=1).norm(dim=-1)
    assert step.max() < 0.06


def test_targets_of_all_kinds_are_keypoints_in_the_canonical_frame(scene):
    transl, turn = np.array([0.3, -0.1, 0.06]), np.array([0.1, 0.2, -0.3])
    wrist = rest_joints("left")[0] + torch.tensor([0.3, -0.1, 0.06])
    wrist = wrist - torch.as_tensor(scene.origin).float()
    whole = target_of(Grasp("left", turn, transl, np.zeros(45)), scene)
    palm = target_of(Grasp("left", turn, transl), scene)
    assert whole.side == LEFT and len(whole.index) == 21 and len(palm.index) == 6
    torch.testing.assert_close(palm.points[0], wrist)
    torch.testing.assert_close(palm.points, whole.points[palm.index])
    tips = np.full((5, 3), np.nan)
    tips[:2] = scene.origin + [[0, 0.03, 0], [0, -0.03, 0]]
    pinch = target_of(Grasp("right", fingertips=tips), scene)
    assert pinch.index.tolist() == [4, 8]
    torch.testing.assert_close(pinch.points[0], torch.tensor([0.0, 0.03, 0.0]))
    far = Grasp("right", np.zeros(3), np.array([3.0, 0.0, 0.0]))
    with pytest.raises(GraspError, match="out of reach"):
        target_of(far, scene)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_target_is_its_own_error_and_pulls_hands_to_itself(scene, contact, side):
    grasp = Grasp(side, np.array([0.1, 0.2, -0.3]), np.array([0.2, -0.1, 0.2]), np.zeros(45))
    target = target_of(grasp, scene)
    hand = target.hands(torch.zeros(1, 45))
    assert target.error(hand).item() < 1e-5
    astray = hand.moved(torch.tensor([[0.02, 0.0, 0.0]]), torch.zeros(1, 3), torch.zeros(1, 21))
    assert target.error(astray).item() == pytest.approx(0.02, abs=1e-4)
    keypoints = contact.hand.pose(astray).keypoints
    assert target.pull(2.0)(astray.side, keypoints).item() == pytest.approx(8.0, rel=1e-2)
    settled = contact.settle(astray, Settling(steps=40), pull=target.pull(5.0))
    assert target.error(settled).item() < 0.01


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("given", [5, 3, 2])
def test_a_hand_is_laid_rigidly_on_target_fingertips(scene, side, given):
    grasp = Grasp(side, np.array([0.1, 0.2, -0.3]), np.array([0.2, -0.1, 0.2]), np.zeros(45))
    whole = target_of(grasp, scene)
    hand = whole.hands(torch.zeros(1, 45))
    tips = whole.points[list(TIP_KEYPOINTS)].numpy() + scene.origin
    tips[given:] = np.nan
    target = target_of(Grasp(side, fingertips=tips), scene)
    shifted = hand.moved(torch.tensor([[0.1, -0.2, 0.0]]), torch.zeros(1, 3), torch.zeros(1, 21))
    assert target.error(target.put_on(shifted)).item() < 1e-5
    turned = hand.moved(torch.zeros(1, 3), torch.tensor([[0.4, -1.0, 2.0]]), torch.zeros(1, 21))
    laid = target.put_on(turned)
    if given < 3:  # they say where, not which way round
        torch.testing.assert_close(laid.rotation, turned.rotation)
        assert target.error(laid).item() < target.error(turned).item()
    else:
        assert target.error(laid).item() < 1e-5
        torch.testing.assert_close(laid.rotation, hand.rotation, atol=1e-4, rtol=0)
    assert laid.hand_pose is turned.hand_pose


def test_devices():
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in ("cpu", "cuda")
    with pytest.raises(DeviceError):
        choose_device("tpu9")
    with pytest.raises(DeviceError):
        choose_device("cuda:99")
