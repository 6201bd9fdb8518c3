"""The embedded hand: its surface, how it is posed, shaped and mirrored, and its build."""

import runpy
from pathlib import Path

import igl
import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.hands import anatomy, shape, skeleton
from diffh2o_ros.hands.mirror import REST, REST_AXIAL, mirror, mirror_pose
from diffh2o_ros.hands.parametric.openhand import OpenHand, blend

ROOT = Path(__file__).parents[2]
ASSET = ROOT / "diffh2o_ros/hands/open_hand.npz"
NAMES, BASIS, LOW, HIGH = anatomy.degrees_of_freedom()
ZERO = torch.zeros(3)
FIST = {
    f"{finger}_{joint}_flexion": angle
    for finger in ("index", "middle", "ring", "little")
    for joint, angle in (("mcp", 80), ("pip", 95), ("dip", 50))
}


@pytest.fixture(scope="module")
def right() -> OpenHand:
    return OpenHand("right")


@pytest.fixture(scope="module")
def left() -> OpenHand:
    return OpenHand("left")


def pose(**degrees: float) -> torch.Tensor:
    angles = np.zeros(len(NAMES))
    for name, value in degrees.items():
        angles[NAMES.index(name)] = np.deg2rad(value)
    return torch.as_tensor(angles @ BASIS, dtype=torch.float32)


def surface(hand: OpenHand, hand_pose=None, betas=None) -> trimesh.Trimesh:
    output = hand(ZERO, ZERO, torch.zeros(45) if hand_pose is None else hand_pose, betas)
    return trimesh.Trimesh(output.vertices.numpy(), hand.faces.numpy(), process=False)


def signed_distance(mesh: trimesh.Trimesh, points: np.ndarray) -> np.ndarray:
    vertices, faces = np.asarray(mesh.vertices, float), np.asarray(mesh.faces)
    distance = np.sqrt(igl.point_mesh_squared_distance(points, vertices, faces)[0])
    return np.where(igl.winding_number(vertices, faces, points) > 0.5, -distance, distance)


