import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from diffh2o_ros.data.objects import sample_object
from diffh2o_ros.data.splits import UNSEEN_FAMILIES
from diffh2o_ros.evaluation.cases import free_cases, guided_cases
from diffh2o_ros.evaluation.tasks import (
    ACTIONS,
    DEFAULT_TASKS,
    EvaluationTask,
    TaskFileError,
    read_tasks,
)
from diffh2o_ros.motion.grasp import Grasp

#: What the files ycb_*.json are meant for.
SCANS = (
    "003_cracker_box 005_tomato_soup_can 006_mustard_bottle 011_banana 013_apple 019_pitcher_base "
    "024_bowl 035_power_drill 040_large_marker 048_hammer 050_medium_clamp 056_tennis_ball "
    "065-a_cups 077_rubiks_cube"
).split()
SHIPPED = Path(__file__).parents[2] / "studies" / "ycb_tasks.json"


def test_sentences_name_object_and_hand():
    task = EvaluationTask("lift the {object} with the {hand} hand", "lift", ("right", "left"))
    assert task.sentence_for("003_cracker_box", 0) == "lift the cracker box with the right hand"
    assert task.sentence_for("065-a_cups", 3) == "lift the cups with the left hand"
    assert EvaluationTask("lift it").hand(3) is None
    assert EvaluationTask("use both hands", "lift", ("both",)).hand(1) == "both"


def test_tasks_apply_by_file_name():
    task = EvaluationTask("pour", only=("*pitcher*", "*cup*"), but=("*cupboard",))
    assert task.applies("019_pitcher_base") and task.applies("065-a_cups")
    assert not task.applies("003_cracker_box") and not task.applies("cupboard")


def test_hands_alternate_over_meshes_and_tasks_but_not_over_seeds():
    meshes = [Path("a.ply"), Path("b.ply"), Path("c.ply")]
    cases = free_cases(meshes, DEFAULT_TASKS[:2], (3, 4), (True, False))
    assert len(cases) == 3 * 2 * 2 * 2
    assert len({case.name for case in cases}) == len(cases)
    hands = {(case.mesh, case.action): case.hand for case in cases}
    assert [hands[m, "lift"] for m in "abc"] == ["right", "left", "right"]
    assert [hands[m, "pass"] for m in "abc"] == ["left", "right", "left"]
    for case in cases:
        assert case.hand == hands[case.mesh, case.action]
        assert f"{case.hand} hand" in case.task and case.grasp is None


def test_long_sentences_that_end_differently_have_different_names():
    tasks = [EvaluationTask("lift the thing that stands " + "there " * 20 + end) for end in "xy"]
    cases = free_cases([Path("a.ply")], tasks, (0,), (True,))
    assert len({case.name for case in cases}) == 2 and all(len(c.name) < 100 for c in cases)


def test_every_grasp_of_every_kind_is_a_guided_case():
    grasp = Grasp("left", global_orient=[0, 0, 0], transl=[0, 0, 0.1], hand_pose=[0.0] * 45)
    cases = guided_cases(
        [Path("a.ply"), Path("b.ply")], {"b": [grasp] * 2}, ("full", "wrist"), 5, (True,)
    )
    assert [(c.mesh, c.kind, c.grasp) for c in cases] == [
        ("b", "full", 0),
        ("b", "wrist", 0),
        ("b", "full", 1),
        ("b", "wrist", 1),
    ]
    seeds = [c.seed for c in cases]
    assert seeds[0] == seeds[1] != seeds[2] == seeds[3], "a seed for each grasp"
    assert all(c.task == "pick up the b" and c.hand == "left" for c in cases)


