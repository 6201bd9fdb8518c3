"""Robots that may choose between motions."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from diffh2o_ros.simulation.robot_motion import SimulationOptions
from diffh2o_ros.simulation.with_robots import ALTERNATIVES, with_robots
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.warning import WarningCode


@pytest.fixture(scope="module")
def options(tmp_path_factory):
    return SimulationOptions(cache_dir=tmp_path_factory.mktemp("parts"))


def far(motion, name):
    """The motion of a hand that comes nowhere near: it moves 30 cm aside of the object."""
    hand = motion.hands["right"]
    pose = motion.object_pose.copy()
    return replace(
        motion,
        text=name,
        object_pose=pose,
        hands={
            "right": replace(
                hand,
                transl=hand.transl + [0, 0.3, 0],
                joints=hand.joints + np.array([0, 0.3, 0]),
                vertices=hand.vertices + np.array([0, 0.3, 0]),
            )
        },
    )


def asked(*motions_of_calls):
    """A synthesis that gives these motions call by call, and the requests it was called with."""
    calls = []

    def synthesize(request):
        calls.append(request)
        return Result(tuple(motions_of_calls[len(calls) - 1]), {"total": 0.0})

    return synthesize, calls


def test_a_motion_that_robots_do_stays(can_motion, openhand, options):
    synthesize, calls = asked([can_motion], [can_motion])
    result, (robot,) = with_robots(synthesize, RequestOptions(), {"right": openhand}, options)
    assert result[0].text == can_motion.text
    assert robot.success and not result.warnings
    if robot.settings["trials"] == 1:  # else motions with other grasps were tried
        assert len(calls) == 1 and robot.settings["motion"] == 0
    assert len(calls) <= 2


def test_one_that_they_cannot_do_gives_way_to_another(can_motion, openhand, options):
    synthesize, calls = asked([far(can_motion, "far")], [can_motion])
    request = RequestOptions(seed=4)
    result, (robot,) = with_robots(synthesize, request, {"right": openhand}, options)
    assert result[0].text == can_motion.text and robot.success
    assert robot.settings["task"] == can_motion.text and not result.warnings
    again = calls[1]
    assert again.num_samples == ALTERNATIVES and again.ranked and again.seed != 4


def test_what_none_does_is_told(can_motion, openhand, options):
    near = far(can_motion, "near")
    synthesize, _ = asked([near], [far(can_motion, "other")])
    seen = []
    result, (robot,) = with_robots(
        synthesize, RequestOptions(), {"right": openhand}, options, 3, seen.append
    )
    assert result[0].text == "near"
    assert [w.code for w in result.warnings] == [WarningCode.ROBOT_FAILED]
    assert result[0].warnings == [str(result.warnings[0])]
    assert robot is None or not robot.success
    assert set(seen) <= {0}


def test_a_hand_without_a_robot_is_told(can_motion, options):
    synthesize, calls = asked([can_motion, can_motion])
    result, robots = with_robots(synthesize, RequestOptions(num_samples=2), {}, options)
    assert list(robots) == [None, None] and len(result) == 2 and len(calls) == 1
    assert len(result.warnings) == 2 and "right hand acts" in result.warnings[0]
    assert [len(motion.warnings) for motion in result] == [1, 1]
