"""What users send that they should not, each row sent to a node in a process of its own as a client
would, or given to the command line.

As a program it prints docs/bad_input.md: scripts/with_ros.sh python test/nodes/test_bad_input.py
"""

from __future__ import annotations

import array
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from bad_robots import rows
from geometry_msgs.msg import PoseStamped, Quaternion
from std_msgs.msg import Header

from diffh2o_ros.cli import main
from diffh2o_ros.errors import ErrorCode
from diffh2o_ros.msg import HandGrasp, TriangleMesh
from diffh2o_ros.nodes.mesh_messages import mesh_message
from diffh2o_ros.srv import Synthesize

CODES = Synthesize.Response
BOX = trimesh.creation.box((0.06, 0.06, 0.10))
TASK = "pick up the box with the right hand"


@dataclass(frozen=True)
class Sent:
    """A request to /synthesize with one thing wrong, and its answer."""

    what: str
    code: int
    says: str = ""  #: of the error message, or of a warning where the code is NONE
    mesh: Callable[[], Any] = lambda: message(BOX)
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Called:
    """A call of `diffh2o` with one thing wrong: exit code 2 and one line, or 0."""

    what: str
    words: Callable[[Path], list[str]]  #: the arguments, given a folder to write into
    says: str
    code: int = 2


def message(mesh: trimesh.Trimesh) -> Any:
    return mesh_message(mesh.vertices, mesh.faces)


def grid(size: int) -> trimesh.Trimesh:
    """A ball with about 2 size^2 faces."""
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, size), np.linspace(0.01, np.pi - 0.01, size))
    points = 0.05 * np.stack([np.cos(u) * np.sin(v), np.sin(u) * np.sin(v), np.cos(v)], -1)
    at = np.arange(size * size).reshape(size, size)
    a, b, c, d = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
    faces = np.concatenate([np.stack(f, -1).reshape(-1, 3) for f in ((a, c, b), (b, c, d))])
    return trimesh.Trimesh(points.reshape(-1, 3), faces, process=False)


def changed(index: int, value: float) -> Callable[[], Any]:
    def make() -> Any:
        vertices = np.array(BOX.vertices)
        vertices[index, 0] = value
        return mesh_message(vertices, BOX.faces)

    return make


def flat_mesh(vertices: Any, triangles: Any) -> TriangleMesh:
    """Numbers as they are, whole rows or not."""
    return TriangleMesh(
        vertices=array.array("f", np.ravel(vertices).tolist()),
        triangles=array.array("I", np.ravel(triangles).tolist()),
    )


def scaled(factor: float) -> Callable[[], Any]:
    return lambda: mesh_message(BOX.vertices * factor, BOX.faces)


def shells() -> Any:
    balls = [trimesh.creation.icosphere(2, 0.01 + 0.003 * i) for i in range(10)]
    return message(trimesh.util.concatenate(balls))


def soup() -> Any:
    rng = np.random.default_rng(0)
    tetrahedron = trimesh.creation.icosahedron().apply_scale(0.004)
    parts = []
    for _ in range(1000):
        parts.append(tetrahedron.copy().apply_translation(rng.uniform(-0.04, 0.04, 3)))
    return message(trimesh.util.concatenate(parts))


def opened() -> Any:
    ball = trimesh.creation.icosphere(3, 0.04)
    return mesh_message(ball.vertices, ball.faces[ball.triangles_center[:, 2] < 0.02])


def one_side() -> Any:
    ball = trimesh.creation.icosphere(3, 0.04)
    return mesh_message(ball.vertices, ball.faces[ball.triangles_center[:, 0] < 0.0])


def speck() -> Any:
    dot = trimesh.creation.icosphere(1, 0.003).apply_translation((0.0, 0.0, 0.35))
    return message(trimesh.util.concatenate([BOX, dot]))


def grasp(**fields: Any) -> dict[str, Any]:
    """A grasp of the box from the right of it, changed."""
    good = {
        "side": "right",
        "transl": [-0.03, -0.02, 0.0],
        "hand_pose": array.array("f", [0.0] * 45),
    }
    frame = fields.pop("frame_id", "")
    made = HandGrasp(**(good | fields))
    made.header.frame_id = frame
    return {"grasps": [made]}


