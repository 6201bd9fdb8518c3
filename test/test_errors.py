"""One base for what is wrong with input."""

import ast
from pathlib import Path

import pytest

import diffh2o_ros
from diffh2o_ros import Diffh2oError, GraspError, MeshError, TaskError
from diffh2o_ros.errors import ErrorCode, describe_failure

#: Errors that are no input's fault: a process forked at the wrong time, and what readers of pickles
#: turn into their own.
OTHERS = {"ForkError", "RefusedError"}


def test_every_error_of_the_package_derives_from_the_base():
    bases = {}
    for path in Path(diffh2o_ros.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                bases[node.name] = {ast.unparse(base) for base in node.bases}
    derived = {"Diffh2oError"}
    while more := {name for name, of in bases.items() if of & derived} - derived:
        derived |= more
    assert bases.keys() - derived == OTHERS
    assert len(derived) > 20


def test_errors_bring_the_code_that_the_node_answers():
    assert MeshError.code == ErrorCode.INVALID_MESH
    assert TaskError.code == ErrorCode.INVALID_TASK
    assert GraspError.code == ErrorCode.INVALID_GRASP


@pytest.mark.parametrize("kind", [Diffh2oError, MeshError, TaskError])
def test_they_are_value_errors_of_one_line_at_the_command_line(kind):
    assert issubclass(kind, ValueError)
    assert describe_failure(kind("this\n  and that")) == "this and that"
