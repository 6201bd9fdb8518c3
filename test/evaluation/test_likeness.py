"""Figures of reaches and holds that are known, because the motions are made of them."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.judging import Row, conduct
from diffh2o_ros.evaluation.likeness.holds import hold_figures, hold_windows
from diffh2o_ros.evaluation.likeness.observed import ObservedHand, flexion
from diffh2o_ros.evaluation.likeness.reaches import find_reach, reach_figures
from diffh2o_ros.evaluation.likeness.reference import people
from diffh2o_ros.evaluation.likeness.table import MEAN, START, Likeness, goals_table, likeness_table
from diffh2o_ros.evaluation.likeness.traits import GraspPose, Traits, grasp_distances, start_spread
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.anatomy import degrees_of_freedom
from diffh2o_ros.hands.skeleton import keypoints, tip_offsets, wrist_kinematics
from diffh2o_ros.motion.interaction import HandMotion, Interaction

#: The palm down, fingers along +x.
PALM_DOWN = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])
NAMES, BASIS, _, _ = degrees_of_freedom()
FINGERS = ("index", "middle", "ring", "little")
REST, REACH = 10, 31  # frames before the reach; of it, a second


def minimum_jerk(frames):
    t = np.linspace(0, 1, frames)
    return t**3 * (10 - 15 * t + 6 * t**2)


def hand_at(wrist, bent=None, turn=PALM_DOWN):
    """Keypoints (T, 21, 3) of a right hand; `bent` {joint: (T,) degrees}, (T, 3, 3) turns."""
    frames = len(wrist)
    angles = np.zeros((frames, len(NAMES)))
    for name, degrees in (bent or {}).items():
        angles[:, NAMES.index(name)] = np.deg2rad(degrees)
    rotation = torch.tensor(np.broadcast_to(turn, (frames, 3, 3)).copy())
    pose = torch.tensor(angles @ BASIS)
    turns, joints = wrist_kinematics(
        torch.tensor(np.asarray(wrist, float)), rotation, pose, "right"
    )
    return keypoints(joints, turns, tip_offsets("right").double()).numpy()


def observed(points, touches, center=None, rotation=None):
    """A hand that touches with all fingers from frame `touches` (5,) on; the object a box that
    rests or goes through `center`."""
    frames = len(points)
    at = np.arange(frames)[:, None]
    box = trimesh.creation.box((0.06, 0.06, 0.06))
    return ObservedHand(
        "right",
        points,
        at >= np.broadcast_to(touches, 5),
        Mesh(box.vertices, box.faces),
        np.tile(np.eye(3), (frames, 1, 1)) if rotation is None else rotation,
        np.zeros((frames, 3)) if center is None else center,
    )


def reach_to(way, bent=None, touches=REST + REACH - 1, after=40):
    """A hand that rests, follows `way` (31, 3) and stays."""
    wrist = np.concatenate([np.repeat(way[:1], REST, 0), way, np.repeat(way[-1:], after, 0)])
    track = observed(hand_at(wrist, bent), touches)
    return track, find_reach(track)


STRAIGHT = np.array([-0.4, 0, 0.1]) + minimum_jerk(REACH)[:, None] * [0.3, 0, 0]


def test_a_minimum_jerk_reach_has_the_figures_of_one():
    track, reach = reach_to(STRAIGHT)
    assert reach.contact == REST + REACH - 1 and REST - 1 <= reach.start <= REST + 4
    figures = reach_figures(track, replace(reach, start=REST))
    assert figures["reach: reach duration s"] == pytest.approx(1)
    assert figures["reach: peak speed / mean speed"] == pytest.approx(1.875, rel=0.06)
    assert figures["reach: time share of peak speed"] == pytest.approx(0.5, abs=0.02)
    assert figures["reach: path length / straight"] == pytest.approx(1, abs=1e-6)
    assert figures["reach: height of path over chord / distance"] == pytest.approx(0, abs=1e-6)
    # -ln(720 / 1.875**2), less what differences of 30 frames a second miss at its ends.
    assert figures["reach: log dimensionless jerk, wrist"] == pytest.approx(-5.3, abs=0.4)
    assert figures["reach: palm normal elevation deg (down = -90)"] == pytest.approx(-90, abs=10)
    assert figures["reach: hand axis elevation deg (fingers down = -90)"] == pytest.approx(
        0, abs=10
    )
    assert figures["reach: fingers in contact"] == 5
    assert "reach: contact to object moving ms" not in figures


def test_an_arch_and_an_approach_from_above_are_seen():
    s = np.linspace(0, 1, REACH)
    arch = STRAIGHT + np.stack([0 * s, 0 * s, 0.06 * 4 * s * (1 - s)], 1)
    figures = reach_figures(*reach_to(arch))
    assert figures["reach: height of path over chord / distance"] == pytest.approx(0.2, abs=0.02)
    assert figures["reach: path length / straight"] > 1.05
    down = np.array([-0.4, 0, 0.4]) + minimum_jerk(REACH)[:, None] * [0.2, 0, -0.2]
    figures = reach_figures(*reach_to(down))
    name = "reach: approach elevation, last 8 cm deg (down = -90)"
    assert figures[name] == pytest.approx(-45, abs=1)


def closing(delays):
    """Flexion of PIP joints that close by 60 degrees in .5 s, each after a delay in frames."""
    frames = np.arange(REST + REACH + 40)
    ramp = minimum_jerk(16)
    return {
        f"{finger}_pip_flexion": 60 * np.interp(frames - REST - delay, np.arange(16), ramp)
        for finger, delay in zip(FINGERS, delays, strict=True)
    }


def test_fingers_that_close_as_one_are_told_from_those_that_do_not():
    name = "reach: correlation of finger closing speeds"
    assert reach_figures(*reach_to(STRAIGHT, closing([0] * 4)))[name] > 0.99
    assert reach_figures(*reach_to(STRAIGHT, closing([0, 5, 10, 14])))[name] < 0.4
    figures = reach_figures(*reach_to(STRAIGHT, closing([0] * 4)))
    assert figures["reach: finger excess over net deg"] < 1
    assert figures["reach: mean PIP flexion deg"] > 50


def test_fingers_arrive_one_after_another():
    last = REST + REACH - 1
    track, reach = reach_to(STRAIGHT, touches=[last - 6, last, last, last + 9, last + 90])
    figures = reach_figures(track, reach)
    assert reach.contact == last
    assert figures["reach: first to last finger contact ms"] == pytest.approx(500)
    assert figures["reach: fingers in contact"] == 3


@pytest.mark.parametrize("fault", ["near", "moving", "never"])
def test_what_is_no_reach_for_a_thing_at_rest_has_no_figures(fault):
    way = STRAIGHT if fault != "near" else STRAIGHT * [0.3, 1, 1]
    track, _ = reach_to(way, touches=999 if fault == "never" else REST + REACH - 1)
    if fault == "moving":
        track = replace(track, center=np.linspace(0, 0.1, len(track))[:, None] * [1.0, 0, 0])
    assert find_reach(track) is None


def carried(wiggle=0.0, slide=0.0, frames=61):
    """A hand that carries its object by 20 cm a second: its index PIP goes to and fro by `wiggle`
    degrees, and it slides by `slide` m/s."""
    t = np.arange(frames) / 30
    center = t[:, None] * [0.2, 0, 0]
    bent = {"index_pip_flexion": 30 + wiggle * np.sin(2 * np.pi * t)}
    wrist = center + [-0.1, 0, 0] + t[:, None] * [0, slide, 0]
    return observed(hand_at(wrist, bent), 0, center)


def test_a_rigid_hold_is_a_statue_and_an_adjusting_one_is_not():
    windows = list(hold_windows(carried()))
    assert [w.start for w in windows] == [0, 30]
    statue = hold_figures(carried(), windows[0])
    assert max(statue.values()) < 0.01
    wiggling = hold_figures(carried(wiggle=15), windows[0])
    # One of 15 angles, of a sine's std.
    expected = 15 / np.sqrt(2) / 15
    name = "hold: finger angle std while holding, 1 s, deg"
    assert wiggling[name] == pytest.approx(expected, rel=0.05)
    sliding = hold_figures(carried(slide=0.012), windows[0])
    assert sliding["hold: fingertip slip in object frame mm/s"] == pytest.approx(12, rel=0.01)
    assert sliding["hold: wrist drift in object frame, 1 s, mm"] == pytest.approx(12, rel=0.01)


def test_a_hand_that_turns_on_the_object_is_seen():
    track = carried(frames=31)
    turns = Rotation.from_euler("z", np.linspace(0, 20, 31)[:, None], degrees=True).as_matrix()
    turning = replace(track, rotation=turns)
    figures = hold_figures(turning, next(iter(hold_windows(turning))))
    assert figures["hold: hand turn in object frame, 1 s, deg"] == pytest.approx(20, abs=0.01)


def test_without_the_thumb_or_at_rest_there_is_no_hold_window():
    track = carried()
    touching = track.touching.copy()
    touching[:, 0] = False
    assert list(hold_windows(replace(track, touching=touching))) == []
    assert list(hold_windows(replace(track, center=0 * track.center))) == []


def test_contact_is_seen_from_skin_to_surface():
    """A flat hand comes down onto a plate: fingers touch within their thickness and 6 mm."""
    plate = trimesh.creation.box((0.3, 0.3, 0.02)).apply_translation((0, 0, -0.01))
    heights = np.linspace(0.05, 0.0, 26)
    points = hand_at(np.stack([0 * heights - 0.1, 0 * heights, heights], 1))
    hand = HandMotion(
        "right",
        *(np.zeros((26, n)) for n in (3, 3, 45)),
        np.zeros(10),
        points,
        points,
        np.array([[0, 1, 2]]),
    )
    pose = np.tile(np.eye(4), (26, 1, 1))
    interaction = Interaction("30", "press", 0, {"right": hand}, pose, plate.vertices, plate.faces)
    track = ObservedHand.of(interaction, "right")
    first = int(track.contact.argmax())
    lowest = np.sort(points[first, [6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20], 2])
    assert 0.006 < lowest[0] < 0.017 and not track.contact[0]
    half = replace(interaction, fps=60.0)
    assert len(ObservedHand.of(half, "right")) == 13  # seen at 30 frames a second


def test_flexion_is_the_angle_between_bones():
    points = hand_at(np.zeros((1, 3)), {"index_pip_flexion": [40.0], "ring_dip_flexion": [25.0]})
    flat = flexion(hand_at(np.zeros((1, 3))))
    change = (flexion(points) - flat)[0]
    assert change[1, 1] == pytest.approx(40, abs=9) and change[3, 2] == pytest.approx(25, abs=9)
    change[1, 1] = change[3, 2] = 0
    assert np.abs(change).max() < 1e-6


def test_distance_to_people_is_in_their_interquartile_ranges():
    figure = people()["reach: reach duration s"]
    theirs = np.interp(np.linspace(0, 1, 2001), (0.1, 0.25, 0.5, 0.75, 0.9), figure.quantiles)
    assert figure.distance(theirs) < 0.02
    assert figure.distance(theirs + 2 * figure.interquartile) == pytest.approx(2, abs=0.02)
    assert figure.distance([100.0]) == 5
    assert len(people()) == 26


def test_likeness_is_the_mean_over_figures_and_is_shown_beside_people():
    name = "reach: reach duration s"
    median = people()[name].median
    traits = [Traits({name: [median + i / 100]}, [[10.0 * i] * 15]) for i in range(-2, 3)]
    found = Likeness.of([traits[:2], traits[2:]])
    assert found.summary[MEAN] == found.distances[name] < 1
    assert found.summary[START] == start_spread(traits) == pytest.approx(10 * np.sqrt(2))
    lines = likeness_table({"ours": found}).splitlines()
    assert len(lines) == 2 + 26 and " 1.07 (1.05 to 1.08)" in lines[2]
    goal = next(line for line in goals_table({"ours": found}).splitlines() if "duration" in line)
    assert "0.75 to 1.1" in goal and "yes" in goal
    assert likeness_table({"ours": Likeness.of([])}) == ""


def test_grasps_of_one_object_differ_by_place_and_turn():
    turn = Rotation.from_euler("x", 30, degrees=True).as_matrix().tolist()
    one = GraspPose("right", [0.0, 0, 0], np.eye(3).tolist())
    other = GraspPose("right", [0.03, 0.04, 0], turn)
    assert grasp_distances(one, other) == pytest.approx((50, 30))
    left = replace(other, side="left")
    groups = [[Traits(grasps=[one]), Traits(grasps=[other]), Traits(grasps=[left])]]
    found = Likeness.of(groups)
    assert found.summary["two grasps apart, mm"] == pytest.approx(50)
    assert "two grasps apart, mm" not in Likeness.of([[t] for t in groups[0]]).summary


def test_a_row_keeps_its_traits(simple_interaction):
    path = np.zeros((40, 3))
    ball = np.array([0.3, 0, 0.04]) - minimum_jerk(40)[:, None] * [0.2, 0, 0]
    row = conduct(simple_interaction(path, ball), Case("box", "lift", "lift", "right", 0, True))
    again = Row.from_dict(json.loads(json.dumps(asdict(row))))
    assert again == row and row.traits is not None
    old = asdict(row)
    del old["traits"]
    assert Row.from_dict(old).traits is None
