"""Statistics of rows that come episode by episode and are not kept."""

from __future__ import annotations

import numpy as np

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
#: Rows that are kept for quantiles.
KEPT = 50_000


class RunningStatistics:
    """Minimum, maximum, mean and standard deviation of all rows, exactly; quantiles of all up to
    KEPT rows, beyond that of every second, fourth ... one."""

    def __init__(self) -> None:
        self._count = 0
        self._kept: list[np.ndarray] = []
        self._held = 0
        self._stride = 1

    def add(self, rows: np.ndarray) -> None:
        """Takes (T, D) rows in."""
        rows = np.asarray(rows, np.float64)
        mean, squares = rows.mean(0), ((rows - rows.mean(0)) ** 2).sum(0)
        if not self._count:
            self._mean, self._squares = mean, squares
            self._min, self._max = rows.min(0), rows.max(0)
        else:  # Chan, Golub and LeVeque 1983
            total, apart = self._count + len(rows), mean - self._mean
            self._squares = self._squares + squares + apart**2 * self._count * len(rows) / total
            self._mean = self._mean + apart * len(rows) / total
            self._min = np.minimum(self._min, rows.min(0))
            self._max = np.maximum(self._max, rows.max(0))
        self._kept.append(rows[-self._count % self._stride :: self._stride].copy())
        self._held += len(self._kept[-1])
        self._count += len(rows)
        while self._held > KEPT:
            self._kept = [np.concatenate(self._kept)[::2].copy()]
            self._held = len(self._kept[0])
            self._stride *= 2

    def result(self) -> dict[str, list[float]]:
        """min, max, mean, std and the quantiles, D numbers each; count, of rows."""
        kept = np.concatenate(self._kept)
        return {
            "min": self._min.tolist(),
            "max": self._max.tolist(),
            "mean": self._mean.tolist(),
            "std": np.sqrt(self._squares / self._count).tolist(),
            "count": [self._count],
            **{name: np.quantile(kept, at, axis=0).tolist() for name, at in QUANTILES.items()},
        }
