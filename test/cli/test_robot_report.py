"""`diffh2o doctor --robot`: what is understood of a robot hand."""

import pytest
from PIL import Image

pytest.importorskip("mujoco")

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.retargeting.built_in import urdf


def test_a_table_and_a_picture(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.urdf").write_text(urdf("left"))
    assert main(["doctor", "--robot", "mine.urdf"]) == 0
    table, picture = capsys.readouterr().out.rstrip().split("\n\n")[1:]
    assert table.splitlines()[2].startswith("| thumb | thumb_ip | thumb_cmc_flexion, thumb_mcp_")
    assert len(table.splitlines()) == 7 and picture == "mine.png"
    with Image.open("mine.png") as image:
        assert len(image.convert("RGB").getcolors(1 << 20)) > 50


def test_what_is_no_hand_is_one_line_and_no_picture(tmp_path, capsys):
    (tmp_path / "arm.urdf").write_text('<robot name="arm"><link name="base"/></robot>')
    for words in (["--robot", tmp_path / "arm.urdf"], ["--picture", tmp_path / "a.png"]):
        argv = ["doctor", *words, "--picture", tmp_path / "a.png"]
        assert main([str(word) for word in argv]) == BAD_INPUT
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arm.urdf"]
