"""Options of a request: what they may be, and that a light module says it."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from diffh2o_ros import Diffh2oError
from diffh2o_ros.cli import build_parser
from diffh2o_ros.errors import ErrorCode, OptionError
from diffh2o_ros.geometry.table import TableError
from diffh2o_ros.synthesis.options import RequestOptions, SynthesizerOptions


@pytest.mark.parametrize(
    "given, says",
    [
        ({"num_samples": 0}, "num_samples must be at least 1, not 0"),
        ({"seed": -1}, "seed must be 0 to 9223372036854775807, not -1"),
        ({"seed": 2**63}, "seed must be 0 to .*, not 9223372036854775808"),
        ({"steps": 0}, "steps must be 1 to 1000, not 0"),
        ({"steps": 1001}, "steps must be 1 to 1000, not 1001"),
        ({"complete": "half"}, "complete must be one of none, hull, mirror, not 'half'"),
        ({"below_table": "sink"}, "below_table must be one of drop_table, refuse, lift, not"),
        ({"hold": "firm"}, "hold must be one of compliant, rigid, not 'firm'"),
        ({"table": "floor"}, "table must be under_object or none or a height, not 'floor'"),
        ({"table": True}, "table must be under_object or none or a height, not True"),
        ({"table": float("nan")}, "the table's height is nan: give meters, or 'none'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(given, says):
    with pytest.raises(OptionError, match=f"^{says}") as caught:
        RequestOptions(**given)
    assert isinstance(caught.value, Diffh2oError) and isinstance(caught.value, ValueError)
    assert caught.value.code == ErrorCode.INVALID_REQUEST
    assert isinstance(caught.value, TableError) == ("table" in str(given))


def test_what_can_be_is_taken():
    RequestOptions(32, 2**63 - 1, 1000, False, True, "hull", np.float32(0.7), "lift", "rigid", True)
    RequestOptions(num_samples=500, table=0, steps=np.int64(3))


def test_no_more_samples_are_ranked_than_grasps_are_tried():
    RequestOptions(num_samples=25).check_ranked(24)
    RequestOptions(num_samples=24, ranked=True).check_ranked(24)
    with pytest.raises(OptionError, match="num_samples is 25, but only 24 grasps are tried"):
        RequestOptions(num_samples=25, ranked=True).check_ranked(24)


def test_the_command_line_has_every_option_with_its_default():
    words = ["synthesize", "--mesh", "m.ply", "--task", "lift it", "--out", "f.npz"]
    found = vars(build_parser().parse_args(words))
    for f in (*fields(SynthesizerOptions), *fields(RequestOptions)):
        assert found[f.name] == f.default


def test_neither_options_nor_errors_load_what_is_heavy():
    code = (
        "import sys, diffh2o_ros.synthesis.options; from diffh2o_ros import Diffh2oError; "
        "assert not {'torch', 'numpy', 'scipy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
