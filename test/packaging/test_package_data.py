"""What the package is installed with beside its Python files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files_of(folder):
    """All files of the package but those that Python makes."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix not in (".nbc", ".nbi")
    }


def test_pip_installs_all_files_of_the_package(tmp_path):
    command = ["setup.py", "-q", "egg_info", "-e", tmp_path, "build_py", "-d", tmp_path / "lib"]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    assert files_of(tmp_path / "lib" / "diffh2o_ros") == files_of(ROOT / "diffh2o_ros")
