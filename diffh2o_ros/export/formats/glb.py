"""Motions as animated GLB, which Blender, three.js and trimesh open: skinned hands, a moving object
colored where it is held, and the robot hand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.gltf_writer import GltfWriter
from diffh2o_ros.export.hand_skin import BONE_PARENTS, bone_names, skin_of
from diffh2o_ros.export.robot_links import robot_links
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.viz.contact_colors import object_surface
from diffh2o_ros.viz.palette import METAL, SKIN
from diffh2o_ros.viz.surface import normals_of, vertex_normals

#: From z up to glTF's y up; x stays.
Y_UP = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
ROBOT_OFFSET = 0.6  #: meters along y from the human's motion to the robot's


class Glb:
    """One motion as an animated GLB file."""

    name = "glb"
    suffix = ".glb"
    many = False

    @staticmethod
    def installed() -> str:
        return "animated GLB files"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        save_glb(episodes[0].interaction, path, episodes[0].robot)


def save_glb(
    interaction: Interaction, path: str | Path, robot: RobotTrajectory | None = None
) -> None:
    """Writes a motion as one animated GLB file (docs/export.md), whole or not at all.

    Positions are meters, y up, as glTF has it: node `world` holds all in the motion's own frame, z
    up. Hands are drawn within .2 mm of their vertices. Of a robot trajectory, node `robot` shows
    the simulated motion where there is one, `ROBOT_OFFSET` aside.

    Raises:
        ExportError: the robot's file is missing or another, or the motion is too far from the
            origin for glTF's single precision.
        OSError: the file cannot be written.
    """
    arrays = [interaction.object_pose, interaction.object_vertices]
    for hand in interaction.hands.values():
        arrays += [hand.vertices, hand.joints]
    if any(values.dtype == np.float64 for values in arrays):
        raise ExportError(
            "GLB holds positions in single precision, and this motion is over 64 m from the "
            "origin: move it nearer (Interaction.moved)"
        )
    data = _Scene(interaction, robot).glb()
    with whole_file(path) as partial:
        Path(partial).write_bytes(data)


class _Scene:
    """What of a motion is drawn."""

    def __init__(self, interaction: Interaction, robot: RobotTrajectory | None) -> None:
        self._interaction = interaction
        self._writer = GltfWriter()
        self._still = interaction.grasp_frame
        self._world = self._writer.node("world")
        self._writer.place(self._world, Y_UP)
        seconds = np.arange(interaction.num_frames) / interaction.fps
        self._times = self._writer.accessor(seconds.astype(np.float32), bounds=True)
        surface, colors = object_surface(interaction)
        white = self._writer.material("object", (1.0, 1.0, 1.0))
        self._object = self._writer.mesh(
            "object", surface.vertices, surface.faces, normals_of(surface), white, colors=colors
        )
        node = self._writer.node("object", self._world, mesh=self._object)
        self._writer.move(node, self._times, interaction.object_pose.astype(float), self._still)
        for hand in interaction.hands.values():
            self._add_hand(hand)
        self._extras = {
            "text": interaction.text,
            "fps": interaction.fps,
            "grasp_frame": interaction.grasp_frame,
        }
        if robot is not None:
            self._add_robot(robot)

    def glb(self) -> bytes:
        return self._writer.glb(self._interaction.text or "motion", self._extras)

    def _add_hand(self, hand: HandMotion) -> None:
        skin, writer = skin_of(hand), self._writer
        nodes: list[int] = []
        for bone, (name, parent) in enumerate(
            zip(bone_names(hand.side), BONE_PARENTS, strict=True)
        ):
            nodes.append(writer.node(name, self._world if parent < 0 else nodes[parent]))
            writer.move(nodes[bone], self._times, skin.poses[:, bone], self._still)
        # Programs that know no skins show the mesh as it is: flat, where the hand grasps.
        bind = Y_UP @ hand.wrist_pose[self._still]
        inverse = np.tile(np.linalg.inv(bind), (len(nodes), 1, 1))
        inverse[:, :3, 3] -= skin.centers
        mesh = writer.mesh(
            f"{hand.side}_hand",
            skin.surface @ bind[:3, :3].T + bind[:3, 3],
            hand.faces,
            vertex_normals(skin.surface, hand.faces) @ bind[:3, :3].T,
            writer.material(f"{hand.side}_skin", SKIN[hand.side]),
            skin=(skin.bones, skin.weights),
            morphs=skin.morphs @ bind[:3, :3].T,
        )
        number = writer.skin(f"{hand.side}_skin", nodes, inverse)
        node = writer.node(f"{hand.side}_hand", mesh=mesh, skin=number)
        if len(skin.morphs):
            weights = skin.morph_weights.astype(np.float32).ravel()
            writer.animate(node, "weights", self._times, weights)

    def _add_robot(self, robot: RobotTrajectory) -> None:
        writer = self._writer
        rows = _rows(robot.times, self._interaction.fps)
        links = robot_links(robot, rows)
        times = writer.accessor(
            (robot.times - robot.times[0])[rows].astype(np.float32), bounds=True
        )
        still = int(
            np.argmin(np.abs(robot.times[rows] - min(h.hold[0] for h in robot.hands.values())))
        )
        top = writer.node("robot", self._world)
        aside = np.eye(4)
        aside[1, 3] = ROBOT_OFFSET
        writer.place(top, aside)
        poses = robot.object_pose
        if robot.simulated_object_pose is not None:
            poses = robot.simulated_object_pose
        node = writer.node("robot_object", top, mesh=self._object)
        writer.move(node, times, poses[rows].astype(float), still)
        for side, found in links.items():
            metal = writer.material(f"{side}_robot", METAL[side], metallic=0.3)
            nodes: list[int] = []
            for link in found:
                what = {}
                if link.surface is not None:
                    surface = link.surface
                    what["mesh"] = writer.mesh(
                        link.name, surface.vertices, surface.faces, normals_of(surface), metal
                    )
                parent = top if link.parent < 0 else nodes[link.parent]
                nodes.append(writer.node(link.name, parent, **what))
                writer.move(nodes[-1], times, link.poses, still)
        self._extras |= {
            "robots": {side: hand.robot for side, hand in robot.hands.items()},
            "robot_simulated": robot.simulated_object_pose is not None,
            "robot_offset": [0.0, ROBOT_OFFSET, 0.0],
        }
        if robot.success is not None:
            self._extras["robot_success"] = bool(robot.success)


def _rows(times: np.ndarray, fps: float) -> np.ndarray:
    """Rows of a trajectory, at most about so many a second, the last one among them."""
    wanted = np.arange(times[0], times[-1], 1 / fps)
    rows = np.clip(np.searchsorted(times, wanted - 1e-6), 0, len(times) - 1)
    return np.unique(np.append(rows, len(times) - 1))
