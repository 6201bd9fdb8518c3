"""What the studio does without a browser: sentences, uploads, examples, downloads, addresses."""

import io
import json
import socket
import zipfile
from urllib.parse import quote

import numpy as np
import pytest

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.studio import installed
from diffh2o_ros.studio.downloads import MOTION, ROBOT, SLIM, formats, packed
from diffh2o_ros.studio.examples import EXAMPLES, example_mesh
from diffh2o_ros.studio.installed import StudioError, check_viser
from diffh2o_ros.studio.sentence import AS_SAID, HANDS, with_hand
from diffh2o_ros.studio.uploaded import plain_name, read_upload
from diffh2o_ros.text.task import TaskError
from diffh2o_ros.text.wording import read_wording


def test_the_chosen_hand_is_named():
    assert with_hand("drink from the mug", AS_SAID) == "drink from the mug"
    assert with_hand("drink from the mug.", "left") == "drink from the mug with the left hand"
    said = "lift the bowl with both hands"
    assert with_hand(said, "both") == said
    with pytest.raises(TaskError, match="names both hands and the right hand was chosen"):
        with_hand(said, "right")
    with pytest.raises(TaskError):
        with_hand("  ", AS_SAID)
    for hand, sets in HANDS.items():
        assert read_wording(with_hand("pass the cup", hand)).hands == {sets}


def test_examples_are_meshes_with_sentences():
    for name, (_, sentence) in EXAMPLES.items():
        assert example_mesh(name).is_closed
        assert read_wording(sentence).acts


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("mug.stl", "mug.stl"),
        ("../../etc/mug.stl", "mug.stl"),
        ("C:\\Users\\me\\mug.stl", "mug.stl"),
        ("..", "mesh"),
        ("", "mesh"),
        ("a\nb\0.stl", "a\\nb\\x00.stl"),
        ("x" * 300 + ".stl", "x" * 60 + ".stl"),
        ("<b>mug</b>.stl", "b>.stl"),
    ],
)
def test_names_of_uploads_are_files_names(name, plain):
    assert plain_name(name) == plain


def test_an_upload_is_read_and_refused_by_its_own_name(tmp_path):
    import trimesh

    notes = []
    box = trimesh.creation.box((0.05, 0.06, 0.1))
    assert len(read_upload("box.stl", box.export(file_type="stl"), notes.append).faces) == 12
    read_upload("up.glb", box.export(file_type="glb"), notes.append)
    assert [note.split(":")[0] for note in notes] == ["up.glb"]
    for name, content in (("bad.stl", b"solid nothing"), ("**a**.obj", b""), ("a.txt", b"hello")):
        with pytest.raises(MeshError) as refused:
            read_upload(name, content, notes.append)
        assert str(refused.value).startswith(name) and "/" not in str(refused.value)
    big = trimesh.creation.box((50, 60, 100))
    with pytest.raises(MeshError, match=r"^big\.stl: the mesh measures"):
        read_upload("big.stl", big.export(file_type="stl"), notes.append)


@pytest.mark.parametrize("uri", ["../secret.bin", "%2e%2e/secret.bin", "a/../../secret.bin", "{}"])
def test_an_upload_reads_no_other_file_of_this_machine(uri, tmp_path):
    (tmp_path / "secret.bin").write_bytes(bytes(1000))
    uri = uri.format(quote(str(tmp_path / "secret.bin"), safe=""))
    accessors = [
        {"bufferView": 0, "componentType": 5126, "type": "VEC3", "count": 12},
        {"bufferView": 0, "componentType": 5125, "type": "SCALAR", "count": 36},
    ]
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": uri, "byteLength": 1000}],
        "bufferViews": [{"buffer": 0, "byteLength": 1000}],
        "accessors": accessors,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "nodes": [{"mesh": 0}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }
    with pytest.raises(MeshError, match="is not beside it; put it there, or save as GLB"):
        read_upload("a.gltf", json.dumps(document).encode(), print)


@pytest.fixture
def episode(simple_interaction):
    rising = np.arange(8)[:, None] * [0, 0, 0.01]
    return Episode(simple_interaction(rising, rising + [0.07, 0, 0.04], subdivisions=1))


def test_downloads_load_again(episode, tmp_path):
    name, content = packed([episode], MOTION, "my mug (2)")
    assert name == "my_mug_2.npz"
    (tmp_path / name).write_bytes(content)
    assert np.array_equal(
        Interaction.load(tmp_path / name).object_pose, episode.interaction.object_pose
    )
    name, content = packed([episode] * 2, MOTION, "mug")
    assert name == "mug.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["mug/mug_000.npz", "mug/mug_001.npz"]


@pytest.mark.parametrize("format", [f for f in formats() if f not in (MOTION, SLIM, ROBOT)])
@pytest.mark.parametrize("count", [1, 2])
def test_every_format_is_one_file(episode, format, count):
    name, content = packed([episode] * count, format, "mug")
    assert len(content) > 100
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None and archive.namelist()
    else:
        assert name == f"mug.{ {'html': 'html', 'glb': 'glb', 'hdf5': 'hdf5'}[format] }"


def test_what_cannot_be_taken_away_says_why(episode):
    with pytest.raises(ExportError, match="simulate it first"):
        packed([episode], ROBOT, "mug")


def test_an_address_that_is_taken_or_is_none(capsys):
    from diffh2o_ros.studio.desk import Desk

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StudioError, match=f"at 127.0.0.1, port {port}: Address already in use"):
            Desk(None, port=port)
    with pytest.raises(StudioError, match=r"at 192\.0\.2\.7, port 0"):
        Desk(None, host="192.0.2.7")


def test_without_viser_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(installed, "SUPPORTED", "0.9")
    with pytest.raises(StudioError, match=r"needs viser 0\.9, and .* is there; pip install"):
        check_viser()

    def none(name):
        raise installed.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installed.metadata, "version", none)
    assert main(["studio"]) == BAD_INPUT
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and "pip install 'viser>=1.1,<1.2'" in printed


def test_doctor_knows_the_studio(capsys):
    main(["doctor", "--json"])
    found = {f["subject"]: f for f in json.loads(capsys.readouterr().out)}
    assert found["studio"]["state"] == "ok" and "viser 1.1" in found["studio"]["detail"]
