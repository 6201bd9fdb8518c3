"""The parts of a synthesis, on motions made by hand."""

import numpy as np
import pytest
import roma
import torch
import trimesh

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import exact_signed_distance, object_geometry
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.synthesis.acting_hand import (
    LEFT,
    RIGHT,
    ActingHand,
    acting_hand,
    with_acting_hand,
)
from diffh2o_ros.synthesis.carrying import hold_on, object_path
from diffh2o_ros.synthesis.clearing import clear_reach
from diffh2o_ros.synthesis.contact_guidance import carry_correction, last_frame, ramp
from diffh2o_ros.synthesis.device import DeviceError, choose_device
from diffh2o_ros.synthesis.settling import Settler, Settling
from diffh2o_ros.synthesis.target import GraspTarget

FRAMES, GRASP = 60, 30


@pytest.fixture(scope="module")
def geometry():
    shape = trimesh.creation.box((0.05, 0.05, 0.10)).subdivide().subdivide()
    shape.apply_translation([0.2, -0.1, 0.05])
    return object_geometry(Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces)))


@pytest.fixture(scope="module")
def settler(geometry):
    center = geometry.center
    return Settler(geometry.sdf, center, geometry.support_height - float(center[2]))


def random_motion(batch=3, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(batch, FRAMES, *shape, generator=generator)

    return Motion(
        0.2 * normal(2, 3), roma.rotvec_to_rotmat(normal(2, 3)), 0.3 * normal(2, 45),
        0.02 * normal(3), roma.rotvec_to_rotmat(0.1 * normal(3)),
    )


def test_acting_hand_round_trip_and_mirror():
    motion = random_motion()
    side = torch.tensor([RIGHT, LEFT, LEFT])
    hand = acting_hand(motion, side)
    torch.testing.assert_close(hand.wrist[0], motion.wrist[0, :, 1])
    torch.testing.assert_close(
        hand.wrist[1], motion.wrist[1, :, 0] * torch.tensor([1.0, -1.0, 1.0])
    )
    assert (torch.linalg.det(hand.rotation) > 0.99).all()
    back = with_acting_hand(motion, hand)
    for name in ("wrist", "rotation", "hand_pose"):
        torch.testing.assert_close(getattr(back, name), getattr(motion, name))


def test_a_left_hand_meets_the_object_where_it_really_is(geometry, settler):
    from diffh2o_ros.hands.contact import ContactModel
    from diffh2o_ros.hands.skeleton import wrist_kinematics

    motion = random_motion(1, seed=4)
    hand = last_frame(acting_hand(motion, torch.tensor([LEFT])))
    room = settler.clearance(hand)
    model = ContactModel("left")
    rotations, joints = wrist_kinematics(
        motion.wrist[:, -1, 0], motion.rotation[:, -1, 0], motion.hand_pose[:, -1, 0], "left"
    )
    spheres, _, _ = model.place(rotations, joints)
    points = spheres[0] + geometry.center
    gap = exact_signed_distance(geometry.mesh, points.double().numpy())
    above = points[:, 2].numpy() - geometry.support_height
    exact = (np.minimum(gap, above) - model.radius.numpy()).min()
    assert room.item() == pytest.approx(exact, abs=2e-3)


def test_settling_takes_a_hand_out_of_the_object_and_keeps_it_near(settler):
    # A flat right hand, palm towards the box (+y of the hand is its back), too deep by some mm.
    rotation = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])[None]
    rotation = rotation.transpose(-1, -2).contiguous()
    pose = torch.zeros(1, 45)
    pose[:, 2::3] = 0.35
    wrist = torch.tensor([[0.02, 0.085, 0.0]])
    hand = ActingHand(torch.tensor([RIGHT]), wrist, rotation, pose)
    settling = Settling(steps=60)
    before = settler.contact(hand, settling)
    after = settler.settle(hand, settling)
    state = settler.contact(after, settling)
    assert state.energy.item() < before.energy.item()
    assert state.penetration.item() < 0.002
    assert (after.wrist - wrist).norm().item() < 0.06


