"""GRAB's pickled files: what is read, and what is refused without being run."""

import builtins
import io
import pickle
import zipfile

import numpy as np
import pytest

from diffh2o_ros.data.grab.files import Unusable, read_recording
from diffh2o_ros.restricted_pickle import RefusedError, RestrictedUnpickler

FRAMES = 12


def hand(side):
    return {
        "params": {
            "global_orient": np.zeros((FRAMES, 3), np.float32),
            "transl": np.full((FRAMES, 3), 0.5, np.float32),
            "fullpose": np.full((FRAMES, 45), 0.1, np.float32),
            "hand_pose": np.zeros((FRAMES, 24), np.float32),
        },
        "vtemp": f"tools/subject_meshes/female/s1_{side}.ply",
    }


def rigid(name):
    turned = np.tile(np.array([0, 0, np.pi / 2], np.float32), (FRAMES, 1))
    params = {"transl": np.ones((FRAMES, 3), np.float32), "global_orient": turned}
    mesh = "table_mesh" if name == "table" else "object_mesh"
    return {"params": params, mesh: f"tools/object_meshes/contact_meshes/{name}.ply"}


def content(**changes):
    labels = np.zeros((FRAMES, 30), np.int8)
    labels[4:, 0], labels[6:, 1], labels[8:, 2] = 55, 26, 16  # right thumb, left index, head
    entries = {
        "gender": "female",
        "sbj_id": "s1",
        "obj_name": "mug",
        "motion_intent": "drink",
        "framerate": 120.0,
        "n_frames": FRAMES,
        "n_comps": 24,
        "body": {"params": {"transl": np.zeros((FRAMES, 3))}, "vtemp": "tools/x.ply"},
        "lhand": hand("lhand"),
        "rhand": hand("rhand"),
        "object": rigid("mug"),
        "table": rigid("table"),
        "contact": {"object": labels, "body": np.zeros((FRAMES, 10475), np.int8)},
    }
    return {name: value for name, value in {**entries, **changes}.items() if value is not None}


def write(folder, stem="mug_drink_1", **changes):
    path = folder / "s1" / f"{stem}.npz"
    path.parent.mkdir(exist_ok=True)
    # As NumPy stores what is no array: object arrays without axes, pickled.
    np.savez(path, **content(**changes))
    return path


def test_what_a_recording_holds(tmp_path):
    recording = read_recording(write(tmp_path))
    assert (recording.name, recording.subject) == ("s1/mug_drink_1", "s1")
    assert (recording.thing, recording.action, recording.fps) == ("mug", "drink", 120.0)
    assert recording.hands["left"].pose.shape == (FRAMES, 45)
    assert recording.hands["left"].template.endswith("s1_lhand.ply")
    assert recording.object.mesh.endswith("mug.ply") and recording.table.mesh.endswith("table.ply")
    # The file has a quarter turn about z; a row vertex times its matrix turns the other way.
    np.testing.assert_allclose(recording.object.rotation[0] @ [1, 0, 0], [0, -1, 0], atol=1e-7)
    vertex = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(
        recording.object.rotation[0] @ vertex,
        vertex @ [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
        atol=1e-7,
    )
    assert recording.touching[:, 1].tolist() == [False] * 4 + [True] * 8
    assert recording.touching[:, 0].tolist() == [False] * 6 + [True] * 6


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_pickle_protocols(tmp_path, protocol):
    path = tmp_path / "s1" / "cubesmall_lift.npz"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in content().items():
            member = io.BytesIO()
            header = {"descr": "|O", "fortran_order": False, "shape": ()}
            np.lib.format.write_array_header_1_0(member, header)
            pickle.dump(np.array(value, dtype=object), member, protocol=protocol)
            archive.writestr(f"{name}.npy", member.getvalue())
    recording = read_recording(path)
    assert (recording.thing, recording.action) == ("cubesmall", "lift")
    np.testing.assert_allclose(recording.hands["right"].transl, 0.5)


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("camera_lift", ("camera", "lift")),
        ("stapler_pick_all", ("stapler", "pick_all")),
        ("cup_drink_1_Retake", ("cup", "drink")),
        ("doorknob_use_fun_1", ("doorknob", "use_fun")),
    ],
)
def test_names_of_files(tmp_path, stem, names):
    recording = read_recording(write(tmp_path, stem))
    assert (recording.thing, recording.action) == names


