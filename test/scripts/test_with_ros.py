"""scripts/with_ros.sh: whose files a command finds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_a_command_runs_where_it_is_called(tmp_path):
    """In a set-up tree whose name has a space, called from elsewhere and through a link."""
    root, mine = tmp_path / "my robot é", tmp_path / "mine"
    for folder in (root / "scripts", root / ".venv" / "bin", root / "install", mine):
        folder.mkdir(parents=True)
    for name in ("with_ros.sh", "environment.sh"):
        shutil.copy(SCRIPTS / name, root / "scripts")
    (root / ".venv" / ".python").write_text(f"{root}: /usr/bin/python3 3.12 wheels kilted\n")
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / "install" / ".built").touch()
    (root / "install" / "setup.bash").write_text('export PYTHONPATH="$PWD/install/python"\n')
    (root / "my.py").write_text("print('of the repository')\n")
    (mine / "my.py").write_text("import os, sys; print(os.getcwd(), os.environ['PYTHONPATH'])\n")
    (tmp_path / "run").symlink_to(root / "scripts" / "with_ros.sh")
    for script in (root / "scripts" / "with_ros.sh", "../run"):
        done = subprocess.run(
            [script, "python", "my.py"],
            cwd=mine,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "CDPATH": str(tmp_path)},
        )
        assert done.stderr == ""
        assert done.stdout == f"{mine} {root}:{root}/install/python\n"

    (root / "install" / ".built").unlink()
    done = subprocess.run([script, "python"], cwd=mine, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"not set up yet: run 'make setup' in {root} first\n"
