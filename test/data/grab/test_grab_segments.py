"""Where a recording is cut, on made-up contacts and heights at 120 frames a second."""

import numpy as np
import pytest
import roma
import torch

from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.data.grab.canonical import facing, support_height
from diffh2o_ros.data.grab.files import RigidTrack, Unusable
from diffh2o_ros.data.grab.resting import rested
from diffh2o_ros.data.grab.segments import segment
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.features import Motion

FPS, FRAMES = 120.0, 1200


def height(*points):
    """Corners (T, 8, 3) of a box whose height runs through (frame, meters)."""
    frames, heights = zip(*points, strict=True)
    corners = np.zeros((FRAMES, 8, 3))
    corners[..., 2] = np.interp(np.arange(FRAMES), frames, heights)[:, None]
    return corners


def touching(left=(), right=()):
    flags = np.zeros((FRAMES, 2), bool)
    for column, spans in enumerate((left, right)):
        for start, end in spans:
            flags[start:end, column] = True
    return flags


LIFT = height((0, 0), (430, 0), (530, 0.2), (700, 0.2), (800, 0.0))


def test_a_plain_lift():
    cut = segment(LIFT, touching(right=[(400, 810)]), FPS)
    assert cut.grasp == 431 and cut.reach[0] == 431 - 300 and len(cut.reach) == GRASP_FRAMES
    assert cut.interaction[0] == 435 and np.all(np.diff(cut.interaction) == 4)
    # A second after the last touch the recording is left.
    assert cut.interaction[-1] == pytest.approx(809 + 120, abs=4)
    assert (cut.hand, cut.first, cut.put_back) == ("right", "right", True)
    # Held from the grasp, the last frame of the reach, on.
    assert not cut.held[: GRASP_FRAMES - 1].any() and not cut.held[:, 0].any()
    shown = np.concatenate([cut.reach[-1:], cut.interaction])[cut.held[GRASP_FRAMES - 1 :, 1]]
    assert shown[0] == 431 and 800 < shown[-1] < 810


def test_the_hand_may_rest_on_the_object_first():
    cut = segment(LIFT, touching(right=[(200, 810)]), FPS)
    assert cut.grasp == 260 and cut.reach[0] == 0


def test_contact_that_moves_nothing_is_not_the_grasp():
    nudged = height((0, 0), (200, 0), (205, 0.006), (430, 0.006), (530, 0.2), (800, 0.006))
    cut = segment(nudged, touching(left=[(150, 260)], right=[(400, 810)]), FPS)
    assert cut.grasp == 431 and cut.hand == "right"


def test_the_reach_starts_after_the_object_came_to_rest_where_it_is_grasped():
    brought = height((0, 0.3), (300, 0.0), (430, 0), (530, 0.2), (1199, 0.2))
    cut = segment(brought, touching(right=[(400, 1200)]), FPS)
    assert 285 < cut.reach[0] < 300 and not cut.put_back


def test_contact_that_flickers():
    gaps = touching(right=[(100, 105), (400, 500), (505, 600), (608, 810)])
    assert (
        segment(LIFT, gaps, FPS).held.sum()
        == segment(LIFT, touching(right=[(400, 810)]), FPS).held.sum()
    )


def test_long_recordings_are_cropped():
    long = height((0, 0), (430, 0), (530, 0.2), (1199, 0.2))
    cut = segment(long, touching(right=[(400, 1200)]), FPS)
    assert len(cut.held) == MAX_FRAMES and cut.held[-1, 1] and not cut.put_back


def test_one_hand_after_the_other_and_a_hand_that_only_helps():
    over = touching(left=[(400, 650)], right=[(600, 810)])
    assert (segment(LIFT, over, FPS).hand, segment(LIFT, over, FPS).first) == ("both", "left")
    helped = segment(LIFT, touching(left=[(500, 540)], right=[(400, 810)]), FPS)
    assert helped.hand == "right" and not helped.held[:, 0].any()


