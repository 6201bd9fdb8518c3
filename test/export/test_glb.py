"""Animated GLB, read back by trimesh, by a reading of our own and by Khronos' validator."""

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh
from gltf_reader import GltfFile

from diffh2o_ros.cli import main
from diffh2o_ros.export import hand_skin
from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.export.formats.glb import ROBOT_OFFSET, save_glb
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.contact_colors import held_distance

SKIN_ERROR = 2e-4  # m
LIMIT = 600_000  # bytes
VALIDATE = """
const validator = require(process.argv[1] + "/gltf-validator"), fs = require("fs");
validator.validateBytes(new Uint8Array(fs.readFileSync(process.argv[2]))).then(
  report => console.log(JSON.stringify(report.issues)));
"""


def z_up(points):
    """What glTF has with y up."""
    x, y, z = np.moveaxis(points, -1, 0)
    return np.stack([x, -z, y], -1)


@pytest.fixture(scope="module")
def written(can_motion, tmp_path_factory):
    path = tmp_path_factory.mktemp("glb") / "can.glb"
    save_glb(can_motion, path)
    return path


@pytest.fixture(scope="module")
def robot_trajectory(can_motion, openhand):
    """The built-in robot hand waves its fingers along with the object: no one simulated it."""
    from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

    rows = 120  # slower than the motion, and at another rate
    times = np.linspace(0, 9, rows)
    pose = can_motion.object_pose[np.linspace(0, can_motion.num_frames - 1, rows).astype(int)]
    low, high = openhand.limits.T
    positions = low + (high - low) * (0.5 + 0.3 * np.sin(times)[:, None])
    base = pose.astype(float) @ np.array(
        [[0, -1, 0, 0.1], [1, 0, 0, 0], [0, 0, 1, 0.2], [0, 0, 0, 1]]
    )
    hand = RobotHandMotion(
        "openhand", openhand.joint_names, positions, positions, base, base, (3.0, 6.0)
    )
    object_mesh = can_motion.object_vertices, can_motion.object_faces
    settings = {"robots": {"right": {"sha256": openhand.sha256}}}
    return RobotTrajectory(times, {"right": hand}, pose, *object_mesh, 0.0, settings=settings)


@pytest.fixture(scope="module")
def with_robot(can_motion, robot_trajectory, tmp_path_factory):
    path = tmp_path_factory.mktemp("glb") / "robot.glb"
    save_glb(can_motion, path, robot_trajectory)
    return path


@pytest.fixture(scope="module")
def of_mano(mano_motion, tmp_path_factory):
    path = tmp_path_factory.mktemp("glb") / "mano.glb"
    save_glb(mano_motion, path)
    return path


def skin_error(path, motion, side="right"):
    """Largest distance of a drawn vertex from the stored one, m, over frames."""
    file, hand = GltfFile(path), motion.hands[side]
    node, worst = file.node(f"{side}_hand"), 0.0
    for frame in range(0, motion.num_frames, 9):
        vertices, faces = file.surface(node, frame)
        np.testing.assert_array_equal(faces, hand.faces)
        distance = np.linalg.norm(z_up(vertices) - hand.vertices[frame], axis=1)
        worst = max(worst, distance.max())
    return worst


def test_hands_are_where_they_are_stored(written, can_motion):
    assert skin_error(written, can_motion) < SKIN_ERROR
    assert written.stat().st_size < LIMIT
    (mesh,) = [m for m in GltfFile(written).document["meshes"] if m["name"] == "right_hand"]
    assert "targets" not in mesh["primitives"][0]  # its weights are known


def test_hands_of_mano_with_what_poses_add_to_their_shape(of_mano, mano_motion, mano_dir):
    assert skin_error(of_mano, mano_motion) < SKIN_ERROR
    assert of_mano.stat().st_size < LIMIT
    (mesh,) = [m for m in GltfFile(of_mano).document["meshes"] if m["name"] == "right_hand"]
    assert 1 <= len(mesh["primitives"][0]["targets"]) < 30


def test_vertices_that_bones_fold_go_with_one_of_them(mano_motion, tmp_path, monkeypatch):
    """As where fingers are bent far: what blending would flatten cannot be undone."""
    monkeypatch.setattr(hand_skin, "_SINGULAR", 0.9)
    save_glb(mano_motion, tmp_path / "F.glb")
    assert skin_error(tmp_path / "F.glb", mano_motion) < SKIN_ERROR
    skin = hand_skin.skin_of(mano_motion.hands["right"])
    assert 0 < (skin.weights[:, 0] == 1).sum() < len(skin.weights)


def test_joints_are_nodes_with_names(written, can_motion):
    file, hand = GltfFile(written), can_motion.hands["right"]
    for frame in (0, 40, can_motion.num_frames - 1):
        for name, keypoint in (
            ("wrist", 0),
            ("thumb_ip", 3),
            ("index_mcp", 5),
            ("index_dip", 7),
            ("ring_pip", 14),
            ("little_dip", 19),
        ):
            found = file.pose(file.node(f"right_{name}"), frame)[:3, 3]
            assert z_up(found) == pytest.approx(hand.joints[frame, keypoint], abs=1e-5)


