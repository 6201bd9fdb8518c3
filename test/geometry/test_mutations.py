import os
import subprocess
import sys
from pathlib import Path


def test_two_thousand_damaged_files_are_read_or_refused(tmp_path):
    """In one process: no crash, none over 5 s, under 1 GiB, and not a word on stderr."""
    program = Path(__file__).with_name("mutate_meshes.py")
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    found = subprocess.run(
        [sys.executable, program, tmp_path, "2000", "0"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
        timeout=300,
    )
    assert found.returncode == 0 and found.stderr == "", found.stderr
    read = int(found.stdout.split()[2])
    assert 100 < read < 1500  # neither all nor none of them
