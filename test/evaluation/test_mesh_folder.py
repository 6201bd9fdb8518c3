import pytest

from diffh2o_ros.evaluation.mesh_folder import find_meshes, object_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("003_cracker_box", "cracker box"),
        ("065-a_cups", "cups"),
        ("077_rubiks_cube", "rubiks cube"),
        ("mug", "mug"),
        ("my-own_mug", "my own mug"),
        ("3d_printer", "3d printer"),
        ("12", "12"),
        ("tasse_\udce9\x01 bleue", "tasse bleue"),
        ("\udce9", "object"),
    ],
)
def test_objects_are_called_by_their_files(stem, name):
    assert object_name(stem) == name


def test_meshes_of_a_folder(tmp_path):
    for name in ("b.STL", "a.ply", "c.obj", "d.GLB", "e.gltf", "f.dae", "readme.md", "a.npz"):
        (tmp_path / name).touch()
    found = [p.name for p in find_meshes(tmp_path)]
    assert found == ["a.ply", "b.STL", "c.obj", "d.GLB", "e.gltf", "f.dae"]
