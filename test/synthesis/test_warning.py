"""Warnings are lines of text that programs can tell apart."""

import copy
import pickle

from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


def test_a_warning_is_its_text_and_has_a_code_copied_or_pickled_too():
    warning = ResultWarning(WarningCode.OPEN_MESH, "a side is missing")
    for same in (warning, copy.deepcopy(warning), pickle.loads(pickle.dumps(warning))):
        assert same == "a side is missing" and same.code is WarningCode.OPEN_MESH
