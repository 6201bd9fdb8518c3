"""Grasps of procedural objects: found by descent on a contact energy, judged by the exact mesh."""

from diffh2o_ros.data.grasps.finding import find_grasps
from diffh2o_ros.data.grasps.grasp_set import APPROACHES, KINDS, WHERE, GraspSet

__all__ = ["APPROACHES", "KINDS", "WHERE", "GraspSet", "find_grasps"]
