"""Grasps of procedural objects: found by descent on a contact energy, judged by the exact mesh."""

from .finding import find_grasps
from .grasp_set import APPROACHES, KINDS, WHERE, GraspSet

__all__ = ["APPROACHES", "KINDS", "WHERE", "GraspSet", "find_grasps"]
