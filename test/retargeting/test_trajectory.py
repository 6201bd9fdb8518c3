"""Robot trajectory files: what goes in comes out, and every fault is one line."""

import io
import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory, TrajectoryFileError

FRAMES, JOINTS = 6, 3


def motion(rng, **changed):
    poses = np.tile(np.eye(4), (2, FRAMES, 1, 1))
    poses[..., :3, 3] = rng.normal(size=(2, FRAMES, 3))
    return RobotHandMotion(
        **{
            "robot": "openhand",
            "joint_names": [f"joint_{k}" for k in range(JOINTS)],
            "positions": rng.normal(size=(FRAMES, JOINTS)),
            "commands": rng.normal(size=(FRAMES, JOINTS)),
            "base_pose": poses[0],
            "base_command": poses[1],
            "hold": (0.2, np.inf),
        }
        | changed
    )


@pytest.fixture
def planned():
    rng = np.random.default_rng(0)
    left = motion(rng, robot="Δ hand", joint_names=["ä", "b/c", "d e"], hold=(0.1, 0.4))
    return RobotTrajectory(
        np.linspace(0, 0.5, FRAMES),
        {"right": motion(rng), "left": left},
        np.tile(np.eye(4), (FRAMES, 1, 1)),
        rng.normal(size=(4, 3)),
        np.array([[0, 1, 2], [0, 2, 3]]),
        -0.1,
        settings={"task": "lift the can\nand é", "seed": 3, "perturbations": {"a": True}},
    )


@pytest.fixture
def simulated(planned):
    rng = np.random.default_rng(1)
    hands = {
        side: replace(
            hand,
            simulated_positions=rng.normal(size=(FRAMES, JOINTS)),
            simulated_base_pose=hand.base_pose + 0.5,
        )
        for side, hand in planned.hands.items()
    }
    return replace(
        planned,
        hands=hands,
        simulated_object_pose=planned.object_pose + 0.25,
        success=False,
        position_error=0.01,
        rotation_error=0.2,
        robustness=0.5,
    )


@pytest.fixture
def arrays(planned, tmp_path):
    """What a whole file holds."""
    planned.save(tmp_path / "whole.npz")
    with np.load(tmp_path / "whole.npz", allow_pickle=False) as file:
        return dict(file)


def equal(one, other):
    for name in vars(one):
        a, b = getattr(one, name), getattr(other, name)
        if name == "hands":
            assert set(a) == set(b)
            for side in a:
                equal(a[side], b[side])
        elif isinstance(a, np.ndarray):
            assert np.array_equal(a, b) and a.dtype == b.dtype, name
        else:
            assert a == b and type(a) is type(b), name


@pytest.mark.parametrize("kind", ["planned", "simulated"])
def test_what_is_saved_is_loaded(request, tmp_path, kind):
    trajectory = request.getfixturevalue(kind)
    trajectory.save(tmp_path / "a" / "b.npz")
    equal(RobotTrajectory.load(tmp_path / "a" / "b.npz"), trajectory)


def test_files_are_plain_arrays_under_their_own_names(simulated, tmp_path):
    simulated.save(tmp_path / "b.npz")
    with np.load(tmp_path / "b.npz", allow_pickle=False) as file:
        assert file["right_commands"].shape == (FRAMES, JOINTS)
        assert file["left_joint_names"].tolist() == ["ä", "b/c", "d e"]
        assert json.loads(str(file["settings"])) == simulated.settings
        assert not file["success"] and file["left_hold"].tolist() == [0.1, 0.4]


def fault(path):
    with pytest.raises(TrajectoryFileError) as error:
        RobotTrajectory.load(path)
    said = str(error.value)
    assert "\n" not in said and os.path.basename(path).split("\n")[0] in said
    return said


