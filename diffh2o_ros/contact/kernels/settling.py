"""`Settler.settle` in machine code, for CPUs; see `hands.compiled`. Needs numba.

The energy is `hands.contact_energy`'s, term by term, with the terms that settling adds to it; only
its slope is worked out. Both ways give the same hands but for rounding, and tests hold them to it.
"""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact import energy as contact_energy
from diffh2o_ros.contact.energy import CM, FLAT, SPREAD
from diffh2o_ros.contact.kernels.kinematics import carry, chain, compiled, distance, push, slopes

CORNERS = np.array(contact_energy.CORNERS, dtype=float)
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8  #: of Adam (Kingma & Ba, 2015), torch's defaults


@compiled
def settle_rows(
    moves, mean, square, first, last, total, rate, away, low, high, start, hand, field, energy, goal
):
    """Steps `first` to `last` of `total` of Adam on moves (R, 6 + D), in place.

    mean, square: (R, 6 + D) Adam's moments. rate, away: (6 + D,) a move of 1 in meters or radians,
    and the weight of its square. low, high: (R, D) bounds of the bends.
    start: wrists (R, 3), rotations (R, 3, 3), poses (R, 45), flips (R,), 1 or -1 in y.
    hand: `HandBodies.arrays`. field: grid values (X, Y, Z), origin (3,), spacing.
    energy: weights (penetration, contact, alignment, closure, table, self-penetration), support,
    clearance, reach of the pads. goal: a pull's weight, keypoints (K,), points (K, 3), and spheres
    (R or 0, S, 3) of others.
    """
    wrists, rotations_0, poses, flips = start
    directions, bones = hand[0], hand[1]
    size = moves.shape[1]
    rotations, places = np.empty((16, 3, 3)), np.empty((16, 3))
    wrenches = np.empty((16, 6))
    wrist, turn, pose = np.empty(3), np.empty(3), np.empty(45)
    turn_slope, pose_slope, slope = np.empty(3), np.empty(45), np.empty(size)
    for row in range(len(moves)):
        move = moves[row]
        for step in range(first, last):
            for k in range(3):
                wrist[k] = wrists[row, k] + rate[k] * move[k]
                turn[k] = rate[3 + k] * move[3 + k]
            pose[:] = poses[row]
            for d in range(size - 6):
                bend = rate[6 + d] * move[6 + d]
                if bend != 0.0:
                    for k in range(45):
                        pose[k] += bend * directions[d, k]
            chain(wrist, turn, rotations_0[row], pose, bones, rotations, places)
            wrenches[:] = 0.0
            _push_spheres(wrenches, rotations, places, hand, field, energy, flips[row], goal, row)
            _push_pads(wrenches, rotations, places, hand, field, energy, flips[row])
            _push_keypoints(wrenches, rotations, places, hand, flips[row], goal)
            slopes(wrenches, rotations, places, turn, pose, turn_slope, pose_slope)
            for k in range(3):
                slope[k] = wrenches[0, k]
                slope[3 + k] = turn_slope[k]
            for d in range(size - 6):
                along = 0.0
                for k in range(45):
                    along += directions[d, k] * pose_slope[k]
                slope[6 + d] = along
            length = 1 - 0.8 * step / total
            for k in range(size):
                g = slope[k] * rate[k] + 2 * away[k] * move[k]
                mean[row, k] += (1 - BETA_1) * (g - mean[row, k])
                square[row, k] += (1 - BETA_2) * (g * g - square[row, k])
                top = mean[row, k] / (1 - BETA_1 ** (step + 1))
                bottom = math.sqrt(square[row, k] / (1 - BETA_2 ** (step + 1))) + EPSILON
                move[k] -= length * top / bottom
                if k >= 6:
                    move[k] = min(max(move[k], low[row, k - 6]), high[row, k - 6])


