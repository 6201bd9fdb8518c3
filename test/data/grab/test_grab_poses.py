"""Hands, object and table of GRAB stand in the data set as they really stood."""

import numpy as np
import pytest
import torch
from grab_scene import (
    BACK,
    LIFTED,
    STANDS,
    TABLE,
    TOUCH,
    VIEW,
    about_z,
    block,
    grab_content,
    grasp_frame,
    real_keypoints,
    scene,
)
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.format import GRASP_FRAMES
from diffh2o_ros.hands import skeleton
from diffh2o_ros.motion.features import skeleton_keypoints


def imported_keypoints(sequence, rows):
    """(N, 2, 16, 3) joints in the object's frame as it lies at the grasp."""
    motion = sequence.motion
    joints = skeleton_keypoints(motion)
    order = [skeleton.KEYPOINT_FROM.index(i) for i in range(16)]
    offset = joints[rows][:, :, order] - motion.object_position[rows][:, None, None]
    return np.einsum("tji,thnj->thni", motion.object_rotation[rows].numpy(), offset.numpy())


def rigid_fit(source, target):
    """The rotation and shift that bring (N, 3) points onto others, and the largest error."""
    a, b = source - source.mean(0), target - target.mean(0)
    turn, _ = Rotation.align_vectors(b, a)
    shift = target.mean(0) - turn.apply(source.mean(0))
    error = np.linalg.norm(turn.apply(source) + shift - target, axis=-1).max()
    return turn, shift, error


@pytest.mark.parametrize("contact", [True, False], ids=["labels", "no labels"])
@pytest.mark.parametrize("acting", [("right",), ("left",), ("left", "right")])
def test_poses(grab, acting, contact):
    """Hands, object and table stand to one another as they did; the frame is the canonical one."""
    world = scene(acting)
    grab.add(world, labels=contact)
    report, data = grab.read(mirror=False)
    assert (report.imported, report.written, len(data)) == (1, 1, 1), grab.skipped
    sequence = data[0]
    info, motion = sequence.info, sequence.motion
    assert info.hand == ("both" if len(acting) == 2 else acting[0])
    assert sequence.active == tuple(acting)
    assert (info.name, info.action, info.split) == ("s1/block_lift", "lift", "train")
    assert len(motion.wrist) == info.num_frames > 120 and info.put_back

    # The reach ends with the last frame in which the block stands still; then every fourth frame.
    grasp = grasp_frame(world)
    assert TOUCH < grasp < TOUCH + 60
    rows = np.arange(GRASP_FRAMES - 1, info.num_frames)
    frames = grasp + 4 * np.arange(len(rows))
    lifted = GRASP_FRAMES - 1 + round((LIFTED - grasp) / 4)
    held = (frames > grasp) & (frames < BACK)
    assert (sequence.held[rows].any(1).numpy() == held).mean() > (0.97 if contact else 0.85)

    # One and the same turn and shift brings the mesh of the file and all joints to ours.
    real, ours = real_keypoints(world, frames), imported_keypoints(sequence, rows)
    turn, shift, error = rigid_fit(real.reshape(-1, 3), ours.reshape(-1, 3))
    assert error < 1e-3
    mesh = turn.apply(block().vertices) + shift
    away = np.linalg.norm(mesh[:, None] - sequence.mesh.vertices[None], axis=-1).min(1)
    assert away.max() < 1e-3

    # Canonical: center at the origin, upright, and it turned to the left, as the block did.
    np.testing.assert_allclose(sequence.mesh.center, 0, atol=1e-6)
    assert (motion.object_position[:GRASP_FRAMES] == 0).all()
    turned = world.turn[grasp + 4 * (lifted - GRASP_FRAMES + 1)] @ world.turn[grasp].T
    np.testing.assert_allclose(motion.object_rotation[lifted], turned, atol=1e-3)
    assert sequence.support == pytest.approx(TABLE - 0.004 - world.place[grasp, 2], abs=1e-4)
    # The person looks along +x from the -x side, the left hand on +y.
    left, right = motion.wrist[0].numpy()
    np.testing.assert_allclose(left, [-0.5, 0.25, 0.0], atol=0.012)
    np.testing.assert_allclose(right, [-0.5, -0.25, 0.0], atol=0.012)


def test_mirror_images(grab):
    """The same happening with left and right exchanged, in motion, mesh, contact and words."""
    grab.add(scene())
    report, data = grab.read()
    assert (report.imported, report.written) == (1, 2)
    one, other = data[0], data[1]
    assert other.info.name == "s1/block_lift_mirrored"
    assert (one.info.hand, other.info.hand) == ("right", "left")
    assert (one.held.flip(-1) == other.held).all() and one.support == other.support
    seen = skeleton_keypoints(one.motion).flip(-3) * torch.tensor([1.0, -1.0, 1.0])
    torch.testing.assert_close(skeleton_keypoints(other.motion), seen, atol=1e-5, rtol=0)
    # The fields of both shapes are computed on their own: that they agree checks the mesh, too.
    torch.testing.assert_close(
        other.distances.clamp(-0.02, 0.1),
        one.distances.flip(-2).clamp(-0.02, 0.1),
        atol=2e-3,
        rtol=0,
    )
    for info in (one.info, other.info):
        assert len(info.sentences) >= 4 and info.held_out_sentences
        wrong = "left" if info.hand == "right" else "right"
        assert not any(f"{wrong} hand" in text for text in info.sentences)
        assert any("block" in text for text in info.sentences)


@pytest.mark.parametrize("scale", [0.92, 1.08])
def test_hands_of_other_sizes(grab, scale):
    """Fingers stay where the subject's are but for their size; other subjects have mean hands."""
    world = scene(scale=scale)
    grab.add(world)
    grab.add(world, "s2/block_lift", rhand=grab_content(world)["rhand"] | {"vtemp": "none.ply"})
    grab.add_template(scale)
    report, data = grab.read(mirror=False)
    assert str(report).endswith("mean hands for 1 missing in tools/subject_meshes")
    row = GRASP_FRAMES + 20
    frame = grasp_frame(world) + 4 * (row - GRASP_FRAMES + 1)
    real = real_keypoints(world, [frame])[0, 1]
    errors = []
    for sequence in data:
        turn, shift, _ = rigid_fit(block().vertices, canonical_vertices(sequence))
        ours = imported_keypoints(sequence, [row])[0, 1]
        errors.append(np.linalg.norm(turn.apply(real) + shift - ours, axis=-1)[1:].mean())
    assert errors[0] < 0.0045
    assert errors[1] > 1.5 * errors[0]


def canonical_vertices(sequence):
    """(V, 3) the block's vertices as they lie in the data set, in the order of `block`."""
    turn = about_z(STANDS - VIEW)
    shift = sequence.mesh.center - 0.5 * sum(
        np.stack([f(turn.apply(block().vertices), 0) for f in (np.min, np.max)])
    )
    return turn.apply(block().vertices) + shift
