"""Warnings are lines of text that programs can tell apart."""

import copy
import pickle

from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


def test_a_warning_is_its_text_and_has_a_code_copied_or_pickled_too():
    warning = ResultWarning(WarningCode.OPEN_MESH, "a side is missing")
    for same in (warning, copy.deepcopy(warning), pickle.loads(pickle.dumps(warning))):
        assert same == "a side is missing" and same.code is WarningCode.OPEN_MESH
        assert same.is_about(0) and same.is_about(7)


def test_a_warning_may_be_about_some_of_the_results():
    warning = pickle.loads(pickle.dumps(ResultWarning(WarningCode.OTHER_HANDS, "left", [1, 4])))
    assert [warning.is_about(sample) for sample in range(5)] == [False, True, False, False, True]
