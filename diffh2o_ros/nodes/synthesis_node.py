"""The lifecycle node: requests in through a service and topics, interactions out.

It only wires things together. What it hears becomes an `Order`; the worker's thread runs it while
the executor goes on serving; the outcome goes into the reply and to `Outputs`.
"""

from __future__ import annotations

import functools
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import torch
import trimesh
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import Header

from diffh2o_ros import Synthesizer
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.nodes.conversions import duration, interaction_message, mesh_arrays
from diffh2o_ros.nodes.diagnostics import Health
from diffh2o_ros.nodes.errors import InactiveError, error_code, error_message
from diffh2o_ros.nodes.inputs import Inputs
from diffh2o_ros.nodes.markers import Film
from diffh2o_ros.nodes.order import Order
from diffh2o_ros.nodes.outputs import Outputs
from diffh2o_ros.nodes.parameters import Settings, declare
from diffh2o_ros.nodes.qos import EVENTS
from diffh2o_ros.nodes.spinning import spin
from diffh2o_ros.nodes.worker import Worker
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.synthesis.settings import SynthesisSettings


@dataclass(frozen=True)
class Outcome:
    """What became of an order, in messages ready to send."""

    interactions: list[InteractionMessage]
    shown: InteractionMessage
    """The first of them, as it goes to the topics."""
    film: Film
    timings: dict[str, float]
    """Seconds by stage."""
    warnings: list[str]


def _reported(transition: Callable) -> Callable:
    """rclpy swallows what a transition callback raises: say it, and fail the transition."""

    @functools.wraps(transition)
    def run(self: SynthesisNode, state: LifecycleState) -> TransitionCallbackReturn:
        try:
            return transition(self, state)
        except ValueError as error:  # input of the user's: a checkpoint, a device, a folder
            self.get_logger().error(str(error))
        except Exception:
            self.get_logger().error(traceback.format_exc())
        return TransitionCallbackReturn.FAILURE

    return run


