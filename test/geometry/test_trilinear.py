"""Samples of a grid against their definition, and their gradient against finite differences."""

import itertools

import numpy as np
import torch

from diffh2o_ros.geometry.sdf import SignedDistanceGrid

ORIGIN, SPACING = torch.tensor([0.1, -0.2, 0.3], dtype=torch.float64), 0.01


def volume(shape=(5, 4, 6), seed=0):
    values = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return values, SignedDistanceGrid(ORIGIN, SPACING, values)


def points(count, margin, seed=1):
    """(count, 3) in the box of `volume`, enlarged by `margin` cells on each side."""
    size = torch.tensor([4.0, 3.0, 5.0], dtype=torch.float64)
    share = torch.rand(count, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return ORIGIN + SPACING * (share * (size + 2 * margin) - margin)


def test_inside_it_is_the_mean_of_eight_nodes():
    values, grid = volume()
    where = points(50, 0.0)
    cell = ((where - ORIGIN) / SPACING).numpy()
    for point, found in zip(cell, grid.query(where).tolist(), strict=True):
        base = np.floor(point).astype(int)
        share = point - base
        expected = sum(
            float(values[tuple(base + corner)]) * np.prod(np.where(corner, share, 1 - share))
            for corner in map(np.array, itertools.product((0, 1), repeat=3))
        )
        assert abs(found - expected) < 1e-9


def test_outside_it_is_the_nearest_value_plus_the_way_there():
    values, grid = volume()
    corner = ORIGIN + SPACING * torch.tensor([4.0, 3.0, 5.0])
    away = torch.tensor([0.03, 0.0, 0.04], dtype=torch.float64)
    assert abs(float(grid.query(corner + away)) - (float(values[-1, -1, -1]) + 0.05)) < 1e-7


def test_the_gradient_is_that_of_the_samples():
    _, grid = volume()
    where = points(60, 2.0).requires_grad_()
    assert torch.autograd.gradcheck(grid.query, where, eps=1e-8, atol=1e-3, rtol=1e-3)


def test_shapes_and_strides_are_any():
    _, grid = volume()
    where = points(24, 1.0)
    strided = where.view(2, 4, 3, 3).transpose(1, 2)
    torch.testing.assert_close(grid.query(strided), grid.query(where).view(2, 4, 3).transpose(1, 2))