def test_what_is_no_file(tmp_path):
    assert fault(tmp_path / "no.npz").endswith("does not exist")
    assert fault(tmp_path).endswith("is a folder, not a robot trajectory file")
    assert "does not exist" in fault(str(tmp_path / "a\nb.npz"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_file(planned, tmp_path, share):
    planned.save(tmp_path / "a.npz")
    content = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(content[: int(share * len(content))])
    assert "truncated" in fault(tmp_path / "a.npz")


def test_a_file_with_wrong_bytes_in_it(planned, tmp_path):
    planned.save(tmp_path / "a.npz")
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[100:400] = bytes(300)
    (tmp_path / "a.npz").write_bytes(content)
    assert "damaged" in fault(tmp_path / "a.npz")


def test_another_archive(tmp_path):
    np.savez(tmp_path / "other.npz", vertices=np.zeros((3, 3)))
    assert "is not a robot trajectory file: it holds no " in fault(tmp_path / "other.npz")
    with zipfile.ZipFile(tmp_path / "notes.npz", "w") as archive:
        archive.writestr("notes.txt", "hello")
    fault(tmp_path / "notes.npz")


def test_an_archive_with_text_in_place_of_an_array(arrays, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for name, values in arrays.items():
            content = io.BytesIO()
            np.save(content, values)
            if name == "right_joint_names":
                archive.writestr(name, "index, thumb")
            else:
                archive.writestr(f"{name}.npy", content.getvalue())
    fault(tmp_path / "a.npz")


def text(value):
    return np.array(value, np.str_)


def spoiled(name, values):
    """Of the arrays of a whole file, one changed."""

    def change(arrays):
        return arrays | {name: values(arrays[name]) if callable(values) else values}

    return change


def with_nan(values):
    values = values.copy()
    values.flat[4] = np.nan
    return values


FAULTS = {
    "pickled": (spoiled("settings", np.array({"a": 1}, object)), "Object arrays cannot be loaded"),
    "times stand": (spoiled("times", lambda t: np.zeros_like(t)), "times must increase"),
    "times go back": (spoiled("times", lambda t: t[::-1]), "times must increase"),
    "times NaN": (spoiled("times", with_nan), "times holds NaN"),
    "times words": (spoiled("times", text(["a"] * FRAMES)), "times must be numbers"),
    "fewer times": (spoiled("times", lambda t: t[:-1]), "has 6 frames, times 5"),
    "NaN": (spoiled("right_commands", with_nan), "commands holds NaN or infinite numbers"),
    "NaN pose": (spoiled("object_pose", with_nan), "object_pose holds NaN"),
    "NaN base": (spoiled("left_base_command", with_nan), "base_command holds NaN"),
    "NaN table": (spoiled("table_height", np.array(np.nan)), ""),
    "two tables": (spoiled("table_height", np.zeros(2)), ""),
    "joints": (spoiled("left_positions", lambda p: p[:, :2]), "positions must have shape (n, 3)"),
    "poses": (spoiled("right_base_pose", lambda p: p[:, :3]), "base_pose must have shape (n, 4, 4"),
    "frames": (spoiled("left_commands", lambda c: c[:4]), "left_commands has 4 frames, times 6"),
    "object": (spoiled("object_pose", lambda p: p[:4]), "object_pose has 4 frames, times 6"),
    "faces": (spoiled("object_faces", lambda f: f + 9), "object_faces points at vertices outside"),
    "hold": (spoiled("left_hold", np.array([0.4, 0.1])), "hold must be (start, stop)"),
    "hold before": (spoiled("left_hold", np.array([-0.1, 0.1])), "hold must be (start, stop)"),
    "hold NaN": (spoiled("left_hold", np.array([np.nan, 0.1])), "hold must be (start, stop)"),
    "hold of three": (spoiled("left_hold", np.array([0, 0.1, 0.2])), ""),
    "hold of none": (spoiled("left_hold", np.array(0.2)), ""),
    "hold of words": (spoiled("left_hold", text(["now", "then"])), ""),
    "names twice": (
        spoiled("right_joint_names", text(["a", "b", "a"])),
        "joint_names must be different names",
    ),
    "settings list": (spoiled("settings", text("[1]")), "settings must be a JSON object"),
    "settings text": (spoiled("settings", text("lift")), ""),
    "settings deep": (spoiled("settings", text("[" * 100_000)), ""),
    "success": (spoiled("success", np.array([True, False])), ""),
    "no hands": (
        lambda arrays: {k: v for k, v in arrays.items() if not k.startswith(("left", "right"))},
        "needs at least one hand",
    ),
    "no commands": (
        lambda arrays: {k: v for k, v in arrays.items() if k != "left_commands"},
        "it holds no 'left_commands'",
    ),
    "no hold": (
        lambda arrays: {k: v for k, v in arrays.items() if k != "left_hold"},
        "it holds no 'left_hold'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_in_one_line(arrays, tmp_path, name):
    change, said = FAULTS[name]
    np.savez(tmp_path / "a.npz", **change(arrays))
    assert said in fault(tmp_path / "a.npz")
