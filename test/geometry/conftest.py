"""Lets the tests of this room import `mesh_files`, which is no test itself."""

import sys
from pathlib import Path

import pytest
import trimesh

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def measure(tmp_path):
    """Writes a file and loads it: (volume in m3, size in m), and what was told of it."""
    from diffh2o_ros.geometry.intake import load_mesh

    def load(name, content, **kwargs):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        mesh = load_mesh(path, **kwargs)
        found = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        assert found.is_watertight
        return found.volume, found.extents.tolist()

    return load


@pytest.fixture
def refusal(tmp_path):
    """Writes a file and gives the line that it is refused with."""
    from diffh2o_ros.geometry.intake import load_mesh
    from diffh2o_ros.geometry.mesh import MeshError

    def refused(name, content, **kwargs):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(MeshError) as error:
            load_mesh(path, **kwargs)
        text = str(error.value)
        assert "\n" not in text and len(text) < 400 and str(path) in text
        return text.replace(str(path), name)

    return refused
