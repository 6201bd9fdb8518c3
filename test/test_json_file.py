"""What people give for JSON, each with one line that says what is wrong with it."""

import json
import os

import numpy as np
import pytest

from diffh2o_ros.evaluation.rows import RowFile, RowFileError
from diffh2o_ros.evaluation.targets import read_grasps
from diffh2o_ros.evaluation.tasks import TaskFileError, read_tasks
from diffh2o_ros.json_file import parse_json, read_json
from diffh2o_ros.motion.grasp import Grasp, GraspError

WRIST = '{"side": "right", "global_orient": [0, 0, 0], "transl": [0, 0, %s]}'
GOOD = WRIST % "0.1"
LONG = "1" + "0" * 5000

BAD = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\xef\xbb\xbf"[:2], "is empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "is empty"),
    "half": (GOOD[:-4].encode(), "not JSON"),
    "no text": (b"\x80\x81\x82", "not JSON"),
    "a number of 5001 digits": ((WRIST % LONG).encode(), "5001 characters) is too large"),
    "a long number below zero": ((WRIST % f"-{LONG}").encode(), "is too large"),
    "more than a double holds": ((WRIST % "1e400").encode(), "1e400 is too large"),
    "an integer of 400 digits": ((WRIST % ("9" * 400)).encode(), "is too large"),
    "deep lists": (b"[" * 200_000, "nested too deeply"),
    "deep objects": (b'{"a":' * 200_000, "nested too deeply"),
    "a name twice": (b'{"side": "left", ' + GOOD[1:].encode(), "'side' twice"),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD)
@pytest.mark.parametrize(
    ("read", "error"),
    [(Grasp.from_json, GraspError), (read_grasps, GraspError), (read_tasks, TaskFileError)],
)
def test_what_is_not_json_is_one_line(content, says, read, error, tmp_path):
    path = tmp_path / "G.json"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        read(path)
    said = str(caught.value)
    assert says in said and str(path) in said and "\n" not in said and len(said) < 300


BAD_GRASPS = {
    "an integer of 300 digits": ('"transl"', f"[0, 0, {'9' * 300}]", "infinite"),
    "more than a float holds": ('"transl"', "[0, 0, 1e39]", "infinite"),
    "no number": ('"transl"', "[0, 0, NaN]", "transl holds NaN or infinite"),
    "infinity": ('"transl"', "[0, 0, -Infinity]", "transl holds NaN or infinite"),
    "truth values": ('"transl"', "[0, true, 0]", "3 numbers"),
    "words": ('"transl"', '["0", "0", "0.1"]', "3 numbers"),
    "a word among numbers": ('"transl"', '[0, 0, "0.1"]', "3 numbers"),
    "a hole": ('"transl"', "[0, null, 0]", "3 numbers"),
    "an object": ('"transl"', '{"x": 0}', "3 numbers"),
    "rows": ('"transl"', "[[0, 0, 0]]", "3 numbers"),
    "ragged rows": ('"transl"', "[[0, 0], 0]", "3 numbers"),
    "another side": ('"side"', '"middle"', "'left' or 'right', not 'middle'"),
    "a very long side": ('"side"', f'"{"x" * 9000}"', "'left' or 'right'"),
    "a number for a side": ('"side"', "1", "'left' or 'right', not 1"),
    "no side": ('"side"', "null", "'left' or 'right', not None"),
    "an unknown name": ('"wrist"', "[0]", "no use for 'wrist'"),
}


@pytest.mark.parametrize(("name", "value", "says"), BAD_GRASPS.values(), ids=BAD_GRASPS)
def test_a_grasp_of_wrong_values_is_one_line(name, value, says, tmp_path, recwarn):
    content = {f'"{key}"': json.dumps(v) for key, v in json.loads(GOOD).items()} | {name: value}
    path = tmp_path / "G.json"
    path.write_text("{" + ", ".join(f"{key}: {v}" for key, v in content.items()) + "}")
    with pytest.raises(GraspError) as caught:
        Grasp.from_json(path)
    said = str(caught.value)
    assert says in said and str(path) in said and "\n" not in said and len(said) < 300
    assert not recwarn.list, "numpy says nothing of its own"


@pytest.mark.parametrize("row", ["[true, 0, 0]", '["0", "0", "0"]', "[1e39, 0, 0]", "[0, 0]"])
def test_fingertips_of_wrong_values_are_one_line(row, tmp_path):
    path = tmp_path / "G.json"
    path.write_text(f'{{"side": "left", "fingertips": [{row}, null, null, null, null]}}')
    with pytest.raises(GraspError, match=r"G\.json: grasp fingertips must"):
        Grasp.from_json(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("side", ["right", "Right", "RIGHT", " right"])
def test_every_program_s_encoding_and_every_spelling_of_a_side_is_read(encoding, side, tmp_path):
    path = tmp_path / "Größe 手.json"
    path.write_bytes(GOOD.replace("right", side).encode(encoding))
    grasp = Grasp.from_json(path)
    assert grasp.side == "right" and np.allclose(grasp.transl, [0, 0, 0.1])


def test_a_folder_a_pipe_and_a_huge_file_are_not_waited_for(tmp_path):
    pipe, huge = tmp_path / "pipe", tmp_path / "huge"
    os.mkfifo(pipe)
    with open(huge, "wb") as file:
        file.truncate(2**40)  # sparse: it takes no room
    for path, says in (
        (tmp_path, "is a folder"),
        (pipe, "a pipe or a device"),
        ("/dev/null", "a pipe or a device"),
        (huge, "the most is 16777216"),
        (tmp_path / "none.json", "No such file"),
        ("a\0b", "cannot read"),
    ):
        with pytest.raises(GraspError, match=says):
            Grasp.from_json(path)


def test_rows_of_deep_nesting_are_no_rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    number = b'{"about": ' + LONG.encode() + b"}\n"
    for content in (b"[" * 200_000, number, b'{"about": 1}', b"\xff"):
        path.write_bytes(content)
        with pytest.raises(RowFileError, match="holds no rows"):
            RowFile(path, {}, resume=True)


def test_python_s_own_nan_is_read_where_it_is_asked_for(tmp_path):
    assert np.isnan(parse_json("[NaN]", nan=True)).all()
    path = tmp_path / "a.json"
    path.write_text("[1, 2.5, NaN]")
    assert read_json(path, "file", ValueError, nan=True)[:2] == [1, 2.5]
    with pytest.raises(ValueError, match=r"file .* holds NaN"):
        read_json(path, "file", ValueError)