def test_the_tasks_for_ycb_ask_four_things_of_every_object():
    tasks = read_tasks(SHIPPED)
    assert all(task.hands == ("right", "left") and task.action in ACTIONS for task in tasks)
    for stem in ("019_pitcher_base", "013_apple"):
        asked = [task.action for task in tasks if task.applies(stem)]
        assert asked == ["lift", "pass", "pour" if "pitcher" in stem else "inspect", "place"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nothing", "is not JSON"),
        ("{}", "JSON list"),
        ("[]", "JSON list"),
        ('["lift it"]', 'entry 1: it must be an object with a "task"'),
        ('[{"task": " "}]', "empty"),
        ('[{"task": "a", "hand": "left"}]', "no use for 'hand'"),
        ('[{"task": "the {mesh}"}]', "no use for {mesh}"),
        ('[{"task": "the {object"}]', "no use for {"),
        ('[{"task": "a", "action": "juggle"}]', "'juggle' is none of"),
        ('[{"task": "a", "action": ["lift"]}]', "is none of"),
        ('[{"task": "a"}, {"task": "a", "hands": "left"}]', 'entry 2: "hands" must be a list'),
        ('[{"task": "a", "hands": ["third"]}]', "'third' is none of"),
        ('[{"task": "a", "hands": [1]}]', "list of words"),
        ('[{"task": "a {hand}"}]', "needs hands"),
        ('[{"task": "a {hand}", "hands": ["both"]}]', "say both in words"),
        ('[{"task": "a", "hands": ["left", "right"]}]', "needs {hand}"),
    ],
)
def test_bad_task_files_are_one_line(tmp_path, content, message):
    file = tmp_path / "tasks.json"
    file.write_text(content)
    with pytest.raises(TaskFileError) as error:
        read_tasks(file)
    assert message in str(error.value) and "\n" not in str(error.value)
    assert str(file) in str(error.value)


def test_a_task_file_round(tmp_path):
    file = tmp_path / "tasks.json"
    entry = {
        "task": "{hand} {object}",
        "action": "pour",
        "hands": ["left"],
        "only": ["a*"],
        "except": ["ab"],
    }
    file.write_text(json.dumps([entry, {"task": "lift"}]))
    first, second = read_tasks(file)
    assert first == EvaluationTask("{hand} {object}", "pour", ("left",), ("a*",), ("ab",))
    assert second == EvaluationTask("lift")


@pytest.mark.parametrize("name", ["ycb_actions", "ycb_actions_free"])
def test_every_action_is_asked_for_in_several_sentences(name):
    tasks = read_tasks(SHIPPED.with_name(f"{name}.json"))
    for action in ACTIONS:
        mine = [task for task in tasks if task.action == action]
        assert len(mine) >= 3 and any(not task.hands for task in mine), action
        assert all(any(task.applies(mesh) for mesh in SCANS) for task in mine), action


def test_free_wordings_are_nobody_elses():
    plain = {t.sentence.lower() for t in read_tasks(SHIPPED.with_name("ycb_actions.json"))}
    free = {t.sentence.lower() for t in read_tasks(SHIPPED.with_name("ycb_actions_free.json"))}
    phrases = resources.files("diffh2o_ros.data.language") / "phrases"
    known = {line.split(" *")[0] for f in phrases.iterdir() for line in f.read_text().splitlines()}
    known = {line.replace("<obj>", "the {object}") for line in known}
    assert not free & plain and not free & known
    assert sum(len(sentence.split()) >= 18 for sentence in free) >= len(ACTIONS)  # several clauses


@pytest.mark.parametrize("name", ["heldout_actions", "heldout_actions_free"])
def test_held_out_families_are_asked_for_by_their_names(name):
    tasks = read_tasks(SHIPPED.with_name(f"{name}.json"))
    for family in UNSEEN_FAMILIES:
        for seed in range(12):
            thing = sample_object(np.random.default_rng(seed), family)
            stem = f"{seed:04d}_{thing.name.replace(' ', '_')}"
            asked = {task.action for task in tasks if task.applies(stem)}
            assert "lift" in asked and len(asked) >= 2, thing.name
