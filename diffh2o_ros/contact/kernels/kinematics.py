"""A posed hand in machine code: the kinematic chain, and forces at its points back to its joints.

The same mathematics as `carried` and `contact_energy`, a number at a time. A descent is hundreds of
passes over a few dozen hands; as array operations each pass is mostly overhead. numba turns these
loops into machine code, ten times quicker on a CPU. It is optional: whoever calls these functions
has the arrays' way as well, which GPUs take, and the tests hold one to the other.

Positions in meters, forces in energy per meter, all in one frame. Joints in MANO's order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable)


def compiled(function: Function) -> Function:
    """The function as machine code, kept on disk where there is a place that can be written to. It
    runs beside other threads. numba sees when the file of a function changed, but not when those
    it calls did: scripts/setup.sh does."""
    found = njit(nogil=True)(function)
    with suppress(RuntimeError):  # nowhere to keep it: it is compiled once in every process
        found._cache = _Cache(function)
    return found


class _Cache(FunctionCache):
    """Machine code on disk, where a full disk or a damaged file costs the time to compile and
    nothing more."""

    def load_overload(self, sig, target_context):
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # there is none that a file cut short could not lead to
            with suppress(OSError):
                self.flush()  # begins anew
            return None

    def save_overload(self, sig, data):
        with suppress(OSError):
            super().save_overload(sig, data)


_NUM_JOINTS = 16
#: Rotation vectors under this angle (radians) use series.
_SMALL = 1e-2


@compiled
def rotation_factors(x, y, z):
    """sin(a)/a, (1 - cos(a))/a^2 and (a - sin(a))/a^3 of a rotation vector's angle a."""
    squared = x * x + y * y + z * z
    if squared < _SMALL * _SMALL:
        return (
            1 - squared / 6 + squared * squared / 120,
            0.5 - squared / 24,
            1 / 6 - squared / 120,
        )
    angle = math.sqrt(squared)
    sine = math.sin(angle) / angle
    return sine, (1 - math.cos(angle)) / squared, (1 - sine) / squared


@compiled
def rotate_by(x, y, z, left, out):
    """out = left @ exp([v]x), (3, 3); Rodrigues' formula."""
    a, b, _ = rotation_factors(x, y, z)
    squared = x * x + y * y + z * z
    diagonal = 1 - b * squared
    r00, r01, r02 = diagonal + b * x * x, b * x * y - a * z, b * x * z + a * y
    r10, r11, r12 = b * x * y + a * z, diagonal + b * y * y, b * y * z - a * x
    r20, r21, r22 = b * x * z - a * y, b * y * z + a * x, diagonal + b * z * z
    for i in range(3):
        p, q, r = left[i, 0], left[i, 1], left[i, 2]
        out[i, 0] = p * r00 + q * r10 + r * r20
        out[i, 1] = p * r01 + q * r11 + r * r21
        out[i, 2] = p * r02 + q * r12 + r * r22


@compiled
def chain(wrist, turn, rotation, pose, bones, rotations, places):
    """Fills rotations (16, 3, 3) and places (16, 3) of the joints.

    wrist: (3,); turn: (3,) rotation vector that turns the hand from `rotation` (3, 3); pose: (45,);
    bones: (16, 3) from each joint's parent to it, at rest.
    """
    root = np.empty((3, 3))
    rotate_by(turn[0], turn[1], turn[2], np.eye(3), root)
    for i in range(3):
        places[0, i] = wrist[i]
        for j in range(3):
            rotations[0, i, j] = (
                root[i, 0] * rotation[0, j]
                + root[i, 1] * rotation[1, j]
                + root[i, 2] * rotation[2, j]
            )
    for joint in range(1, _NUM_JOINTS):
        parent = 0 if joint % 3 == 1 else joint - 1
        above, bone = rotations[parent], bones[joint]
        for i in range(3):
            places[joint, i] = (
                places[parent, i]
                + above[i, 0] * bone[0]
                + above[i, 1] * bone[1]
                + above[i, 2] * bone[2]
            )
        at = 3 * (joint - 1)
        rotate_by(pose[at], pose[at + 1], pose[at + 2], above, rotations[joint])


@compiled
def carry(rotation, place, offset):
    """The point (x, y, z) at `offset` (3,) from a joint."""
    x, y, z = offset[0], offset[1], offset[2]
    return (
        place[0] + rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z,
        place[1] + rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z,
        place[2] + rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z,
    )