def test_what_moves_without_a_hand_is_left_out():
    """Put on a nose and let go of, it moves on with the head."""
    worn = height((0, 0), (430, 0), (530, 0.2), (700, 0.2), (800, 0.3))
    cut = segment(worn, touching(right=[(400, 600)]), FPS)
    assert 700 < cut.interaction[-1] < 720
    moved = Motion(
        *(torch.zeros(len(cut.held), 2, n) for n in (3, 3, 45)),
        object_position=torch.as_tensor(
            np.interp([*cut.reach, *cut.interaction], np.arange(FRAMES), worn[:, 0, 2])
        )[:, None]
        * torch.tensor([0.0, 0.0, 1.0]),
        object_rotation=torch.eye(3, dtype=torch.float64).expand(len(cut.held), 3, 3),
    )
    place = rested(moved, cut.held).object_position[:, 2].numpy()
    assert (place[~cut.held[:, 1]][GRASP_FRAMES:] == place[cut.held[:, 1]][-1]).all()


def test_it_lies_still_between_two_holds_and_does_not_jump():
    held = np.zeros((120, 2), bool)
    held[49:70, 0] = held[90:, 1] = True
    noise = np.random.default_rng(0).normal(size=(120, 6)) * 0.001
    noise[:50] = 0.0
    recorded = Motion(
        *(torch.zeros(120, 2, n) for n in (3, 3, 45)),
        object_position=torch.as_tensor(noise[:, :3]),
        object_rotation=roma.rotvec_to_rotmat(torch.as_tensor(noise[:, 3:])),
    )
    made = rested(recorded, held)
    for name in ("object_position", "object_rotation"):
        was, now = getattr(recorded, name), getattr(made, name)
        assert (now[69:91] == now[69]).all() or torch.allclose(now[69:91], now[69], atol=1e-12)
        assert torch.equal(now[:70], was[:70]) and torch.equal(now[100:], was[100:])


@pytest.mark.parametrize(
    ("corners", "flags", "message"),
    [
        (LIFT, touching(), "no contact"),
        (LIFT, touching(right=[(400, 406)]), "no contact"),
        (height((0, 0)), touching(right=[(400, 810)]), "no motion"),
        (LIFT[:434], touching(right=[(400, 810)])[:434], "no motion"),
        (LIFT[:460], touching(right=[(400, 810)])[:460], "too short: it ends"),
        (LIFT[425:], touching(right=[(400, 810)])[425:], "too short: the hand is at the object"),
    ],
)
def test_what_cannot_be_cut(corners, flags, message):
    with pytest.raises(Unusable, match=message):
        segment(corners, flags, FPS)


def test_where_the_person_stands():
    wrists = np.array([[1.0, 5.3, 0.9], [1.0, 4.7, 0.9]])  # left, right: at x = 1, looking to +x
    for towards, view in (
        ([3, 5, 1], [1, 0, 0]),
        ([1, 7, 1], [0, 1, 0]),
        ([1.01, 5, 1], [1, 0, 0]),
    ):
        np.testing.assert_allclose(facing(wrists, np.array(towards)) @ view, [1, 0, 0], atol=1e-9)


@pytest.mark.parametrize(("top", "support"), [(0.80, -0.05), (0.79, -0.06), (0.3, -0.05)])
def test_height_of_the_table(top, support):
    """A table that the object does not stand on is not the one it stands on."""
    mesh = Mesh(
        np.array([[0, 0, -0.05], [0, 1, 0.05], [1, 0, 0], [1, 1, 0]]), np.array([[0, 1, 2]])
    )
    table = RigidTrack(np.eye(3)[None], np.array([[5.0, 5.0, top]]), "table.ply")
    points = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, -0.02]])
    origin = np.array([5.0, 5.0, 0.85])
    assert support_height(table, points, 0, origin, mesh) == pytest.approx(support)
    assert (
        support_height(table, None, 0, origin, mesh)
        == support_height(None, points, 0, origin, mesh)
        == pytest.approx(-0.05)
    )
