"""When hands hold the object, and what becomes of the object and of them."""

import numpy as np
import pytest
import roma
import torch
import trimesh

from diffh2o_ros.contact.acting_hand import HandRows
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.sides import LEFT, RIGHT
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.synthesis.carrying import RETREAT_PACE, Carrier
from diffh2o_ros.synthesis.holding import Hold, find_holds
from diffh2o_ros.synthesis.interacting import REST_FRAMES, staying, trimmed
from diffh2o_ros.synthesis.object_path import Ground, object_path, put_down
from diffh2o_ros.text.table_words import PRESS, WIPE

FRAMES, GRASP = 120, 40
NEAR, FAR = 0.008, 0.10
ALWAYS = np.ones(FRAMES, bool)  # may be let go of


def tips(*spans):
    """(T, 2) fingertip distances: (side, start, stop) near, with a few frames of closing."""
    found = np.full((FRAMES, 2), FAR)
    for side, start, stop in spans:
        found[start:stop, side] = NEAR
        for i in range(1, 5):
            for frame in (start - i, stop - 1 + i):
                if 0 <= frame < FRAMES:
                    found[frame, side] = min(found[frame, side], NEAR + 0.02 * i)
    return found


def test_a_hold_lasts_to_the_end_or_until_the_hand_lets_go():
    acting = np.array([False, True])
    assert find_holds(tips((1, GRASP - 3, FRAMES)), acting, GRASP, ALWAYS) == [
        Hold(RIGHT, GRASP, FRAMES)
    ]
    (hold,) = find_holds(tips((1, GRASP - 3, 90)), acting, GRASP, ALWAYS)
    assert hold.side == RIGHT and hold.start == GRASP and abs(hold.stop - 90) <= 2


def test_a_sheet_lies_flat():
    """It has no volume: an exact convex hull of it cannot be computed."""
    corners = np.array([[x, y, 0.0] for x in (-0.1, 0, 0.1) for y in (-0.1, 0, 0.1)])
    turn = roma.rotvec_to_rotmat(torch.tensor([0.2, 0.0, 0.0])).numpy()
    place, turned = Ground(corners, -0.05).rest(np.array([0.0, 0.0, 0.1]), turn)
    assert abs(turned[2, 2] - 1) < 1e-6 and abs(place[2] + 0.05) < 1e-6


def test_one_hand_takes_over_from_the_other_without_a_gap():
    acting = np.array([False, True])
    giver, taker = find_holds(tips((1, GRASP - 3, 75), (0, 82, FRAMES)), acting, GRASP, ALWAYS)
    assert (giver.side, taker.side) == (RIGHT, LEFT)
    assert abs(taker.start - 82) <= 2 and taker.stop == FRAMES
    assert giver.stop > taker.start


def test_a_finger_that_quivers_is_no_release():
    found = tips((1, GRASP - 3, FRAMES))
    found[70:74, 1] = 0.08
    assert find_holds(found, np.array([False, True]), GRASP, ALWAYS) == [Hold(RIGHT, GRASP, FRAMES)]


def test_fingers_that_open_in_a_swing_do_not_let_go():
    """A hammer was let go of between two blows, and stood there."""
    found, acting = tips((1, GRASP - 3, 70)), np.array([False, True])
    frames = np.arange(FRAMES)
    (hold,) = find_holds(found, acting, GRASP, frames >= 90)
    assert hold == Hold(RIGHT, GRASP, 90)
    (hold,) = find_holds(found, acting, GRASP, frames >= FRAMES)
    assert hold == Hold(RIGHT, GRASP, FRAMES)


def test_who_gives_lets_go_of_what_still_moves():
    giver, taker = find_holds(
        tips((1, GRASP - 3, 75), (0, 70, FRAMES)), np.array([False, True]), GRASP, ~ALWAYS
    )
    assert abs(giver.stop - 75) <= 2 and taker.stop == FRAMES


def test_an_object_stays_once_it_moves_no_more():
    position = torch.zeros(FRAMES, 3)
    position[GRASP:100, 2] = 0.1 * torch.sin(torch.arange(100.0 - GRASP) / 3) ** 2
    stays = staying(motion_of(position)[None])[0]
    assert not stays[:90].any() and stays[100:].all()


def motion_of(position, rotation=None):
    frames = len(position)
    turn = torch.eye(3).expand(frames, 3, 3).contiguous()
    return Motion(
        wrist=torch.zeros(frames, 2, 3),
        rotation=torch.eye(3).expand(frames, 2, 3, 3).contiguous(),
        hand_pose=torch.zeros(frames, 2, 45),
        object_position=position,
        object_rotation=turn if rotation is None else rotation,
    )


