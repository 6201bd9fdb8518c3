"""The time of what is shown: play, seek, speed, and which of the motions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from viser import GuiApi, GuiEvent

from diffh2o_ros.studio.display import Display

RATE = 30.0  #: moments shown a second
_SAID = 0.1  # seconds between two places of the slider while it plays


class Player:
    """A visitor's controls of time, and the thread that lets it go by.

    Args:
        chosen: called with the number of the choice of what is to be shown.
    """

    def __init__(self, gui: GuiApi, display: Display, chosen: Callable[[int], None]) -> None:
        self._display, self._chosen = display, chosen
        self._wake, self._left = threading.Event(), False
        self._time, self._said = 0.0, 0.0
        with gui.add_folder("Play"):
            self._which = gui.add_dropdown("Show", ("nothing yet",), disabled=True)
            self._playing = gui.add_checkbox("Playing", True, disabled=True)
            self._speed = gui.add_slider("Speed", 0.1, 2.0, 0.1, 1.0, disabled=True)
            self._seek = gui.add_slider("Time (s)", 0.0, 1.0, 0.01, 0.0, disabled=True)
        self._which.on_update(self._on_which)
        self._seek.on_update(self._on_seek)
        self._playing.on_update(lambda _: self._wake.set())
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def offer(self, choices: tuple[str, ...], choice: str) -> None:
        """What there is to be shown, and which of it is: it plays from its start."""
        for control in (self._which, self._playing, self._speed, self._seek):
            control.disabled = not choices
        self._which.options = choices or ("nothing yet",)
        self._which.value = choice if choices else "nothing yet"
        self.restart()

    def restart(self) -> None:
        """From the start of what is shown now."""
        self._time = self._said = 0.0
        self._seek.value = 0.0
        self._seek.max = round(max(self._display.duration, 0.01), 2)
        self._wake.set()

    def leave(self) -> None:
        """Ends the thread, and waits until it has."""
        self._left = True
        self._wake.set()
        self._thread.join()

    def _on_which(self, event: GuiEvent) -> None:
        if event.client is not None:  # chosen by the visitor, not by `offer`
            self._chosen(self._which.options.index(self._which.value))

    def _on_seek(self, event: GuiEvent) -> None:
        if event.client is not None:
            self._time = float(self._seek.value)
            self._wake.set()

    def _run(self) -> None:
        before = due = time.perf_counter()
        while not self._left:
            playing = self._playing.value and self._display.duration > 0
            if playing:
                due = max(due + 1 / RATE, time.perf_counter())
                self._wake.wait(max(due - time.perf_counter(), 1e-3))
            else:
                self._wake.wait()
            self._wake.clear()
            now = time.perf_counter()
            if playing and not self._left:
                self._pass((now - before) * self._speed.value)
            before = now
            if not self._left:
                self._display.set_time(self._time)

    def _pass(self, seconds: float) -> None:
        self._time += seconds
        if self._time > self._display.duration:
            self._time = 0.0
        if not self._said <= self._time < self._said + _SAID:
            self._said = self._time
            self._seek.value = min(round(self._time, 2), self._seek.max)