def random_parameters(seed: int, *shape: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    draw = lambda n: torch.randn(*shape, n, generator=generator)  # noqa: E731
    low, high = torch.as_tensor(LOW), torch.as_tensor(HIGH)
    angles = low + (high - low) * torch.sigmoid(draw(len(NAMES)))
    return draw(3), draw(3), (angles @ torch.as_tensor(BASIS)).float()


@pytest.mark.parametrize("side", ["right", "left"])
def test_surface_is_one_closed_body_with_outward_normals(side):
    mesh = surface(OpenHand(side))
    assert mesh.is_watertight and mesh.is_winding_consistent
    assert mesh.body_count == 1 and mesh.euler_number == 2
    assert 2.5e-4 < mesh.volume < 4e-4  # a hand displaces some 0.35 l; inside out it is negative
    assert 1000 <= len(mesh.vertices) <= 3000


def test_triangles_are_well_shaped_and_finer_at_the_fingertips(right):
    mesh = surface(right)
    edges = np.linalg.norm(np.diff(mesh.triangles[:, [0, 1, 2, 0]], axis=1), axis=-1)
    quality = 4 * np.sqrt(3) * mesh.area_faces / (edges**2).sum(1)  # 1 is equilateral
    assert quality.min() > 0.6 and np.median(quality) > 0.95
    tips = right(ZERO, ZERO, torch.zeros(45)).keypoints[[4, 8, 12, 16, 20]].numpy()
    at_tip = np.linalg.norm(mesh.triangles_center[:, None] - tips, axis=-1).min(1) < 0.01
    assert np.median(edges[at_tip]) < 0.75 * np.median(edges)


def test_hand_has_the_size_of_a_hand(right):
    vertices = right.template.numpy()
    palm = vertices[vertices[:, 2] < 0.045]  # without the thumb
    breadth = palm[np.abs(palm[:, 0] - 0.025) < 0.004][:, 2]
    assert 0.075 < np.ptp(breadth) < 0.095
    thickness = vertices[(np.abs(vertices[:, 0] - 0.03) < 0.005) & (np.abs(vertices[:, 2]) < 0.03)]
    assert 0.020 < np.ptp(thickness[:, 1]) < 0.035
    assert 0.165 < right.template_joints[0, 0] - vertices[:, 0].min() < 0.185


def test_contact_pads_lie_on_the_skin(right):
    points = np.array([pad.point for pad in anatomy.pads()])
    assert np.abs(signed_distance(surface(right), points)).max() < 0.0015


def test_contact_pads_stay_on_the_skin_of_a_bent_hand(right):
    bent = pose(**{name: 0.5 * angle for name, angle in FIST.items()})
    output = right(ZERO, ZERO, bent)
    points = []
    for pad in anatomy.pads():
        offset = torch.as_tensor(pad.point).float() - right.template_joints[pad.joint]
        points.append(output.joints[pad.joint] + output.rotations[pad.joint] @ offset)
    distance = signed_distance(surface(right, bent), torch.stack(points).double().numpy())
    assert np.abs(distance).max() < 0.0025


def test_collision_spheres_stay_within_the_skin_and_near_it(right):
    _, centers, radii = anatomy.spheres()
    directions = trimesh.creation.icosphere(subdivisions=2).vertices
    points = (centers[:, None] + radii[:, None, None] * directions).reshape(-1, 3)
    covered = np.linalg.norm(points[:, None] - centers, axis=-1) - radii
    union = points[covered.min(1) > -1e-6]
    distance = signed_distance(surface(right), union)
    assert abs(np.median(distance)) < 0.001
    assert np.percentile(distance, 95) < 0.001 and distance.max() < 0.002
    # And the skin does not bulge far beyond the spheres.
    beyond = (np.linalg.norm(right.template.numpy()[:, None] - centers, axis=-1) - radii).min(1)
    assert np.median(beyond) < 0.001 and np.percentile(beyond, 95) < 0.003


def test_keypoint_tips_lie_on_the_skin(right):
    tips = right(ZERO, ZERO, torch.zeros(45)).keypoints[[4, 8, 12, 16, 20]]
    assert np.abs(signed_distance(surface(right), tips.double().numpy())).max() < 0.0015


def test_zero_pose_is_the_rest_hand(right):
    output = right(ZERO, ZERO, torch.zeros(45))
    assert (output.joints - skeleton.rest_joints("right")).abs().max() < 1e-7
    assert (output.vertices - right.template).abs().max() < 1e-6
    assert (output.rotations - torch.eye(3)).abs().max() < 1e-7


@pytest.mark.parametrize("side", ["right", "left"])
def test_joints_are_those_of_the_published_skeleton(side):
    parameters = random_parameters(0, 7)
    output = OpenHand(side)(*parameters, torch.zeros(10))
    rotations, joints = skeleton.forward_kinematics(skeleton.rest_joints(side), *parameters)
    torch.testing.assert_close(output.joints, joints)
    torch.testing.assert_close(output.rotations, rotations)
    torch.testing.assert_close(
        output.keypoints, skeleton.keypoints(joints, rotations, skeleton.tip_offsets(side))
    )


def test_whole_hand_moves_rigidly_with_the_wrist(right):
    orient, transl, fingers = random_parameters(1, 3)
    still = right(ZERO, ZERO, fingers).vertices
    moved = right(orient, transl, fingers)
    pivot = right.template_joints[0]
    expected = (still - pivot) @ moved.rotations[:, 0].mT + pivot + transl.unsqueeze(1)
    torch.testing.assert_close(moved.vertices, expected, atol=1e-6, rtol=0)


def test_left_hand_is_the_mirror_image(right, left):
    orient, transl, fingers = random_parameters(2, 4)
    betas = torch.linspace(-2, 2, 10)
    one = right(orient, transl, fingers, betas)
    other = left(mirror(orient, REST_AXIAL), mirror(transl, REST), mirror_pose(fingers), betas)
    for name in ("vertices", "joints", "keypoints"):
        mirrored = mirror(getattr(one, name), REST)
        torch.testing.assert_close(getattr(other, name), mirrored, atol=1e-6, rtol=0)


def test_weights_are_convex_and_fingers_do_not_stick_to_each_other(right):
    weights = right.skin_weights
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(1), torch.ones(len(weights)))
    with np.load(ASSET, allow_pickle=False) as asset:
        joints = asset["weights"]
    chains = {f: joints[:, first : first + 3].sum(1) for f, first in skeleton.FINGERS.items()}
    for finger, first in skeleton.FINGERS.items():
        beyond = joints[:, first + 1 : first + 3].sum(1) > 0.9  # past the second joint
        for other, share in chains.items():
            assert other == finger or share[beyond].max() < 0.01
        tip = anatomy.finger_chain(finger)[3]
        nearest = np.linalg.norm(right.template.numpy() - tip, axis=1).argmin()
        assert joints[nearest, first + 2] > 0.95


