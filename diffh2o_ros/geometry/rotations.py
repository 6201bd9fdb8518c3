"""Rotations as matrices, rotation vectors and the 6-D representation (Zhou et al. 2019).

Few enough to stand here: the libraries that have them load seconds of machinery for compiling
networks, before a node can answer. `roma` is what they are tested against.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

#: Rotation vectors under this length (radians) use the first term of the series.
_SMALL = 1e-6


def rotation_6d(matrix: Tensor) -> Tensor:
    """First two columns of rotation matrices, one after the other: (..., 3, 3) -> (..., 6)."""
    return torch.cat([matrix[..., 0], matrix[..., 1]], dim=-1)


def matrix_from_6d(six: Tensor) -> Tensor:
    """Rotation matrices by Gram-Schmidt on the two columns: (..., 6) -> (..., 3, 3)."""
    first = functional.normalize(six[..., :3], dim=-1)
    second = six[..., 3:]
    along = (first * second).sum(-1, keepdim=True)
    second = functional.normalize(second - along * first, dim=-1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)


def rotvec_to_rotmat(rotvec: Tensor) -> Tensor:
    """Rotation matrices (..., 3, 3) of rotation vectors (..., 3) in radians (Rodrigues)."""
    squared = rotvec.square().sum(-1, keepdim=True)
    angle = squared.clamp_min(_SMALL**2).sqrt()  # the root's gradient is infinite at 0
    sine = torch.sinc(angle / torch.pi)  # sin(x) / x
    versine = 0.5 * torch.sinc(angle / (2 * torch.pi)).square()  # (1 - cos(x)) / x^2
    x, y, z = (sine * rotvec).unbind(-1)
    outer = (versine * rotvec).unsqueeze(-1) * rotvec.unsqueeze(-2)
    d = 1 - versine[..., 0] * squared[..., 0]
    entries = torch.stack([d, -z, y, z, d, -x, -y, x, d], -1)
    return outer + entries.unflatten(-1, (3, 3))


def rotmat_to_rotvec(matrix: Tensor) -> Tensor:
    """Rotation vectors (..., 3), radians, at most pi long, of rotation matrices (..., 3, 3).

    By way of the unit quaternion, from whichever of its four numbers is largest (Shepperd,
    "Quaternion from rotation matrix", 1978).
    """
    m = [row.unbind(-1) for row in matrix.unbind(-2)]
    (a, b, c), (d, e, f), (g, h, i) = m
    candidates = torch.stack(
        [
            torch.stack([1 + a + e + i, h - f, c - g, d - b], -1),
            torch.stack([h - f, 1 + a - e - i, b + d, c + g], -1),
            torch.stack([c - g, b + d, 1 - a + e - i, f + h], -1),
            torch.stack([d - b, c + g, f + h, 1 - a - e + i], -1),
        ],
        -2,
    )
    best = candidates.diagonal(dim1=-2, dim2=-1).argmax(-1)
    chosen = best[..., None, None].expand(*best.shape, 1, 4)
    quaternion = functional.normalize(candidates.gather(-2, chosen).squeeze(-2), dim=-1)
    quaternion = torch.where(quaternion[..., :1] < 0, -quaternion, quaternion)
    real, vector = quaternion[..., :1], quaternion[..., 1:]
    length = vector.square().sum(-1, keepdim=True).clamp_min(_SMALL**2).sqrt()
    return 2 * torch.atan2(length, real) / length * vector