@compiled
def push(wrench, x, y, z, fx, fy, fz):
    """Adds a force at a point to a joint's wrench (6,): force, and torque about the origin."""
    wrench[0] += fx
    wrench[1] += fy
    wrench[2] += fz
    wrench[3] += y * fz - z * fy
    wrench[4] += z * fx - x * fz
    wrench[5] += x * fy - y * fx


@compiled
def slopes(wrenches, rotations, places, turn, pose, turn_slope, pose_slope):
    """What wrenches (16, 6) at the joints mean for turn (3,) and pose (45,); sums the wrenches to
    the wrist, whose force then is the slope in its position. The transposed Jacobian."""
    for joint in range(_NUM_JOINTS - 1, 0, -1):
        parent = 0 if joint % 3 == 1 else joint - 1
        for k in range(6):
            wrenches[parent, k] += wrenches[joint, k]
    for joint in range(_NUM_JOINTS):
        f, o = wrenches[joint], places[joint]
        tx = f[3] - (o[1] * f[2] - o[2] * f[1])
        ty = f[4] - (o[2] * f[0] - o[0] * f[2])
        tz = f[5] - (o[0] * f[1] - o[1] * f[0])
        if joint == 0:
            vector, out, at = turn, turn_slope, 0
            ux, uy, uz = tx, ty, tz
        else:
            parent = 0 if joint % 3 == 1 else joint - 1
            above = rotations[parent]
            vector, out, at = pose, pose_slope, 3 * (joint - 1)
            ux = above[0, 0] * tx + above[1, 0] * ty + above[2, 0] * tz
            uy = above[0, 1] * tx + above[1, 1] * ty + above[2, 1] * tz
            uz = above[0, 2] * tx + above[1, 2] * ty + above[2, 2] * tz
        x, y, z = vector[at], vector[at + 1], vector[at + 2]
        a, b, c = rotation_factors(x, y, z)
        # The transposed left Jacobian: a u - b v x u + c v (v . u).
        along = c * (x * ux + y * uy + z * uz)
        out[at] = a * ux - b * (y * uz - z * uy) + along * x
        out[at + 1] = a * uy - b * (z * ux - x * uz) + along * y
        out[at + 2] = a * uz - b * (x * uy - y * ux) + along * z


@compiled
def distance(values, origin, spacing, x, y, z, slope):
    """Signed distance at a point of the grid's own frame, by trilinear interpolation; beyond the
    box, the value at its nearest point plus the way there. Fills its slope (3,)."""
    nx, ny, nz = values.shape
    u, v, w = (x - origin[0]) / spacing, (y - origin[1]) / spacing, (z - origin[2]) / spacing
    cu, cv, cw = min(max(u, 0.0), nx - 1.0), min(max(v, 0.0), ny - 1.0), min(max(w, 0.0), nz - 1.0)
    i, j, k = min(int(cu), nx - 2), min(int(cv), ny - 2), min(int(cw), nz - 2)
    a, b, c = cu - i, cv - j, cw - k
    d000, d001 = values[i, j, k], values[i, j, k + 1]
    d010, d011 = values[i, j + 1, k], values[i, j + 1, k + 1]
    d100, d101 = values[i + 1, j, k], values[i + 1, j, k + 1]
    d110, d111 = values[i + 1, j + 1, k], values[i + 1, j + 1, k + 1]
    e00, e01 = d000 + c * (d001 - d000), d010 + c * (d011 - d010)
    e10, e11 = d100 + c * (d101 - d100), d110 + c * (d111 - d110)
    f0, f1 = e00 + b * (e01 - e00), e10 + b * (e11 - e10)
    slope[0] = (f1 - f0) / spacing if cu == u else 0.0
    slope[1] = ((1 - a) * (e01 - e00) + a * (e11 - e10)) / spacing if cv == v else 0.0
    slope[2] = (
        (
            (1 - a) * ((1 - b) * (d001 - d000) + b * (d011 - d010))
            + a * ((1 - b) * (d101 - d100) + b * (d111 - d110))
        )
        / spacing
        if cw == w
        else 0.0
    )
    found = f0 + a * (f1 - f0)
    if cu == u and cv == v and cw == w:
        return found
    u, v, w = (u - cu) * spacing, (v - cv) * spacing, (w - cw) * spacing
    beyond = math.sqrt(u * u + v * v + w * w)
    slope[0] += u / beyond
    slope[1] += v / beyond
    slope[2] += w / beyond
    return found + beyond
