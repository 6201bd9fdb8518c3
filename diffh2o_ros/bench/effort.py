"""How much is measured: everything, in minutes, or a little of everything, in a minute."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diffh2o_ros.bench.objects import FINE_FACES, SCAN_FACES
from diffh2o_ros.synthesis.settings import SynthesisSettings


@dataclass(frozen=True)
class Effort:
    """The sizes that are measured, and how often; as it is, what results pages are made of."""

    repeats: int = 7  #: of a request, after the warm-up
    curve_repeats: int = 3  #: of a point of a curve
    warm_up: int = 1  #: runs of everything that do not count
    parts: tuple[int, ...] = (SCAN_FACES, FINE_FACES)  #: faces whose intake is taken apart
    faces: tuple[int, ...] = (
        1_000,
        4_000,
        SCAN_FACES,
        64_000,
        FINE_FACES,
        500_000,
        1_000_000,
        2_000_000,
    )
    frames: tuple[int, ...] = (100, 200, 400, 800)  #: the networks were trained on 200
    samples: tuple[int, ...] = (1, 4, 16, 64, 256)
    steps: tuple[int, ...] = (2, 4, 8, 16, 32, 64)
    published_repeats: int = 5  #: steps of either stage that are timed
    starts: int = 3  #: of the library and of the command line
    limit: float = 20.0  #: seconds after which a measurement is not repeated
    longest: float = 180.0  #: seconds beyond which a point of a curve is left out
    matrix: int = 2048  #: rows of the matrices whose product is timed
    copied: int = 1 << 28  #: bytes of the copy that is timed
    candidates: int | None = None  #: of a request; None: the library's
    steps_of_request: int | None = None  #: of both stages; None: the library's
    quick: bool = False

    @property
    def settings(self) -> SynthesisSettings:
        """Of the synthesizers that are timed."""
        default = SynthesisSettings()
        return replace(default, num_candidates=self.candidates or default.num_candidates)


def quick() -> Effort:
    """A look at everything: few and small requests. Its figures are of those, and of no other."""
    return Effort(
        repeats=1,
        curve_repeats=1,
        warm_up=0,
        parts=(SCAN_FACES,),
        faces=(1_000, SCAN_FACES),
        frames=(100, 200),
        samples=(1, 2),
        steps=(1, 2),
        published_repeats=1,
        starts=1,
        limit=1.0,
        longest=60.0,
        matrix=1024,
        copied=1 << 25,
        candidates=4,
        steps_of_request=2,
        quick=True,
    )