class SynthesisNode(LifecycleNode):
    """diffh2o_synthesis: unconfigured -> (loads the networks) -> inactive -> active."""

    def __init__(self) -> None:
        super().__init__("diffh2o_synthesis")
        declare(self)
        self._state = "unconfigured"
        self._synthesizer: Synthesizer | None = None
        self._worker: Worker | None = None
        self._inputs: Inputs | None = None
        self._outputs: Outputs | None = None
        self._health = Health(self.get_fully_qualified_name())
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", EVENTS)
        self.create_timer(1.0, self._report_health)
        # It answers in every state, if only to say that it is not active. Requests wait for their
        # turn in the worker, not in the executor.
        self.create_service(
            Synthesize, "synthesize", self._on_synthesize, callback_group=ReentrantCallbackGroup()
        )

    # --- lifecycle -------------------------------------------------------------------------------

    @_reported
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Loads the networks and runs them once, so that the first request is not the slow one."""
        settings = Settings.of(self)
        self._worker = Worker(settings.queue_size)
        try:
            self._synthesizer = self._worker.call(lambda _: _load(settings))
        except Exception:
            self._release()
            raise
        self._outputs = Outputs(self)
        self._health.values = _describe(self._synthesizer)
        self.get_logger().info(", ".join(f"{k}: {v}" for k, v in self._health.values.items()))
        if settings.device == "auto" and self._synthesizer.device.type == "cpu":
            self.get_logger().warning("no CUDA device found: running on the CPU, which is slower")
        self._state = "inactive"
        return super().on_configure(state)

    @_reported
    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Starts to listen and to answer."""
        result = super().on_activate(state)
        self._outputs.play(Settings.of(self).playback_rate)
        self._inputs = Inputs(self, self._on_task)
        self._state = "active"
        return result

    @_reported
    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stops listening; what runs or waits is answered with CANCELED."""
        self._state = "inactive"
        self._worker.cancel()
        self._inputs.close()
        self._inputs = None
        self._outputs.stop()
        return super().on_deactivate(state)

    @_reported
    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Lets the networks go."""
        self._release()
        return super().on_cleanup(state)

    @_reported
    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Lets everything go, from whichever state."""
        self._release()
        return super().on_shutdown(state)

    @_reported
    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Back to unconfigured."""
        self._release()
        return super().on_error(state)

    def close(self) -> None:
        """Ends the worker's thread; call it before the process ends."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _release(self) -> None:
        self._state = "unconfigured"
        self.close()
        self._synthesizer = None
        if self._inputs is not None:
            self._inputs.close()
            self._inputs = None
        if self._outputs is not None:
            self._outputs.close()
            self._outputs = None

    # --- requests --------------------------------------------------------------------------------

    async def _on_synthesize(
        self, request: Synthesize.Request, response: Synthesize.Response
    ) -> Synthesize.Response:
        arrived = time.monotonic()
        try:
            self._require_active()
            order = Order.from_request(request, Settings.of(self), self._inputs.mesh)
            outcome = await self._fulfil(order)
        except Exception as error:
            self._note_failure(request.task, error)
            response.error_code = error_code(error)
            response.error_message = error_message(error)
        else:
            response.interactions = outcome.interactions
            response.warnings = outcome.warnings
            response.stage_names = list(outcome.timings)
            response.stage_durations = [duration(s) for s in outcome.timings.values()]
        response.total_duration = duration(time.monotonic() - arrived)
        return response

    async def _on_task(self, task: str) -> None:
        try:
            self._require_active()
            settings = Settings.of(self)
            grasp = self._inputs.grasp(settings.grasp_timeout)
            await self._fulfil(Order.from_topics(task, settings, self._inputs.mesh, grasp))
        except Exception as error:
            self._note_failure(task, error)

    def _require_active(self) -> None:
        if self._state != "active":
            raise InactiveError(
                f"the node is {self._state}: bring it to the active state first "
                f"(ros2 lifecycle set {self.get_fully_qualified_name()} ...)"
            )

    async def _fulfil(self, order: Order) -> Outcome:
        """Has the worker run `order`, and shows the first of its interactions."""
        started = time.monotonic()
        outcome = await self._worker.submit(lambda check: self._run(order, check), self.executor)
        if self._state == "active":
            self._outputs.show(outcome.shown, outcome.film)
        self._health.answered += 1
        self._health.last_error = ""
        for warning in outcome.warnings:
            self.get_logger().warning(f"{order.task[:60]!r}: {warning}")
        self.get_logger().info(
            f"{outcome.shown.task!r}: {len(outcome.interactions)} motion(s) in "
            f"{time.monotonic() - started:.1f} s"
        )
        return outcome

    def _run(self, order: Order, check: Callable[[], None]) -> Outcome:
        """On the worker's thread: the synthesis, and its messages."""
        found = self._synthesizer.synthesize(
            mesh_arrays(order.mesh),
            order.task,
            order.grasp,
            order.num_samples,
            order.seed,
            steps=order.steps,
            refine=order.refine,
            on_progress=lambda stage, step, total: check(),
        )
        header = Header(frame_id=order.frame_id, stamp=self.get_clock().now().to_msg())
        replies = [
            interaction_message(interaction, header, order.seed, sample, order.with_vertices)
            for sample, interaction in enumerate(found)
        ]
        with_vertices = Settings.of(self).publish_vertices
        return Outcome(
            interactions=replies,
            shown=interaction_message(found[0], header, order.seed, 0, with_vertices),
            film=Film(found[0], order.frame_id),
            timings={
                stage: seconds
                for stage, seconds in self._synthesizer.timings.items()
                if stage != "total"
            },
            warnings=list(self._synthesizer.warnings),
        )

    # --- health ----------------------------------------------------------------------------------

    def _note_failure(self, task: str, error: Exception) -> None:
        message = error_message(error)
        if error_code(error) == Synthesize.Response.INTERNAL:
            self._health.failed += 1
            message += "\n" + "".join(traceback.format_exception(error))
        else:
            self._health.refused += 1
        self._health.last_error = error_message(error)
        self.get_logger().error(f"{task[:60]!r}: {message}")

    def _report_health(self) -> None:
        unfinished = self._worker.unfinished if self._worker else 0
        self._diagnostics.publish(
            self._health.message(self.get_clock().now().to_msg(), self._state, unfinished)
        )


def _load(settings: Settings) -> Synthesizer:
    """The networks, ready to answer at full speed. Raises ValueError for what is not there."""
    synthesizer = Synthesizer(
        device=settings.device,
        hand=settings.hand_model,
        weights=settings.weights or None,
        mano_dir=settings.mano_dir or None,
        cache_dir=settings.cache_dir or None,
        settings=(
            SynthesisSettings(num_candidates=settings.num_candidates)
            if settings.num_candidates
            else None
        ),
    )
    box = trimesh.creation.box((0.06, 0.06, 0.10))
    synthesizer.synthesize(
        (box.vertices, box.faces), "pick up the box", steps=2, refine=settings.refine
    )
    return synthesizer


def _describe(synthesizer: Synthesizer) -> dict[str, str]:
    """What the node runs with, for the log and for /diagnostics."""
    device = str(synthesizer.device)
    if synthesizer.device.type == "cuda":
        device += f" ({torch.cuda.get_device_name(synthesizer.device)})"
    return {
        "device": device,
        "hand": synthesizer.hands["right"].name,
        "weights": str(synthesizer.weights),
    }


def main() -> int:
    """Spins the node until it is told to stop."""
    return spin(SynthesisNode, close=SynthesisNode.close)
