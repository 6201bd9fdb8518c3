"""The recognizer learns from motions that are simple and told apart by their paths alone."""

import dataclasses

import numpy as np
import pytest
import torch

from diffh2o_ros.data.format import DatasetError, SequenceInfo
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.models.recognizer import save_recognizer
from diffh2o_ros.motion.features import GROUPS, INTERACTION_DIM
from diffh2o_ros.motion.interaction import HandMotion, Interaction
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.training.recognizer import confusion, train_recognizer
from diffh2o_ros.training.recognizer_data import LabeledMotions, varied
from diffh2o_ros.training.recognizer_diversity import data_diversity

DIRECTIONS = {"lift": (0, 0, 1.0), "pass": (1.0, 0, 0)}
FRAMES = 80


def features_of(action, side, length, reach):
    """Features (FRAMES, 117): the hand on `side` goes the object's way, the other hangs."""
    features = np.zeros((FRAMES, INTERACTION_DIM), np.float32)
    ramp = np.clip((np.arange(FRAMES) - 50) / (length - 51), 0, 1)[:, None]
    path = reach * ramp * DIRECTIONS[action]
    hand = ("left", "right").index(side)
    wrists = np.tile(np.array([[-0.4, 0.3, -0.2], [-0.4, -0.3, -0.2]]), (FRAMES, 1, 1))
    wrists[:, hand] = path + [-0.1, 0, 0.05]
    distances = np.full((FRAMES, 2, 21), 0.1)
    distances[50:, hand] = 0.004
    features[:, GROUPS["wrist_position"]] = wrists.reshape(FRAMES, 6)
    features[:, GROUPS["wrist_orientation"]] = np.tile([1.0, 0, 0, 0, 1, 0], 2)
    features[:, GROUPS["distance"]] = distances.reshape(FRAMES, 42)
    features[:, GROUPS["object_position"]] = path
    features[:, GROUPS["object_orientation"]] = [1, 0, 0, 0, 1, 0]
    return features


@pytest.fixture(scope="module")
def made():
    """Features (N, FRAMES, 117) float16 and infos of N sequences, a quarter of them unseen."""
    rng, features, infos = np.random.default_rng(0), [], []
    for row in range(120):
        action = ("lift", "pass")[row % 2]
        side = ("left", "right")[row // 2 % 2]
        length = int(rng.integers(65, FRAMES + 1))
        features.append(features_of(action, side, length, rng.uniform(0.1, 0.3)))
        infos.append(
            SequenceInfo(
                name=str(row),
                source="procedural",
                family="box",
                object_name="box",
                object_index=row // 8,
                action=action,
                hand=side,
                manner=None,
                direction=None,
                put_back=False,
                kind=None,
                where=None,
                split="unseen_instance" if row % 8 > 5 else "train",
                num_frames=length,
                sentences=("move it",),
                held_out_sentences=(),
            )
        )
    return np.array(features, np.float16), infos


@pytest.fixture(scope="module")
def data(made):
    return LabeledMotions.of(*made)


@pytest.fixture(scope="module")
def network(data):
    return train_recognizer(data, steps=60, seed=0, quiet=True)


def interaction_from(features, length, side):
    features = features[:length].astype(np.float32)
    hand = ("left", "right").index(side)
    wrist = features[:, GROUPS["wrist_position"]].reshape(length, 2, 3)[:, hand]
    pose = np.tile(np.eye(4), (length, 1, 1))
    pose[:, :3, 3] = features[:, GROUPS["object_position"]]
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.03
    joints = np.repeat(wrist[:, None], 21, 1)
    return Interaction(
        fps=30,
        text="move it",
        grasp_frame=50,
        object_pose=pose,
        object_vertices=corners,
        object_faces=[[0, 1, 2]],
        hands={
            side: HandMotion(
                side=side,
                global_orient=np.zeros((length, 3)),
                transl=wrist,
                hand_pose=np.zeros((length, 45)),
                betas=np.zeros(10),
                joints=joints,
                vertices=joints,
                faces=[[0, 1, 2]],
            )
        },
    )


def test_the_held_out_motions_are_recognized(network, data):
    found = confusion(network, data)
    assert found.counts.sum() == 30 and found.accuracy > 0.95
    lines = found.summary().splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["lift", "15"], ["pass", "15"]]


def test_the_same_seed_gives_the_same_network(data):
    one, two, other = (train_recognizer(data, 3, seed, quiet=True) for seed in (4, 4, 5))
    for name, weight in one.state_dict().items():
        assert torch.equal(weight, two.state_dict()[name]), name
    assert not torch.equal(one.head.weight, other.head.weight)


def test_interactions_are_recognized_from_the_file(network, data, made, tmp_path):
    path = tmp_path / "recognizer.safetensors"
    save_recognizer(path, network, {"diversity": {"sample": {"lift": 0.1}, "overall": 0.3}})
    recognizer = Recognizer.load(path)
    assert recognizer.actions == ("lift", "pass")
    assert recognizer.data_diversity["overall"] == 0.3
    features, infos = made
    for row in (6, 7, 14, 15):
        info = infos[row]
        interaction = interaction_from(features[row], info.num_frames, info.hand)
        action, probabilities = recognizer.recognize(interaction)
        assert action == info.action and sum(probabilities.values()) == pytest.approx(1)
        # Twice as many frames a second, each shown twice: the same motion.
        doubled = interaction_from(features[row].repeat(2, 0), 2 * info.num_frames, info.hand)
        doubled = dataclasses.replace(doubled, fps=60)
        _, same = recognizer.recognize(doubled)
        assert same[action] == pytest.approx(probabilities[action], abs=0.02)


def test_rare_actions_are_no_classes(made):
    features, infos = made
    infos = [dataclasses.replace(i, action="wipe") if int(i.name) < 10 else i for i in infos]
    data = LabeledMotions.of(features, infos)
    assert data.actions == ("lift", "pass") and len(data.labels) == 110
    with pytest.raises(DatasetError, match="only 0 actions have 100 or more"):
        LabeledMotions.of(features, infos, fewest=100)


def test_variations_stay_the_action(data):
    motion, lengths = varied(data.motion, data.lengths, np.random.default_rng(0))
    assert motion.isfinite().all()
    assert (lengths <= motion.shape[1]).all() and (lengths <= data.lengths / 0.8 + 41).all()
    assert (lengths > (data.lengths - 17) / 1.25 - 1).all()
    assert torch.equal(motion[..., -2:].sum(-1), torch.ones(motion.shape[:2])), "one hand acts"
    idle = motion[..., 9:15].unflatten(-1, (2, 3))[motion[..., -2:] == 0]
    assert not idle.any()
    end = motion[torch.arange(len(lengths)), lengths - 1, :3]
    assert np.array_equal((end[:, 2] > end[:, 0]).numpy(), data.labels == 0)


def test_diversity_of_the_data_is_that_of_its_pairs(made):
    features, infos = made
    basis = PoseBasis(torch.zeros(45), torch.eye(24, 45))
    found = data_diversity(features, infos, basis)
    assert found.keys() == {"sample", "overall"} and found["sample"].keys() == {"lift", "pass"}
    # Straight ways of 0.1 to 0.3 m from the same start: a few centimeters apart on average.
    assert all(0.005 < value < 0.1 for value in found["sample"].values())
    assert found["overall"] > max(found["sample"].values())
    assert found == data_diversity(features, infos, basis)
