"""What the package offers by name, and what its README tells people to import."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import diffh2o_ros

ROOT = Path(__file__).parents[2]
PYTHON = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("name", diffh2o_ros.__all__)
def test_every_public_name_is_there_and_documented(name):
    thing = getattr(diffh2o_ros, name)
    assert thing.__name__ == name and thing.__doc__


def test_what_the_readme_imports_is_there():
    imported = {
        alias.name
        for code in PYTHON
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module == "diffh2o_ros"
        for alias in node.names
    }
    assert {"Synthesizer", "Grasp"} <= imported
    assert imported <= set(diffh2o_ros.__all__)


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, diffh2o_ros; print({'torch', 'numpy', 'trimesh'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