def test_corrections_fade_into_the_reach():
    motion = random_motion(1)
    path = acting_hand(motion, torch.tensor([RIGHT]))
    before = last_frame(path)
    after = before.moved(
        torch.tensor([[0.01, 0.0, 0.0]]), torch.tensor([[0.0, 0.2, 0.0]]), torch.zeros(1, 21)
    )
    carried = carry_correction(path, before, after, length=10)
    torch.testing.assert_close(last_frame(carried).wrist, after.wrist)
    torch.testing.assert_close(last_frame(carried).rotation, after.rotation, atol=1e-6, rtol=0)
    torch.testing.assert_close(carried.wrist[:, : FRAMES - 11], path.wrist[:, : FRAMES - 11])
    share = ramp(FRAMES, 10, path.wrist)
    assert share[-1] == 1 and share[0] == 0 and (share.diff() >= 0).all()


def test_clearing_frees_the_reach_and_leaves_the_grasp(settler):
    frames = 50
    tau = torch.linspace(0, 1, frames)[:, None]
    # Straight through the box and out again on the other side.
    wrist = torch.tensor([-0.25, 0.0, 0.02]) * (1 - tau) + torch.tensor([0.22, 0.12, 0.04]) * tau
    path = ActingHand(
        torch.tensor([RIGHT]), wrist[None], torch.eye(3).expand(1, frames, 3, 3).contiguous(),
        torch.zeros(1, frames, 45),
    )
    cleared = clear_reach(settler, path, steps=60)
    before, after = (-settler.clearance(p).clamp_max(0).sum() for p in (path, cleared))
    assert after < 0.6 * before
    torch.testing.assert_close(last_frame(cleared).wrist, last_frame(path).wrist)
    step = cleared.wrist.diff(dim=1).norm(dim=-1)
    assert step.max() < 0.06


def test_object_path_rests_joins_and_stays_above_the_table():
    motion = random_motion(2)
    frames = torch.arange(FRAMES - GRASP) / 10
    motion.object_position[:, GRASP:] = 0.02  # it would jump by 2 cm, then dive
    motion.object_position[:, GRASP:, 2] -= 0.05 * frames
    motion.object_rotation[:] = torch.eye(3)
    body = [torch.tensor([[0.0, 0.0, -0.05], [0.02, 0.0, 0.03]])] * 2
    position, rotation = object_path(motion, GRASP, body, support=-0.05)
    assert position[:, : GRASP + 1].abs().max() < 1e-6
    assert position.diff(dim=1).norm(dim=-1).max() < 0.012
    lowest = (rotation @ body[0][0])[..., 2] + position[..., 2]
    assert lowest.min() > -0.05 - 0.002


def test_a_held_object_does_not_slip():
    motion = random_motion(2)
    side = torch.tensor([LEFT, RIGHT])
    position, rotation = motion.object_position, motion.object_rotation
    position[:, :GRASP], rotation[:, :GRASP] = 0, torch.eye(3)
    held = hold_on(motion, side, position, rotation, GRASP)
    for i, s in enumerate(side):
        local = rotation[i].transpose(-1, -2) @ (held.wrist[i, :, s] - position[i])[..., None]
        drift = local[GRASP:, :, 0] - motion.wrist[i, GRASP - 1, s]
        assert drift.abs().max() < 1e-5
        other = 1 - int(s)
        torch.testing.assert_close(held.wrist[i, :, other], motion.wrist[i, :, other])


def test_target_out_of_reach_is_refused_and_in_reach_is_canonical(geometry):
    near = Grasp("left", np.zeros(3), np.array([0.3, -0.1, 0.06]), None)
    target = GraspTarget.of(near, geometry.center, 0.05)
    wrist = rest_joints("left")[0] + torch.tensor([0.3, -0.1, 0.06]) - geometry.center
    torch.testing.assert_close(target.wrist, wrist)
    assert target.side == LEFT and target.hand_pose is None
    far = Grasp("right", np.zeros(3), np.array([3.0, 0.0, 0.0]), None)
    with pytest.raises(GraspError, match="out of reach"):
        GraspTarget.of(far, geometry.center, 0.05)


def test_devices():
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in ("cpu", "cuda")
    with pytest.raises(DeviceError):
        choose_device("tpu9")
    with pytest.raises(DeviceError):
        choose_device("cuda:99")