@compiled
def _push_spheres(wrenches, rotations, places, hand, field, energy, flip, goal, row):
    """What the object, the table, other fingers and another hand do to the spheres."""
    joints, offsets, radii, far, finger = hand[2], hand[3], hand[4], hand[5], hand[6]
    values, origin, spacing = field
    weights, support, clearance, _ = energy
    others = goal[3]
    centers, forces = np.empty((len(joints), 3)), np.zeros((len(joints), 3))
    slope = np.empty(3)
    for s in range(len(joints)):
        joint = joints[s]
        x, y, z = carry(rotations[joint], places[joint], offsets[s])
        centers[s, 0], centers[s, 1], centers[s, 2] = x, y, z
        gap = distance(values, origin, spacing, x, flip * y, z, slope)
        depth = radii[s] + clearance - gap
        if depth > 0:
            scale = -2 * weights[0] * CM * CM * depth
            forces[s, 0] += scale * slope[0]
            forces[s, 1] += scale * flip * slope[1]
            forces[s, 2] += scale * slope[2]
        below = support + radii[s] - z
        if below > 0:
            forces[s, 2] -= 2 * weights[4] * CM * CM * below
    if weights[5] > 0:
        for i in range(len(far)):
            for j in range(i + 1, len(far)):
                if finger[i] != finger[j]:
                    _part(centers, forces, far[i], far[j], radii, weights[5])
    if len(others) > 0:
        _part_from_others(centers, forces, others[row], radii, weights[0])
    for s in range(len(joints)):
        push(
            wrenches[joints[s]],
            centers[s, 0],
            centers[s, 1],
            centers[s, 2],
            forces[s, 0],
            forces[s, 1],
            forces[s, 2],
        )


@compiled
def _part(centers, forces, i, j, radii, weight):
    """Drives two overlapping spheres of one hand apart: see `contact_energy.self_overlap`."""
    x = centers[i, 0] - centers[j, 0]
    y = centers[i, 1] - centers[j, 1]
    z = centers[i, 2] - centers[j, 2]
    reach = radii[i] + radii[j]
    gap = reach * reach - (x * x + y * y + z * z)
    if gap > 0:
        overlap = CM * gap / (2 * reach)
        scale = -2 * CM * weight * overlap / reach
        forces[i, 0] += scale * x
        forces[i, 1] += scale * y
        forces[i, 2] += scale * z
        forces[j, 0] -= scale * x
        forces[j, 1] -= scale * y
        forces[j, 2] -= scale * z


@compiled
def _part_from_others(centers, forces, others, radii, weight):
    """Drives spheres out of those of another hand."""
    for i in range(len(centers)):
        for j in range(len(others)):
            x = centers[i, 0] - others[j, 0]
            y = centers[i, 1] - others[j, 1]
            z = centers[i, 2] - others[j, 2]
            reach = radii[i] + radii[j]
            squared = x * x + y * y + z * z
            if 0 < squared < reach * reach:
                gap = math.sqrt(squared)
                scale = -2 * CM * CM * weight * (reach - gap) / gap
                forces[i, 0] += scale * x
                forces[i, 1] += scale * y
                forces[i, 2] += scale * z


