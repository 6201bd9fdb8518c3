"""Validation finds what is broken: each promise, broken on purpose, is reported."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from diffh2o_ros.data.checks import faults
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.frames import FramesWriter
from diffh2o_ros.data.validate import validate
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES

WRITTEN = 4


def broken(sequence, **fields):
    """The sequence with some fields of its motion replaced."""
    return replace(sequence, motion=replace(sequence.motion, **fields))


def side_of(sequence):
    return SIDES.index(sequence.active[0])


def jumps(s):
    wrist = s.motion.wrist.clone()
    wrist[20:] += 0.3
    return broken(s, wrist=wrist)


def nan(s):
    pose = s.motion.hand_pose.clone()
    pose[3, 0, 5] = float("nan")
    return broken(s, hand_pose=pose)


def no_rotation(s):
    return broken(s, rotation=s.motion.rotation * 1.1)


def moves_alone(s):
    position = s.motion.object_position.clone()
    position[10:20] += torch.linspace(0, 0.05, 10)[:, None]
    return broken(s, object_position=position)


def slips(s):
    wrist = s.motion.wrist.clone()
    held = s.held[:, side_of(s)].nonzero()[:, 0]
    wrist[held, side_of(s)] += torch.linspace(0, 0.02, len(held))[:, None]
    return broken(s, wrist=wrist)


def backward_finger(s):
    pose = s.motion.hand_pose.clone()
    # The index finger's PIP, beyond straight; the left hand's axes are mirrored.
    pose[:, side_of(s), 5] = -1.5 if side_of(s) else 1.5
    return broken(s, hand_pose=pose)


def in_the_table(s):
    return replace(s, support=s.support + 0.02)


def in_the_object(s):
    mesh = Mesh(s.mesh.vertices * 1.4, s.mesh.faces)
    return replace(s, mesh=mesh)


def off_center(s):
    return replace(s, mesh=Mesh(s.mesh.vertices + [0.004, 0, 0], s.mesh.faces))


def short(s):
    return replace(s, info=replace(s.info, num_frames=s.info.num_frames - 1))


def wrong_hand(s):
    other = "left" if s.info.hand == "right" else "right"
    return replace(s, info=replace(s.info, sentences=(f"lift it with the {other} hand",)))


def other_hand(s):
    other = "left" if s.info.hand == "right" else "right"
    return replace(s, info=replace(s.info, hand=other))


def leaked(s):
    return replace(s, info=replace(s.info, held_out_sentences=s.info.sentences))


def nothing_held(s):
    return replace(s, held=torch.zeros_like(s.held))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (jumps, "jumps"),
        (nan, "NaN"),
        (no_rotation, "no rotation"),
        (moves_alone, "no hand"),
        (slips, "slips"),
        (backward_finger, "out of its range"),
        (in_the_table, "in the table"),
        (in_the_object, "in the object"),
        (off_center, "off the origin"),
        (short, "shape"),
        (wrong_hand, "names a hand"),
        (other_hand, "said to be done"),
        (leaked, "held-out"),
        (nothing_held, "no hand holds"),
    ],
)
def test_each_broken_promise_is_found(dataset, spoil, complaint):
    sequence = dataset[0]
    assert list(faults(sequence)) == []
    assert any(complaint in line for line in faults(spoil(sequence)))


def test_frames_are_read_back_as_they_were_written_and_validate(dataset, tmp_path):
    writer = FramesWriter(tmp_path / "frames", "procedural", seed=3)
    for index in range(WRITTEN):
        s = dataset[index]
        writer.add(s.info, s.motion, s.mesh, s.support, s.held)
    writer.close()
    copy = Dataset(tmp_path / "frames")
    assert copy.infos == dataset.infos[:WRITTEN] and copy.header["content"] == "frames"
    for index in range(WRITTEN):
        one, other = dataset[index], copy[index]
        for name, values in vars(one.motion).items():
            np.testing.assert_allclose(getattr(other.motion, name), values, atol=2e-6)
        assert torch.equal(one.held, other.held)
        near = one.distances.abs() < 0.015
        np.testing.assert_allclose(one.distances[near], other.distances[near], atol=1e-3)
    assert validate(copy, workers=1) == []


def test_a_data_set_that_breaks_its_promises_does_not_validate(dataset, tmp_path):
    writer = FramesWriter(tmp_path / "bad", "procedural", seed=3)
    for index, spoil in enumerate((lambda s: s, moves_alone)):
        s = spoil(dataset[index])
        split = ("train", "unseen_instance")[index]
        info = replace(s.info, name="twice", object_index=5, split=split)
        writer.add(info, s.motion, s.mesh, s.support, s.held)
    writer.close()
    lines = validate(Dataset(tmp_path / "bad"), workers=1)
    assert any("2 sequences of this name" in line for line in lines)
    assert any("several splits" in line for line in lines)
    assert any("the object moves at frame" in line for line in lines)
