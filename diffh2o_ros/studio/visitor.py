"""What one visitor has: an object, motions of it, and one piece of work at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.studio.turns import Turn, Turns

if TYPE_CHECKING:
    from diffh2o_ros.studio.display import Take


class Visitor:
    """A visitor of the studio; nothing of it is seen by others.

    Attributes:
        mesh, name: the object and what it is called; None and "" before there is one.
        episodes: the motions of the last request.
        robots: by number of the motion: a robot hand that does it in simulation, to be shown.
        left: whether the visitor is gone.
    """

    def __init__(self) -> None:
        self.mesh: Mesh | None = None
        self.name = ""
        self.episodes: list[Episode] = []
        self.robots: dict[int, Take] = {}
        self.left = False
        self._lock = threading.RLock()
        self._asked: tuple[Turns, Turn] | None = None

    def take_object(self, mesh: Mesh, name: str) -> None:
        """Begins anew with an object."""
        self.mesh, self.name = mesh, name
        self.take_motions([])

    def take_motions(self, episodes: list[Episode]) -> None:
        """Motions in place of those before."""
        self.episodes, self.robots = episodes, {}

    def take_robot(self, number: int, episode: Episode, take: Take) -> None:
        """How a robot does the motion of this number."""
        self.episodes[number] = episode
        self.robots[number] = replace(take, label=f"robot of motion {number + 1}")

    def ask(
        self,
        turns: Turns,
        work: Callable[[Turn], None],
        told: Callable[[int], None],
        ended: Callable[[Exception | None], None],
    ) -> bool:
        """Has work done in its turn, unless this visitor's last is not done yet or the visitor is
        gone: then False. Arguments as of `Turns.ask`; a visitor who has left is told nothing."""

        def tell(before: int) -> None:
            if not self.left:
                told(before)

        def end(error: Exception | None) -> None:
            with self._lock:
                self._asked = None
            if not self.left:
                ended(error)

        with self._lock:
            if self.left or self._asked is not None:
                return False
            self._asked = turns, turns.ask(work, tell, end)  # `end` waits for the lock
        return True

    def cancel(self) -> None:
        """Ends the work that was asked for, if there is any."""
        with self._lock:
            asked = self._asked
        if asked is not None:
            turns, turn = asked
            turns.cancel(turn)

    def leave(self) -> None:
        """Cancels what was asked for, and lets go of all there is."""
        with self._lock:
            self.left = True
        self.cancel()
        self.mesh = None
        self.take_motions([])
