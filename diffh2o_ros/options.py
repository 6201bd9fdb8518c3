"""What can be asked of a request, beside object, task and target grasp."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestOptions:
    """Options of a request; see `Synthesizer.synthesize`."""

    num_samples: int = 1
    seed: int = 0
    steps: int | None = None
    refine: bool = True
    ranked: bool = False
    complete: str = "none"
    table: str | float = "under_object"
    below_table: str = "drop_table"
