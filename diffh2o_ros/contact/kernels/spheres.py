"""What object, table, other fingers and other hands do to a hand's spheres."""

from __future__ import annotations

import math

import numpy as np

from diffh2o_ros.contact.kernels.compiled import compiled
from diffh2o_ros.contact.kernels.field import distance
from diffh2o_ros.contact.kernels.kinematics import carry, push
from diffh2o_ros.contact.terms import CM


@compiled
def push_spheres(wrenches, rotations, positions, hand, grid, terms, flip, row):
    """What the object, the table, other fingers and another hand do to the spheres."""
    joints, offsets = hand.spheres
    radii, far, finger = hand.radii, hand.far, hand.finger
    weights, others, clearance, height = (
        terms.weights,
        terms.others,
        terms.clearance,
        terms.table_height,
    )
    inside, below = weights.penetration, weights.table
    values, origin, spacing = grid
    centers, forces = np.empty((len(joints), 3)), np.zeros((len(joints), 3))
    gradient = np.empty(3)
    for s in range(len(joints)):
        joint = joints[s]
        x, y, z = carry(rotations[joint], positions[joint], offsets[s])
        centers[s, 0], centers[s, 1], centers[s, 2] = x, y, z
        gap = distance(values, origin, spacing, x, flip * y, z, gradient)
        forces[s, 0], forces[s, 1], forces[s, 2] = _meet(
            gap, gradient, flip, radii[s] + clearance, inside, height + radii[s] - z, below
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
def push_forearm(wrenches, rotations, positions, grid, terms, flip):
    """What object and table do to the forearm, which is fixed to the wrist."""
    offsets, radii, weight = terms.forearm
    height = terms.table_height
    values, origin, spacing = grid
    gradient = np.empty(3)
    for s in range(len(radii)):
        x, y, z = carry(rotations[0], positions[0], offsets[s])
        gap = distance(values, origin, spacing, x, flip * y, z, gradient)
        fx, fy, fz = _meet(gap, gradient, flip, radii[s], weight, height + radii[s] - z, weight)
        push(wrenches[0], x, y, z, fx, fy, fz)


@compiled
def _meet(gap, gradient, flip, room, inside, under, below):
    """The force on a sphere by object and table.

    gap: distance of its center to the object, of this gradient (3,); room: it should have; inside:
    weight of what lacks. under: how far it is below the table; below: weight of that.
    """
    fx, fy, fz = 0.0, 0.0, 0.0
    depth = room - gap
    if depth > 0:
        scale = -2 * inside * CM * CM * depth
        fx += scale * gradient[0]
        fy += scale * flip * gradient[1]
        fz += scale * gradient[2]
    if under > 0:
        fz -= 2 * below * CM * CM * under
    return fx, fy, fz


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
