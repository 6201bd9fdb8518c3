"""The request: a sentence and what goes with it, how far it is, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from viser import GuiApi

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.export.episode import Episode
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.studio.sentence import AS_SAID, HANDS, with_hand
from diffh2o_ros.studio.turns import Turn, Turns
from diffh2o_ros.studio.visitor import Visitor
from diffh2o_ros.studio.words import BUSY, DIM, PLAIN, WARNING, Words, failed, waiting
from diffh2o_ros.synthesis.options import LARGEST_SEED
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.synthesizer import Synthesizer

MOST_SAMPLES = 6
#: Of each stage of a synthesis: where it begins, and how much of the whole it is.
_STAGES = {"grasp": (0.0, 0.7), "refinement": (0.7, 0.1), "interaction": (0.8, 0.2)}


class RequestControls:
    """A visitor's controls of syntheses.

    Args:
        options: of every request, beside those that the visitor chooses (`steps`, `refine`).
        target: gives the target grasp in the mesh's frame, None where there is none.
        shown: called in the queue's thread with motions that are there, to show them.
        busy: called with whether something is asked for, which can be cancelled.
    """

    def __init__(
        self,
        gui: GuiApi,
        visitor: Visitor,
        requests: Turns,
        synthesizer: Synthesizer,
        options: dict[str, Any],
        target: Callable[[], Grasp | None],
        shown: Callable[[], None],
        busy: Callable[[bool], None],
    ) -> None:
        self._visitor, self._requests, self._synthesizer = visitor, requests, synthesizer
        self._options, self._target, self._shown, self._busy = options, target, shown, busy
        self._sentence = gui.add_text("Sentence", "")
        self._hand = gui.add_dropdown("Hand", (AS_SAID, *HANDS))
        self._samples = gui.add_slider("Samples", 1, MOST_SAMPLES, 1, 1)
        self._seed = gui.add_number("Seed", 0, min=0, max=LARGEST_SEED, step=1)
        self._go = gui.add_button("Synthesize", color="green", icon="player-play", disabled=True)
        self._cancel = gui.add_button("Cancel", disabled=True, icon="x")
        self._bar = gui.add_progress_bar(0.0, visible=False)
        self._words = Words(gui, "request")
        self._go.on_click(lambda _: self._ask())
        self._cancel.on_click(lambda _: visitor.cancel())

    def suggest(self, sentence: str) -> None:
        """A sentence for another object."""
        self._sentence.value = sentence

    def enable(self, enabled: bool, cancel: bool) -> None:
        """Whether a synthesis can be asked for, and whether there is something to cancel."""
        self._go.disabled = not (enabled and self._visitor.mesh is not None)
        self._cancel.disabled = not cancel

    def clear(self) -> None:
        """Forgets what was said of motions that are gone."""
        self._words.say()

    def _ask(self) -> None:
        clicked = time.perf_counter()
        mesh, grasp, count = self._visitor.mesh, self._target(), int(self._samples.value)
        seed = int(self._seed.value)
        try:
            sentence = with_hand(self._sentence.value, self._hand.value)
        except Diffh2oError as error:
            self._words.say(failed(error))
            return

        def work(turn: Turn) -> None:
            def progress(stage: str, step: int, total: int) -> None:
                turn.check()
                self._say_progress(stage, step, total)

            result = self._synthesizer.synthesize(
                mesh, sentence, grasp, count, seed, on_progress=progress, **self._options
            )
            turn.check()
            episodes = [Episode(motion, target=grasp) for motion in result]
            self._visitor.take_motions(episodes)
            self._shown()
            took = time.perf_counter() - clicked
            self._words.say(*said_of(result, took))

        def told(before: int) -> None:
            self._bar.visible, self._bar.value = True, 0.0
            self._words.say(waiting(before) if before else ("beginning", DIM))

        def ended(error: Exception | None) -> None:
            self._bar.visible = False
            if error is not None:
                self._words.say(failed(error))
            self._busy(False)

        self._busy(True)
        if not self._visitor.ask(self._requests, work, told, ended):
            self._words.say(BUSY)
            self._busy(False)

    def _say_progress(self, stage: str, step: int, total: int) -> None:
        if self._visitor.left:
            return
        begin, part = _STAGES.get(stage, (0.8, 0.2))
        self._bar.value = 100 * (begin + part * step / max(total, 1))
        self._words.say((f"{stage}: {step} of {total}", DIM))


def said_of(result: Result, seconds: float) -> list[tuple[str, str]]:
    """Lines about motions, and what is to be warned of."""
    motions = "1 motion" if len(result) == 1 else f"{len(result)} motions"
    library = result.timings["total"]
    lines = [(f"{motions} in {seconds:.1f} s, of which the library {library:.1f} s", PLAIN)]
    lines += [
        (f"{number}: {_described(motion)}", DIM) for number, motion in enumerate(result, start=1)
    ]
    for warning in result.warnings:
        about = ", ".join(str(sample + 1) for sample in warning.samples)
        lines.append((f"{about}: {warning}" if about else str(warning), WARNING))
    return lines


def _described(motion: Interaction) -> str:
    quality = motion.quality
    hands = " and ".join(motion.hands) + (" hands" if len(motion.hands) > 1 else " hand")
    said = f"{motion.duration:.1f} s, {hands}, {quality['grasp_fingers']:.0f} fingertips touch"
    if "target_error_m" in quality:
        said += f", target met within {1000 * quality['target_error_m']:.0f} mm"
    return said
