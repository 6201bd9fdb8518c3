"""Machine code and arrays descend alike: every term of the energy, at rest and on a path."""

import pytest
import roma
import torch
import trimesh

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.contact.backend import ARRAYS, KERNELS
from diffh2o_ros.contact.clearing import clear_path
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.descent import cosine
from diffh2o_ros.contact.energy import ContactWeights, EnergyTerms, Forearm, PadDraw, Pull
from diffh2o_ros.contact.moves import Coupling, move
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.scene import Scene

pytest.importorskip("numba")

TERMS = ("penetration", "contact", "alignment", "closure", "table", "self_penetration")


@pytest.fixture(scope="module")
def contact():
    box = trimesh.creation.box((0.05, 0.07, 0.10)).subdivide().apply_translation((0.3, 0.1, 0.4))
    return Contact(Scene.of(check_mesh(box.vertices, box.faces)))


def hands(*lead, seed=0):
    """Left and right hands about the object, fingers bent."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*lead, *shape, generator=generator)

    return ActingHand(
        torch.arange(lead[0]) % 2,
        0.08 * normal(3),
        roma.rotvec_to_rotmat(normal(3)),
        0.25 * normal(45),
    )


def both_ways(scene, descend):
    """The same descent as machine code and as array operations."""
    return [descend(Contact(scene, backend)) for backend in (KERNELS, ARRAYS)]


def gaps(one, other):
    """How far apart (N,) all numbers of two hands are."""
    pairs = [
        (getattr(h, name).flatten() for h in (one, other))
        for name in ("wrist", "rotation", "hand_pose")
    ]
    return torch.cat([(a - b).abs() for a, b in pairs])


@pytest.mark.parametrize("term", [*TERMS, "hold", "pull", "others", "all"])
def test_settling(contact, term):
    start = hands(6)
    weights = dict.fromkeys(TERMS, 0.0) | ({term: 2.0} if term in TERMS else {})
    if term == "all":
        weights = dict.fromkeys(TERMS, 2.0)
    if term == "others":  # what another hand does is weighed as penetration is
        weights["penetration"] = 2.0
    hold = 0.05 if term in ("hold", "all") else 0.0
    points = 0.05 * torch.randn(21, 3, generator=torch.Generator().manual_seed(1))
    # A weak pull gives every move a gradient, so that none is of rounding alone.
    pull = Pull(1.0 if term in ("pull", "hold", "all") else 0.01, torch.arange(21), points)
    others = contact.hand.pose(hands(6, seed=2)).spheres if term in ("others", "all") else None
    # Few steps: where a contact is made or lost, descents part for good.
    plan = Settling(steps=5, hold=hold, weights=ContactWeights(**weights))
    one, other = both_ways(
        contact.scene, lambda way: way.settle(start, plan, pull=pull, others=others)
    )
    assert (one.hand_pose - start.hand_pose).abs().max() > 1e-3, "the term is at work"
    assert gaps(one, other).max() < 1e-4


@pytest.mark.parametrize("moving", [False, True])
def test_clearing(contact, moving):
    path, pose = hands(2, 20, seed=3), None
    if moving:
        carried = hands(2, 20, seed=4)
        pose = 0.3 * carried.wrist, carried.rotation
    one, other = both_ways(contact.scene, lambda way: clear_path(way, path, pose, steps=10))
    assert (one.wrist - path.wrist).abs().max() > 2e-3, "it is cleared"
    # Where nothing touches, gradients are of rounding alone, and Adam makes whole steps of them: a
    # part of the path may differ by millimeters, but not in how free it is.
    assert gaps(one, other).median() < 5e-4 < gaps(one, path).median()
    room = [contact.field(p, pose).query(contact.hand.pose(p).spheres) for p in (one, other)]
    deep = [(contact.model.radius - r).clamp_min(0).sum() for r in room]
    before = contact.field(path, pose).query(contact.hand.pose(path).spheres)
    before = (contact.model.radius - before).clamp_min(0).sum()
    assert deep[0] < 0.8 * before
    torch.testing.assert_close(deep[0], deep[1], rtol=0.01, atol=0)
    torch.testing.assert_close(one.wrist[:, -1], path.wrist[:, -1])


@pytest.mark.parametrize("part", ["forearm", "rest", "coupling"])
def test_what_the_grasp_search_adds(contact, part):
    start, hand = hands(6, seed=5), contact.hand
    plan = Settling(steps=5, weights=ContactWeights(*[0.0] * 6))
    moves, given = (
        plan.moves(start.hand_pose, hand),
        EnergyTerms(plan.weights, PadDraw(contact.hand.pad_weight)),
    )
    moves = moves._replace(stiffness=1e-3 * moves.stiffness)
    if part == "forearm":
        offset, radius = torch.tensor([[0.0, 0, 0], [0.06, 0, 0]]), torch.tensor([0.03, 0.02])
        given = given._replace(table_height=0.0, forearm=Forearm(offset, radius, 4.0))
    elif part == "rest":
        rest = torch.randn(moves.rest.shape, generator=torch.Generator().manual_seed(6))
        moves = moves._replace(rest=5 * rest)
    else:
        driven, driver = torch.tensor([3, 7]), torch.tensor([2, 6])
        moves = moves._replace(coupling=Coupling(driven, driver, 0.66, 2.0, torch.ones(6, 2)))
    around, lengths = contact.field(start), cosine(5)
    one, other = (
        move(start, hand, around, given, moves, lengths, way) for way in (KERNELS, ARRAYS)
    )
    assert one.abs().max() > 1, "the part is at work"
    torch.testing.assert_close(one, other, atol=1e-3, rtol=0)
