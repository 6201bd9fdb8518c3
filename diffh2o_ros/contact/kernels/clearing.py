"""`clearing.clear_path` in machine code."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.contact.kernels.adam import adam_step
from diffh2o_ros.contact.kernels.compiled import compiled
from diffh2o_ros.contact.kernels.field import distance
from diffh2o_ros.contact.kernels.kinematics import carry, chain, gradients, push
from diffh2o_ros.contact.terms import CM


@compiled
def clear_row(knots, lengths, blend, knot_moves, clearance, path, hand, grid, table_height, thing):
    """Adam on the knots (K, 3 + D) of one path, in place: meters, and radians of flexion.

    lengths: (L,) of the steps. blend: (T, K) how knots are blended over frames. clearance: (T,)
    meters. knot_moves, path (of T frames), hand, grid, thing: see `kernels.arrays`.
    """
    directions, radii, rate = hand.directions, hand.radii, knot_moves.rate
    joints, offsets = hand.spheres
    values, origin, spacing = grid
    frames, count = blend.shape
    size = knots.shape[1]
    flip = path.flip[0]
    mean, square = np.zeros_like(knots), np.zeros_like(knots)
    rotations, joint_positions = np.empty((16, 3, 3)), np.empty((16, 3))
    wrenches, gradient, seen = np.empty((16, 6)), np.empty(3), np.empty(3)
    wrist, still, pose = np.empty(3), np.zeros(3), np.empty(45)
    rotvec_gradient, pose_gradient, moved = np.empty(3), np.empty(45), np.empty(size)
    for step in range(len(lengths)):
        change = np.zeros_like(knots)
        for frame in range(frames):
            moved[:] = 0.0
            for k in range(count):
                if blend[frame, k] != 0.0:
                    for d in range(size):
                        moved[d] += blend[frame, k] * knots[k, d]
            for i in range(3):
                wrist[i] = path.wrist[frame, i] + moved[i]
            pose[:] = path.pose[frame]
            for d in range(size - 3):
                if moved[3 + d] != 0.0:
                    for k in range(45):
                        pose[k] += moved[3 + d] * directions[d, k]
            chain(wrist, still, path.rotation[frame], pose, hand.bones, rotations, joint_positions)
            wrenches[:] = 0.0
            pushed = False
            object_position, object_rotation = thing.position[frame], thing.rotation[frame]
            for s in range(len(joints)):
                joint = joints[s]
                x, y, z = carry(rotations[joint], joint_positions[joint], offsets[s])
                u, v, w = (
                    x - object_position[0],
                    flip * y - object_position[1],
                    z - object_position[2],
                )
                for i in range(3):
                    seen[i] = (
                        object_rotation[0, i] * u
                        + object_rotation[1, i] * v
                        + object_rotation[2, i] * w
                    )
                gap = distance(values, origin, spacing, seen[0], seen[1], seen[2], gradient)
                fx, fy, fz = 0.0, 0.0, 0.0
                depth = radii[s] + clearance[frame] - gap
                if depth > 0:
                    scale = -2 * CM * CM * depth
                    u, v, w = gradient[0], gradient[1], gradient[2]
                    fx = scale * (
                        object_rotation[0, 0] * u
                        + object_rotation[0, 1] * v
                        + object_rotation[0, 2] * w
                    )
                    fy = (
                        scale
                        * flip
                        * (
                            object_rotation[1, 0] * u
                            + object_rotation[1, 1] * v
                            + object_rotation[1, 2] * w
                        )
                    )
                    fz = scale * (
                        object_rotation[2, 0] * u
                        + object_rotation[2, 1] * v
                        + object_rotation[2, 2] * w
                    )
                below = table_height + radii[s] - z
                if below > 0:
                    fz -= 2 * CM * CM * below
                if depth > 0 or below > 0:
                    push(wrenches[joint], x, y, z, fx, fy, fz)
                    pushed = True
            if not pushed:
                continue
            gradients(
                wrenches, rotations, joint_positions, still, pose, rotvec_gradient, pose_gradient
            )
            for k in range(count):
                weight = blend[frame, k]
                if weight != 0.0:
                    for i in range(3):
                        change[k, i] += weight * wrenches[0, i]
                    for d in range(size - 3):
                        along = 0.0
                        for n in range(45):
                            along += directions[d, n] * pose_gradient[n]
                        change[k, 3 + d] += weight * along
        for k in range(count):
            for d in range(size):
                # Knots are held to rest and to their neighbors; past the last one is rest.
                scaled = 1 / (knot_moves.unit[d] * knot_moves.unit[d])
                rest, even = 2 * knot_moves.to_rest, 2 * knot_moves.to_neighbors
                after = knots[k + 1, d] if k + 1 < count else 0.0
                g = change[k, d] + scaled * (rest * knots[k, d] - even * (after - knots[k, d]))
                if k > 0:
                    g += scaled * even * (knots[k, d] - knots[k - 1, d])
                change[k, d] = g
        for k in range(count):
            adam_step(knots[k], mean[k], square[k], change[k], rate, lengths[step], step)
