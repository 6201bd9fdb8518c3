import pytest

from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.registry import load_encoder
from diffh2o_ros.text.task import TaskError, check_task


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  pick up the mug ", "pick up the mug"),
        ("pick up\n  the mug\t\nslowly\r\n", "pick up the mug slowly"),
        ("Gieße den Becher aus, 倒水!", "Gieße den Becher aus, 倒水!"),
        ("pick up\u2028the mug\u2029", "pick up the mug"),
        ("x" * 1000, "x" * 1000),
    ],
)
def test_good_tasks(given, expected):
    assert check_task(given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 1001, "1001 characters; say it in at most 1000"),
        ("lift " * 2000, "at most 1000"),
        ("lift\x00 it", "control characters"),
        ("\x1b[31mlift it", "control characters"),
        ("lift \udc80", "control characters"),
        ("123 !?", "no words"),
        (None, "must be a sentence, not NoneType"),
        (b"lift it", "must be a sentence, not bytes"),
    ],
)
def test_bad_tasks(given, message):
    with pytest.raises(TaskError, match=message) as error:
        check_task(given)
    assert "\n" not in str(error.value) and len(str(error.value)) < 120
    assert isinstance(error.value, ValueError)


def test_unknown_encoder():
    with pytest.raises(EncoderError, match="unknown text encoder 'bert'; known are minilm, clip"):
        load_encoder("bert")