def test_bending_a_finger_leaves_the_others_alone(right):
    still = right.template
    bent = right(ZERO, ZERO, pose(middle_mcp_flexion=80, middle_pip_flexion=80)).vertices
    moved = (bent - still).norm(dim=-1)
    for finger in ("index", "ring"):
        chain = torch.as_tensor(anatomy.finger_chain(finger)).float()
        beyond_pip = torch.lerp(chain[1], chain[3], torch.linspace(0.2, 1, 9)[:, None])
        near = torch.cdist(still, beyond_pip).amin(1) < 0.010
        assert moved[near].max() < 1e-3


def test_a_fist_keeps_its_volume(right):
    assert surface(right, pose(**FIST)).volume > 0.95 * surface(right).volume


def test_batches_broadcast_and_agree_with_single_hands(right):
    orient, transl, fingers = random_parameters(3, 2, 3)
    betas = torch.randn(3, 10, generator=torch.Generator().manual_seed(4))
    output = right(orient, transl[:, :1], fingers, betas)
    count = len(right.template)
    assert output.vertices.shape == (2, 3, count, 3)
    assert output.joints.shape == (2, 3, 16, 3)
    assert output.keypoints.shape == (2, 3, 21, 3)
    assert output.rotations.shape == (2, 3, 16, 3, 3)
    one = right(orient[1, 2], transl[1, 0], fingers[1, 2], betas[2])
    assert one.vertices.shape == (count, 3)
    for name in one._fields:
        many = getattr(output, name)[1, 2]
        torch.testing.assert_close(many, getattr(one, name), atol=1e-6, rtol=0)


def test_blending_by_transforms_agrees_with_blending_by_points(right):
    generator = torch.Generator().manual_seed(5)
    transforms = torch.randn(4, 31, 4, 3, generator=generator)
    shared = blend(right.template, right.skin_weights, transforms)
    apart = blend(right.template.expand(4, -1, -1), right.skin_weights, transforms)
    torch.testing.assert_close(shared, apart, atol=1e-5, rtol=1e-5)
    points = torch.cat([right.template, torch.ones(len(right.template), 1)], -1).double()
    exact = torch.einsum(
        "vj,bjkc,vk->bvc", right.skin_weights.double(), transforms.double(), points
    )
    torch.testing.assert_close(shared.double(), exact, atol=1e-5, rtol=1e-5)


def test_gradients_reach_every_parameter(right):
    orient, transl, fingers = random_parameters(6, 2)
    betas = torch.zeros(2, 10)
    parameters = [p.requires_grad_() for p in (orient, transl, fingers, betas)]
    output = right(*parameters)
    (output.vertices.square().sum() + output.keypoints.square().sum()).backward()
    for parameter in parameters:
        assert torch.isfinite(parameter.grad).all() and (parameter.grad != 0).all()


def test_gradients_at_the_flat_hand_are_those_of_finite_differences():
    hand = OpenHand("right").double()
    target = hand.template + 0.01

    def loss(fingers: torch.Tensor, betas: torch.Tensor) -> torch.Tensor:
        zero = torch.zeros(3, dtype=torch.float64)
        return (hand(zero, zero, fingers, betas).vertices - target).square().sum() * 100

    start = (torch.zeros(45, dtype=torch.float64), torch.zeros(10, dtype=torch.float64))
    assert torch.autograd.gradcheck(loss, [p.requires_grad_() for p in start], atol=1e-5)


