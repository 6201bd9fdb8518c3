"""A visitor's panel: the parts of it, and what each has to know of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viser import ClientHandle

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.studio.display import Display, Take
from diffh2o_ros.studio.download_controls import DownloadControls
from diffh2o_ros.studio.object_controls import ObjectControls
from diffh2o_ros.studio.player import Player
from diffh2o_ros.studio.request_controls import RequestControls
from diffh2o_ros.studio.robot_controls import RobotControls
from diffh2o_ros.studio.simulating import RobotChoices
from diffh2o_ros.studio.target_hand import TargetHand
from diffh2o_ros.studio.turns import Turn, Turns
from diffh2o_ros.studio.upload_limit import limit_uploads
from diffh2o_ros.studio.visitor import Visitor
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.viz.contact_colors import object_surface

MEGABYTE = 1_000_000
TOGETHER = "all side by side"


@dataclass(frozen=True)
class Offer:
    """What a studio offers to all visitors.

    Attributes:
        synthesizer: what they share: it does one request after the other.
        options: of all requests, `steps` and `refine` of `Synthesizer.synthesize`.
        robots: the robot hands to choose from.
        most_bytes: of an uploaded file.
        cache_dir: keeps objects' convex parts. mano_dir: folder of MANO's files, for slim files.
    """

    synthesizer: Synthesizer
    options: dict[str, Any] = field(default_factory=dict)
    robots: RobotChoices = field(default_factory=RobotChoices)
    most_bytes: int = 50 * MEGABYTE
    cache_dir: Path | None = None
    mano_dir: Path | None = None


class Panel:
    """What one visitor works with.

    Args:
        requests: the queue of syntheses and simulations.
        errands: the queue of what is short: files to be read and written.
    """

    def __init__(self, client: ClientHandle, offer: Offer, requests: Turns, errands: Turns) -> None:
        self.visitor = visitor = Visitor()
        self._errands = errands
        gui = client.gui
        self._display = Display(client)
        with gui.add_folder("Object"):
            self._object = ObjectControls(gui, visitor, errands, offer.most_bytes, self._begin)
        limit_uploads(client, offer.most_bytes, self._object.refuse)
        self._request = RequestControls(
            *(gui, visitor, requests, offer.synthesizer, offer.options),
            target=lambda: self._target.grasp,
            shown=self._show_new,
            busy=self._set_busy,
        )
        self._player = Player(gui, self._display, self._choose)
        self._target = TargetHand(client, self._display, lambda: visitor.mesh, self._looked_at)
        self._robot = RobotControls(
            *(gui, visitor, requests, offer.robots, offer.cache_dir),
            chosen=self._number,
            started=lambda: self._set_busy(True),
            ended=self._simulated,
        )
        self._download = DownloadControls(
            client, visitor, errands, self._chosen_episodes, offer.mano_dir
        )
        self._choice = 0
        self._object.begin()

    def leave(self) -> None:
        """Ends all that is done for the visitor."""
        self._display.leave()
        self.visitor.leave()
        self._player.leave()

    def _begin(self, sentence: str | None) -> None:
        """Anew, with another object."""
        self._target.remove()
        self._display.show_object(self.visitor.mesh)
        self._player.offer((), "")
        self._request.clear()
        self._robot.clear()
        if sentence is not None:
            self._request.suggest(sentence)
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self._object.enable(not busy)
        self._request.enable(not busy, cancel=busy)
        self._robot.enable(not busy)
        self._download.enable(not busy)

    # What is shown is chosen by number: all motions, where there are several, then each, then the
    # robots'.

    @property
    def _choices(self) -> list[tuple[str, list[int], bool]]:
        """(what it is called, numbers of motions, whether their robots)."""
        numbers = list(range(len(self.visitor.episodes)))
        found = [(TOGETHER, numbers, False)] if len(numbers) > 1 else []
        found += [(f"motion {number + 1}", [number], False) for number in numbers]
        return found + [
            (take.label, [number], True) for number, take in sorted(self.visitor.robots.items())
        ]

    def _choose(self, choice: int) -> None:
        self._choice = choice
        _, numbers, robots = self._choices[choice]
        self._display.show_takes(self._takes(numbers, robots))
        self._target.follow()
        self._player.restart()
        if not robots:
            self._color(numbers)

    def _show(self, choice: int) -> None:
        choices = self._choices
        self._choose(choice)
        self._player.offer(tuple(name for name, _, _ in choices), choices[choice][0])

    def _show_new(self) -> None:
        """Motions in place of those before, of which nothing more is said."""
        self._robot.clear()
        self._show(0)

    def _takes(self, numbers: Sequence[int], robots: bool) -> list[Take]:
        if robots:
            return [self.visitor.robots[number] for number in numbers]
        motions = [self.visitor.episodes[number].interaction for number in numbers]
        label = len(self.visitor.episodes) > 1
        return [
            Take(motion, f"motion {number + 1}" if label else "")
            for number, motion in zip(numbers, motions, strict=True)
        ]

    def _color(self, numbers: Sequence[int]) -> None:
        """Where hands touch is seen a moment later: it takes longer than all else."""
        figures = list(self._display.figures)
        episodes = [self.visitor.episodes[number] for number in numbers]

        def work(turn: Turn) -> None:
            if self.visitor.left:
                return
            for figure, episode in zip(figures, episodes, strict=True):
                self._display.color(figure, *object_surface(episode.interaction))

        self._errands.ask(work)

    def _simulated(self, number: int | None) -> None:
        if number is not None:
            label = self.visitor.robots[number].label
            self._show([name for name, _, _ in self._choices].index(label))
        self._set_busy(False)

    def _number(self) -> int:
        """Of the first motion that is looked at."""
        return self._choices[self._choice][1][0] if self.visitor.episodes else 0

    def _looked_at(self) -> Interaction | None:
        episodes = self.visitor.episodes
        return episodes[self._number()].interaction if episodes else None

    def _chosen_episodes(self) -> list[Episode]:
        if not self.visitor.episodes:
            return []
        return [self.visitor.episodes[number] for number in self._choices[self._choice][1]]
