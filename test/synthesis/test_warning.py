"""Warnings are lines of text that programs can tell apart."""

import copy
import pickle
from pathlib import Path

import numpy as np

from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode, note_down


def test_a_warning_is_its_text_and_has_a_code_copied_or_pickled_too():
    warning = ResultWarning(WarningCode.OPEN_MESH, "a side is missing")
    for same in (warning, copy.deepcopy(warning), pickle.loads(pickle.dumps(warning))):
        assert same == "a side is missing" and same.code is WarningCode.OPEN_MESH
        assert same.is_about(0) and same.is_about(7)


def test_a_warning_may_be_about_some_of_the_results():
    warning = pickle.loads(pickle.dumps(ResultWarning(WarningCode.OTHER_HANDS, "left", [1, 4])))
    assert [warning.is_about(sample) for sample in range(5)] == [False, True, False, False, True]


def test_results_say_what_is_about_them_after_what_they_say_already(simple_interaction):
    results = [simple_interaction(np.zeros((3, 3)), np.zeros((3, 3))) for _ in range(2)]
    note_down([ResultWarning(WarningCode.NO_CONTACT, "left", [1])], results)
    note_down([ResultWarning(WarningCode.UNKNOWN_FRAME, "camera")], results)
    assert [result.warnings for result in results] == [["camera"], ["left", "camera"]]
    assert [result.warning_codes for result in results] == [[10311], [10310, 10311]]


def test_the_documentation_lists_every_code():
    rows = (Path(__file__).parents[2] / "docs/interfaces.md").read_text().splitlines()
    for code in WarningCode:
        assert any(row.startswith(f"| {code.value} | {code.name} |") for row in rows), code
