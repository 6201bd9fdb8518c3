"""Warnings are lines of text that programs can tell apart."""

import copy
import pickle
from pathlib import Path

import numpy as np

from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


def test_a_warning_is_its_text_and_has_a_code_copied_or_pickled_too():
    warning = ResultWarning(WarningCode.OPEN_MESH, "a side is missing")
    for same in (warning, copy.deepcopy(warning), pickle.loads(pickle.dumps(warning))):
        assert same == "a side is missing" and same.code is WarningCode.OPEN_MESH
        assert same.is_about(0) and same.is_about(7)


def test_a_warning_may_be_about_some_of_the_results():
    warning = pickle.loads(pickle.dumps(ResultWarning(WarningCode.OTHER_HANDS, "left", [1, 4])))
    assert [warning.is_about(sample) for sample in range(5)] == [False, True, False, False, True]


def test_results_say_what_is_about_them_before_what_they_say_already(simple_interaction):
    motions = [simple_interaction(np.zeros((3, 3)), np.zeros((3, 3))) for _ in range(2)]
    result = Result(tuple(motions), {"total": 1.0})
    left = ResultWarning(WarningCode.NO_CONTACT, "left", [1])
    camera = ResultWarning(WarningCode.UNKNOWN_FRAME, "camera")
    warned = result.warned([left]).warned([camera])
    assert [one.warnings for one in warned] == [["camera"], ["camera", "left"]]
    assert [one.warning_codes for one in warned] == [[10311], [10311, 10310]]
    assert warned.warnings == (camera, left) and warned.timings == {"total": 1.0}
    assert result.warnings == () and motions[0].warnings == []  # nothing is changed


def test_the_documentation_lists_every_code():
    rows = (Path(__file__).parents[2] / "docs/interfaces.md").read_text().splitlines()
    for code in WarningCode:
        assert any(row.startswith(f"| {code.value} | {code.name} |") for row in rows), code
