"""Contact: spheres and pads follow the hand, the energy sees what it should, gradients are true."""

import pytest
import roma
import torch

from diffh2o_ros.contact.model import ContactModel, ContactWeights, distance_and_normal
from diffh2o_ros.hands.skeleton import SIDES, mirror_points, mirror_pose, wrist_kinematics


class Ball:
    """The exact distance field of a ball."""

    def __init__(self, center, radius):
        self.center, self.radius = torch.tensor(center), radius

    def query(self, points):
        return (points - self.center).norm(dim=-1) - self.radius


def posed(side, count=1, bend=0.0):
    pose = torch.full((count, 45), 0.0)
    pose[:, 2::3] = bend
    if side == "left":
        pose = mirror_pose(pose)
    eye = torch.eye(3).expand(count, 3, 3)
    return wrist_kinematics(torch.zeros(count, 3), eye, pose, side)


def test_normals_of_a_ball_point_outward():
    points = torch.tensor([[0.05, 0.0, 0.0], [0.0, -0.03, 0.04]])
    distance, normal = distance_and_normal(Ball([0.0, 0.0, 0.0], 0.04), points)
    torch.testing.assert_close(distance, torch.tensor([0.01, 0.01]), atol=2e-4, rtol=0)
    torch.testing.assert_close(
        normal, points / points.norm(dim=-1, keepdim=True), atol=0.04, rtol=0
    )


@pytest.mark.parametrize("side", SIDES)
def test_penetration_is_the_deepest_sphere(side):
    model = ContactModel(side)
    rotations, joints = posed(side)
    spheres, _, _ = model.place(rotations, joints)
    i = 40
    # A tiny ball at a sphere's center: that sphere is deep by its own radius and the ball's.
    ball = Ball(spheres[0, i].tolist(), 0.001)
    weight = torch.ones(1, len(model.pad_names))
    state = model.energy(rotations, joints, ball, weight, ContactWeights())
    gap = (spheres[0] - spheres[0, i]).norm(dim=-1) - 0.001
    expected = (model.radius - gap).max()
    assert state.penetration.item() == pytest.approx(expected.item(), abs=1e-6)


def test_left_hand_mirrors_the_right():
    left, right = ContactModel("left"), ContactModel("right")
    mine, other = (m.place(*posed(s, bend=0.4)) for m, s in ((left, "left"), (right, "right")))
    for a, b in zip(mine, other, strict=True):
        torch.testing.assert_close(a, mirror_points(b), atol=1e-6, rtol=0)


def test_table_is_seen():
    model = ContactModel("right")
    rotations, joints = posed("right")
    spheres, _, _ = model.place(rotations, joints)
    lowest = (spheres[0, :, 2] - model.radius).min().item()
    far = Ball([0.0, 5.0, 0.0], 0.01)
    weight = torch.ones(1, len(model.pad_names))
    state = model.energy(rotations, joints, far, weight, ContactWeights(), lowest + 0.004)
    assert state.table.item() == pytest.approx(0.004, abs=1e-6)
    state = model.energy(rotations, joints, far, weight, ContactWeights(), lowest - 0.001)
    assert state.table.item() == 0


def test_fingers_closed_into_one_another_are_penalized():
    model = ContactModel("right")
    flat = model.self_penetration(model.place(*posed("right"))[0]).item()
    pose = torch.zeros(1, 45)
    pose[0, 1] = -0.5  # index swept across the middle finger
    rotations, joints = wrist_kinematics(torch.zeros(1, 3), torch.eye(3)[None], pose, "right")
    assert flat == pytest.approx(0, abs=1e-4)
    assert model.self_penetration(model.place(rotations, joints)[0]).item() > 0.05


def test_descending_the_energy_brings_pads_to_the_surface():
    model = ContactModel("right")
    ball = Ball([-0.02, -0.06, 0.02], 0.035)
    weight = torch.ones(1, len(model.pad_names))
    shift = torch.zeros(1, 3, requires_grad=True)
    turn = torch.zeros(1, 3, requires_grad=True)
    pose = torch.zeros(1, 45, requires_grad=True)
    optimizer = torch.optim.Adam([shift, turn, pose], lr=0.01)
    states = []
    for _ in range(80):
        rotations, joints = wrist_kinematics(shift, roma.rotvec_to_rotmat(turn), pose, "right")
        states.append(model.energy(rotations, joints, ball, weight, ContactWeights()))
        optimizer.zero_grad()
        states[-1].energy.sum().backward()
        optimizer.step()
    first, last = states[0], states[-1]
    assert last.energy.item() < 0.5 * first.energy.item()
    assert last.pad_distance.abs().median() < 0.5 * first.pad_distance.abs().median()
    assert last.penetration.item() < 0.003


@pytest.mark.parametrize(
    "term", ["penetration", "contact", "alignment", "table", "self_penetration", "all"]
)
def test_gradient_is_that_of_the_energy(term):
    """Each term alone, so that none hides behind another; closure's weights are constants to the
    gradient by design, so it is tested against autograd below."""
    model = ContactModel("right")
    ball = Ball([-0.03, -0.05, 0.01], 0.03)
    generator = torch.Generator().manual_seed(0)
    pose = 0.5 * torch.randn(1, 45, generator=generator)
    spheres, pads, normals = (
        x.double()
        for x in model.place(
            *wrist_kinematics(torch.zeros(1, 3), torch.eye(3)[None], pose, "right")
        )
    )
    ball.center = ball.center.double()
    weights = {
        name: 0.0
        for name in ("penetration", "contact", "alignment", "closure", "table", "self_penetration")
    }
    weights |= dict.fromkeys(set(weights) - {"closure"}, 2.0) if term == "all" else {term: 2.0}
    share = torch.rand(1, len(model.pad_names), generator=generator).double()

    def energy(spheres, pads, normals):
        return model.energy_at(
            spheres, pads, normals, ball, share, ContactWeights(**weights), -0.02, 0.001
        ).energy

    given = [x.requires_grad_() for x in (spheres, pads, normals)]
    assert energy(*given).item() > 0, "the term is at work"
    assert torch.autograd.gradcheck(energy, given, eps=1e-7, atol=1e-3, rtol=1e-4)


def test_gradient_of_closure_is_that_of_fixed_forces():
    """The net wrench written down plainly, with how much each pad pushes held fixed."""
    model = ContactModel("right")
    ball = Ball([-0.03, -0.05, 0.01], 0.03)
    _, pads, normals = model.place(*posed("right", bend=0.4))
    share = torch.ones(1, len(model.pad_names)) / len(model.pad_names)
    weights = ContactWeights(0, 0, 0, closure=1.0, table=0, self_penetration=0)
    far = torch.full((1, len(model.radius), 3), 5.0)
    pads.requires_grad_()
    state = model.energy_at(far, pads, normals, ball, share, weights)
    (slope,) = torch.autograd.grad(state.energy.sum(), pads)

    distance, normal = distance_and_normal(ball, pads)
    push = (share * torch.exp(-((distance / 0.015) ** 2))).detach() + 1e-4
    push = (push / push.sum())[..., None]
    arm = (pads - (push * pads).sum(-2, keepdim=True)) / 0.05
    wrench = (push * torch.cat([normal, torch.linalg.cross(arm, normal)], -1)).sum(-2)
    expected = wrench.square().sum()
    assert state.energy.item() == pytest.approx(expected.item(), rel=1e-4)
    (plain,) = torch.autograd.grad(expected, pads)
    torch.testing.assert_close(slope, plain, rtol=1e-3, atol=1e-4)
