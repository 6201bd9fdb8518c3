"""How a duration grows with the size of its task: the exponent of a power law."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

#: Fraction of the measured range, on a logarithmic scale, that the fit looks at: the large sizes,
#: where what grows is no longer hidden behind what does not.
UPPER_FRACTION = 0.5
FEWEST_POINTS = 3


def exponent(seconds: Mapping[float, float]) -> float | None:
    """The p of seconds ~ size^p, by least squares in log-log over the upper range of the sizes.

    Args:
        seconds: by size, both above 0.

    Returns:
        None for fewer than two sizes.
    """
    if len(seconds) < 2:
        return None
    sizes = np.log(sorted(seconds))
    times = np.log([seconds[size] for size in sorted(seconds)])
    upper = sizes >= sizes[-1] - UPPER_FRACTION * (sizes[-1] - sizes[0]) - 1e-9
    upper[-FEWEST_POINTS:] = True
    return float(np.polyfit(sizes[upper], times[upper], 1)[0])
