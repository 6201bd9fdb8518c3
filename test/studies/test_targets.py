"""Targets spoilt as perception spoils them."""

import numpy as np

from diffh2o_ros.evaluation.targets import grasp_keypoints
from diffh2o_ros.motion.grasp import Grasp
from studies.targets import mirrored, rotated, translated

GRASP = Grasp("right", np.array([0.1, 0.2, 0.3]), np.array([0.05, 0.0, 0.1]), np.zeros(45))


def test_a_translation_moves_every_keypoint_by_as_much():
    away = grasp_keypoints(translated(GRASP, 0.05, np.random.default_rng(1))) - grasp_keypoints(
        GRASP
    )
    np.testing.assert_allclose(np.linalg.norm(away, axis=1), 0.05, atol=1e-5)


def test_a_rotation_leaves_the_wrist_and_rotates_by_the_angle():
    before = grasp_keypoints(GRASP)
    after = grasp_keypoints(rotated(GRASP, 90, np.random.default_rng(1)))
    np.testing.assert_allclose(after[0], before[0], atol=1e-5)
    aligned = np.linalg.svd((before - before[0]).T @ (after - after[0]))
    rotation = aligned.U @ np.diag([1, 1, np.linalg.det(aligned.U @ aligned.Vh)]) @ aligned.Vh
    angle = np.rad2deg(np.arccos((np.trace(rotation) - 1) / 2))
    np.testing.assert_allclose(angle, 90, atol=0.1)


def test_a_mirrored_grasp_is_as_far_on_the_other_side():
    center = np.array([0.0, 0.02, 0.04])
    before = grasp_keypoints(GRASP).mean(0) - center
    after = grasp_keypoints(mirrored(GRASP, center)).mean(0) - center
    np.testing.assert_allclose(after, -before, atol=1e-5)
