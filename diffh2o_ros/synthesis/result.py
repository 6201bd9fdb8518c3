"""What a synthesis gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.warning import ResultWarning


@dataclass(frozen=True)
class Result(Sequence[Interaction]):
    """The interactions of one request, in their order; a sequence of them.

    Attributes:
        interactions: each says what it should not be trusted for, too.
        timings: seconds by stage: intake, text, grasp_stage, refinement, interaction_stage,
            assembly, total.
        warnings: what the result should not be trusted for, one line each; `code` says it to
            programs.
    """

    interactions: tuple[Interaction, ...]
    timings: Mapping[str, float]
    warnings: tuple[ResultWarning, ...] = ()

    def __getitem__(self, which):
        return self.interactions[which]

    def __len__(self) -> int:
        return len(self.interactions)

    def map(self, change: Callable[[Interaction], Interaction]) -> Result:
        """The same result with every interaction changed."""
        return replace(self, interactions=tuple(map(change, self.interactions)))

    def warned(self, warnings: Sequence[ResultWarning]) -> Result:
        """The same result with `warnings` before its own, in the interactions they are about,
        too."""
        found = []
        for number, interaction in enumerate(self.interactions):
            mine = [warning for warning in warnings if warning.is_about(number)]
            lines = [*map(str, mine), *interaction.warnings]
            codes = [*(int(warning.code) for warning in mine), *interaction.warning_codes]
            found.append(replace(interaction, warnings=lines, warning_codes=codes))
        return Result(tuple(found), self.timings, (*warnings, *self.warnings))


@dataclass(frozen=True)
class Stopwatch:
    """Seconds by stage, of work on a device."""

    device: torch.device
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Adds what happens inside to `seconds[stage]`."""
        begin = time.perf_counter()
        yield
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - begin
