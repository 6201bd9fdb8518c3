"""One request of a `Synthesizer`, checked and ready to be worked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from diffh2o_ros.geometry.object import ObjectGeometry
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.text.encoder import TextEmbedding

OnProgress = Callable[[str, int, int], None]
"""(stage, step, total); what it raises ends the synthesis."""


@dataclass(frozen=True)
class Request:
    """What one call of `Synthesizer.synthesize` asks for.

    target: what the grasp is pulled to; side: the hand that must act, where a target named one.
    half_size: half the object's longest side, metres. steps: of each stage, None for the default.
    threads: that share the work on a CPU.
    """

    geometry: ObjectGeometry
    text: TextEmbedding
    task: str
    target: GraspTarget | None
    side: int | None
    half_size: float
    steps: int | None
    refine: bool
    on_progress: OnProgress | None
    threads: int = 1

    def reporter(self, stage: str, part: slice = slice(0)) -> Callable[[int, int], None]:
        """Tells whoever listens how far a stage is, as sampler and settler call it. Of several
        parts of a batch, only the first one tells."""
        if self.on_progress is None or part.start:
            return lambda step, total: None
        return partial(self.on_progress, stage)
