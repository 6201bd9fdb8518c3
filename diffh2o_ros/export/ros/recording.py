"""What the node publishes of a motion, into a bag: once at its start, and frame by frame."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.ros.bag import Bag
from diffh2o_ros.export.ros.bag_types import BagTypes
from diffh2o_ros.export.ros.film import Film, Surface
from diffh2o_ros.export.ros.messages import Message, Messages
from diffh2o_ros.export.ros.moment import Moment, length
from diffh2o_ros.export.ros.precision import check_reach
from diffh2o_ros.export.ros.robot import joint_state, robot_message

if TYPE_CHECKING:  # they need MuJoCo
    from diffh2o_ros.retargeting.robot_hand import RobotHand
    from diffh2o_ros.retargeting.robot_playback import RobotPlayback

SECOND = 10**9  #: ns
PAUSE = 1.0  #: s between motions


@dataclass(frozen=True)
class Setting:
    """What surrounds recorded motions.

    Attributes:
        node: full name of the node that might have published this.
        frame_id: the frame of the motions.
        seed: of the motions.
        robots: by side; where trajectories name robots that are not here, they are loaded.
        to_result: (4, 4), takes points of robot trajectories' frame to `frame_id`.
        target: the surface of the target grasp, None for none.
        start: of the first motion, ns since 1970, and the stamp of trajectories; None for now.
    """

    node: str = "/diffh2o_synthesis"
    frame_id: str = "world"
    seed: int = 0
    robots: Mapping[str, RobotHand] = field(default_factory=dict)
    to_result: np.ndarray | None = None
    target: Surface | None = None
    start: int | None = None


class Recorder:
    """Writes motions one after another.

    Args:
        folder: of the bag, for the meshes of robots.
        path: where that folder will be, by which descriptions of robots name their meshes.
    """

    def __init__(
        self, bag: Bag, types: BagTypes, setting: Setting, folder: Path, path: Path
    ) -> None:
        self._bag, self._messages, self._setting = bag, Messages(types), setting
        self._made = self._now = time.time_ns() if setting.start is None else setting.start
        self._folder, self._path = folder, path
        self._described: dict[str, str] = {}

    def add(self, episode: Episode, sample: int) -> None:
        """Writes the next motion, the `sample`-th of its request.

        Raises:
            ExportError: what is not known of the robot trajectory.
            FarError: where single precision does not do.
            RobotHandError, TrajectoryFileError: no robot of that name, or it has changed.
        """
        motion, robots = episode.interaction, self._robots(episode)
        check_reach(*(hand.joints for hand in motion.hands.values()))
        playback = None if episode.robot is None else self._playback(episode, robots)
        film = Film(self._messages, motion, self._setting.frame_id, self._setting.target)
        self._announce(episode, sample, film, robots)
        frames, fps = length(motion, playback)
        for frame in range(frames):
            self._frame(film, playback, Moment.of(motion, playback, frame, frame / fps))
            self._now += round(SECOND / fps)
        self._now += round(SECOND * PAUSE)

    def _announce(
        self, episode: Episode, sample: int, film: Film, robots: Mapping[str, RobotHand]
    ) -> None:
        """What is sent once: to those who come later, too, except to controllers."""
        make, header, robot = self._messages, self._header(self._made), None
        if episode.robot is not None:
            robot = robot_message(make, episode.robot, robots, header, self._setting.to_result)
            for side, hand in robots.items():
                self._describe(side, hand)
        motion, seed = episode.interaction, self._setting.seed
        self._latched("interaction", make.interaction(motion, header, seed, sample, True, robot))
        light = make.interaction(motion, header, seed, sample, False)
        self._latched("object_trajectory", light.object)
        for side, hand in make.both_hands(light).items():
            self._latched(f"{side}_hand", hand)
            path = make.types.PoseArray(header=header, poses=hand.wrist_poses)
            self._latched(f"{side}_wrist_path", path)
        self._latched("scene", film.scene(self._object_frame))
        for hand in robot.hands if robot is not None and robot.success else ():
            self._event(f"{hand.side}_robot/joint_trajectory", hand.joint_trajectory)
            self._event(f"{hand.side}_robot/wrist_trajectory", hand.wrist_trajectory)

    def _frame(self, film: Film, playback: RobotPlayback | None, moment: Moment) -> None:
        """What goes with time."""
        make, header = self._messages, self._header(self._now)
        tf = make.frames(moment.tf, self._prefix, header.frame_id, header.stamp)
        self._bag.write("/tf", self._now, make.types.TFMessage(transforms=tf))
        for side, hand in film.interaction.hands.items():
            self._event(f"{side}_keypoints", make.keypoints(hand, moment.frame, header))
        frame = film.frame(moment.frame, header.stamp, self._object_frame, moment.object_pose)
        self._event("markers", frame)
        for side in () if playback is None else playback.trajectory.hands:
            state = joint_state(make, playback, side, moment.row, header.stamp)
            self._event(f"{side}_robot/joint_states", state)

    def _robots(self, episode: Episode) -> dict[str, RobotHand]:
        """The hands of its trajectory, by side."""
        if episode.robot is None:
            return {}
        from diffh2o_ros.retargeting.installed import check_installed

        check_installed("mujoco")
        from diffh2o_ros.retargeting.robots import load_robot

        found = {}
        for side, motion in episode.robot.hands.items():
            found[side] = self._setting.robots.get(side) or load_robot(motion.robot, side)
            episode.robot.check_robot(side, found[side].joint_names, found[side].sha256)
        return found

    def _playback(self, episode: Episode, robots: Mapping[str, RobotHand]) -> RobotPlayback:
        from diffh2o_ros.retargeting.link_chain import links_of
        from diffh2o_ros.retargeting.robot_playback import RobotPlayback

        trajectory, to_result = episode.robot, self._setting.to_result
        if trajectory.simulated_object_pose is None or trajectory.interaction_frames is None:
            raise ExportError(
                "the robot trajectory says nothing of its simulation, which a bag plays: make it "
                "with diffh2o retarget"
            )
        links = {side: links_of(robot) for side, robot in robots.items()}
        return RobotPlayback(trajectory, links, np.eye(4) if to_result is None else to_result)

    def _describe(self, side: str, robot: RobotHand) -> None:
        """The robot's description, if it is not the last one already."""
        from diffh2o_ros.retargeting.description import description

        if self._described.get(side) != robot.sha256:
            self._described[side] = robot.sha256
            text = description(robot, self._folder / "meshes" / f"{side}_{robot.sha256[:8]}")
            here, there = (path.resolve().as_uri() for path in (self._folder, self._path))
            said = self._messages.types.String(data=text.replace(here, there))
            self._latched(f"{side}_robot/robot_description", said)

    @property
    def _prefix(self) -> str:
        return self._setting.node.lstrip("/")

    @property
    def _object_frame(self) -> str:
        return f"{self._prefix}/object"

    def _header(self, stamp: int) -> Message:
        types = self._messages.types
        return types.Header(
            frame_id=self._setting.frame_id,
            stamp=types.Time(sec=stamp // SECOND, nanosec=stamp % SECOND),
        )

    def _latched(self, topic: str, message: Message) -> None:
        self._bag.write(f"{self._setting.node}/{topic}", self._now, message, latched=True)

    def _event(self, topic: str, message: Message) -> None:
        self._bag.write(f"{self._setting.node}/{topic}", self._now, message)
