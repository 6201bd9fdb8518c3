"""Lets the tests of this room import `grab_scene`, which is no test itself."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def grab(tmp_path):
    """A GRAB folder without sequences, and a MANO folder."""
    from grab_scene import Grab

    return Grab(tmp_path)
