"""A small data set, built once for all tests that read one."""

import pytest

from diffh2o_ros.data.build import build_dataset
from diffh2o_ros.data.dataset import Dataset

NUM = 24


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "set"
    assert build_dataset(folder, NUM, seed=3, workers=1) == NUM
    return folder


@pytest.fixture(scope="session")
def dataset(folder):
    return Dataset(folder)