@compiled
def _push_pads(wrenches, rotations, places, hand, field, energy, flip):
    """What draws the pads to the surface, turns them to it and balances them."""
    joints, offsets, normals, base = hand[7], hand[8], hand[9], hand[10]
    values, origin, spacing = field
    weights, _, _, pad_reach = energy
    count = len(joints)
    pads, facing, surface = np.empty((count, 3)), np.empty((count, 3)), np.empty((count, 3))
    away, steep, share, push_share = (
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
    )
    around = np.empty((count, 4, 3))
    slope, total = np.empty(3), 0.0
    for p in range(count):
        joint = joints[p]
        turned = rotations[joint]
        x, y, z = carry(turned, places[joint], offsets[p])
        pads[p, 0], pads[p, 1], pads[p, 2] = x, y, z
        for i in range(3):
            facing[p, i] = (
                turned[i, 0] * normals[p, 0]
                + turned[i, 1] * normals[p, 1]
                + turned[i, 2] * normals[p, 2]
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
                slope,
            )
            around[p, k, 0], around[p, k, 1], around[p, k, 2] = slope[0], flip * slope[1], slope[2]
            away[p] += found / 4
            for i in range(3):
                surface[p, i] += found * CORNERS[k, i] / (4 * SPREAD)
        steep[p] = max(
            math.sqrt(surface[p, 0] ** 2 + surface[p, 1] ** 2 + surface[p, 2] ** 2), FLAT
        )
        for i in range(3):
            surface[p, i] /= steep[p]
        near = math.exp(-((away[p] / pad_reach) ** 2))
        share[p] = base[p] * (near + (0.1 if base[p] >= 1.0 else 0.0))
        total += share[p]
    total = max(total, 1e-6)
    pushes = 0.0
    for p in range(count):
        share[p] /= total
        push_share[p] = share[p] * math.exp(-((away[p] / 0.015) ** 2)) + 1e-4
        pushes += push_share[p]
    # The net wrench of equal pushes, as `contact_energy._closure` has it.
    center, force, torque, drift = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for p in range(count):
        push_share[p] /= pushes
        for i in range(3):
            center[i] += push_share[p] * pads[p, i]
            force[i] += push_share[p] * surface[p, i]
    arms, pad_slope = np.empty((count, 3)), np.empty((count, 3))
    for p in range(count):
        for i in range(3):
            arms[p, i] = (pads[p, i] - center[i]) / 0.05
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            torque[i] += push_share[p] * (arms[p, j] * surface[p, k] - arms[p, k] * surface[p, j])
    for p in range(count):
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            pad_slope[p, i] = (
                2 * push_share[p] / 0.05 * (surface[p, j] * torque[k] - surface[p, k] * torque[j])
            )
            drift[i] += pad_slope[p, i]
    turning = np.empty(3)
    for p in range(count):
        along = 0.0
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            closing = (
                2 * push_share[p] * (force[i] + torque[j] * arms[p, k] - torque[k] * arms[p, j])
            )
            turning[i] = weights[3] * closing + weights[2] * share[p] * facing[p, i]
            along += turning[i] * surface[p, i]
        for i in range(3):
            turning[i] = (turning[i] - along * surface[p, i]) / (4 * SPREAD * steep[p])
        off = CM * away[p]
        drawn = CM * weights[1] * share[p] * min(max(off, -1.0), 1.0) / 4
        fx = weights[3] * (pad_slope[p, 0] - push_share[p] * drift[0])
        fy = weights[3] * (pad_slope[p, 1] - push_share[p] * drift[1])
        fz = weights[3] * (pad_slope[p, 2] - push_share[p] * drift[2])
        for k in range(4):
            corner = (
                drawn
                + turning[0] * CORNERS[k, 0]
                + turning[1] * CORNERS[k, 1]
                + turning[2] * CORNERS[k, 2]
            )
            fx += corner * around[p, k, 0]
            fy += corner * around[p, k, 1]
            fz += corner * around[p, k, 2]
        wrench = wrenches[joints[p]]
        push(wrench, pads[p, 0], pads[p, 1], pads[p, 2], fx, fy, fz)
        # A pad that faces the surface turns with its bone: a torque without a force.
        scale = weights[2] * share[p]
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            wrench[3 + i] += scale * (facing[p, j] * surface[p, k] - facing[p, k] * surface[p, j])


@compiled
def _push_keypoints(wrenches, rotations, places, hand, flip, goal):
    """What pulls the keypoints to a target."""
    joints, offsets = hand[11], hand[12]
    weight, index, points, _ = goal
    for n in range(len(index)):
        key = index[n]
        joint = joints[key]
        x, y, z = carry(rotations[joint], places[joint], offsets[key])
        scale = 2e4 * weight / len(index)
        push(
            wrenches[joint],
            x,
            y,
            z,
            scale * (x - points[n, 0]),
            scale * flip * (flip * y - points[n, 1]),
            scale * (z - points[n, 2]),
        )
