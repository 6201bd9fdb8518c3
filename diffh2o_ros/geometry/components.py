"""What is connected in a graph."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components


def components(one: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """(count,) int, from 0 on: the connected component of each node of a graph whose edges join
    the nodes `one` (E,) to the nodes `other` (E,)."""
    graph = csr_matrix((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    return connected_components(graph, directed=False)[1]
