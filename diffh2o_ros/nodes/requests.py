"""The three ways in: the service, the action and the task topic. One implementation behind them."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rclpy.action import ActionServer, CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.lifecycle import LifecycleNode
from std_msgs.msg import Header

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.errors import Diffh2oError, ErrorCode
from diffh2o_ros.nodes.diagnostics import Health
from diffh2o_ros.nodes.engine import Engine, Outcome, free_memory
from diffh2o_ros.nodes.errors import CanceledError, InactiveError, error_code, error_message
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.inputs import Inputs
from diffh2o_ros.nodes.order import Order
from diffh2o_ros.nodes.outputs import Outputs
from diffh2o_ros.nodes.parameters import LATEST_TASK, Settings
from diffh2o_ros.nodes.to_messages import duration
from diffh2o_ros.nodes.worker import Ticket
from diffh2o_ros.printable import shown
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.synthesis.threads import OnProgress

#: How long the result of a goal is kept for a client that has not asked for it yet, seconds. It may
#: be megabytes.
RESULT_KEPT = 60
LOGGED_TASK = 60  #: characters


class Requests:
    """Serves requests in every state of the node, if only to say that it is not active.

    What it needs to answer is there while the node is active: between `open` and `close`.
    """

    def __init__(self, node: LifecycleNode, health: Health) -> None:
        self._node, self._health = node, health
        self._open: tuple[Engine, Inputs, Outputs] | None = None
        self._goals: dict[bytes, Ticket] = {}
        self._last_task: Ticket | None = None
        # Requests wait for their turn in the engine, not in the executor.
        group = ReentrantCallbackGroup()
        node.create_service(Synthesize, "synthesize", self._on_service, callback_group=group)
        self._actions = ActionServer(
            node,
            SynthesizeAction,
            "synthesize_action",
            self._on_goal,
            callback_group=group,
            cancel_callback=self._on_cancel,
            result_timeout=RESULT_KEPT,
        )

    def open(self, engine: Engine, inputs: Inputs, outputs: Outputs) -> None:
        """From now on requests are answered."""
        self._open = engine, inputs, outputs

    def close(self) -> None:
        """From now on requests are refused; what runs or waits is canceled."""
        if self._open is not None:
            engine, self._open, self._last_task = self._open[0], None, None
            engine.cancel("the node was deactivated before the request was done")

    def destroy(self) -> None:
        """Takes the action server down, before the node."""
        self._actions.destroy()

    async def on_task(self, task: str) -> None:
        """A sentence from ~/task; its result goes to the topics."""
        try:
            await self._frames(self._opened()[1].unresolved())
            engine, inputs, _ = self._opened()
            settings = Settings.of(self._node)
            order = Order.from_topics(task, settings, inputs)
            if settings.task_policy == LATEST_TASK and self._last_task is not None:
                self._last_task.cancel("a newer task came on ~/task")
            self._last_task = engine.submit(order, self._node.executor)
            await self._finish(order, self._last_task)
        except Exception as error:
            self._note_failure(task, error)

    async def _on_service(
        self, request: Synthesize.Request, response: Synthesize.Response
    ) -> Synthesize.Response:
        await self._answer(request, response)
        return response

    async def _on_goal(self, goal: ServerGoalHandle) -> SynthesizeAction.Result:
        result = SynthesizeAction.Result()
        key = bytes(goal.goal_id.uuid)

        def on_ticket(ticket: Ticket) -> None:
            self._goals[key] = ticket
            if goal.is_cancel_requested:  # before there was a ticket
                ticket.cancel("the goal was canceled")

        def on_step(stage: str, step: int, total: int) -> None:
            goal.publish_feedback(SynthesizeAction.Feedback(stage=stage, step=step, total=total))

        try:
            await self._answer(goal.request, result, on_step, on_ticket)
        finally:
            self._goals.pop(key, None)
        if result.error_code == ErrorCode.NONE:
            goal.succeed()
        elif goal.is_cancel_requested:
            goal.canceled()
        else:
            goal.abort()
        return result

    def _on_cancel(self, goal: ServerGoalHandle) -> CancelResponse:
        ticket = self._goals.get(bytes(goal.goal_id.uuid))
        if ticket is not None:
            ticket.cancel("the goal was canceled")
        return CancelResponse.ACCEPT

    async def _answer(
        self,
        request: Any,
        reply: Any,
        on_step: OnProgress | None = None,
        on_ticket: Callable[[Ticket], None] = lambda ticket: None,
    ) -> None:
        """Fills the reply, of the service or of the action, with what becomes of the request."""
        arrived = time.monotonic()
        try:
            await self._frames(Order.awaited(request, Settings.of(self._node), self._opened()[1]))
            engine, inputs, _ = self._opened()  # still
            order = Order.from_request(request, Settings.of(self._node), inputs)
            ticket = engine.submit(order, self._node.executor, on_step)
            on_ticket(ticket)
            outcome = await self._finish(order, ticket)
        except Exception as error:
            self._note_failure(request.task, error)
            reply.error_code = error_code(error)
            reply.error_message = error_message(error)
        else:
            reply.interactions = outcome.interactions
            reply.warnings = list(map(str, outcome.warnings))
            reply.warning_codes = [warning.code for warning in outcome.warnings]
            reply.stage_names = list(outcome.timings)
            reply.stage_durations = [duration(s) for s in outcome.timings.values()]
        reply.total_duration = duration(time.monotonic() - arrived)

    async def _frames(self, headers: list[Header]) -> None:
        """Waits until tf knows these; not longer than the parameter tf_timeout says."""
        settings = Settings.of(self._node)
        transforms = self._opened()[1].transforms
        await transforms.wait_for(headers, frame_name(settings.frame_id), settings.tf_timeout)

    async def _finish(self, order: Order, ticket: Ticket) -> Outcome:
        """Waits for a ticket; the first of its interactions is shown once that was answered."""
        started = time.monotonic()
        outcome: Outcome = await ticket.future
        seconds = time.monotonic() - started
        self._node.executor.create_task(self._show, outcome)
        self._node.executor.create_task(self._record, outcome)
        self._health.answered(seconds)
        task = order.task[:LOGGED_TASK]
        for warning in outcome.warnings:
            self._node.get_logger().warning(f"{task!r}: [{warning.code.name}] {warning}")
        self._node.get_logger().info(
            f"{task!r}: {len(outcome.interactions)} motion(s) in {seconds:.1f} s"
        )
        return outcome

    def _show(self, outcome: Outcome) -> None:
        if self._open is None:
            return
        try:
            self._open[2].show(outcome.shown(), outcome.film(), outcome.robot)
        except Exception:  # what is raised in a task would end the executor
            if self._node.context.ok():
                self._node.get_logger().error(traceback.format_exc())

    async def _record(self, outcome: Outcome) -> None:
        """Has a bag written, where bags are wanted: nobody who asked for a motion waits for it."""
        folder = Settings.of(self._node).record_directory
        if not folder:
            return
        try:
            name = self._node.get_fully_qualified_name()
            ticket = self._opened()[0].record(outcome, Path(folder), name, self._node.executor)
            path = await ticket.future
        except Exception as error:  # as above
            if self._node.context.ok():
                known = isinstance(error, Diffh2oError)  # of which few have codes
                message = str(error) if known else error_message(error)
                self._health.unrecorded(message)
                self._node.get_logger().error(f"not recorded: {message}")
        else:
            self._health.recorded()
            self._node.get_logger().info(f"recorded: {shown(path)}")

    def _opened(self) -> tuple[Engine, Inputs, Outputs]:
        if self._open is None:
            raise InactiveError(
                f"the node is {self._health.state}: bring it to the active state first (ros2 "
                f"lifecycle set {self._node.get_fully_qualified_name()} ...)"
            )
        return self._open

    def _note_failure(self, task: str, error: Exception) -> None:
        message, code = error_message(error), error_code(error)
        if isinstance(error, CanceledError):
            self._node.get_logger().info(f"{task[:LOGGED_TASK]!r}: {message}")
            return
        if code == ErrorCode.OUT_OF_MEMORY:
            # To say so takes memory, which the failed work's variables have.
            traceback.clear_frames(error.__traceback__)
            free_memory()
        self._health.refused(code, message)
        if code == ErrorCode.INTERNAL:
            message += "\n" + "".join(traceback.format_exception(error))
        with suppress(MemoryError):  # the reply has it, too
            self._node.get_logger().error(f"{task[:LOGGED_TASK]!r}: {message}")
