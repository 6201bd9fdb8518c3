"""Joints that follow others, as a URDF's mimic joints do."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from diffh2o_ros.retargeting.errors import RobotHandError


@dataclass(frozen=True)
class JointCoupling:
    """How the N joints follow the K that are free: positions are matrix @ free + offset.

    free: (K,) which joints these are. matrix: (N, K). offset: (N,).
    """

    free: np.ndarray
    matrix: np.ndarray
    offset: np.ndarray


def coupling_of(model: mujoco.MjModel, name: str) -> JointCoupling:
    """Joints that follow others by an equality of joints, as a URDF's mimic joints do."""
    count, rest = model.njnt - 1, model.qpos0[7:]
    rules: dict[int, tuple[int, float, float]] = {}
    for number in range(model.neq):
        joint = int(mujoco.mjtEq.mjEQ_JOINT)
        if model.eq_type[number] != joint or not model.eq_active0[number]:
            continue
        follower, leader = int(model.eq_obj1id[number]) - 1, int(model.eq_obj2id[number]) - 1
        constant, slope, *higher = model.eq_data[number, :5]
        if any(higher):
            raise RobotHandError(f"{name} has a joint that follows by a curve: make it a line")
        # MuJoCo counts from the reference positions of both.
        reference = slope * rest[leader] if leader >= 0 else 0.0
        rules[follower] = leader, slope, constant + rest[follower] - reference
    matrix, offset = np.eye(count), np.zeros(count)
    open_rules = dict(rules)
    while open_rules:  # a leader may follow another one
        ready = [j for j, (leader, *_) in open_rules.items() if leader not in open_rules]
        if not ready:
            raise RobotHandError(f"{name} has joints that follow one another in a circle")
        for follower in ready:
            leader, slope, constant = open_rules.pop(follower)
            follows = leader >= 0
            matrix[follower] = slope * matrix[leader] if follows else 0.0
            offset[follower] = constant + (slope * offset[leader] if follows else 0.0)
    free = np.array([j for j in range(count) if j not in rules], dtype=int)
    return JointCoupling(free, matrix[:, free], offset)
