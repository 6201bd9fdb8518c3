"""Features: exact round trip, layout, distances against the exact mesh, mirror symmetry."""

import itertools

import numpy as np
import pytest
import roma
import torch
import trimesh

from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import (
    DISTANCE_RANGE,
    FEATURE_DIM,
    GROUPS,
    Motion,
    from_features,
    keypoint_distances,
    skeleton_keypoints,
    to_features,
)
from diffh2o_ros.motion.pose_basis import PoseBasis

FRAMES = 20


@pytest.fixture(scope="module")
def box() -> Mesh:
    shape = trimesh.creation.box((0.06, 0.09, 0.12)).subdivide()
    return Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces, np.int64))


@pytest.fixture(scope="module")
def sdf(box) -> SignedDistanceGrid:
    return SignedDistanceGrid.from_mesh(box)


@pytest.fixture(scope="module")
def basis() -> PoseBasis:
    directions = anatomy.degrees_of_freedom()[1]
    angles = np.random.default_rng(1).uniform(-0.5, 1.0, (200, len(directions)))
    return PoseBasis.fit(torch.as_tensor(angles @ directions, dtype=torch.float32))


def random_motion(seed: int = 0) -> Motion:
    """Hands around the origin in anatomical poses, an object that moves and turns."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    directions = torch.as_tensor(anatomy.degrees_of_freedom()[1], dtype=torch.float32)
    pose = (0.4 * normal(FRAMES, 2, len(directions))) @ directions
    pose[:, 0] = mirror_pose(pose[:, 0])  # the degrees of freedom are the right hand's
    return Motion(
        wrist=0.06 * normal(FRAMES, 2, 3) + torch.tensor([0.08, 0.0, 0.0]),
        rotation=roma.rotvec_to_rotmat(normal(FRAMES, 2, 3)),
        hand_pose=pose,
        object_position=0.05 * normal(FRAMES, 3),
        object_rotation=roma.rotvec_to_rotmat(0.5 * normal(FRAMES, 3)),
    )


@pytest.mark.parametrize("stage", ["grasp", "interaction"])
def test_features_and_back_and_forth_again(stage, sdf, basis):
    motion = random_motion()
    if stage == "grasp":  # the object rests
        motion.object_position[:] = 0
        motion.object_rotation[:] = torch.eye(3)
    features = to_features(motion, keypoint_distances(motion, sdf), basis, stage)
    assert features.shape == (FRAMES, FEATURE_DIM[stage])
    back = from_features(features, basis)
    again = to_features(back, keypoint_distances(back, sdf), basis, stage)
    torch.testing.assert_close(again, features, atol=1e-5, rtol=0)
    torch.testing.assert_close(back.wrist, motion.wrist)
    torch.testing.assert_close(back.rotation, motion.rotation, atol=1e-5, rtol=0)
    torch.testing.assert_close(back.hand_pose, motion.hand_pose, atol=1e-5, rtol=0)
    torch.testing.assert_close(back.object_rotation, motion.object_rotation, atol=1e-5, rtol=0)


def test_groups_tile_the_features():
    covered = sorted((g.start, g.stop) for g in GROUPS.values())
    assert covered[0][0] == 0 and covered[-1][1] == FEATURE_DIM["interaction"] == 117
    assert all(a[1] == b[0] for a, b in itertools.pairwise(covered))
    assert FEATURE_DIM["grasp"] == 108


def test_distances_are_those_of_the_moved_object(box, sdf):
    motion = random_motion(3)
    points = skeleton_keypoints(motion)
    distances = keypoint_distances(motion, sdf)
    touching = 0
    for frame in range(0, FRAMES, 6):
        turn, place = motion.object_rotation[frame], motion.object_position[frame]
        moved = Mesh(box.vertices @ turn.numpy().T.astype(float) + place.numpy(), box.faces)
        exact = exact_signed_distance(moved, points[frame].reshape(-1, 3).numpy().astype(float))
        found = distances[frame].reshape(-1).numpy()
        near = np.abs(exact) < 0.03  # inside the grid; beyond it distances are upper bounds
        touching += near.sum()
        np.testing.assert_allclose(found[near], exact[near], atol=2e-3)
        assert (found[~near] > 0.02).all()
    assert touching >= 20


def test_features_clip_distances_to_the_range_of_contact(sdf, basis):
    motion = random_motion(4)
    features = to_features(motion, keypoint_distances(motion, sdf), basis, "interaction")
    part = features[:, GROUPS["distance"]]
    assert part.min() >= DISTANCE_RANGE[0] and part.max() == pytest.approx(DISTANCE_RANGE[1])


def test_any_network_output_is_a_valid_motion(basis):
    noise = torch.randn(3, FRAMES, 117, generator=torch.Generator().manual_seed(0))
    motion = from_features(noise, basis)
    eye = torch.eye(3).expand(3, FRAMES, 3, 3)
    product = motion.object_rotation @ motion.object_rotation.transpose(-1, -2)
    torch.testing.assert_close(product, eye, atol=1e-5, rtol=0)
    assert (torch.linalg.det(motion.rotation) > 0.99).all()


def test_mirrored_twice_is_the_same_and_keypoints_are_mirrored():
    motion = random_motion(5)
    flipped = motion.mirrored()
    flip = torch.tensor([1.0, -1.0, 1.0])
    torch.testing.assert_close(
        skeleton_keypoints(flipped), (skeleton_keypoints(motion) * flip).flip(-3), atol=1e-6, rtol=0
    )
    twice = flipped.mirrored()
    torch.testing.assert_close(twice.wrist, motion.wrist)
    torch.testing.assert_close(twice.hand_pose, motion.hand_pose)


def test_one_basis_serves_both_hands(basis, sdf):
    motion = random_motion(6)
    motion.hand_pose[:, 0] = mirror_pose(motion.hand_pose[:, 1])
    features = to_features(motion, keypoint_distances(motion, sdf), basis, "interaction")
    left, right = features[:, GROUPS["hand_pose"]].unflatten(-1, (2, 24)).unbind(1)
    torch.testing.assert_close(left, right, atol=1e-6, rtol=0)


def test_pose_basis_is_orthonormal_and_the_same_for_the_same_data(basis):
    product = basis.components @ basis.components.T
    torch.testing.assert_close(product, torch.eye(24), atol=1e-5, rtol=0)
    with pytest.raises(ValueError, match="at least 45 poses"):
        PoseBasis.fit(torch.zeros(10, 45))


@pytest.mark.parametrize("dim", [108, 117])
def test_codec_normalizes_emphasises_and_inverts(dim, basis):
    generator = torch.Generator().manual_seed(dim)
    spread = torch.rand(dim, generator=generator) * 3 + 0.01
    features = torch.randn(64, 30, dim, generator=generator) * spread + 2
    codec = FeatureCodec.fit(features, basis, emphasis=10.0)
    encoded = codec.encode(features)
    torch.testing.assert_close(codec.decode(encoded), features, atol=1e-3, rtol=1e-4)
    assert encoded.square().mean() == pytest.approx(1.0, abs=0.05)
    # One scale a group, so that axes of one kind keep their proportions.
    wrist = codec.scale[GROUPS["wrist_position"]]
    assert (wrist == wrist[0]).all()
    # An error of one deviation costs ten times as much at the wrist as at the fingers.
    cost = codec.projection.norm(dim=1)
    ratio = cost[GROUPS["wrist_position"]].mean() / cost[GROUPS["hand_pose"]].mean()
    assert ratio == pytest.approx(10.0, rel=1e-3)
    again = FeatureCodec.from_state(codec.state())
    torch.testing.assert_close(again.encode(features), encoded)


def test_pre_emphasis_flattens_the_spectrum_keeps_time_and_inverts(basis):
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(16, 200, 117, generator=generator).cumsum(1)  # slow, as motion is
    codec = FeatureCodec.fit(features, basis, emphasis=4.0, pre_emphasis=0.9)
    encoded = codec.encode(features)
    torch.testing.assert_close(codec.decode(encoded), features, atol=5e-3, rtol=1e-4)
    assert encoded[:, 1:].square().mean() == pytest.approx(1.0, abs=0.05)
    plain = FeatureCodec.fit(features, basis, emphasis=4.0)
    shares = [
        c.encode(features)[:, 1:].diff(dim=1).square().mean() for c in (codec, plain)
    ]  # of fast changes, the samples being of unit variance
    assert shares[0] > 10 * shares[1]
    torch.testing.assert_close(
        codec.integrated(encoded), plain.encode(features), atol=1e-3, rtol=1e-3
    )
    # The filter is causal: what comes later changes nothing before.
    changed = features.clone()
    changed[:, 50:] += 1.0
    assert torch.equal(codec.encode(changed)[:, :50], encoded[:, :50])
    again = FeatureCodec.from_state(codec.state())
    torch.testing.assert_close(again.decode(encoded), codec.decode(encoded))
    with pytest.raises(ValueError, match="pre_emphasis"):
        FeatureCodec.from_state(codec.state() | {"pre_emphasis": torch.tensor(1.5)})


def test_backward_pre_emphasis_is_exact_at_the_end(basis):
    """Mirrored in time it is the other; an error anywhere leaves the last frame as it is."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(16, 50, 108, generator=generator).cumsum(1)
    back = FeatureCodec.fit(features, basis, emphasis=4.0, pre_emphasis=0.9, backward=True)
    forth = FeatureCodec.fit(features.flip(1), basis, emphasis=4.0, pre_emphasis=0.9)
    encoded = back.encode(features)
    torch.testing.assert_close(encoded, forth.encode(features.flip(1)).flip(1))
    torch.testing.assert_close(back.decode(encoded), features, atol=5e-3, rtol=1e-4)
    off = encoded.clone()
    off[:, 20] += 1.0
    assert torch.equal(back.decode(off)[:, 21:], back.decode(encoded)[:, 21:])
    assert (back.decode(off)[:, 20] != back.decode(encoded)[:, 20]).any()
    again = FeatureCodec.from_state(back.state())
    torch.testing.assert_close(again.decode(encoded), back.decode(encoded))
