"""One request of a `Synthesizer`, checked and ready to be worked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import ObjectGeometry
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.text.encoder import TextEmbedding

OnProgress = Callable[[str, int, int], None]
"""(stage, step, total); what it raises ends the synthesis."""


class Stopped(Exception):
    """Another part of the batch was told to stop."""


@dataclass(frozen=True)
class Request:
    """What one call of `Synthesizer.synthesize` asks for.

    geometry: of the object about its own center; mesh: the object where the request has it.
    target: what the grasp is pulled to; side: the hand that must act, where a target named one.
    hands: that the sentence lets grasp, as a set of 1 the left one, 2 the right one, 3 both; empty
    where it says nothing of it.
    half_size: half the object's longest side, meters. steps: of each stage, None for the default.
    completed_share: of the object's surface, what was made up where a side was missing.
    threads: that share the work on a CPU. stopped: set once `on_progress` has raised something.
    """

    geometry: ObjectGeometry
    mesh: Mesh
    text: TextEmbedding
    task: str
    target: GraspTarget | None
    side: int | None
    half_size: float
    steps: int | None
    refine: bool
    on_progress: OnProgress | None
    threads: int = 1
    completed_share: float = 0.0
    hands: frozenset[int] = frozenset()
    stopped: Event = field(default_factory=Event)

    def reporter(self, stage: str, part: slice = slice(0)) -> Callable[[int, int], None]:
        """Tells whoever listens how far a stage is, as sampler and settler call it. Of several
        parts of a batch, the first one tells, and when that is told to stop, all do."""

        def tell(step: int, total: int) -> None:
            try:
                self.on_progress(stage, step, total)
            except BaseException:
                self.stopped.set()
                raise

        def look(step: int, total: int) -> None:
            if self.stopped.is_set():
                raise Stopped

        if self.on_progress is None:
            return lambda step, total: None
        return look if part.start else tell
