"""A small data set, built once for all tests that read one, whichever process they run in."""

import fcntl
import os

import pytest

from diffh2o_ros.data.build import build_dataset
from diffh2o_ros.data.dataset import Dataset

NUM = 24


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # of all the workers of a run
    folder = base / "data set"
    with (base / "data set.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert build_dataset(folder, NUM, seed=3, workers=1) == NUM  # what is there is left so
    return folder


@pytest.fixture(scope="session")
def dataset(folder):
    return Dataset(folder)
