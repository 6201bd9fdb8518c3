import os
import sys
from pathlib import Path

import pytest

import diffh2o_ros

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """In a folder like the package's, with `diffh2o` on the path: this package by this Python."""
    commands = tmp_path / "commands"
    commands.mkdir()
    diffh2o = commands / "diffh2o"
    diffh2o.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m diffh2o_ros "$@"\n')
    diffh2o.chmod(0o755)
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "assets").symlink_to(ROOT / "assets")
    monkeypatch.chdir(folder)
    found = [str(Path(diffh2o_ros.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, found)),
    }
