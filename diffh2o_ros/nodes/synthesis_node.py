"""The lifecycle node: what it holds in which state.

It only wires things together: `Requests` takes in what is asked for, `Engine` does it on a thread
of its own while the executor goes on serving, `Outputs` shows it.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.lifecycle import LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.nodes.diagnostics import Health
from diffh2o_ros.nodes.engine import Engine
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.inputs import Inputs
from diffh2o_ros.nodes.outputs import Outputs
from diffh2o_ros.nodes.parameterized_node import ParameterizedNode, declare, warn_of_unknown
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.nodes.qos import EVENTS
from diffh2o_ros.nodes.requests import Requests
from diffh2o_ros.nodes.spinning import spin


def _reported(transition: Callable) -> Callable:
    """rclpy swallows what a transition callback raises: say it, and fail the transition."""

    @functools.wraps(transition)
    def run(self: SynthesisNode, state: LifecycleState) -> TransitionCallbackReturn:
        try:
            return transition(self, state)
        except Diffh2oError as error:  # a checkpoint, a device, a folder
            self.get_logger().error(str(error))
        except Exception:
            if self.context.ok():  # else a signal ended it midway
                self.get_logger().error(traceback.format_exc())
        self.roll_back()
        return TransitionCallbackReturn.FAILURE

    return run


class SynthesisNode(ParameterizedNode):
    """diffh2o_synthesis: unconfigured -> (loads the networks) -> inactive -> active.

    Raises OptionError for parameters that cannot be.
    """

    _requests: Requests | None = None  # of a node whose making failed, too

    def __init__(self) -> None:
        super().__init__("diffh2o_synthesis")
        self._engine: Engine | None = None
        declare(self, lambda: self._engine is not None)
        self._inputs: Inputs | None = None
        self._outputs: Outputs | None = None
        self._health = Health(self.get_fully_qualified_name())
        self._requests = Requests(self, self._health)
        self._transforms = FrameTransforms(self)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", EVENTS)
        self.create_timer(1.0, self._report_health)
        warn_of_unknown(self)

    @_reported
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Loads the networks and runs them once, so that the first request is not the slow one."""
        settings = Settings.of(self)
        self._engine = Engine(settings, self.get_clock())
        self._outputs = Outputs(self, self._engine.robots)
        self._health.setup = self._engine.describe()
        self.get_logger().info(", ".join(f"{k}: {v}" for k, v in self._health.setup.items()))
        if settings.device == "auto" and self._engine.device.type == "cpu":
            self.get_logger().warning("no CUDA device found: running on the CPU, which is slower")
        self._health.state = "inactive"
        return super().on_configure(state)

    @_reported
    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Starts to listen and to answer."""
        result = super().on_activate(state)
        self._outputs.start(Settings.of(self).playback_rate)
        self._inputs = Inputs(self, self._transforms, self._requests.on_task)
        self._requests.open(self._engine, self._inputs, self._outputs)
        self._health.state = "active"
        return result

    @_reported
    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stops listening; what runs or waits is answered with CANCELED."""
        self._stop()
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

    def on_parameters(self, parameters: list[Parameter]) -> None:
        """Playback follows its rate at once; all else is read where it is used."""
        if self._health.state == "active":
            for parameter in parameters:
                if parameter.name == "playback_rate":
                    self._outputs.play(parameter.value)

    def close(self) -> None:
        """Ends the worker's thread; call it before the process ends."""
        self._requests.close()
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.end()

    def roll_back(self) -> None:
        """After a transition that failed: what the state it falls back to does not have, goes."""
        if self._health.state == "inactive":
            self._stop()
            super().on_deactivate(None)
        elif self._health.state == "unconfigured":
            self._release()

    def destroy_node(self) -> None:
        """Takes the node down."""
        if self._requests is not None:
            self._requests.destroy()
        super().destroy_node()

    def _stop(self) -> None:
        self._health.state = "inactive"
        self._requests.close()
        if self._inputs is not None:
            self._inputs.close()
            self._inputs = None
        if self._outputs is not None:
            self._outputs.stop()

    def _release(self) -> None:
        self._stop()
        if self._outputs is not None:
            self._outputs.close()
            self._outputs = None
        engine, self._engine = self._engine, None
        self._health.state, self._health.setup = "unconfigured", {}
        if engine is not None:
            engine.close()

    def _report_health(self) -> None:
        unfinished = self._engine.unfinished if self._engine is not None else 0
        self._diagnostics.publish(self._health.message(self.get_clock().now().to_msg(), unfinished))


def main() -> int:
    """Spins the node until it is told to stop."""
    return spin(SynthesisNode, close=SynthesisNode.close)
