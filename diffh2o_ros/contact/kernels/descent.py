"""The descent of `moves.descend` in machine code: Adam on each hand, and what moves it.

The terms are `contact.terms`', one after the other; only their gradients are worked out. Both ways
give the same hands but for rounding, and tests hold them to it.
"""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact import terms as plain
from diffh2o_ros.contact.kernels.adam import adam_step
from diffh2o_ros.contact.kernels.compiled import compiled
from diffh2o_ros.contact.kernels.field import distance
from diffh2o_ros.contact.kernels.kinematics import carry, chain, gradients, push
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
def descend_rows(values, mean, square, first, lengths, moves, start, hand, grid, terms):
    """Steps `first` ... `first` + L - 1 of the descent on values (R, 6 + D), in place.

    mean, square: (R, 6 + D) Adam's moments. lengths: (L,) of the steps. The others: see
    `kernels.arrays`.
    """
    directions, rate, size = hand.directions, moves.rate, values.shape[1]
    rotations, places = np.empty((16, 3, 3)), np.empty((16, 3))
    wrenches = np.empty((16, 6))
    wrist, turn, pose = np.empty(3), np.empty(3), np.empty(45)
    turn_gradient, pose_gradient, gradient = np.empty(3), np.empty(45), np.empty(size)
    ones = np.ones(size)
    for row in range(len(values)):
        move, flip = values[row], start.flip[row]
        for step in range(len(lengths)):
            for k in range(3):
                wrist[k] = start.wrist[row, k] + rate[k] * move[k]
                turn[k] = rate[3 + k] * move[3 + k]
            pose[:] = start.pose[row]
            for d in range(size - 6):
                flexion = rate[6 + d] * move[6 + d]
                if flexion != 0.0:
                    for k in range(45):
                        pose[k] += flexion * directions[d, k]
            chain(wrist, turn, start.rotation[row], pose, hand.bones, rotations, places)
            wrenches[:] = 0.0
            _push_spheres(wrenches, rotations, places, hand, grid, terms, flip, row)
            _push_forearm(wrenches, rotations, places, grid, terms, flip)
            _push_pads(wrenches, rotations, places, hand, grid, terms, flip, row)
            _push_keypoints(wrenches, rotations, places, hand, terms, flip)
            gradients(wrenches, rotations, places, turn, pose, turn_gradient, pose_gradient)
            for k in range(3):
                gradient[k] = wrenches[0, k]
                gradient[3 + k] = turn_gradient[k]
            for d in range(size - 6):
                along = 0.0
                for k in range(45):
                    along += directions[d, k] * pose_gradient[k]
                gradient[6 + d] = along
            _couple(gradient, move, moves, row)
            for k in range(size):
                off = move[k] - moves.rest[row, k]
                gradient[k] = gradient[k] * rate[k] + 2 * moves.stiffness[k] * off
            adam_step(move, mean[row], square[row], gradient, ones, lengths[step], first + step)
            for d in range(size - 6):
                move[6 + d] = min(max(move[6 + d], moves.low[row, d]), moves.high[row, d])


@compiled
def _couple(gradient, move, moves, row):
    """Flexions that follow others."""
    for j in range(len(moves.driven)):
        a, b = 6 + moves.driven[j], 6 + moves.driver[j]
        off = moves.off[row, j] + moves.rate[a] * move[a] - moves.ratio * moves.rate[b] * move[b]
        gradient[a] += 2 * moves.coupling * off
        gradient[b] -= 2 * moves.coupling * off * moves.ratio


@compiled
def _meet(grid, x, y, z, flip, radius, clearance, inside, table_height, below, gradient):
    """The force on a sphere at (x, y, z) by the object, of weight `inside`, and by the table, of
    weight `below`."""
    fx, fy, fz = 0.0, 0.0, 0.0
    gap = distance(grid, x, flip * y, z, gradient)
    depth = radius + clearance - gap
    if depth > 0:
        scale = -2 * inside * CM * CM * depth
        fx += scale * gradient[0]
        fy += scale * flip * gradient[1]
        fz += scale * gradient[2]
    under = table_height + radius - z
    if under > 0:
        fz -= 2 * below * CM * CM * under
    return fx, fy, fz


