"""What the object's surface does to a hand's pads."""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact import terms as plain
from diffh2o_ros.contact.kernels.compiled import compiled
from diffh2o_ros.contact.kernels.field import distance
from diffh2o_ros.contact.kernels.kinematics import carry, push
from diffh2o_ros.contact.terms import (
    CM,
    FLAT,
    LEAST_PUSH,
    LEAST_WEIGHT,
    LEVER,
    PUSH_RANGE,
    SPREAD,
    WHOLE,
)

CORNERS = np.array(plain.CORNERS, dtype=float)


@compiled
def push_pads(wrenches, rotations, positions, hand, grid, terms, flip, row):
    """What draws the pads to the surface, rotates them to it and balances them."""
    joints, offsets = hand.pads
    normals, weights = hand.pad_normals, terms.weights
    base, reach, always = terms.pads.weight[row], terms.pads.reach, terms.pads.always
    values, origin, spacing = grid
    count = len(joints)
    pads, facing, surface = np.empty((count, 3)), np.empty((count, 3)), np.empty((count, 3))
    away, steep, weight, push_of = (
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
    )
    around = np.empty((count, 4, 3))
    gradient, total = np.empty(3), 0.0
    for p in range(count):
        joint = joints[p]
        rotation = rotations[joint]
        x, y, z = carry(rotation, positions[joint], offsets[p])
        pads[p, 0], pads[p, 1], pads[p, 2] = x, y, z
        for i in range(3):
            facing[p, i] = (
                rotation[i, 0] * normals[p, 0]
                + rotation[i, 1] * normals[p, 1]
                + rotation[i, 2] * normals[p, 2]
            )
            surface[p, i] = 0.0
        away[p] = 0.0
        for k in range(4):
            found = distance(
                values,
                origin,
                spacing,
                x + SPREAD * CORNERS[k, 0],
                flip * (y + SPREAD * CORNERS[k, 1]),
                z + SPREAD * CORNERS[k, 2],
                gradient,
            )
            around[p, k, 0], around[p, k, 1], around[p, k, 2] = (
                gradient[0],
                flip * gradient[1],
                gradient[2],
            )
            away[p] += found / 4
            for i in range(3):
                surface[p, i] += found * CORNERS[k, i] / (4 * SPREAD)
        steep[p] = max(
            math.sqrt(surface[p, 0] ** 2 + surface[p, 1] ** 2 + surface[p, 2] ** 2), FLAT
        )
        for i in range(3):
            surface[p, i] /= steep[p]
        near = math.exp(-((away[p] / reach) ** 2))
        weight[p] = base[p] * (near + (always if base[p] >= WHOLE else 0.0))
        total += weight[p]
    total = max(total, LEAST_WEIGHT)
    pushes = 0.0
    for p in range(count):
        weight[p] /= total
        push_of[p] = weight[p] * math.exp(-((away[p] / PUSH_RANGE) ** 2)) + LEAST_PUSH
        pushes += push_of[p]
    # The net wrench of equal pushes, as `terms.closure` has it.
    center, force, torque, drift = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for p in range(count):
        push_of[p] /= pushes
        for i in range(3):
            center[i] += push_of[p] * pads[p, i]
            force[i] += push_of[p] * surface[p, i]
    arms, pad_gradient = np.empty((count, 3)), np.empty((count, 3))
    for p in range(count):
        for i in range(3):
            arms[p, i] = (pads[p, i] - center[i]) / LEVER
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            torque[i] += push_of[p] * (arms[p, j] * surface[p, k] - arms[p, k] * surface[p, j])
    for p in range(count):
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            pad_gradient[p, i] = (
                2 * push_of[p] / LEVER * (surface[p, j] * torque[k] - surface[p, k] * torque[j])
            )
            drift[i] += pad_gradient[p, i]
    normal_gradient = np.empty(3)
    for p in range(count):
        along = 0.0
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            closing = 2 * push_of[p] * (force[i] + torque[j] * arms[p, k] - torque[k] * arms[p, j])
            normal_gradient[i] = (
                weights.closure * closing + weights.alignment * weight[p] * facing[p, i]
            )
            along += normal_gradient[i] * surface[p, i]
        for i in range(3):
            normal_gradient[i] = (normal_gradient[i] - along * surface[p, i]) / (
                4 * SPREAD * steep[p]
            )
        off = CM * away[p]
        drawn = CM * weights.contact * weight[p] * min(max(off, -1.0), 1.0) / 4
        fx = weights.closure * (pad_gradient[p, 0] - push_of[p] * drift[0])
        fy = weights.closure * (pad_gradient[p, 1] - push_of[p] * drift[1])
        fz = weights.closure * (pad_gradient[p, 2] - push_of[p] * drift[2])
        for k in range(4):
            corner = (
                drawn
                + normal_gradient[0] * CORNERS[k, 0]
                + normal_gradient[1] * CORNERS[k, 1]
                + normal_gradient[2] * CORNERS[k, 2]
            )
            fx += corner * around[p, k, 0]
            fy += corner * around[p, k, 1]
            fz += corner * around[p, k, 2]
        wrench = wrenches[joints[p]]
        push(wrench, pads[p, 0], pads[p, 1], pads[p, 2], fx, fy, fz)
        # A pad that faces the surface turns with its bone: a torque without a force.
        scale = weights.alignment * weight[p]
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            wrench[3 + i] += scale * (facing[p, j] * surface[p, k] - facing[p, k] * surface[p, j])
