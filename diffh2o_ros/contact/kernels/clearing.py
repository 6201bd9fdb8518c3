"""`clearing.clear_path` in machine code, for CPUs; see `hands.compiled`. Needs numba."""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact.kernels.kinematics import carry, chain, compiled, distance, push, slopes
from diffh2o_ros.contact.kernels.settling import BETA_1, BETA_2, CM, EPSILON


@compiled
def clear_row(
    knots,
    steps,
    blend,
    rate,
    unit,
    clearance,
    wrist_path,
    rotation_path,
    pose_path,
    flip,
    hand,
    field,
    support,
    positions,
    turns,
):
    """Adam on the knots (K, 3 + D) of one path, in place: shifts in meters and bends in radians.

    blend: (T, K) how knots are blended over frames. rate, unit: (3 + D,) meters or radians a step,
    and what counts as much. clearance: (T,) meters. The path: wrists (T, 3), rotations
    (T, 3, 3), poses (T, 45), `flip` 1 or -1 in y. hand: `HandBodies.arrays`. field: grid values,
    origin about the object's center, spacing. The object: positions (T, 3), turns (T, 3, 3).
    """
    directions, bones, joints, offsets, radii = hand[0], hand[1], hand[2], hand[3], hand[4]
    values, origin, spacing = field
    frames, count = blend.shape
    size = knots.shape[1]
    mean, square = np.zeros_like(knots), np.zeros_like(knots)
    rotations, places = np.empty((16, 3, 3)), np.empty((16, 3))
    wrenches, slope, seen = np.empty((16, 6)), np.empty(3), np.empty(3)
    wrist, still, pose = np.empty(3), np.zeros(3), np.empty(45)
    turn_slope, pose_slope, moved = np.empty(3), np.empty(45), np.empty(size)
    for step in range(steps):
        change = np.zeros_like(knots)
        for frame in range(frames):
            moved[:] = 0.0
            for k in range(count):
                if blend[frame, k] != 0.0:
                    for d in range(size):
                        moved[d] += blend[frame, k] * knots[k, d]
            for i in range(3):
                wrist[i] = wrist_path[frame, i] + moved[i]
            pose[:] = pose_path[frame]
            for d in range(size - 3):
                if moved[3 + d] != 0.0:
                    for k in range(45):
                        pose[k] += moved[3 + d] * directions[d, k]
            chain(wrist, still, rotation_path[frame], pose, bones, rotations, places)
            wrenches[:] = 0.0
            pushed = False
            place, turn = positions[frame], turns[frame]
            for s in range(len(joints)):
                joint = joints[s]
                x, y, z = carry(rotations[joint], places[joint], offsets[s])
                u, v, w = x - place[0], flip * y - place[1], z - place[2]
                for i in range(3):
                    seen[i] = turn[0, i] * u + turn[1, i] * v + turn[2, i] * w
                gap = distance(values, origin, spacing, seen[0], seen[1], seen[2], slope)
                fx, fy, fz = 0.0, 0.0, 0.0
                depth = radii[s] + clearance[frame] - gap
                if depth > 0:
                    scale = -2 * CM * CM * depth
                    u, v, w = slope[0], slope[1], slope[2]
                    fx = scale * (turn[0, 0] * u + turn[0, 1] * v + turn[0, 2] * w)
                    fy = scale * flip * (turn[1, 0] * u + turn[1, 1] * v + turn[1, 2] * w)
                    fz = scale * (turn[2, 0] * u + turn[2, 1] * v + turn[2, 2] * w)
                below = support + radii[s] - z
                if below > 0:
                    fz -= 2 * CM * CM * below
                if depth > 0 or below > 0:
                    push(wrenches[joint], x, y, z, fx, fy, fz)
                    pushed = True
            if not pushed:
                continue
            slopes(wrenches, rotations, places, still, pose, turn_slope, pose_slope)
            for k in range(count):
                share = blend[frame, k]
                if share != 0.0:
                    for i in range(3):
                        change[k, i] += share * wrenches[0, i]
                    for d in range(size - 3):
                        along = 0.0
                        for n in range(45):
                            along += directions[d, n] * pose_slope[n]
                        change[k, 3 + d] += share * along
        for k in range(count):
            for d in range(size):
                # Knots are held to rest and to their neighbors; past the last one is rest.
                scaled = 1 / (unit[d] * unit[d])
                after = knots[k + 1, d] if k + 1 < count else 0.0
                g = change[k, d] + scaled * (0.1 * knots[k, d] - 1.0 * (after - knots[k, d]))
                if k > 0:
                    g += scaled * (knots[k, d] - knots[k - 1, d])
                change[k, d] = g
        for k in range(count):
            for d in range(size):
                g = change[k, d]
                mean[k, d] += (1 - BETA_1) * (g - mean[k, d])
                square[k, d] += (1 - BETA_2) * (g * g - square[k, d])
                top = mean[k, d] / (1 - BETA_1 ** (step + 1))
                bottom = math.sqrt(square[k, d] / (1 - BETA_2 ** (step + 1))) + EPSILON
                knots[k, d] -= rate[d] * top / bottom
