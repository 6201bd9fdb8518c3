"""The kinematic chain of a hand, and forces at its points back to its joints.

The same mathematics as `hands.carried`, a number at a time. Positions in meters, forces in energy
per meter, all in one frame. Joints in MANO's order.
"""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact.kernels.compiled import compiled

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
def chain(wrist, rotvec, rotation, pose, bones, rotations, positions):
    """Fills rotations (16, 3, 3) and positions (16, 3) of the joints.

    wrist: (3,); rotvec: (3,) rotation vector that rotates the hand from `rotation` (3, 3);
    pose: (45,); bones: (16, 3) from each joint's parent to it, at rest.
    """
    root = np.empty((3, 3))
    rotate_by(rotvec[0], rotvec[1], rotvec[2], np.eye(3), root)
    for i in range(3):
        positions[0, i] = wrist[i]
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
            positions[joint, i] = (
                positions[parent, i]
                + above[i, 0] * bone[0]
                + above[i, 1] * bone[1]
                + above[i, 2] * bone[2]
            )
        at = 3 * (joint - 1)
        rotate_by(pose[at], pose[at + 1], pose[at + 2], above, rotations[joint])


@compiled
def carry(rotation, position, offset):
    """The point (x, y, z) at `offset` (3,) from a joint."""
    x, y, z = offset[0], offset[1], offset[2]
    return (
        position[0] + rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z,
        position[1] + rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z,
        position[2] + rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z,
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
def gradients(wrenches, rotations, positions, rotvec, pose, rotvec_gradient, pose_gradient):
    """What wrenches (16, 6) at the joints mean for rotvec (3,) and pose (45,); sums the wrenches to
    the wrist, whose force then is the gradient in its position. The transposed Jacobian."""
    for joint in range(_NUM_JOINTS - 1, 0, -1):
        parent = 0 if joint % 3 == 1 else joint - 1
        for k in range(6):
            wrenches[parent, k] += wrenches[joint, k]
    for joint in range(_NUM_JOINTS):
        f, o = wrenches[joint], positions[joint]
        tx = f[3] - (o[1] * f[2] - o[2] * f[1])
        ty = f[4] - (o[2] * f[0] - o[0] * f[2])
        tz = f[5] - (o[0] * f[1] - o[1] * f[0])
        if joint == 0:
            vector, out, at = rotvec, rotvec_gradient, 0
            ux, uy, uz = tx, ty, tz
        else:
            parent = 0 if joint % 3 == 1 else joint - 1
            above = rotations[parent]
            vector, out, at = pose, pose_gradient, 3 * (joint - 1)
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
