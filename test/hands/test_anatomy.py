"""Contact geometry and degrees of freedom: where the pads lie and which way the joints bend."""

import numpy as np
import pytest
import torch

from diffh2o_ros.hands import anatomy, skeleton

NAMES, BASIS, LOW, HIGH = anatomy.degrees_of_freedom()
FINGERS = ("index", "middle", "ring", "little")


def pose(**degrees: float) -> torch.Tensor:
    """Hand pose (45,) of named angles, degrees."""
    angles = np.zeros(len(NAMES))
    for name, value in degrees.items():
        angles[NAMES.index(name)] = np.deg2rad(value)
    return torch.as_tensor(angles @ BASIS)


def posed(hand_pose: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    zero = torch.zeros(*hand_pose.shape[:-1], 3, dtype=hand_pose.dtype)
    rest = skeleton.rest_joints("right").double()
    return skeleton.forward_kinematics(rest, zero, zero, hand_pose)


def carried(pad: anatomy.Pad, rotations: torch.Tensor, joints: torch.Tensor):
    """Point and normal of a pad on a posed hand."""
    rest = skeleton.rest_joints("right").double()[pad.joint]
    turn = rotations[..., pad.joint, :, :]
    point = joints[..., pad.joint, :] + turn @ (torch.as_tensor(pad.point) - rest)
    return point, turn @ torch.as_tensor(pad.normal)


def tip(hand_pose: torch.Tensor, finger: str) -> np.ndarray:
    rotations, joints = posed(hand_pose)
    points = skeleton.keypoints(joints, rotations, skeleton.tip_offsets("right").double())
    return points[4 + 4 * ("thumb", *FINGERS).index(finger)].numpy()


def test_pads_lie_on_the_limb_that_carries_them_and_face_outwards():
    joints, centers, radii = anatomy.spheres()
    for pad in anatomy.pads():
        np.testing.assert_allclose(np.linalg.norm(pad.normal), 1)
        outside = np.linalg.norm(centers - pad.point, axis=1) - radii
        assert -0.0005 < outside.min() < 0.0015, pad.name
        assert joints[outside.argmin()] == pad.joint, pad.name
        further = np.linalg.norm(centers - pad.point - 0.003 * pad.normal, axis=1) - radii
        assert further.min() > outside.min() + 0.002, pad.name


def test_every_finger_and_the_palm_have_pads():
    names = [pad.name for pad in anatomy.pads()]
    assert len(names) == len(set(names)) == 17
    assert {name.split("_")[0] for name in names} == {*skeleton.FINGERS, "palm"}


def test_spheres_fill_the_limbs_without_gaps():
    joints, centers, radii = anatomy.spheres()
    assert len(joints) == len(centers) == len(radii)
    assert set(joints) == set(range(16))
    assert (0.005 < radii).all() and (radii < 0.02).all()
    for limb in anatomy.capsules():
        for s in np.linspace(0, 1, 9):
            axis = (1 - s) * limb.start + s * limb.end
            assert (np.linalg.norm(centers - axis, axis=1) < 0.8 * radii).any()


def test_degrees_of_freedom_turn_one_joint_each_about_a_unit_axis():
    assert len(NAMES) == len(set(NAMES)) == len(BASIS) == 21
    axes = BASIS.reshape(len(NAMES), 15, 3)
    lengths = np.linalg.norm(axes, axis=-1)
    np.testing.assert_allclose(lengths.sum(1), 1)
    assert ((lengths > 0).sum(1) == 1).all()
    assert (LOW <= 0).all() and (HIGH >= 0).all() and (LOW < HIGH).all()


@pytest.mark.parametrize("finger", FINGERS)
def test_flexion_curls_a_finger_towards_the_palm(finger):
    straight = tip(pose(), finger)
    for joint, fall in (("mcp", 0.02), ("pip", 0.012), ("dip", 0.005)):
        bent = tip(pose(**{f"{finger}_{joint}_flexion": 60}), finger)
        assert bent[1] < straight[1] - fall  # the palm faces -y
        assert bent[0] > straight[0] + 0.005  # back towards the wrist
    fist = {f"{finger}_mcp_flexion": 75, f"{finger}_pip_flexion": 100, f"{finger}_dip_flexion": 60}
    closed = tip(pose(**fist), finger)
    palm = skeleton.rest_joints("right")[skeleton.FINGERS[finger]].numpy()
    assert np.linalg.norm(closed - palm) < 0.035


def test_flexed_fingers_converge():
    fist = {
        f"{f}_{joint}": a
        for f in FINGERS
        for joint, a in (("mcp_flexion", 60), ("pip_flexion", 90), ("dip_flexion", 50))
    }
    spread = np.linalg.norm(tip(pose(), "index") - tip(pose(), "little"))
    closed = np.linalg.norm(tip(pose(**fist), "index") - tip(pose(**fist), "little"))
    assert closed < 0.7 * spread


@pytest.mark.parametrize("finger", FINGERS)
def test_abduction_about_plus_y_moves_a_finger_towards_the_thumb(finger):
    straight, moved = tip(pose(), finger), tip(pose(**{f"{finger}_mcp_abduction": 10}), finger)
    assert moved[2] > straight[2] + 0.005
    assert abs(moved[1] - straight[1]) < 1e-6


def test_fingers_can_be_held_together():
    closed = pose(index_mcp_abduction=-12, ring_mcp_abduction=6, little_mcp_abduction=28)
    for name, angle in (("index", -12), ("ring", 6), ("little", 28)):
        i = NAMES.index(f"{name}_mcp_abduction")
        assert LOW[i] <= np.deg2rad(angle) <= HIGH[i]
    for one, other in (("index", "middle"), ("middle", "ring"), ("ring", "little")):
        assert abs(tip(closed, one)[2] - tip(closed, other)[2]) < 0.024


def test_thumb_flexion_crosses_the_palm():
    straight = tip(pose(), "thumb")
    bent = tip(pose(thumb_cmc_flexion=40, thumb_mcp_flexion=40), "thumb")
    assert bent[1] < straight[1] - 0.02 and bent[2] < straight[2] - 0.02


@pytest.mark.parametrize("finger", FINGERS[:3])
def test_thumb_meets_a_finger_pad_to_pad_within_its_ranges(finger):
    pads = {pad.name: pad for pad in anatomy.pads()}
    generator = torch.Generator().manual_seed(0)
    low, high, basis = (torch.as_tensor(a) for a in (LOW, HIGH, BASIS))
    free = torch.randn(24, len(NAMES), generator=generator, dtype=torch.float64)
    free.requires_grad_()
    optimizer = torch.optim.Adam([free], lr=0.08)
    for _ in range(200):
        angles = low + (high - low) * torch.sigmoid(free)
        rotations, joints = posed(angles @ basis)
        thumb, thumb_normal = carried(pads["thumb_distal"], rotations, joints)
        other, normal = carried(pads[f"{finger}_distal"], rotations, joints)
        gap = (thumb - other).norm(dim=-1)
        facing = (thumb_normal * normal).sum(-1)
        loss = 1e4 * gap**2 + facing
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    best = loss.argmin()
    assert gap[best] < 0.003 and facing[best] < -0.8