def test_the_object_rests_joins_and_stays_above_the_table():
    frames = torch.arange(FRAMES - GRASP) / 10
    position = torch.zeros(FRAMES, 3)
    position[GRASP:] = 0.02  # it would jump by 2 cm, then dive
    position[GRASP:, 2] -= 0.03 * frames
    body = [torch.tensor([[0.0, 0.0, -0.05], [0.02, 0.0, 0.03]])]
    place, turn = object_path(motion_of(position)[None], GRASP, body, support=-0.05)
    assert place[:, : GRASP + 1].abs().max() < 1e-6
    assert place.diff(dim=1).norm(dim=-1).max() < 0.012
    lowest = (turn @ body[0][0])[..., 2] + place[..., 2]
    assert lowest.min() > -0.05 - 0.002


def test_what_comes_near_the_table_is_on_it_and_nothing_else_is_moved():
    high, table = 0.12, -0.05
    frames = torch.arange(FRAMES - GRASP)
    low = 0.006 + 0.006 * torch.sin(frames / 5)  # a wipe as networks do it, a centimeter up
    weight = torch.clamp((frames - 40) / 20, 0, 1)  # and a lift
    position = torch.zeros(FRAMES, 3)
    position[GRASP:, 0] = 0.1 * torch.sin(frames / 5)
    position[GRASP:, 2] = low + weight * (high - low)
    body = [torch.tensor([[0.0, 0.0, table], [0.02, 0.0, 0.03]])]
    place, _ = object_path(motion_of(position)[None], GRASP, body, support=table)
    assert place[0, GRASP : GRASP + 35, 2].abs().max() < 1e-3
    assert place[0, -15:, 2].numpy() == pytest.approx(high, abs=1e-3)
    assert place[0, GRASP + 35 :, 2].diff().min() > -1e-3, "it rises at once"
    free, _ = object_path(motion_of(position)[None], GRASP, body, support=-np.inf)
    assert free[0, GRASP + 20 : GRASP + 35, 2].max() > 0.008


def test_what_is_done_on_the_table_comes_down_to_it():
    """Strokes 6 cm above the table, as networks err; blows that end 4 cm above it."""
    table, frames = -0.05, torch.arange(FRAMES - GRASP)
    body = [torch.tensor([[0.0, 0.0, table], [0.02, 0.0, 0.03]])]
    rising = torch.clamp(frames / 20, 0, 1)
    position = torch.zeros(FRAMES, 3)
    position[GRASP:, 0] = 0.1 * torch.sin(frames / 5)
    position[GRASP:, 2] = 0.06 * rising
    whole = motion_of(position)[None]
    wiped, _ = object_path(whole, GRASP, body, support=table, on_table=WIPE)
    assert wiped[0, GRASP + 25 :, 2].abs().max() < 2e-3
    assert torch.allclose(wiped[..., :2], object_path(whole, GRASP, body, table)[0][..., :2])
    position[GRASP:, 0] = 0
    position[GRASP:, 2] = rising * (0.08 + 0.04 * torch.cos(frames * (2 * np.pi / 20)))
    pressed, _ = object_path(motion_of(position)[None], GRASP, body, table, PRESS)
    height = pressed[0, GRASP + 22 : -12, 2]
    assert height.min() < 0.004 and height.max() > 0.06
    assert height.diff().abs().max() < 0.02
    # Where nothing is said to be done on the table, or there is none, it stays up.
    free, _ = object_path(motion_of(position)[None], GRASP, body, table)
    none, _ = object_path(motion_of(position)[None], GRASP, body, -np.inf, PRESS)
    for place in (free, none):
        assert place[0, GRASP + 22 : -12, 2].min() > 0.03


@pytest.fixture(scope="module")
def box():
    shape = trimesh.creation.box((0.05, 0.06, 0.10)).subdivide().subdivide()
    return Scene.of(Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces)))


@pytest.mark.parametrize("tilt, height", [(12.0, 0.05), (80.0, 0.03), (170.0, 0.05)])
def test_what_is_put_down_lies_flat_and_stays(box, tilt, height):
    ground = Ground(box.mesh.vertices, support=-0.05)
    turn = roma.rotvec_to_rotmat(torch.tensor([np.deg2rad(tilt), 0.0, 0.0])).float()
    rotation = turn.expand(FRAMES, 3, 3).contiguous()
    position = torch.tensor([0.1, 0.0, 0.03]).expand(FRAMES, 3).contiguous()
    place, turned = put_down(position, rotation, 80, ground)
    assert place[80:, 2].numpy() == pytest.approx(height - 0.05, abs=1e-3)
    assert ground.height(place[-1].double().numpy(), turned[-1].double().numpy()) == pytest.approx(
        0, abs=1e-6
    )
    assert (place[80:] == place[80]).all() and (turned[80:] == turned[80]).all()
    assert (place[:60] == position[:60]).all()
    assert place.diff(dim=0).norm(dim=-1).max() < 0.02


