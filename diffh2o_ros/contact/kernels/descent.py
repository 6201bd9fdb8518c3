"""The descent of `moves.move` in machine code: Adam on each hand, and what moves it.

The terms are `contact.terms`', one after the other; only their gradients are worked out. Both ways
give the same hands but for rounding, and tests hold them to it.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.contact.kernels.adam import adam_step
from diffh2o_ros.contact.kernels.compiled import compiled
from diffh2o_ros.contact.kernels.kinematics import carry, chain, gradients, push
from diffh2o_ros.contact.kernels.pads import push_pads
from diffh2o_ros.contact.kernels.spheres import push_forearm, push_spheres
from diffh2o_ros.contact.terms import CM


@compiled
def descend_rows(values, mean, square, first, lengths, moves, start, hand, grid, terms):
    """Steps `first` ... `first` + L - 1 of the descent on values (R, 6 + D), in place.

    mean, square: (R, 6 + D) Adam's moments. lengths: (L,) of the steps. The others: see
    `kernels.arrays`.
    """
    # Arrays out of the tuples here, once: each time that is done counts references.
    directions, bones = hand.directions, hand.bones
    rate, stiffness, rest, low, high, _ = moves
    wrists, starts, poses, flips = start
    pulled, has_forearm = len(terms.pull.index) > 0, len(terms.forearm.radius) > 0
    coupled = len(moves.coupling.driven) > 0
    size = values.shape[1]
    rotations, positions = np.empty((16, 3, 3)), np.empty((16, 3))
    wrenches = np.empty((16, 6))
    wrist, rotvec, pose = np.empty(3), np.empty(3), np.empty(45)
    rotvec_gradient, pose_gradient, gradient = np.empty(3), np.empty(45), np.empty(size)
    ones = np.ones(size)
    for row in range(len(values)):
        move, flip, first_rotation = values[row], flips[row], starts[row]
        row_mean, row_square = mean[row], square[row]
        for step in range(len(lengths)):
            for k in range(3):
                wrist[k] = wrists[row, k] + rate[k] * move[k]
                rotvec[k] = rate[3 + k] * move[3 + k]
            pose[:] = poses[row]
            for d in range(size - 6):
                flexion = rate[6 + d] * move[6 + d]
                if flexion != 0.0:
                    for k in range(45):
                        pose[k] += flexion * directions[d, k]
            chain(wrist, rotvec, first_rotation, pose, bones, rotations, positions)
            wrenches[:] = 0.0
            push_spheres(wrenches, rotations, positions, hand, grid, terms, flip, row)
            if has_forearm:
                push_forearm(wrenches, rotations, positions, grid, terms, flip)
            push_pads(wrenches, rotations, positions, hand, grid, terms, flip, row)
            if pulled:
                _push_keypoints(wrenches, rotations, positions, hand, terms, flip)
            gradients(wrenches, rotations, positions, rotvec, pose, rotvec_gradient, pose_gradient)
            for k in range(3):
                gradient[k] = wrenches[0, k]
                gradient[3 + k] = rotvec_gradient[k]
            for d in range(size - 6):
                along = 0.0
                for k in range(45):
                    along += directions[d, k] * pose_gradient[k]
                gradient[6 + d] = along
            if coupled:
                _couple(gradient, move, moves, row)
            for k in range(size):
                off = move[k] - rest[row, k]
                gradient[k] = gradient[k] * rate[k] + 2 * stiffness[k] * off
            adam_step(move, row_mean, row_square, gradient, ones, lengths[step], first + step)
            for d in range(size - 6):
                move[6 + d] = min(max(move[6 + d], low[row, d]), high[row, d])


@compiled
def _couple(gradient, move, moves, row):
    """Flexions that follow others."""
    driven, driver, ratio, weight, start = moves.coupling
    rate = moves.rate
    for j in range(len(driven)):
        a, b = 6 + driven[j], 6 + driver[j]
        off = start[row, j] + rate[a] * move[a] - ratio * rate[b] * move[b]
        gradient[a] += 2 * weight * off
        gradient[b] -= 2 * weight * off * ratio


@compiled
def _push_keypoints(wrenches, rotations, positions, hand, terms, flip):
    """What pulls the keypoints to a target."""
    joints, offsets = hand.keypoints
    weight, index, points = terms.pull
    for n in range(len(index)):
        key = index[n]
        joint = joints[key]
        x, y, z = carry(rotations[joint], positions[joint], offsets[key])
        scale = 2 * CM * CM * weight / len(index)
        push(
            wrenches[joint],
            x,
            y,
            z,
            scale * (x - points[n, 0]),
            scale * flip * (flip * y - points[n, 1]),
            scale * (z - points[n, 2]),
        )
