"""Other ways to write a motion down: what comes back is what went in."""

import pytest
import roma
import torch

from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import (
    GROUPS,
    Motion,
    from_features,
    predicted_distances,
    to_features,
)
from diffh2o_ros.motion.pose_basis import PoseBasis
from studies.codecs import ObjectRelative, WithoutDistances


@pytest.fixture
def motion():
    generator = torch.Generator().manual_seed(0)

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    lead = (3, 20)
    return Motion(
        wrist=0.2 * normal(*lead, 2, 3),
        rotation=roma.rotvec_to_rotmat(normal(*lead, 2, 3)),
        hand_pose=0.3 * normal(*lead, 2, 45),
        object_position=0.2 * normal(*lead, 3),
        object_rotation=roma.rotvec_to_rotmat(normal(*lead, 3)),
    )


@pytest.fixture
def basis():
    return PoseBasis(torch.zeros(45), torch.eye(24, 45))


@pytest.fixture
def features(motion, basis):
    distances = torch.linspace(-0.02, 0.1, 42).reshape(2, 21).expand(3, 20, 2, 21)
    return to_features(motion, distances, basis, "interaction")


def test_hands_seen_from_the_object_come_back(features, basis):
    codec = ObjectRelative.fit(features, basis, emphasis=4.0)
    torch.testing.assert_close(codec.decode(codec.encode(features)), features, atol=2e-5, rtol=0)
    again = ObjectRelative.of(FeatureCodec.from_state(codec.to("cpu").state()))
    torch.testing.assert_close(again.encode(features), codec.encode(features))


def test_a_hand_that_is_carried_rests_as_seen_from_the_object(motion, basis):
    held, turn = torch.tensor([0.05, 0.0, 0.1]), roma.rotvec_to_rotmat(torch.tensor([0.1, 0.2, 0]))
    rotation, position = motion.object_rotation[..., None, :, :], motion.object_position
    motion.wrist = (rotation @ held.expand(3, 20, 2, 3).unsqueeze(-1)).squeeze(-1)
    motion.wrist = motion.wrist + position[..., None, :]
    motion.rotation = (rotation @ turn).expand(3, 20, 2, 3, 3)
    features = to_features(motion, torch.zeros(3, 20, 2, 21), basis, "interaction")
    seen = from_features(ObjectRelative.change(features), basis)
    torch.testing.assert_close(seen.wrist, held.expand(3, 20, 2, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.rotation, turn.expand(3, 20, 2, 3, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.object_position, position)


def test_without_distances_everything_else_comes_back(features, basis):
    for dim in (108, 117):
        codec = WithoutDistances.fit(features[..., :dim], basis)
        found = codec.decode(codec.encode(features[..., :dim]))
        assert (predicted_distances(found) == 0).all()
        expected = features[..., :dim].clone()
        expected[..., GROUPS["distance"]] = 0
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=0)
        assert features[..., GROUPS["distance"]].any()  # the caller's own are left alone