def test_rigid_hands_are_fixed_to_the_object_while_they_hold_it_and_withdraw(box):
    contact = Contact(box)
    time = torch.linspace(0, 1, FRAMES - GRASP)
    position = torch.zeros(FRAMES, 3)
    position[GRASP:, 2] = 0.1 * torch.sin(np.pi * (time / 0.6).clamp(max=1))
    motion = motion_of(position)
    # Side by side with the box, and away from it after frame 95.
    motion.wrist[:] = torch.tensor([[-0.3, 0.3, 0.1], [-0.12, -0.05, 0.0]])
    motion.wrist[GRASP:, 1] += position[GRASP:] + 0.004
    motion.wrist[95:, 1, 0] -= torch.linspace(0, 0.2, FRAMES - 95)
    carrier = Carrier(contact, Settling(steps=5), GRASP, amount=0.0)
    holds, rng = [Hold(RIGHT, GRASP, 95)], np.random.default_rng(0)
    found = carrier.carry(motion, position, motion.object_rotation, holds, (False, True), rng)
    local = found.wrist[GRASP:95, 1] - position[GRASP:95]
    assert (local - motion.wrist[GRASP - 1, 1]).abs().max() < 1e-5
    assert (found.wrist[:GRASP] == motion.wrist[:GRASP]).all()
    assert found.wrist[:, 1].diff(dim=0).norm(dim=-1).max() < 0.03
    back = motion.wrist[94 + round(RETREAT_PACE * (FRAMES - 95)), 1]
    assert (found.wrist[-1, 1] - back).norm() < 0.05  # out of the table
    assert (found.wrist[:, 0] == motion.wrist[:, 0]).all()


def test_a_hand_that_came_along_unasked_is_settled_before_it_holds(box):
    """The reach ends in the right hand's grasp; the left is in the box where it shall hold it."""
    contact = Contact(box)
    position = torch.zeros(FRAMES, 3)
    motion = motion_of(position)
    motion.wrist[:] = torch.tensor([[0.0, 0.0, 0.0], [-0.12, -0.05, 0.0]])
    carrier = Carrier(contact, Settling(steps=60), GRASP, amount=0.0)
    holds = [Hold(LEFT, GRASP, FRAMES), Hold(RIGHT, GRASP, FRAMES)]
    row = HandRows(torch.tensor([0]), torch.tensor([LEFT]))

    def clearance(acting):
        rng = np.random.default_rng(0)
        found = carrier.carry(motion, position, motion.object_rotation, holds, acting, rng)
        return float(contact.in_the_air().clearance(row.take(found[None]).at(-1)))

    assert clearance((True, True)) < -0.02
    assert clearance((False, True)) > -0.005


def test_the_rest_at_the_end_is_cut_off():
    position = torch.zeros(FRAMES, 3)
    position[GRASP:80, 2] = torch.linspace(0, 0.2, 80 - GRASP)
    position[80:, 2] = 0.2
    position[80:] += 0.003 * torch.sin(torch.arange(FRAMES - 80.0))[:, None]  # a tremble is rest
    found = trimmed(motion_of(position), GRASP, [Hold(RIGHT, GRASP, FRAMES)])
    assert 80 < len(found.wrist) <= 80 + REST_FRAMES
    assert len(trimmed(motion_of(0 * position), GRASP, [Hold(RIGHT, GRASP, FRAMES)]).wrist) > GRASP


def test_a_hand_that_has_put_the_object_down_and_withdrawn_ends_the_motion():
    """What it wanders afterwards is cut off, but not a pause on its way."""
    frames, stop = 180, 80
    motion = motion_of(torch.zeros(frames, 3))
    way = torch.zeros(frames - stop)
    way[:10] = torch.linspace(0, 0.05, 10)
    way[10:20] = 0.05  # it waits near the object
    way[20:30] = torch.linspace(0.05, 0.35, 10)
    way[30:] = 0.35 + 0.1 * torch.sin(torch.arange(len(way) - 30) / 5.0).abs()
    motion.wrist[stop:, 1, 0] -= way
    found = trimmed(motion, GRASP, [Hold(RIGHT, GRASP, stop)])
    assert stop + 30 < len(found.wrist) <= stop + 50
    held = trimmed(motion, GRASP, [Hold(RIGHT, GRASP, frames)])
    assert len(held.wrist) > len(found.wrist)


def test_fingers_that_are_gone_let_go_when_they_opened():
    """Not when they are far, as long as the object wanders with nobody's hand on it."""
    tips = np.full((200, 2), 0.5)
    tips[:90, RIGHT] = 0.01
    tips[90:120, RIGHT] = np.linspace(0.01, 0.4, 30)
    tips[120:, RIGHT] = 0.4
    tips[60:70, RIGHT] = 0.08  # opened in the middle of a swing
    moves = np.zeros(200, bool)
    (hold,) = find_holds(tips, np.array([False, True]), 50, moves)
    assert 88 <= hold.stop <= 93
