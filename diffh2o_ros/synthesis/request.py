"""One request of a `Synthesizer`, checked and ready to be worked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.synthesis.options import COMPLIANT
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.synthesis.threads import Report
from diffh2o_ros.text.encoder import TextEmbedding


@dataclass(frozen=True)
class Request:
    """What both stages work on.

    Attributes:
        scene: the object and its table.
        text: the sentence, embedded.
        target: what the grasp is pulled to, None where there is none that fits.
        side: the hand that must act, where a target named one.
        hands: that the sentence lets grasp, as a set of 1 the left one, 2 the right one, 3 both;
            empty where it says nothing of it.
        settings: how samples are drawn.
        refine: whether contact is polished at the end.
        hold: how hands hold, `options.HOLDS`.
        on_table: what is done on the table, see `text.table_words`.
        threads: that share the work on a CPU.
        report: is told how far the work is.
    """

    scene: Scene
    text: TextEmbedding
    target: GraspTarget | None
    side: int | None
    hands: frozenset[int]
    settings: SynthesisSettings
    refine: bool = True
    hold: str = COMPLIANT
    on_table: str | None = None
    threads: int = 1
    report: Report = field(default_factory=Report)

    def reporter(self, stage: str, part: slice = slice(0)) -> Callable[[int, int], None]:
        """Tells how far a stage is, as sampler and contact call it. Of several parts of a batch
        the first one tells; all stop when nobody waits for them any more."""
        if part.start:
            return lambda step, total: self.report.check()
        return lambda step, total: self.report(stage, step, total)