def extent(mesh: trimesh.Trimesh, keypoints: torch.Tensor, beta: int) -> float:
    """What the beta of this number is said to make larger, meters (or cubic meters)."""
    k = keypoints.double().numpy()
    lengths = lambda base: np.linalg.norm(np.diff(k[base : base + 4], axis=0), axis=1)  # noqa: E731
    v = np.asarray(mesh.vertices)
    near = lambda point, reach: np.linalg.norm(v - point, axis=1) < reach  # noqa: E731
    girth = lambda a, b: np.linalg.norm(  # noqa: E731
        np.cross(v[near(0.5 * (a + b), 0.014)] - a, (b - a) / np.linalg.norm(b - a)), axis=1
    ).mean()
    return {
        0: lambda: mesh.volume,
        1: lambda: sum(lengths(base).sum() for base in (5, 9, 13, 17)),
        2: lambda: np.linalg.norm(k[9] - k[0]),
        3: lambda: np.linalg.norm(k[5] - k[17]),
        4: lambda: np.ptp(v[(np.abs(v[:, 0] - 0.03) < 0.006) & (np.abs(v[:, 2]) < 0.02)][:, 1]),
        5: lambda: girth(k[10], k[11]),
        6: lambda: lengths(1).sum(),
        7: lambda: girth(k[2], k[3]),
        8: lambda: lengths(17).sum(),
        9: lambda: girth(k[11], k[12]),
    }[beta]()


@pytest.mark.parametrize("beta", range(shape.NUM_BETAS))
def test_each_beta_enlarges_what_it_names(right, beta):
    sizes = []
    for amount in (-3, -1.5, 0, 1.5, 3):
        betas = torch.zeros(10)
        betas[beta] = amount
        output = right(ZERO, ZERO, torch.zeros(45), betas)
        mesh = surface(right, betas=betas)
        assert mesh.volume > 0 and mesh.is_watertight
        sizes.append(extent(mesh, output.keypoints, beta))
    ratios = np.array(sizes) / sizes[2]
    assert (np.diff(ratios) > 0.025).all()
    assert output.joints[0].equal(right.template_joints[0])  # the wrist stays


def test_joints_move_with_the_skin_that_surrounds_them(right):
    betas = torch.tensor([2.0, 2, -2, 2, 2, -2, 2, 2, 2, 2])
    output = right(ZERO, ZERO, torch.zeros(45), betas)
    mesh = surface(right, betas=betas)
    assert signed_distance(mesh, output.joints.double().numpy()).max() < -0.005
    tips = output.keypoints[[4, 8, 12, 16, 20]].double().numpy()
    assert np.abs(signed_distance(mesh, tips)).max() < 0.002


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4,), (3,), (45,)), "global_orient must end in 3 numbers"),
        (((3,), (2,), (45,)), "transl must end in 3 numbers"),
        (((3,), (3,), (24,)), r"hand_pose must end in 45 numbers, not shape \(24,\)"),
    ],
)
def test_wrong_lengths_are_named(right, shapes, message):
    with pytest.raises(ValueError, match=message):
        right(*(torch.zeros(shape) for shape in shapes))


def test_wrong_betas_and_sides_are_named(right):
    with pytest.raises(ValueError, match="betas must end in 10 numbers"):
        right(ZERO, ZERO, torch.zeros(45), torch.zeros(16))
    with pytest.raises(ValueError, match="'left' or 'right'"):
        OpenHand("middle")


def test_committed_asset_is_what_the_build_makes(tmp_path):
    runpy.run_path(ROOT / "scripts/build_open_hand.py")["build"](tmp_path / "hand.npz")
    with (
        np.load(tmp_path / "hand.npz", allow_pickle=False) as built,
        np.load(ASSET, allow_pickle=False) as committed,
    ):
        assert set(built.files) == set(committed.files) == {"vertices", "faces", "weights"}
        assert abs(len(built["vertices"]) - len(committed["vertices"])) <= 24
        # Other versions of the libraries may place the vertices elsewhere, on the same skin.
        one, other = (
            trimesh.Trimesh(a["vertices"], a["faces"], process=False) for a in (built, committed)
        )
        assert np.abs(signed_distance(other, np.asarray(one.vertices, float))).max() < 0.0006
        assert np.abs(signed_distance(one, np.asarray(other.vertices, float))).max() < 0.0006
        _, nearest = trimesh.proximity.ProximityQuery(other).vertex(one.vertices)
        difference = np.abs(built["weights"] - committed["weights"][nearest])
        assert difference.mean() < 0.01
