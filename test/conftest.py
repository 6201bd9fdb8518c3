"""Fixtures that several rooms share: an interaction made of simple bodies, with known answers."""

import numpy as np
import pytest
import trimesh


@pytest.fixture
def simple_interaction():
    """Builds an interaction between a box object and a ball of a 'hand'.

    The box (edge 8 cm) rests with its bottom at z = 0 and moves with `object_path` (T, 3). The
    ball (radius 3 cm) is centred at `ball_path` (T, 3); the five fingertips are its points towards
    +-x, +-y and +z, every other keypoint is its centre.
    """
    from diffh2o_ros.motion.interaction import HandMotion, Interaction

    def build(object_path, ball_path, grasp_frame=0, sides=("right",), fps=30.0, subdivisions=3):
        frames = len(object_path)
        box = trimesh.creation.box((0.08, 0.08, 0.08)).apply_translation((0, 0, 0.04))
        ball = trimesh.creation.icosphere(subdivisions=subdivisions, radius=0.03)
        pose = np.tile(np.eye(4), (frames, 1, 1))
        pose[:, :3, 3] = object_path
        ball_path = np.asarray(ball_path, dtype=float)
        joints = np.repeat(ball_path[:, None], 21, axis=1)
        directions = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1)]
        joints[:, [4, 8, 12, 16, 20]] += 0.03 * np.array(directions)
        hands = {
            side: HandMotion(
                side=side,
                global_orient=np.zeros((frames, 3)),
                transl=ball_path,
                hand_pose=np.zeros((frames, 45)),
                betas=np.zeros(10),
                joints=joints,
                vertices=ball_path[:, None] + ball.vertices,
                faces=ball.faces,
            )
            for side in sides
        }
        return Interaction(
            fps=fps,
            text="lift the box",
            grasp_frame=grasp_frame,
            hands=hands,
            object_pose=pose,
            object_vertices=box.vertices,
            object_faces=box.faces,
            quality={"penetration_mm": 1.5},
        )

    return build
