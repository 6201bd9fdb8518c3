"""Work that is done one piece at a time, each in its turn, and told how many are before it."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable

from diffh2o_ros.errors import describe_failure


class Cancelled(Exception):
    """Nobody wants the work any more."""


class Turn:
    """A piece of work that waits, is done, or has ended."""

    def __init__(
        self,
        work: Callable[[Turn], None],
        told: Callable[[int], None],
        ended: Callable[[Exception | None], None],
    ) -> None:
        self.work, self.told, self.ended = work, told, ended
        self._cancelled, self._before = threading.Event(), 0

    def move_to(self, before: int) -> None:
        """Tells how many are before it, if that has changed; 0: it begins."""
        if before == 0 or before != self._before:
            self._before = before
            self.told(before)

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raises Cancelled where the work is no longer wanted: called by the work, now and then."""
        if self.cancelled:
            raise Cancelled


class Turns:
    """A queue and the one thread that works it off."""

    def __init__(self, name: str) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._waiting: deque[Turn] = deque()
        self._running: Turn | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def __len__(self) -> int:
        """How many wait or are done."""
        with self._changed:
            return len(self._waiting) + (self._running is not None)

    def ask(
        self,
        work: Callable[[Turn], None],
        told: Callable[[int], None] = lambda before: None,
        ended: Callable[[Exception | None], None] = lambda error: None,
    ) -> Turn:
        """Puts work at the end of the queue.

        Args:
            work: called in the queue's thread.
            told: called with how many are before it, whenever that changes; 0 when it begins. It
                must be quick: the queue waits for it.
            ended: called once, with None or with what was raised: `Cancelled`, or what the work
                could not do.
        """
        turn = Turn(work, told, ended)
        with self._changed:
            if self._stopped:
                turn._cancelled.set()
            else:
                self._waiting.append(turn)
                self._tell()
                self._changed.notify()
        if turn.cancelled:
            ended(Cancelled())
        return turn

    def cancel(self, turn: Turn) -> None:
        """Takes a turn out of the queue; if it is at work, its next `check` ends it."""
        with self._changed:
            turn._cancelled.set()
            waited = turn in self._waiting
            if waited:
                self._waiting.remove(turn)
                self._tell()
        if waited:
            turn.ended(Cancelled())

    def stop(self) -> None:
        """Cancels all there is, waits until what is at work has ended, and takes no more."""
        with self._changed:
            self._stopped = True
            left = [*self._waiting, *([self._running] if self._running else [])]
            self._changed.notify()
        for turn in left:
            self.cancel(turn)
        self._thread.join()

    def _tell(self) -> None:
        running = self._running is not None
        for place, turn in enumerate(self._waiting):
            if place + running:
                turn.move_to(place + running)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stopped:
                    self._changed.wait()
                if self._stopped:
                    return
                turn = self._running = self._waiting.popleft()
                turn.move_to(0)
                self._tell()
            error = _outcome(turn)
            with self._changed:
                self._running = None
            _say_end(turn, error)
            del turn, error  # what they hold may be large, and the next may be long in coming


def _outcome(turn: Turn) -> Exception | None:
    """What the work raises, if it does. A fault of ours is printed, if anybody still wants it."""
    try:
        turn.check()
        turn.work(turn)
    except Cancelled as cancelled:
        return cancelled.with_traceback(None)
    except Exception as error:
        if describe_failure(error) is None and not turn.cancelled:
            traceback.print_exception(error)
        return error.with_traceback(None)
    return None


def _say_end(turn: Turn, error: Exception | None) -> None:
    """Tells that it has ended: what fails in that is printed, and the queue goes on."""
    try:
        turn.ended(error)
    except Exception as fault:
        traceback.print_exception(fault)