def pose(far: float = 0.0, frame_id: str = "", **turn: float) -> dict[str, Any]:
    """A pose of the object so far along x, with this orientation."""
    made = PoseStamped(header=Header(frame_id=frame_id))
    made.pose.position.x = far
    made.pose.orientation = Quaternion(**turn)
    return {"object_pose": [made]}


def numbers(*values: float) -> array.array:
    return array.array("f", values)


SENT = [
    # --- meshes
    Sent(
        "mesh: none, and none on ~/object_mesh",
        CODES.NO_MESH,
        "object_mesh",
        lambda: mesh_message(np.zeros((0, 3)), np.zeros((0, 3), int)),
    ),
    Sent(
        "mesh: vertices but no triangle",
        CODES.INVALID_MESH,
        "a point cloud must be meshed",
        lambda: mesh_message(BOX.vertices, np.zeros((0, 3), int)),
    ),
    Sent(
        "mesh: triangles but no vertex",
        CODES.INVALID_MESH,
        "empty",
        lambda: mesh_message(np.zeros((0, 3)), BOX.faces),
    ),
    Sent(
        "mesh: one triangle",
        CODES.INVALID_MESH,
        "at least 4",
        lambda: mesh_message(BOX.vertices, BOX.faces[:1]),
    ),
    Sent("mesh: a NaN", CODES.INVALID_MESH, "NaN or infinite", changed(3, np.nan)),
    Sent("mesh: an infinity", CODES.INVALID_MESH, "NaN or infinite", changed(3, np.inf)),
    Sent("mesh: 1e30 m away", CODES.INVALID_MESH, "across", changed(3, 1e30)),
    Sent(
        "mesh: an index out of range",
        CODES.INVALID_MESH,
        "refer to vertex 8",
        lambda: mesh_message(BOX.vertices, np.vstack([BOX.faces, [0, 1, 8]])),
    ),
    Sent(
        "mesh: 25 numbers of vertices",
        CODES.INVALID_MESH,
        "vertices must hold rows of 3 numbers, not 25",
        lambda: flat_mesh([*BOX.vertices.ravel(), 0.0], BOX.faces),
    ),
    Sent(
        "mesh: 35 numbers of triangles",
        CODES.INVALID_MESH,
        "triangles must hold rows of 3 numbers, not 35",
        lambda: flat_mesh(BOX.vertices, BOX.faces.ravel()[1:]),
    ),
    Sent(
        "mesh: the largest index there is",
        CODES.INVALID_MESH,
        "refer to vertex 4294967295",
        lambda: mesh_message(BOX.vertices, np.vstack([BOX.faces, [0, 1, 2**32 - 1]])),
    ),
    Sent(
        "mesh: all triangles degenerate",
        CODES.INVALID_MESH,
        "with an area",
        lambda: mesh_message(BOX.vertices, np.tile(np.arange(8)[:, None], (1, 3))),
    ),
    Sent(
        "mesh: all vertices on a line",
        CODES.INVALID_MESH,
        "with an area",
        lambda: mesh_message(BOX.vertices * [0, 0, 1], BOX.faces),
    ),
    Sent(
        "mesh: flat, a sheet",
        CODES.NONE,
        "",
        lambda: message(trimesh.creation.box((0.2, 0.3, 1e-9)).subdivide().subdivide()),
    ),
    Sent("mesh: ten nested shells", CODES.NONE, "", shells),
    Sent("mesh: 1 um", CODES.INVALID_MESH, "measure", scaled(1e-5)),
    Sent("mesh: 100 m", CODES.INVALID_MESH, "millimeters", scaled(1e3)),
    Sent("mesh: in centimeters", CODES.INVALID_MESH, "centimeters", scaled(1e2)),
    Sent("mesh: larger than in training", CODES.NONE, "training", scaled(6.0)),
    Sent("mesh: smaller than in training", CODES.NONE, "training", scaled(0.06)),
    Sent("mesh: 100,000 triangles", CODES.NONE, "", lambda: message(grid(224))),
    Sent("mesh: open", CODES.NONE, "", opened),
    Sent(
        "mesh: one side alone, as of one view",
        CODES.NONE,
        "no surface towards behind (+x)",
        one_side,
    ),
    Sent(
        "mesh: one side alone, and complete: hull",
        CODES.NONE,
        "completed with the convex hull",
        one_side,
        {"complete": "hull"},
    ),
    Sent(
        "complete: another word",
        CODES.INVALID_REQUEST,
        "none, hull, mirror",
        fields={"complete": "half"},
    ),
    Sent("mesh: a speck 30 cm above", CODES.NONE, "2 bodies that do not touch", speck),
    Sent(
        "mesh: 100 km from the origin",
        CODES.INVALID_MESH,
        "within 500 m",
        lambda: mesh_message(BOX.vertices + [1e5, 0.0, 0.0], BOX.faces),
    ),
    Sent(
        "mesh: 10 million km from the origin, where single precision rounds to a kilometer",
        CODES.INVALID_MESH,
        "within 500 m",
        lambda: mesh_message(BOX.vertices + [1e10, 0.0, 0.0], BOX.faces),
    ),
    Sent(
        "mesh: inside out", CODES.NONE, "", lambda: mesh_message(BOX.vertices, BOX.faces[:, ::-1])
    ),
    Sent(
        "mesh: some triangles inside out",
        CODES.NONE,
        "",
        lambda: mesh_message(BOX.vertices, np.vstack([BOX.faces[:6], BOX.faces[6:, ::-1]])),
    ),
    Sent("mesh: soup of 1,000 parts", CODES.NONE, "", soup),
    Sent(
        "mesh: every triangle twice",
        CODES.NONE,
        "",
        lambda: mesh_message(BOX.vertices, np.vstack([BOX.faces, BOX.faces])),
    ),
    # --- sentences
    Sent("task: empty", CODES.INVALID_TASK, "empty", fields={"task": ""}),
    Sent("task: spaces", CODES.INVALID_TASK, "empty", fields={"task": " \t\n "}),
    Sent(
        "task: a megabyte",
        CODES.INVALID_TASK,
        "at most 1000",
        fields={"task": "pick up the box " * 65536},
    ),
    Sent(
        "task: control characters",
        CODES.INVALID_TASK,
        "control characters",
        fields={"task": "pick up\x07 the \x1bbox"},
    ),
    Sent("task: emoji alone", CODES.INVALID_TASK, "no words", fields={"task": "👋📦"}),
    Sent("task: emoji and words", CODES.NONE, "", fields={"task": "pick up the box 📦"}),
    Sent("task: digits alone", CODES.INVALID_TASK, "no words", fields={"task": "42"}),
    Sent(
        "task: another language",
        CODES.NONE,
        "no action that the networks were taught",
        fields={"task": "Heb die Schachtel hoch"},
    ),
    Sent(
        "task: no action in it",
        CODES.NONE,
        "no action that the networks were taught",
        fields={"task": "the box is blue"},
    ),
    Sent(
        "task: an action that was never taught",
        CODES.NONE,
        "no action that the networks",
        fields={"task": "fly to the moon"},
    ),
    Sent(
        "task: such an action beside others",
        CODES.NONE,
        "not taught to throw",
        fields={"task": "pick up the box and throw it"},
    ),
    Sent(
        "task: a noun that sounds like a verb",
        CODES.NONE,
        "no action that the networks",
        fields={"task": "the hammer, a bitter turnip and a movie"},
    ),
    Sent(
        "task: all of it negated",
        CODES.INVALID_TASK,
        "asks for nothing to be done",
        fields={"task": "Don\u2019t pick up the box!"},
    ),
    Sent(
        "task: nothing",
        CODES.INVALID_TASK,
        "asks for nothing to be done",
        fields={"task": "leave the box where it is"},
    ),
    Sent(
        "task: a part of it negated",
        CODES.NONE,
        "cannot be told what not to do",
        fields={"task": "pick up the box but do not tilt it"},
    ),
    Sent(
        "task: a hand ruled out",
        CODES.NONE,
        "",
        fields={"task": "pick up the box without using your left hand"},
    ),
    Sent(
        "task: both hands ruled out",
        CODES.INVALID_TASK,
        "rules out both hands",
        fields={"task": "pick up the box with neither hand"},
    ),
    Sent(
        "task: wide letters, blanks and signs without width",
        CODES.NONE,
        "",
        fields={"task": "\uff30ick\u00a0up the\u3000b\u200box with the left\u2011hand"},
    ),
    Sent(
        "task: a hand other than the target grasp's",
        CODES.NONE,
        "the grasp decides",
        fields={"task": "lift the box with the left hand", **grasp()},
    ),
    # --- target grasps
    Sent(
        "grasp: 44 angles",
        CODES.INVALID_GRASP,
        "45 numbers, not 44",
        fields=grasp(hand_pose=numbers(*[0.0] * 44)),
    ),
    Sent(
        "grasp: a NaN", CODES.INVALID_GRASP, "NaN", fields=grasp(hand_pose=numbers(*[np.nan] * 45))
    ),
    Sent(
        "grasp: neither hand", CODES.INVALID_GRASP, "'left' or 'right'", fields=grasp(side="middle")
    ),
    Sent(
        "grasp: wrist_only, but with fingers",
        CODES.INVALID_GRASP,
        "wrist_only",
        fields=grasp(wrist_only=True),
    ),
    Sent(
        "grasp: 14 numbers of fingertips",
        CODES.INVALID_GRASP,
        "fingertips",
        fields=grasp(fingertips=numbers(*[0.0] * 14)),
    ),
    Sent(
        "grasp: degrees instead of radians",
        CODES.INVALID_GRASP,
        "radians",
        fields=grasp(global_orient=[90.0, 0.0, 0.0]),
    ),
    Sent(
        "grasp: 1 km away",
        CODES.INVALID_GRASP,
        "m away: give meters",
        fields=grasp(transl=[1e3, 0.0, 0.0]),
    ),
    Sent(
        "grasp: 10 m away",
        CODES.INVALID_GRASP,
        "out of reach",
        fields=grasp(transl=[10.0, 0.0, 0.0]),
    ),
    Sent(
        "grasp: 2 m away", CODES.INVALID_GRASP, "out of reach", fields=grasp(transl=[2.0, 0.0, 0.0])
    ),
    Sent(
        "grasp: hand inside the object",
        CODES.NONE,
        "does not fit",
        lambda: message(trimesh.creation.icosphere(3, 0.15)),
        fields=grasp(transl=[-0.05, 0.0, 0.0]),
    ),
    Sent(
        "grasp: on the wrong side, nothing in the hand",
        CODES.NONE,
        "does not fit",
        fields=grasp(transl=[-0.09, 0.16, 0.0]),
    ),
    Sent(
        "grasp: in an unknown frame",
        CODES.INVALID_GRASP,
        "'camera'",
        fields=grasp(frame_id="camera"),
    ),
    Sent(
        "grasp: below the table, where such are refused",
        CODES.INVALID_GRASP,
        "below the table",
        fields={"below_table": 2, **grasp(transl=[-0.03, -0.02, -0.1])},
    ),
    # --- poses
    Sent("object_pose: upside down", CODES.NONE, "", fields=pose(x=1.0, w=0.0)),
    Sent(
        "object_pose: a quaternion of zeros",
        CODES.INVALID_REQUEST,
        "unit quaternion",
        fields=pose(w=0.0),
    ),
    Sent(
        "object_pose: a quaternion not of unit length",
        CODES.INVALID_REQUEST,
        "unit quaternion",
        fields=pose(z=0.5),
    ),
    Sent(
        "object_pose: a NaN in the quaternion",
        CODES.INVALID_REQUEST,
        "unit quaternion",
        fields=pose(y=np.nan),
    ),
    Sent(
        "object_pose: an infinite position",
        CODES.INVALID_REQUEST,
        "NaN or infinite",
        fields=pose(np.inf),
    ),
    Sent(
        "object_pose: 50 km away",
        CODES.INVALID_REQUEST,
        "km from the frame's origin",
        fields=pose(5e4),
    ),
    Sent(
        "object_pose: in an unknown frame",
        CODES.INVALID_REQUEST,
        "'camera'",
        fields=pose(frame_id="camera"),
    ),
    # --- meshes by name
    Sent(
        "mesh_resource: beside a mesh",
        CODES.INVALID_REQUEST,
        "both",
        fields={"mesh_resource": "package://diffh2o_ros/assets/mug.ply"},
    ),
    *(
        Sent(
            f"mesh_resource: {what}",
            CODES.INVALID_MESH,
            says,
            lambda: mesh_message(np.zeros((0, 3)), np.zeros((0, 3), int)),
            {"mesh_resource": name},
        )
        for what, name, says in (
            ("of no package", "package://no_such_package/a.ply", "no_such_package"),
            ("out of its package", "package://diffh2o_ros/../../../a.ply", "out of the package"),
            ("in no folder that may be read", "file:///etc/passwd", "mesh_folders"),
            ("a web page", "https://example.org/a.ply", "https:// is not read"),
            ("missing", "package://diffh2o_ros/assets/none.ply", "does not exist"),
        )
    ),
    # --- tables
    Sent("table: 9", CODES.INVALID_REQUEST, "table is 9", fields={"table": 9}),
    Sent(
        "table: in the object",
        CODES.INVALID_REQUEST,
        "cm below the table",
        fields={"table": 2, "table_height": 0.0},
    ),
    Sent(
        "table: at NaN",
        CODES.INVALID_REQUEST,
        "height is nan",
        fields={"table": 2, "table_height": np.nan},
    ),
    Sent(
        "table_height: without TABLE_AT_HEIGHT",
        CODES.INVALID_REQUEST,
        "must be TABLE_AT_HEIGHT",
        fields={"table_height": 0.7},
    ),
    Sent("below_table: 9", CODES.INVALID_REQUEST, "below_table is 9", fields={"below_table": 9}),
    # --- numbers
    Sent("num_samples: 0 means 1", CODES.NONE, "", fields={"num_samples": 0}),
    Sent("num_samples: 10,000", CODES.INVALID_REQUEST, "at most 32", fields={"num_samples": 10000}),
    Sent("steps: 0 means the default", CODES.NONE, "", fields={"steps": 0}),
    Sent("steps: 65,535", CODES.INVALID_REQUEST, "must be 1 to 1000", fields={"steps": 65535}),
    Sent("seed: 2^63", CODES.INVALID_REQUEST, "seed must be 0 to", fields={"seed": 2**63}),
]


