"""A small data set that can be learned: motions whose end the sentence and the object decide."""

import numpy as np
import pytest
import torch

from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.training.arrays import TrainingArrays


@pytest.fixture
def make_arrays():
    def make(sequences=60, frames=50, dim=108, seed=0):
        rng = np.random.default_rng(seed)
        goal = rng.integers(0, 2, sequences)  # what the sentence says
        size = rng.uniform(0.5, 1.5, sequences)  # what the object is
        ramp = np.linspace(0, 1, frames)[None, :, None]
        direction = rng.normal(size=dim)
        features = (2 * goal - 1)[:, None, None] * size[:, None, None] * ramp * direction
        features += 0.05 * rng.normal(size=features.shape)
        sphere = rng.normal(size=(1024, 3)) * 0.04
        token_start = np.cumsum([0, 3, 4, 5, 4])
        return TrainingArrays(
            features=features.astype(np.float16),
            bps=(sphere * size[:, None, None]).astype(np.float16),
            text_index=np.stack([goal, goal + 2], axis=1),
            tokens=rng.normal(size=(token_start[-1], 384)).astype(np.float16),
            split=(np.arange(sequences) % 5 == 0).astype(np.uint8),
            token_start=token_start,
        )

    return make


@pytest.fixture
def fit_codec():
    def fit(arrays):
        basis = PoseBasis(torch.zeros(45), torch.eye(24, 45))
        return FeatureCodec.fit(torch.from_numpy(arrays.features).float(), basis)

    return fit
