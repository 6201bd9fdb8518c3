"""Contact: spheres and pads follow the hand, the energy sees what it should, gradients are true."""

import pytest
import roma
import torch

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.energy import ContactWeights, EnergyTerms, PadDraw, contact_state
from diffh2o_ros.contact.model import ContactModel, Placed
from diffh2o_ros.contact.terms import distance_and_normal
from diffh2o_ros.hands.mirror import REST, mirror, mirror_pose
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import wrist_kinematics


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


def energy_of(model, field, weights=None, **options):
    pads = PadDraw(torch.ones(len(model.pad_names)))
    given = EnergyTerms(weights or ContactWeights(), pads, **options)
    return lambda placed: contact_state(placed, model, field, given)


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
    state = energy_of(model, ball)(model.place(rotations, joints))
    gap = (spheres[0] - spheres[0, i]).norm(dim=-1) - 0.001
    expected = (model.radius - gap).max()
    assert state.penetration.item() == pytest.approx(expected.item(), abs=1e-6)


def test_left_hand_mirrors_the_right():
    left, right = ContactModel("left"), ContactModel("right")
    mine, other = (m.place(*posed(s, bend=0.4)) for m, s in ((left, "left"), (right, "right")))
    for a, b in zip(mine, other, strict=True):
        torch.testing.assert_close(a, mirror(b, REST), atol=1e-6, rtol=0)


def test_table_is_seen():
    model = ContactModel("right")
    rotations, joints = posed("right")
    spheres, _, _ = model.place(rotations, joints)
    lowest = (spheres[0, :, 2] - model.radius).min().item()
    far = Ball([0.0, 5.0, 0.0], 0.01)
    placed = model.place(rotations, joints)
    state = energy_of(model, far, table_height=lowest + 0.004)(placed)
    assert state.table.item() == pytest.approx(0.004, abs=1e-6)
    state = energy_of(model, far, table_height=lowest - 0.001)(placed)
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
    energy = energy_of(model, ball)
    shift = torch.zeros(1, 3, requires_grad=True)
    turn = torch.zeros(1, 3, requires_grad=True)
    pose = torch.zeros(1, 45, requires_grad=True)
    optimizer = torch.optim.Adam([shift, turn, pose], lr=0.01)
    states = []
    for _ in range(80):
        rotations, joints = wrist_kinematics(shift, roma.rotvec_to_rotmat(turn), pose, "right")
        states.append(energy(model.place(rotations, joints)))
        optimizer.zero_grad()
        states[-1].energy.sum().backward()
        optimizer.step()
    first, last = states[0], states[-1]
    assert last.energy.item() < 0.5 * first.energy.item()
    assert last.pad_distance.abs().median() < 0.5 * first.pad_distance.abs().median()
    assert last.penetration.item() < 0.003


def test_gradient_of_closure_is_that_of_fixed_forces():
    """The net wrench written down plainly, with how much each pad pushes held fixed."""
    model = ContactModel("right")
    ball = Ball([-0.03, -0.05, 0.01], 0.03)
    _, pads, normals = model.place(*posed("right", bend=0.4))
    share = torch.ones(1, len(model.pad_names)) / len(model.pad_names)
    weights = ContactWeights(0, 0, 0, closure=1.0, table=0, self_penetration=0)
    far = torch.full((1, len(model.radius), 3), 5.0)
    pads.requires_grad_()
    state = energy_of(model, ball, weights)(Placed(far, pads, normals))
    (gradient,) = torch.autograd.grad(state.energy.sum(), pads)

    distance, normal = distance_and_normal(ball, pads)
    push = (share * torch.exp(-((distance / 0.015) ** 2))).detach() + 1e-4
    push = (push / push.sum())[..., None]
    arm = (pads - (push * pads).sum(-2, keepdim=True)) / 0.05
    wrench = (push * torch.cat([normal, torch.linalg.cross(arm, normal)], -1)).sum(-2)
    expected = wrench.square().sum()
    assert state.energy.item() == pytest.approx(expected.item(), rel=1e-4)
    (plain,) = torch.autograd.grad(expected, pads)
    torch.testing.assert_close(gradient, plain, rtol=1e-3, atol=1e-4)


def test_fingers_that_overlap_count_by_their_depth():
    """To first order: a sphere 1 mm inside that of another finger counts a square millimeter."""
    model = ContactModel("right")
    index, reach, apart = model.fingers
    spheres = torch.zeros(len(model.radius), 3, dtype=torch.float64)
    spheres[:, 0] = 0.1 * torch.arange(len(model.radius))  # far apart
    i, j = apart.nonzero()[0].tolist()
    spheres[index[j]] = spheres[index[i]] + torch.tensor([0.0, float(reach[i, j]) - 1e-3, 0.0])
    found = terms.self_penetration(spheres, model.fingers).item()
    assert found == pytest.approx(0.1**2, rel=0.2)
    other = (~apart.bool() & ~apart.T.bool()).nonzero()  # those of one finger never count
    i, j = next((i, j) for i, j in other.tolist() if i != j)
    spheres[:, 0] = 0.1 * torch.arange(len(model.radius))
    spheres[index[j]] = spheres[index[i]]
    assert terms.self_penetration(spheres, model.fingers).item() == 0


def test_pads_are_drawn_near_the_surface_and_the_heavy_ones_always():
    """Weights sum to 1 and are constants: letting go of a pad is no contact."""
    draw = PadDraw(torch.tensor([0.5, 1.0, 2.0]), reach=0.03, always=0.1)
    distance = torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]], requires_grad=True)
    weight = draw.at(distance)
    assert not weight.requires_grad
    torch.testing.assert_close(weight[0], torch.tensor([0.0, 0.1, 0.2]) / 0.3)
    torch.testing.assert_close(weight[1], torch.tensor([0.5, 1.1, 0.2]) / 1.8)
    even = PadDraw(torch.tensor([1.0, 3.0])).at(torch.tensor([[0.0, 9.0]]))
    torch.testing.assert_close(even, torch.tensor([[0.25, 0.75]]))
