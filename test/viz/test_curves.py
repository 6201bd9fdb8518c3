import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.viz.curves import Curve

HEADER = "step,seconds,learning_rate,loss,mse,extra,validation_mse\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run" / "grasp.csv"
    path.parent.mkdir()
    path.write_text(HEADER + "500,1800,1e-3,.4,.3,,.2\n1000,3600,5e-4,.2,.15,,nan\n")
    return path


def test_a_curve_is_read(file):
    curve = Curve.load(file)
    assert curve.name == "run/grasp"
    np.testing.assert_array_equal(curve.steps, [500, 1000])
    np.testing.assert_array_equal(curve.hours, [0.5, 1])
    np.testing.assert_array_equal(curve.training, [0.3, 0.15])
    np.testing.assert_array_equal(curve.validation, [0.2, np.nan])


def test_curves_become_a_picture(file, capsys):
    out = file.with_name("P.png")
    assert main(["curves", str(file), str(file), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with Image.open(out) as picture:
        colors = {color for _, color in picture.convert("RGB").getcolors(10**6)}
        assert picture.width > 1000 and (31, 119, 180) in colors and (255, 127, 14) in colors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no learning curve at"),
        ("a,b\n1,2\n", "is not a learning curve of 'diffh2o train'"),
        (HEADER + "500,1800\n", "is not a learning curve of 'diffh2o train'"),
        (HEADER, "is empty so far"),
    ],
)
def test_what_is_no_curve_is_refused(file, text, message, capsys):
    file.unlink() if text is None else file.write_text(text)
    assert main(["curves", str(file), "--out", str(file.with_suffix(".png"))]) == BAD_INPUT
    assert message in capsys.readouterr().err
    assert not file.with_suffix(".png").exists()