def _file(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def _synthesize(folder: Path, *words: str, mesh: str | None = None) -> list[str]:
    if mesh is None:
        mesh = str(folder / "box.ply")
        BOX.export(mesh)
    out = str(folder / "out.npz")
    return ["synthesize", "--mesh", mesh, "--task", TASK, "--out", out, *words]


def _grasp(folder: Path, height: bytes) -> list[str]:
    """A wrist of the target grasp at a height that is written so."""
    start = b'{"side": "right", "global_orient": [0, 0, 0], "transl": [0, 0, '
    return _synthesize(folder, "--grasp", _file(folder, "g.json", start + height + b"]}"))


def _pipe(folder: Path, name: str) -> str:
    os.mkfifo(folder / name)
    return str(folder / name)


def _unreadable(folder: Path) -> list[str]:
    """A file that nobody may read; root may, so that a loop of links stands in for it."""
    path = folder / "closed.ply"
    if os.geteuid() == 0:
        path.symlink_to(path)
    else:
        BOX.export(path)
        path.chmod(0)
    return _synthesize(folder, mesh=str(path))


def _truncated(folder: Path) -> list[str]:
    BOX.export(folder / "cut.ply")
    content = (folder / "cut.ply").read_bytes()
    return _synthesize(folder, mesh=_file(folder, "cut.ply", content[: len(content) // 2]))


def _millions(folder: Path) -> list[str]:
    grid(1001).export(folder / "fine.ply")
    return _synthesize(folder, "--steps", "1", mesh=str(folder / "fine.ply"))


def _posing(folder: Path) -> list[str]:
    """A pickle that would run a command, posing as an interaction file."""

    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {folder / 'pwned'}",)

    return ["view", _file(folder, "evil.npz", pickle.dumps(Evil())), "--out", str(folder / "a.png")]


CALLED = [
    Called("--num-samples -1", lambda d: _synthesize(d, "--num-samples", "-1"), "not"),
    Called("--seed 2^63", lambda d: _synthesize(d, "--seed", str(2**63)), "seed"),
    Called("--mesh: a missing file", lambda d: _synthesize(d, mesh=str(d / "no.ply")), "not exist"),
    Called("--mesh: a folder", lambda d: _synthesize(d, mesh=str(d)), "folder"),
    Called("--mesh: not readable", _unreadable, "closed.ply"),
    Called("--mesh: truncated", _truncated, "cut.ply"),
    Called(
        "--mesh: another kind of file",
        lambda d: _synthesize(d, mesh=_file(d, "mesh.txt", b"hello")),
        "convert it",
    ),
    Called(
        "--mesh: a picture called .ply",
        lambda d: _synthesize(d, mesh=_file(d, "a.ply", b"\x89PNG\r\n" * 9)),
        "cannot be read",
    ),
    Called(
        "--mesh: a Git LFS pointer called .obj",
        lambda d: _synthesize(
            d, mesh=_file(d, "a.obj", b"version https://git-lfs.github.com/spec/v1\nsize 9\n")
        ),
        "a Git LFS pointer",
    ),
    Called(
        "--mesh: GLB called .obj",
        lambda d: _synthesize(d, mesh=_file(d, "a.obj", b"glTF" + bytes(64))),
        "a GLB file",
    ),
    Called("--mesh: a pipe", lambda d: _synthesize(d, mesh=_pipe(d, "m.ply")), "is a pipe"),
    Called(
        "--mesh: package:// of what is not installed",
        lambda d: _synthesize(d, mesh="package://no_such_robot/a.stl"),
        "no_such_robot",
    ),
    Called(
        "--mesh: half of the faces cut off",
        lambda d: _synthesize(
            d, mesh=_file(d, "a.stl", BOX.export(file_type="stl_ascii").encode()[:1500])
        ),
        "cut short",
    ),
    Called("--up w", lambda d: _synthesize(d, "--up", "w"), "choose from"),
    Called("--complete: another word", lambda d: _synthesize(d, "--complete", "half"), "half"),
    Called("--mesh: two million triangles", _millions, "", code=0),
    Called(
        "--weights: a folder without networks",
        lambda d: _synthesize(d, "--weights", str(d)),
        "grasp.safetensors",
    ),
    Called(
        "--grasp: not JSON",
        lambda d: _synthesize(d, "--grasp", _file(d, "g.json", b"{")),
        "not JSON",
    ),
    Called(
        "--grasp: an integer of 5,001 digits",
        lambda d: _grasp(d, b"1" + b"0" * 5000),
        "is too large",
    ),
    Called("--grasp: more than a number holds", lambda d: _grasp(d, b"1e400"), "is too large"),
    Called("--grasp: NaN", lambda d: _grasp(d, b"NaN"), "transl holds NaN"),
    Called("--grasp: true for a number", lambda d: _grasp(d, b"true"), "3 numbers"),
    Called("--grasp: a word for a number", lambda d: _grasp(d, b'"0.1"'), "3 numbers"),
    Called("--grasp: nested 200,000 deep", lambda d: _grasp(d, b"[" * 200_000), "too deeply"),
    Called("--grasp: a name twice", lambda d: _grasp(d, b'0], "side": "left", "x": [0'), "twice"),
    Called("--grasp: empty", lambda d: _synthesize(d, "--grasp", _file(d, "g.json", b"")), "empty"),
    Called("--grasp: a folder", lambda d: _synthesize(d, "--grasp", str(d)), "is a folder"),
    Called(
        "--grasp: a pipe",
        lambda d: _synthesize(d, "--grasp", _pipe(d, "g.json")),
        "a pipe or a device",
    ),
    Called(
        "--task: all of it negated",
        lambda d: _synthesize(d, "--task", "never lift the box"),
        "nothing to be done",
    ),
    Called(
        "--strict, and an action that was never taught",
        lambda d: _synthesize(d, "--task", "juggle", "--strict", "--steps", "1"),
        "UNKNOWN_ACTION",
    ),
    Called(
        "evaluate --tasks: nested 200,000 deep",
        lambda d: [
            "evaluate",
            "--meshes",
            str(Path(_synthesize(d)[2]).parent),
            "--tasks",
            _file(d, "t.json", b"[" * 200_000),
            "--out",
            str(d / "report"),
        ],
        "too deeply",
    ),
    Called(
        "--table: neither a word nor a number",
        lambda d: _synthesize(d, "--table", "floor"),
        "neither under_object, none nor a number",
    ),
    Called("--table: in the object", lambda d: _synthesize(d, "--table", "0"), "below the table"),
    Called("view: a pickle posing as npz", _posing, "evil.npz"),
    Called(
        "view: a truncated npz",
        lambda d: [
            "view",
            _file(d, "cut.npz", b"PK\x03\x04" + b"\0" * 50),
            "--out",
            str(d / "a.png"),
        ],
        "cut.npz",
    ),
]


def page() -> str:
    """docs/bad_input.md"""
    lines = [
        "# Bad input, and what is answered",
        "",
        "Every row is sent to a running node or given to the command line by",
        "`test/nodes/test_bad_input.py`, in bounded time and memory, and the next good request is",
        "served. (The page is written by that file, too.) Robots are given to library, command",
        "line and node by `test/nodes/test_bad_robots.py`; all say the same line.",
        "",
        "| to `/synthesize` | `error_code` | says |",
        "|---|---|---|",
    ]
    for row in SENT:
        kind = "warning" if row.code == CODES.NONE else "error"
        says = f"{kind}: ... {row.says} ..." if row.says else ""
        lines.append(f"| {row.what} | {row.code} {ErrorCode(row.code).name} | {says} |")
    lines += ["", "| to `diffh2o` | exit code | says |", "|---|---|---|"]
    for call in CALLED:
        says = f"... {call.says} ..." if call.says else ""
        lines.append(f"| {call.what} | {call.code} | {says} |")
    lines += ["", *rows()]
    return "\n".join(lines) + "\n"


#: Seconds within which anything is answered, and megabytes that the node may grow by over all rows.
TIMEOUT, GROWTH = 20.0, 600


@pytest.fixture(scope="module")
def node(launch_shared_node):
    node = launch_shared_node(num_sampling_steps=1)
    node.client.wait_for_node()
    assert node.client.configure() and node.client.activate()
    return node


def ask(node, mesh, **fields):
    started = time.monotonic()
    request = Synthesize.Request(mesh=mesh, **({"task": TASK} | fields))
    response = node.client.synthesize(request, timeout=120)
    return response, time.monotonic() - started


@pytest.fixture(scope="module", autouse=True)
def memory_is_bounded(node):
    ask(node, message(BOX))
    before = node.resident
    yield
    assert node.resident - before < GROWTH


@pytest.mark.parametrize("row", SENT, ids=lambda row: row.what)
def test_it_is_answered_and_the_next_good_request_is_served(node, row):
    response, seconds = ask(node, row.mesh(), **row.fields)
    assert response.error_code == row.code, response.error_message
    assert seconds < TIMEOUT
    if row.code == CODES.NONE:
        assert len(response.interactions) == 1 and not response.error_message
        said = "\n".join(response.warnings)
    else:
        assert not response.interactions
        said = response.error_message
        assert said and "\n" not in said
    assert row.says in said
    good, _ = ask(node, message(BOX))
    assert good.error_code == CODES.NONE
    assert "Traceback" not in node.log


@pytest.mark.parametrize("call", CALLED, ids=lambda call: call.what)
def test_the_command_line_says_it_in_one_line(call, tmp_path, capsys):
    words = call.words(tmp_path)
    before = set(tmp_path.iterdir())
    code = main(words)
    error = capsys.readouterr().err.strip().splitlines()
    assert code == call.code, error
    if code:
        assert call.says in error[-1] and "Traceback" not in "".join(error)
        assert set(tmp_path.iterdir()) == before, "nothing half-written, nothing run"


def test_the_page_is_the_table():
    """scripts/with_ros.sh python test/nodes/test_bad_input.py > docs/bad_input.md"""
    root = Path(__file__).parents[2]
    assert (root / "docs" / "bad_input.md").read_text() == page()
    assert len(SENT) + len(CALLED) >= 40


if __name__ == "__main__":
    print(page(), end="")
