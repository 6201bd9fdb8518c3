"""What a configured node holds: the networks, and the thread that runs them for one order at a
time."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from rclpy.clock import Clock
from rclpy.executors import Executor
from rclpy.time import Time
from std_msgs.msg import Header

from diffh2o_ros import Synthesizer
from diffh2o_ros.export.episode import Episode
from diffh2o_ros.export.ros.film import Film, Surface
from diffh2o_ros.export.ros.recording import Setting
from diffh2o_ros.hands.skeleton import POSE_DIM
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.msg import RobotTrajectory as RobotMessage
from diffh2o_ros.nodes.order import Order
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.nodes.recorder import record
from diffh2o_ros.nodes.to_messages import MESSAGES, interaction_message
from diffh2o_ros.nodes.worker import Ticket, Worker
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.threads import OnProgress
from diffh2o_ros.synthesis.warning import ResultWarning

if TYPE_CHECKING:  # they need MuJoCo, which not every node has
    from diffh2o_ros.nodes.robots import Robots
    from diffh2o_ros.retargeting.robot_hand import RobotHand
    from diffh2o_ros.retargeting.robot_playback import RobotPlayback
    from diffh2o_ros.retargeting.trajectory import RobotTrajectory


@dataclass(frozen=True)
class Outcome:
    """What became of an order. No reply has to wait for what is only shown: it is made later."""

    interactions: list[InteractionMessage]
    """Ready to send."""
    shown: Callable[[], InteractionMessage]
    """Makes the message that goes to the topics, of the first interaction."""
    film: Callable[[], Film]
    """Makes what is played of it, in some 50 ms."""
    robot: RobotPlayback | None
    """What robot hands play of it."""
    episodes: list[Episode]
    """What is recorded, and what it stands in."""
    setting: Setting
    timings: dict[str, float]
    """Seconds by stage."""
    warnings: list[ResultWarning]


class Engine:
    """The networks of a node, loaded and warm.

    Raises Diffh2oError for a device, weights or a hand that are not there.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._worker = Worker(settings.queue_size)
        self._robots: Robots | None = None
        try:
            self._robots = _load_robots(settings)
            self._synthesizer: Synthesizer | None = self._worker.call(lambda _: _load(settings))
        except Exception:  # not for a signal: who ends the process does not wait for the networks
            self.close()
            raise

    @property
    def unfinished(self) -> int:
        """Orders that run or wait."""
        return self._worker.unfinished

    @property
    def device(self) -> torch.device:
        return self._synthesizer.device

    @property
    def robots(self) -> dict[str, RobotHand]:
        """Robot hands by side; none, where the node has none."""
        return {} if self._robots is None else dict(self._robots.hands)

    def describe(self) -> dict[str, str]:
        """What the node runs with, for the log and for /diagnostics."""
        device = str(self.device)
        if self.device.type == "cuda":
            device += f" ({torch.cuda.get_device_name(self.device)})"
        found = {
            "device": device,
            "hand": self._synthesizer.models.hands["right"].name,
            "weights": str(self._synthesizer.weights),
        }
        return found | {f"robot_{side}": robot.name for side, robot in self.robots.items()}

    def submit(self, order: Order, executor: Executor, on_step: OnProgress | None = None) -> Ticket:
        """Queues an order; its future gives an Outcome. `on_step` is called on the worker's
        thread. Raises BusyError."""

        def job(check: Callable[[], None]) -> Outcome:
            # Goals, coroutines and what was raised through them hold one another, with megabytes of
            # messages and tensors; left alone, the collector comes round to them too seldom.
            free_memory()

            def progress(stage: str, step: int, total: int) -> None:
                check()
                if on_step is not None:
                    on_step(stage, step, total)

            return self._fulfill(order, progress)

        return self._worker.submit(job, executor)

    def record(self, outcome: Outcome, folder: Path, node: str, executor: Executor) -> Ticket:
        """Queues the writing of a bag; its future gives the path.

        Args:
            node: full name of the node.
        """
        setting = replace(outcome.setting, node=node)

        def job(_: Callable[[], None]) -> Path:
            return record(folder, outcome.episodes, setting)

        return self._worker.submit(job, executor, limited=False)

    def cancel(self, reason: str) -> None:
        """Cancels every order that runs or waits."""
        self._worker.cancel(reason)

    def end(self) -> None:
        """Cancels what runs and ends the thread; enough where the process ends, too."""
        self._worker.close()

    def close(self) -> None:
        """Cancels what runs, ends the thread and gives memory back."""
        self.end()
        self._synthesizer = None
        gc.unfreeze()
        if torch.cuda.is_initialized():
            gc.collect()
            torch.cuda.empty_cache()
        free_memory()

    def _fulfill(self, order: Order, on_progress: OnProgress) -> Outcome:
        started = time.perf_counter()
        found, robots = self._synthesize(order, on_progress)
        timings = {stage: s for stage, s in found.timings.items() if stage != "total"}
        if self._robots is not None and not order.skip_robots:
            timings["robot"] = time.perf_counter() - started - found.timings["total"]
        found = found.warned(order.warnings)
        grasp = order.grasp
        if order.to_result is not None:
            found = found.map(lambda interaction: interaction.moved(order.to_result))
            grasp = None if grasp is None else grasp.moved(order.to_result)
        header = Header(frame_id=order.frame_id, stamp=self._clock.now().to_msg())
        seed = order.options.seed
        target = self._target_surface(grasp)
        said = [self._robot_message(robot, header, order) for robot in robots]
        replies = [
            interaction_message(interaction, header, seed, sample, order.with_vertices, robot)
            for sample, (interaction, robot) in enumerate(zip(found, said, strict=True))
        ]
        return Outcome(
            interactions=replies,
            shown=partial(
                interaction_message, found[0], header, seed, 0, order.show_vertices, said[0]
            ),
            film=partial(Film, MESSAGES, found[0], order.frame_id, target),
            robot=self._robot_playback(robots[0], order),
            episodes=[Episode(*episode) for episode in zip(found, robots, strict=True)],
            setting=Setting(
                frame_id=order.frame_id,
                seed=seed,
                robots=self.robots,
                to_result=order.to_result,
                target=target,
                start=Time.from_msg(header.stamp).nanoseconds,
            ),
            timings=timings,
            warnings=list(found.warnings),
        )

    def _synthesize(
        self, order: Order, on_progress: OnProgress
    ) -> tuple[Result, Sequence[RobotTrajectory | None]]:
        """Motions, and how robot hands do each, None where they do not."""
        mesh = order.read_mesh()

        def synthesize(options: RequestOptions) -> Result:
            return self._synthesizer.synthesize(
                mesh,
                order.task,
                order.grasp,
                on_progress=on_progress,
                object_pose=order.object_pose,
                **vars(options),
            )

        if self._robots is None or order.skip_robots:
            found = synthesize(order.options)
            return found, [None] * len(found)
        from diffh2o_ros.simulation.with_robots import with_robots

        total = order.options.num_samples
        return with_robots(
            synthesize,
            order.options,
            self._robots.hands,
            self._robots.options(),
            self._synthesizer.settings.num_candidates,
            lambda number: on_progress("robot", number, total),
        )

    def _robot_message(
        self, motion: RobotTrajectory | None, header: Header, order: Order
    ) -> RobotMessage | None:
        if motion is None:
            return None
        from diffh2o_ros.export.ros.robot import robot_message

        return robot_message(MESSAGES, motion, self._robots.hands, header, order.to_result)

    def _robot_playback(self, motion: RobotTrajectory | None, order: Order) -> RobotPlayback | None:
        if motion is None:
            return None
        from diffh2o_ros.retargeting.robot_playback import RobotPlayback

        to_result = np.eye(4) if order.to_result is None else order.to_result
        return RobotPlayback(motion, self._robots.links, to_result)

    def _target_surface(self, grasp: Grasp | None) -> Surface | None:
        """The surface of the hand in the target grasp; fingertips are no hand."""
        if grasp is None or grasp.fingertips is not None:
            return None
        hand = self._synthesizer.models.hands[grasp.side]
        pose = np.zeros(POSE_DIM) if grasp.wrist_only else grasp.hand_pose
        arrays = (grasp.global_orient, grasp.transl, pose)
        with torch.no_grad():
            posed = hand(*(torch.as_tensor(array, dtype=torch.float32) for array in arrays))
        return posed.vertices.numpy(), hand.faces.numpy()


def _load_robots(settings: Settings) -> Robots | None:
    """Raises RobotHandError."""
    if not (settings.robot_left or settings.robot_right):
        return None
    from diffh2o_ros.retargeting.installed import check_installed

    check_installed("mujoco", "coacd")
    from diffh2o_ros.nodes.robots import Robots

    return Robots.load(settings)


def _load(settings: Settings) -> Synthesizer:
    """The networks, ready to answer at full speed. Raises Diffh2oError for what is not there."""
    gc.disable()  # half a million objects that stay: not to be looked through meanwhile
    try:
        number = settings.num_candidates
        choices = SynthesisSettings(num_candidates=number) if number else None
        synthesizer = Synthesizer(**vars(settings.synthesizer), settings=choices)
        synthesizer.warm_up()
        return synthesizer
    finally:
        # Looked through at every collection, they would cost .1 s. A mesh's message on a topic is
        # 25,000 more; it is not to start collections of its own.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000)
        gc.enable()


def free_memory() -> None:
    """Frees what nothing needs any more, some milliseconds. glibc keeps what was freed, 100 MB and
    more of it, unless it is asked to give it back."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