class Bomb:
    def __init__(self, call, *arguments):
        self.reduced = call, arguments

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize(
    ("bomb", "named"),
    [
        (Bomb(exec, "import builtins; builtins.grab_was_here = True"), "exec"),
        (Bomb(__import__("os").system, "touch grab_was_here"), "system"),
        (Bomb(np.load, "somewhere"), "numpy.load"),
        (Bomb(io.FileIO, "somewhere", "w"), "FileIO"),
        (Bomb(getattr, "text", "upper"), "getattr"),
    ],
    ids=["exec", "os.system", "numpy", "file", "getattr"],
)
def test_code_is_refused_by_name(tmp_path, monkeypatch, bomb, named):
    monkeypatch.chdir(tmp_path)
    for place in ({"n_comps": bomb}, {"object": {**rigid("mug"), "x": [bomb]}}):
        with pytest.raises(Unusable, match=rf"asks for .*{named}.*; it is not loaded") as error:
            read_recording(write(tmp_path, **place))
        assert error.value.reason == "refused" and "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["s1"]
    assert not hasattr(builtins, "grab_was_here")


def test_unknown_classes_are_refused():
    class Sneaky(RestrictedUnpickler):
        pass

    for value in (np.random.default_rng(0), pytest.approx(1.0), zipfile.ZipInfo("x")):
        with pytest.raises(RefusedError, match="asks for"):
            Sneaky(io.BytesIO(pickle.dumps(value))).load()


def broken(member, key, value):
    params = {**(hand("rhand") if member == "rhand" else rigid("mug"))["params"], key: value}
    if value is None:
        del params[key]
    return {member: {"params": params}}


@pytest.mark.parametrize(
    ("changes", "reason", "message"),
    [
        ({"rhand": None}, "something is missing", "no rhand"),
        ({"object": {"object_mesh": "x"}}, "something is missing", "no params of object"),
        ({"lhand": np.zeros(3)}, "something is missing", "no lhand"),
        (broken("rhand", "fullpose", None), "something is missing", "no fullpose of rhand"),
        (broken("rhand", "fullpose", np.zeros((FRAMES, 24))), "damaged", r"shape \(12, 24\)"),
        (broken("rhand", "transl", np.zeros((3, 3))), "damaged", "transl of rhand"),
        (broken("rhand", "transl", "far"), "damaged", "are not numbers"),
        (broken("object", "transl", np.full((FRAMES, 3), np.nan)), "NaN", "transl of object"),
        (broken("object", "transl", np.zeros((0, 3))), "something is missing", "transl of object"),
        ({"framerate": "fast"}, "damaged", "framerate"),
    ],
)
def test_incomplete_files(tmp_path, changes, reason, message):
    with pytest.raises(Unusable, match=message) as error:
        read_recording(write(tmp_path, **changes))
    assert error.value.reason.startswith(reason) and "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_files_cut_short(tmp_path, share):
    path = write(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(Unusable, match="damaged: cut short"):
        read_recording(path)


def test_files_of_another_kind(tmp_path):
    path = write(tmp_path)
    for data in (b"\x93NUMPY", b"not an archive" * 9, pickle.dumps({"rhand": 1})):
        path.write_bytes(data)
        with pytest.raises(Unusable, match="not a GRAB sequence"):
            read_recording(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("object.npy", b"\x93NUMPY\x01\x00\x76\x00{'descr'")
    with pytest.raises(Unusable, match="damaged"):
        read_recording(path)


@pytest.mark.parametrize("contact", [None, {}, {"object": np.zeros((3, 9))}, {"object": "no"}])
def test_contact_may_be_missing(tmp_path, contact):
    assert read_recording(write(tmp_path, contact=contact)).touching is None


def test_no_table(tmp_path):
    assert read_recording(write(tmp_path, table=None)).table is None