def test_the_object_moves_and_time_is_told(written, can_motion):
    file = GltfFile(written)
    node, world = file.node("object"), file.pose(file.node("world"), None)
    times, _ = file.channels[node, "translation"]
    assert times == pytest.approx(np.arange(can_motion.num_frames) / can_motion.fps, abs=1e-5)
    for frame in range(0, can_motion.num_frames, 9):
        found = np.linalg.inv(world) @ file.pose(node, frame)
        assert found == pytest.approx(can_motion.object_pose[frame], abs=1e-5)
    # Between frames a player goes the short way.
    _, rotations = file.channels[node, "rotation"]
    assert ((rotations[1:] * rotations[:-1]).sum(1) > 0).all()
    extras = file.document["scenes"][0]["extras"]
    assert extras == {"text": can_motion.text, "fps": 30.0, "grasp_frame": can_motion.grasp_frame}
    assert [a["name"] for a in file.document["animations"]] == [can_motion.text]


def test_the_object_is_warm_where_it_is_held(written, can_motion):
    file = GltfFile(written)
    (mesh,) = [m for m in file.document["meshes"] if m["name"] == "object"]
    attributes = mesh["primitives"][0]["attributes"]
    points, colors = file.array(attributes["POSITION"]), file.array(attributes["COLOR_0"])
    distance = held_distance(can_motion, points)
    touched, far = distance < 0.003, distance > 0.012
    assert touched.sum() > 20 and far.sum() > 20
    assert (colors[touched, 0] > 0.8).all() and (colors[far, 0] < 0.1).all()


def test_trimesh_opens_it_at_the_grasp(written, can_motion):
    scene = trimesh.load(written)
    parts = {name: scene.geometry[name] for name in scene.geometry}
    assert set(parts) == {"object", "right_hand"}
    body = parts["object"].copy().apply_transform(scene.graph.get("object")[0])
    grasp = can_motion.object_pose[can_motion.grasp_frame]
    where = can_motion.object_vertices @ grasp[:3, :3].T + grasp[:3, 3]
    assert z_up(body.bounds).min(0) == pytest.approx(where.min(0), abs=1e-4)
    assert body.area == pytest.approx(
        trimesh.Trimesh(can_motion.object_vertices, can_motion.object_faces).area, rel=1e-4
    )
    assert parts["right_hand"].visual.kind is not None
    wrist = can_motion.hands["right"].joints[can_motion.grasp_frame, 0]
    assert np.linalg.norm(z_up(parts["right_hand"].vertices) - wrist, axis=1).min() < 0.05


def test_a_robot_hand_does_it_beside(with_robot, robot_trajectory, openhand):
    from diffh2o_ros.retargeting.poses import configuration_of

    assert with_robot.stat().st_size < LIMIT
    file, motion = GltfFile(with_robot), robot_trajectory.hands["right"]
    links = {openhand.model.body(b).name: b for b in range(1, openhand.model.nbody)}
    drawn = [name for name in links if any(n["name"] == name for n in file.nodes)]
    assert {"wrist", "index_mcp", "thumb_ip"} <= set(drawn)
    for frame in range(0, len(robot_trajectory.times), 17):
        openhand.forward(
            configuration_of(motion.base_pose[frame].astype(float), motion.positions[frame])
        )
        for name in drawn:
            found = file.pose(file.node(name), frame)[:3, 3]
            expected = openhand.data.xpos[links[name]] + [0, ROBOT_OFFSET, 0]
            assert z_up(found) == pytest.approx(expected, abs=1e-5), (name, frame)
        pose = robot_trajectory.object_pose[frame]
        found = file.pose(file.node("robot_object"), frame)[:3, 3]
        assert z_up(found) == pytest.approx(pose[:3, 3] + [0, ROBOT_OFFSET, 0], abs=1e-5)
    times, _ = file.channels[file.node("robot_object"), "translation"]
    assert times == pytest.approx(robot_trajectory.times, abs=1e-5)
    extras = file.document["scenes"][0]["extras"]
    assert extras["robots"] == {"right": "openhand"} and not extras["robot_simulated"]


def test_what_was_simulated_is_shown(can_motion, robot_trajectory, openhand, tmp_path):
    hand = robot_trajectory.hands["right"]
    lower = np.eye(4)
    lower[2, 3] = -0.05
    hand = dataclasses.replace(
        hand,
        simulated_positions=hand.positions * 0.5,
        simulated_base_pose=lower @ hand.base_pose.astype(float),
    )
    fallen = lower @ robot_trajectory.object_pose.astype(float)
    done = dataclasses.replace(
        robot_trajectory, hands={"right": hand}, simulated_object_pose=fallen, success=False
    )
    save_glb(can_motion, tmp_path / "F.glb", done)
    file = GltfFile(tmp_path / "F.glb")
    for name, poses in (("robot_object", fallen), ("wrist", hand.simulated_base_pose)):
        found = z_up(file.pose(file.node(name), 60)[:3, 3])
        assert found == pytest.approx(poses[60, :3, 3] + [0, ROBOT_OFFSET, 0], abs=1e-5)
    extras = file.document["scenes"][0]["extras"]
    assert extras["robot_simulated"] and extras["robot_success"] is False


