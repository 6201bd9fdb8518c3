"""The robot: which hand does the motion that is shown, and what simulation says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from viser import GuiApi

from diffh2o_ros.simulation.report import describe
from diffh2o_ros.studio.simulating import RobotChoices, simulated_episode, why_not
from diffh2o_ros.studio.turns import Turn, Turns
from diffh2o_ros.studio.visitor import Visitor
from diffh2o_ros.studio.words import BUSY, DIM, PLAIN, WARNING, Words, failed, waiting


class RobotControls:
    """A visitor's controls of simulations.

    Args:
        chosen: gives the number of the motion that is looked at.
        started, ended: called when a simulation is asked for, and when it is over, with the
            number of the motion, or None where there is nothing to be shown.
    """

    def __init__(
        self,
        gui: GuiApi,
        visitor: Visitor,
        requests: Turns,
        choices: RobotChoices,
        cache_dir: Path | None,
        chosen: Callable[[], int],
        started: Callable[[], None],
        ended: Callable[[int | None], None],
    ) -> None:
        self._visitor, self._requests, self._choices = visitor, requests, choices
        self._cache_dir, self._chosen = cache_dir, chosen
        self._started, self._ended = started, ended
        missing = why_not()
        with gui.add_folder("Robot hand in simulation"):
            names = ("none",) if missing else choices.names
            self._robot = gui.add_dropdown("Robot", names, disabled=missing is not None)
            self._simulate = gui.add_button("Simulate", disabled=True, icon="robot")
            self._words = Words(gui, "robot")
        self._missing = missing
        self._simulate.on_click(lambda _: self._ask())
        if missing:
            self._words.say((missing, DIM))

    def enable(self, enabled: bool) -> None:
        """Whether a simulation can be asked for."""
        there = bool(self._visitor.episodes) and not self._missing
        self._simulate.disabled = not (enabled and there)

    def clear(self) -> None:
        """Forgets what was said of motions that are gone."""
        if not self._missing:
            self._words.say()

    def _ask(self) -> None:
        number, name = self._chosen(), self._robot.value
        episode = self._visitor.episodes[number]

        def work(turn: Turn) -> None:
            robots = self._choices.load(name)
            turn.check()
            found, take = simulated_episode(episode, robots, number, turn.check, self._cache_dir)
            turn.check()
            self._visitor.take_robot(number, found, take)

        def told(before: int) -> None:
            trying = f"{name} tries motion {number + 1}: some seconds", DIM
            self._words.say(waiting(before) if before else trying)

        def ended(error: Exception | None) -> None:
            self._ended(number if error is None else None)
            if error is not None:
                self._words.say(failed(error))
                return
            robot = self._visitor.episodes[number].robot
            kind = PLAIN if robot.success else WARNING
            self._words.say((f"{name}, motion {number + 1}: {describe(robot)}", kind))

        self._started()
        if not self._visitor.ask(self._requests, work, told, ended):
            self._words.say(BUSY)
            self._ended(None)
