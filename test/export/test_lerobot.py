"""LeRobot v3.0 as pyarrow reads it; docs/export_learning.md says how lerobot itself was tried."""

import json
import sys
from itertools import pairwise

import numpy as np
import pytest
import trimesh

from diffh2o_ros.cli import main
from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.export.format import export
from diffh2o_ros.export.formats.lerobot import save_lerobot

parquet = pytest.importorskip("pyarrow.parquet")


def read(folder, kind):
    """Columns of all parquet files of a kind, as arrays."""
    tables = [parquet.read_table(path) for path in sorted((folder / kind).rglob("*.parquet"))]
    return {
        name: np.array([row for table in tables for row in table[name].to_pylist()])
        for name in tables[0].column_names
        if not name.startswith("stats/") and name != "tasks"
    }


@pytest.fixture
def robots(robot_episode, tmp_path):
    """12 episodes of 6 objects, every second one a success; the folder."""
    episodes = [
        robot_episode(1 + index // 2, success=index % 2 == 0, name=f"m{index}")
        for index in range(12)
    ]
    export(episodes, "lerobot", tmp_path / "set")
    return tmp_path / "set"


def test_info_says_what_there_is(robots):
    info = json.loads((robots / "meta/info.json").read_text())
    assert info["codebase_version"] == "v3.0" and info["fps"] == 30
    assert (info["total_episodes"], info["total_frames"], info["total_tasks"]) == (12, 192, 1)
    assert info["robot_type"] == "claw" and info["diffh2o"]["source"] == "simulated"
    data = read(robots, "data")
    assert set(data) == set(info["features"])
    for name, feature in info["features"].items():
        shape = tuple(feature["shape"])
        assert data[name].shape == (192, *(shape if feature["names"] else ())), name
        assert not feature["names"] or len(feature["names"]) == shape[0]
    assert info["features"]["action"]["names"][0] == "right.thumb"


def test_rows_are_the_motions(robots):
    data = read(robots, "data")
    assert (data["index"] == np.arange(192)).all()
    assert (data["episode_index"] == np.repeat(np.arange(12), 16)).all()
    assert data["timestamp"] == pytest.approx(data["frame_index"] / 30, abs=1e-6)
    state, action = data["observation.state"][:, 0], data["action"][:, 0]
    assert state == pytest.approx(data["timestamp"], abs=1e-6)
    assert action == pytest.approx(state + 0.1, abs=1e-6)
    assert data["observation.environment_state"][:, 2] == pytest.approx(state, abs=1e-6)
    assert (data["next.done"] == (data["frame_index"] == 15)).all()
    assert data["next.success"].sum() == 6 and data["next.success"][data["next.done"]].sum() == 6
    assert (data["next.reward"] == data["next.success"]).all()


def test_splits_are_ranges_of_episodes_and_of_objects(robots):
    splits = json.loads((robots / "meta/info.json").read_text())["splits"]
    ranges = [tuple(map(int, span.split(":"))) for span in splits.values()]
    assert ranges[0][0] == 0 and ranges[-1][1] == 12
    assert all(a[1] == b[0] for a, b in pairwise(ranges))
    objects = read(robots, "meta/episodes")["object_id"]
    apart = [set(objects[start:stop]) for start, stop in ranges]
    assert sum(map(len, apart)) == len(set(objects)) == 6


def test_meshes_lie_beside(robots):
    listed = json.loads((robots / "meshes/episodes.json").read_text())
    objects = read(robots, "meta/episodes")["object_id"]
    assert [one["object_id"] for one in listed] == objects.tolist()
    assert len(list((robots / "meshes").glob("*.obj"))) == 6
    for one in listed:
        mesh = trimesh.load(robots / one["mesh"], process=False)
        size = 1 + int(one["name"][1:]) // 2
        assert mesh.extents == pytest.approx([0.08 * size] * 3)
        assert one["success"] == (int(one["name"][1:]) % 2 == 0)


def test_statistics(robots):
    data, stats = read(robots, "data"), json.loads((robots / "meta/stats.json").read_text())
    assert set(stats) == set(data)
    for name in ("observation.state", "action", "timestamp"):
        rows, found = data[name].reshape(192, -1).astype(float), stats[name]
        assert found["mean"] == pytest.approx(rows.mean(0)) and found["count"] == [192]
        assert found["std"] == pytest.approx(rows.std(0), abs=1e-9)
        assert found["q99"] == pytest.approx(np.quantile(rows, 0.99, axis=0))
    table = parquet.read_table(next((robots / "meta/episodes").rglob("*.parquet")))
    first = data["action"][:16].astype(float)
    assert table["stats/action/max"][0].as_py() == pytest.approx(first.max(0))


def test_tasks_are_indexed_by_the_sentence_as_pandas_does(robots):
    table = parquet.read_table(robots / "meta/tasks.parquet")
    assert table.to_pydict() == {"task_index": [0], "task": ["lift the box"]}
    assert json.loads(table.schema.metadata[b"pandas"])["index_columns"] == ["task"]
    card = (robots / "README.md").read_text()
    assert "12 episodes" in card and "lift the box" in card


def test_files_keep_to_their_size(human_episode, tmp_path):
    episodes = [human_episode(frames=20 + index) for index in range(9)]
    save_lerobot(episodes, tmp_path / "set", file_size_mb=0.05)
    files = sorted((tmp_path / "set/data").rglob("*.parquet"))
    assert len(files) > 3
    meta = read(tmp_path / "set", "meta/episodes")
    assert meta["length"].tolist() == [20 + index for index in range(9)]
    for index, chunk, file in zip(
        range(9), meta["data/chunk_index"], meta["data/file_index"], strict=True
    ):
        path = tmp_path / f"set/data/chunk-{chunk:03d}/file-{file:03d}.parquet"
        assert index in parquet.read_table(path)["episode_index"].to_pylist()
    info = json.loads((tmp_path / "set/meta/info.json").read_text())
    assert info["robot_type"] == "mano" and "next.success" not in info["features"]


def test_a_folder_that_is_taken(human_episode, tmp_path):
    (tmp_path / "set").mkdir()
    with pytest.raises(ExportError, match="set is taken: name a folder that is not there yet"):
        save_lerobot([human_episode()], tmp_path / "set")
    assert list(tmp_path.rglob("*")) == [tmp_path / "set"]


def test_nothing_is_left_of_what_fails(human_episode, robot_episode, tmp_path):
    class Failing(list):
        """The second that is written cannot be read."""

        reads = 0

        def __getitem__(self, index):
            self.reads += 1
            if self.reads == 2:
                raise OSError(28, "No space left on device")
            return super().__getitem__(index)

    with pytest.raises(OSError, match="No space left"):
        save_lerobot(Failing([human_episode()] * 3), tmp_path / "set")
    with pytest.raises(ExportError, match="differ in kind"):
        save_lerobot([human_episode(), robot_episode()], tmp_path / "set")
    with pytest.raises(ExportError, match="whole frames a second, not 29"):
        save_lerobot([human_episode(fps=29.97)], tmp_path / "set")
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow(human_episode, monkeypatch, tmp_path, capsys):
    human_episode().interaction.save(tmp_path / "F.npz")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    words = ["export", tmp_path / "F.npz", "--to", "lerobot", "--out", tmp_path / "set"]
    assert main([str(word) for word in words]) == 2
    said = capsys.readouterr().err
    assert "pip install pyarrow" in said and said.count("\n") == 1
    assert not (tmp_path / "set").exists()