@compiled
def _push_forearm(wrenches, rotations, places, grid, terms, flip):
    """What object and table do to the forearm, which is fixed to the wrist."""
    weight, height, gradient = terms.forearm_weight, terms.table_height, np.empty(3)
    for s in range(len(terms.forearm_radii)):
        joint = terms.forearm.joints[s]
        x, y, z = carry(rotations[joint], places[joint], terms.forearm.offsets[s])
        fx, fy, fz = _meet(
            grid, x, y, z, flip, terms.forearm_radii[s], 0.0, weight, height, weight, gradient
        )
        push(wrenches[joint], x, y, z, fx, fy, fz)


@compiled
def _push_spheres(wrenches, rotations, places, hand, grid, terms, flip, row):
    """What the object, the table, other fingers and another hand do to the spheres."""
    joints, offsets = hand.spheres
    radii, far, finger = hand.radii, hand.far, hand.finger
    weights, others = terms.weights, terms.others
    centers, forces = np.empty((len(joints), 3)), np.zeros((len(joints), 3))
    gradient = np.empty(3)
    for s in range(len(joints)):
        joint = joints[s]
        x, y, z = carry(rotations[joint], places[joint], offsets[s])
        centers[s, 0], centers[s, 1], centers[s, 2] = x, y, z
        forces[s, 0], forces[s, 1], forces[s, 2] = _meet(
            grid,
            x,
            y,
            z,
            flip,
            radii[s],
            terms.clearance,
            weights.penetration,
            terms.table_height,
            weights.table,
            gradient,
        )
    if weights.self_penetration > 0:
        for i in range(len(far)):
            for j in range(i + 1, len(far)):
                if finger[i] != finger[j]:
                    _part(centers, forces, far[i], far[j], radii, weights.self_penetration)
    if len(others) > 0:
        _part_from_others(centers, forces, others[row], radii, weights.penetration)
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
    """Drives two overlapping spheres of one hand apart: see `terms.self_penetration`."""
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
def _push_pads(wrenches, rotations, places, hand, grid, terms, flip, row):
    """What draws the pads to the surface, rotates them to it and balances them."""
    joints, offsets = hand.pads
    normals, weights, base = hand.pad_normals, terms.weights, terms.pad_weight[row]
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
                grid,
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
        near = math.exp(-((away[p] / terms.pad_reach) ** 2))
        weight[p] = base[p] * (near + (terms.pad_always if base[p] >= WHOLE else 0.0))
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
    turning = np.empty(3)
    for p in range(count):
        along = 0.0
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            closing = 2 * push_of[p] * (force[i] + torque[j] * arms[p, k] - torque[k] * arms[p, j])
            turning[i] = weights.closure * closing + weights.alignment * weight[p] * facing[p, i]
            along += turning[i] * surface[p, i]
        for i in range(3):
            turning[i] = (turning[i] - along * surface[p, i]) / (4 * SPREAD * steep[p])
        off = CM * away[p]
        drawn = CM * weights.contact * weight[p] * min(max(off, -1.0), 1.0) / 4
        fx = weights.closure * (pad_gradient[p, 0] - push_of[p] * drift[0])
        fy = weights.closure * (pad_gradient[p, 1] - push_of[p] * drift[1])
        fz = weights.closure * (pad_gradient[p, 2] - push_of[p] * drift[2])
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
        scale = weights.alignment * weight[p]
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            wrench[3 + i] += scale * (facing[p, j] * surface[p, k] - facing[p, k] * surface[p, j])


@compiled
def _push_keypoints(wrenches, rotations, places, hand, terms, flip):
    """What pulls the keypoints to a target."""
    joints, offsets = hand.keypoints
    index, points = terms.pull_index, terms.pull_points
    for n in range(len(index)):
        key = index[n]
        joint = joints[key]
        x, y, z = carry(rotations[joint], places[joint], offsets[key])
        scale = 2 * CM * CM * terms.pull_weight / len(index)
        push(
            wrenches[joint],
            x,
            y,
            z,
            scale * (x - points[n, 0]),
            scale * flip * (flip * y - points[n, 1]),
            scale * (z - points[n, 2]),
        )
