"""What all formats for policy learning stand on: rows, splits, statistics."""

import numpy as np
import pytest

from diffh2o_ros.export import statistics
from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.export.splits import object_id, split_by_object
from diffh2o_ros.export.steps import common_layout, steps_of


def test_robots_are_resampled_to_one_rate(robot_episode):
    episode = robot_episode()
    layout = common_layout([episode])
    steps = steps_of(episode, layout)
    times = np.arange(16) / 30
    assert layout.fps == 30 and layout.source == "simulated" and layout.robot == "claw"
    assert layout.state_names[:3] == ["right.thumb", "right.index", "right.base.x"]
    assert steps.state.shape == steps.action.shape == (16, 11)
    assert steps.state[:, 0] == pytest.approx(times, abs=1e-6)
    assert steps.action[:, 0] == pytest.approx(times + 0.1, abs=1e-6)
    assert steps.object_pose[:, 2] == pytest.approx(times, abs=1e-6)
    rotation = [np.cos(times), np.sin(times), 0 * times, -np.sin(times), np.cos(times), 0 * times]
    assert steps.state[:, 5:] == pytest.approx(np.stack(rotation, 1), abs=1e-6)


def test_robots_that_were_not_simulated_give_their_plan(robot_episode):
    episode = robot_episode(simulated=False)
    layout = common_layout([episode])
    assert layout.source == "planned"
    steps = steps_of(episode, layout)
    assert steps.state[0, 0] == 1 and steps.success is None


def test_actions_of_humans_are_their_next_states(human_episode):
    episode = human_episode()
    layout = common_layout([episode])
    steps = steps_of(episode, layout)
    assert steps.state.shape == (6, 104) == (6, len(layout.state_names))
    assert (steps.action[:-1] == steps.state[1:]).all()
    assert (steps.action[-1] == steps.state[-1]).all()
    at = layout.state_names.index("right.transl_2")
    assert steps.state[:, at] == pytest.approx(0.04 + 0.01 * np.arange(6), abs=1e-6)
    assert (steps.state[:, -2:] == [0, 1]).all() and not steps.state[:, :51].any()


def test_humans_at_another_rate(human_episode):
    episode = human_episode(frames=7)
    episode.interaction.hands["right"].global_orient[:, 2] = np.arange(7) / 30
    layout = common_layout([episode], fps=60)
    steps = steps_of(episode, layout)
    for name, start, rate in (("global_orient_2", 0, 1), ("transl_2", 0.04, 0.3)):
        at = layout.state_names.index(f"right.{name}")
        assert steps.state[:, at] == pytest.approx(start + rate * np.arange(13) / 60, abs=1e-6)


@pytest.mark.parametrize(
    "other, words",
    [
        ({"robot": "hook"}, r"a and b differ in robot \(claw and hook\): export them apart"),
        ({"joints": ["thumb", "middle"]}, "a and b differ in joints: export them apart"),
        ({"simulated": False}, "differ in whether they were simulated"),
    ],
)
def test_robots_that_differ(robot_episode, other, words):
    with pytest.raises(ExportError, match=words):
        common_layout([robot_episode(name="a"), robot_episode(name="b", **other)])


def test_kinds_and_rates_that_differ(robot_episode, human_episode):
    with pytest.raises(ExportError, match=r"a and b differ in kind \(robot and human\)"):
        common_layout([robot_episode(name="a"), human_episode(name="b")])
    pair = [human_episode(name="a"), human_episode(fps=20, name="b")]
    with pytest.raises(ExportError, match=r"differ in frames a second \(30.0 and 20.0\)"):
        common_layout(pair)
    assert common_layout(pair, fps=10).fps == 10
    with pytest.raises(ExportError, match="fps must be positive"):
        common_layout(pair, fps=-1)


def test_an_object_is_in_one_split(human_episode):
    sizes = 1 + np.arange(40) / 40
    ids = [object_id(human_episode(size)) for size in sizes]
    assert len(set(ids)) == 40 and object_id(human_episode(sizes[3], frames=9)) == ids[3]
    found = split_by_object(ids + ids)
    assert set(found) == {"train", "val", "test"}
    assert sorted(i for part in found.values() for i in part) == list(range(80))
    for part in found.values():
        assert {i % 40 for i in part if i < 40} == {i % 40 for i in part if i >= 40}
    fewer = split_by_object(ids[:30])
    assert all(set(fewer[name]) <= set(found[name]) for name in fewer)


def test_where_no_object_is_to_be_trained_on_all_are():
    assert split_by_object(["ffffffff", "fffffff0"]) == {"train": [0, 1]}
    with pytest.raises(ExportError, match="three fractions that sum to 1"):
        split_by_object(["00"], (0.5, 0.1, 0.1))


def test_statistics_are_those_of_all_rows(monkeypatch):
    rows = np.random.default_rng(0).normal(5, [1, 10], (1000, 2))
    found = statistics.RunningStatistics()
    for part in np.split(rows, [1, 7, 300, 640]):
        found.add(part)
    result = found.result()
    assert result["count"] == [1000]
    for name, value in (("mean", rows.mean(0)), ("std", rows.std(0)), ("max", rows.max(0))):
        assert result[name] == pytest.approx(value)
    assert result["q10"] == pytest.approx(np.quantile(rows, 0.1, axis=0))


def test_quantiles_of_many_rows_are_those_of_even_ones(monkeypatch):
    monkeypatch.setattr(statistics, "KEPT", 100)
    rows = np.arange(1000.0)[:, None]
    found = statistics.RunningStatistics()
    for part in np.split(rows, [33, 90, 555]):
        found.add(part)
    assert found.result()["q50"] == pytest.approx(np.quantile(rows[::16], 0.5))
