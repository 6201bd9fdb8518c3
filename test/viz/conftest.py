import numpy as np
import pytest


@pytest.fixture
def interaction(simple_interaction):
    """One second: a ball beside a box, which it carries up by 20 cm from the tenth frame on."""
    up = np.clip(np.arange(31) - 10, 0, None)[:, None] / 20 * np.array([0, 0, 0.2])
    return simple_interaction(up, up + np.array([-0.06, 0, 0.05]), grasp_frame=10)
