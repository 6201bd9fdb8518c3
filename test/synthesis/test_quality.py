import numpy as np
import pytest
import torch

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.synthesis.quality import grasp_quality


@pytest.fixture
def held(simple_interaction):
    """A hand above its object, and the object's distances."""
    interaction = simple_interaction(np.zeros((10, 3)), np.zeros((10, 3)) + [0.0, 0.0, 0.3])
    interaction.grasp_frame = 4
    mesh = Mesh(interaction.object_vertices.astype(float), interaction.object_faces)
    return interaction, SignedDistanceGrid.from_mesh(mesh)


def test_contact_at_the_grasp_frame_is_counted(held):
    interaction, sdf = held
    hand, frame = interaction.hands["right"], interaction.grasp_frame - 1
    surface = torch.tensor(interaction.object_vertices, dtype=torch.float32)
    center = surface.mean(0)
    assert grasp_quality(interaction, sdf, np.zeros(3)) == {
        "grasp_penetration_mm": 0,
        "grasp_contact_ratio": 0,
        "grasp_fingers": 0,
    }
    half = len(hand.vertices[frame]) // 2
    hand.vertices[frame, :half] = surface[0] + 1e-4 * (surface[0] - center)
    hand.vertices[frame, half] = center
    hand.joints[frame, [4, 8]] = surface[0]
    found = grasp_quality(interaction, sdf, np.zeros(3))
    assert found["grasp_contact_ratio"] == pytest.approx(half / len(hand.vertices[frame]), rel=0.01)
    assert found["grasp_fingers"] == 2
    assert found["grasp_penetration_mm"] == pytest.approx(-1e3 * float(sdf.query(center)), rel=1e-3)
    hand.vertices[frame + 1 :] = center  # other frames do not count
    assert grasp_quality(interaction, sdf, np.zeros(3)) == found