def test_a_robot_that_is_another_by_now(can_motion, robot_trajectory, tmp_path):
    settings = {"robots": {"right": {"sha256": "0" * 64}}}
    for changes, message in (
        ({"settings": settings}, "is not the one that this trajectory was made for"),
        ({"robot": "/nowhere/hand.urdf"}, "/nowhere/hand.urdf"),
    ):
        hand = robot_trajectory.hands["right"]
        if "robot" in changes:
            hand, changes = dataclasses.replace(hand, **changes), {}
        other = dataclasses.replace(robot_trajectory, hands={"right": hand}, **changes)
        with pytest.raises(ExportError, match=message) as error:
            save_glb(can_motion, tmp_path / "F.glb", other)
        assert str(error.value).startswith("the robot hand cannot be drawn: ")
        assert "\n" not in str(error.value) and not list(tmp_path.iterdir())


def test_any_surface_and_both_hands(simple_interaction, tmp_path):
    """A hand of no known model, whose surface heaves as no bones move it; a coarse object."""
    path = np.linspace((0, 0, 0), (0, 0, 0.1), 12)
    motion = simple_interaction(path, path + [0, 0, 0.07], grasp_frame=4, sides=("left", "right"))
    heaving = 0.002 * np.random.default_rng(0).normal(size=motion.hands["left"].vertices.shape)
    motion.hands["left"].vertices += heaving.astype(np.float32)
    save_glb(motion, tmp_path / "F.glb")
    for side in ("left", "right"):
        assert skin_error(tmp_path / "F.glb", motion, side) < SKIN_ERROR
    assert len(hand_skin.skin_of(motion.hands["right"]).morphs) == 0
    file = GltfFile(tmp_path / "F.glb")
    (mesh,) = [m for m in file.document["meshes"] if m["name"] == "object"]
    colors = file.array(mesh["primitives"][0]["attributes"]["COLOR_0"])
    assert len(colors) > 500 and np.ptp(colors[:, 0]) > 0.5  # its 8 vertices could not show it
    body = trimesh.load(tmp_path / "F.glb").geometry["object"]
    assert body.volume == pytest.approx(0.08**3, rel=1e-4)


def test_a_single_frame(simple_interaction, tmp_path):
    motion = simple_interaction([(0, 0, 0)], [(0, 0, 0.11)])
    save_glb(motion, tmp_path / "F.glb")
    assert "animations" not in GltfFile(tmp_path / "F.glb").document
    assert len(validated(tmp_path / "F.glb") or []) == 0


def test_what_is_too_far_away_for_single_precision(can_motion, tmp_path):
    far = np.eye(4)
    far[:3, 3] = 1000, 0, 0
    with pytest.raises(ExportError, match="over 64 m from the origin: move it nearer"):
        save_glb(can_motion.moved(far), tmp_path / "F.glb")
    assert not list(tmp_path.iterdir())


def test_the_command(can_motion, tmp_path, capsys):
    can_motion.save(tmp_path / "F.npz", slim=True)
    words = ["export", str(tmp_path / "F.npz"), "--to", "glb", "--out"]
    assert main([*words, str(tmp_path / "F.glb")]) == 0
    assert skin_error(tmp_path / "F.glb", Interaction.load(tmp_path / "F.npz")) < SKIN_ERROR
    assert main([*words, str(tmp_path / "F.gltf")]) == 2
    assert "--out must end in .glb" in capsys.readouterr().err
    assert (
        main(["export", *[str(tmp_path / "F.npz")] * 2, *words[2:], str(tmp_path / "G.glb")]) == 2
    )
    assert "glb holds one motion, not 2" in capsys.readouterr().err


def validated(path):
    """What Khronos' validator finds, None where it is not installed: `npm install gltf-validator`
    in a folder that NODE_PATH names."""
    folders = [Path(p) for p in os.environ.get("NODE_PATH", "").split(os.pathsep) if p]
    home = next((p for p in folders if (p / "gltf-validator").is_dir()), None)
    if shutil.which("node") is None or home is None:
        return None
    done = subprocess.run(
        ["node", "-e", VALIDATE, str(home), str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [m for m in json.loads(done.stdout)["messages"] if m["severity"] < 2]


@pytest.mark.parametrize("name", ["written", "with_robot", "of_mano"])
def test_khronos_validator_finds_nothing(name, request):
    found = validated(request.getfixturevalue(name))
    if found is None:
        pytest.skip("needs node, and NODE_PATH with gltf-validator of npm")
    assert found == []
