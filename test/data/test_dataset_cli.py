"""`diffh2o dataset`: what it prints, what it exits with, and that nothing is half-written."""

import json
import sys
from dataclasses import astuple

import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.cli import main
from diffh2o_ros.data.frames import FramesWriter
from diffh2o_ros.evaluation.marks import Marks
from diffh2o_ros.evaluation.mesh_folder import find_meshes, object_name
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.intake import check_mesh, load_mesh


def test_build_goes_on_where_it_was_and_says_what_it_made(folder, dataset, capsys):
    assert main(["dataset", "build", "--out", str(folder), "--num", "24", "--seed", "3"]) == 0
    assert "24 sequences of seed 3" in capsys.readouterr().out


def test_stats_count_and_measure(folder, dataset, tmp_path, capsys):
    out = tmp_path / "stats.json"
    command = ["dataset", "stats", str(folder), "--num", "4", "--hold", "1", "--workers", "1"]
    assert main([*command, "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    figures = json.loads(out.read_text())
    assert figures["num_sequences"] == 24 and figures["num_measured"] == 4
    assert sum(figures["counts"]["action"].values()) == 24
    assert figures["num_objects"] == len({info.object_index for info in dataset.infos})
    assert 0 <= figures["figures"]["penetration_mm"]["median"] < 3
    assert figures["figures"]["fingers"]["median"] >= 2
    assert sum(tried for _, tried in figures["holds"].values()) >= 4
    assert "| penetration_mm (mm) " in printed and "Held in MuJoCo" in printed


def test_without_mujoco_stats_say_so_before_they_measure(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "mujoco", None)
    assert main(["dataset", "stats", str(folder)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and "requirements/data.txt" in lines[0]


def test_validate_passes_a_good_data_set_and_fails_a_bad_one(folder, dataset, tmp_path, capsys):
    command = ["dataset", "validate", str(folder), "--num", "4", "--workers", "1"]
    assert main(command) == 0
    assert "4 sequences checked, 0 faults" in capsys.readouterr().out
    writer = FramesWriter(tmp_path / "bad", "procedural")
    s = dataset[0]
    writer.add(s.info, s.motion, s.mesh, s.support + 0.05, s.held)
    writer.close()
    assert main(["dataset", "validate", str(tmp_path / "bad"), "--workers", "1"]) == 1
    assert "in the table" in capsys.readouterr().out


def test_view_draws_a_sheet(folder, dataset, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    action = dataset.infos[0].action
    command = ["dataset", "view", str(folder), "--out", str(out), "--num", "2"]
    assert main([*command, "--action", action]) == 0
    width, height = Image.open(out).size
    assert width > 1000 and height > 250


def test_meshes_writes_each_object_of_a_split_once(folder, dataset, tmp_path, capsys):
    command = ["dataset", "meshes", str(folder), "--out", str(tmp_path), "--split", "train"]
    assert main(command) == 0
    infos = list(enumerate(dataset.infos))[::-1]  # so that an object's first sequence stays
    objects = {info.object_index: index for index, info in infos if info.split == "train"}
    paths = find_meshes(tmp_path)
    assert [int(path.name[:4]) for path in paths] == sorted(objects)
    sequence = dataset[objects[int(paths[0].name[:4])]]
    assert object_name(paths[0].stem) == sequence.info.object_name
    for path in paths:  # the marks lie on the mesh
        marks, mesh = Marks.beside(path), load_mesh(path)
        assert marks.family == dataset.infos[objects[int(path.name[:4])]].family
        points = np.array([*marks.handle, *marks.rim]).reshape(-1, 3)
        assert closest_points(mesh, points)[0].max(initial=0) < 1e-3
    np.testing.assert_allclose(
        load_mesh(paths[0]).bounds, check_mesh(*astuple(sequence.mesh)).bounds, atol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["stats", "nowhere"], "not a data set"),
        (["validate", "nowhere"], "not a data set"),
        (["view", "nowhere", "--out", "a.png"], "not a data set"),
        (["view", "FOLDER", "--out", "a.png", "--action", "fly"], "no sequence of action 'fly'"),
        (["view", "FOLDER", "--out", "a.tiff"], "a.tiff"),
        (["meshes", "FOLDER", "--out", "m", "--split", "test"], "no object of split 'test'"),
        (["stats", "FOLDER", "--hold", "2"], "not from 0 to 1"),
        (["stats", "FOLDER", "--json", "a.txt"], "a.txt"),
    ],
)
def test_bad_orders_get_one_line(
    folder, dataset, arguments, complaint, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    arguments = [str(folder) if a == "FOLDER" else a for a in arguments]
    assert main(["dataset", *arguments]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and complaint in lines[0]
    assert list(tmp_path.iterdir()) == []
