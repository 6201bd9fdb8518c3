"""The 6-D rotation representation (Zhou et al. 2019) in this project's order, over roma.

Everything else about rotations is called from ``roma`` directly.
"""

from __future__ import annotations

import roma
import torch


def rotation_6d(matrix: torch.Tensor) -> torch.Tensor:
    """First two columns of rotation matrices, one after the other: (..., 3, 3) -> (..., 6)."""
    return torch.cat([matrix[..., 0], matrix[..., 1]], dim=-1)


def matrix_from_6d(six: torch.Tensor) -> torch.Tensor:
    """Rotation matrices by Gram-Schmidt on the two columns: (..., 6) -> (..., 3, 3)."""
    columns = torch.stack([six[..., :3], six[..., 3:]], dim=-1)
    return roma.special_gramschmidt(columns)
