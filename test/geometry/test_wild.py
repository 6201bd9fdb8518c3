"""Files from the wild that were refused or read wrong: as right as they are, or said to be what."""

from pathlib import Path

import pytest
import trimesh
from mesh_files import SIZE, VOLUME

from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import MeshError

FOLDER = Path(__file__).with_name("wild")
BOX = (VOLUME, SIZE)
BESIDE = (0.000608, [0.1, 0.08, 0.12])
FILES = {
    "git_lfs_pointer.obj": "a Git LFS pointer",
    "git_lfs_pointer.stl": "a Git LFS pointer",
    "glb_named.obj": "a GLB file",
    "obj_bom.obj": BOX,
    "obj_comment_after_f.obj": BOX,
    "obj_comment_after_v.obj": BOX,
    "obj_half_of_faces_indented_f_silently_dropped.obj": BOX,
    "obj_indented_v.obj": BOX,
    "obj_negative_interleaved_blocks.obj": BESIDE,
    "obj_negative_with_vt_slash.obj": BESIDE,
    "obj_tab_after_f.obj": BOX,
    "ply_ascii_quads_truncated_to_51pc.ply": "cut short",
    "ply_ascii_quads_with_face_colours.ply": BOX,
    "ply_latin1_comment.ply": BOX,
    "ply_little_mixed_ngons.ply": (0.00041569219, [0.08, 0.0692820323, 0.1]),
    "ply_nan_vertex_unused.ply": BOX,
    "ply_trailing_bytes.ply": BOX,
    "stl_ascii_cut_in_second_solid_loads_half.stl": "cut short",
    "stl_ascii_end_solid_two_words.stl": BOX,
    "stl_ascii_ind_normals_msvc.stl": BOX,
    "stl_ascii_no_endsolid.stl": BOX,
    "stl_ascii_quad_loop.stl": None,
    "stl_binary_trailing_bytes.stl": BOX,
}


def test_every_file_has_its_right_value():
    assert {path.name for path in FOLDER.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_right_or_refused_and_no_library_speaks(name, caplog, capfd):
    right = FILES[name]
    if isinstance(right, str):
        with pytest.raises(MeshError, match=right):
            load_mesh(FOLDER / name)
    else:
        mesh = load_mesh(FOLDER / name)
        found = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        assert found.is_watertight
        if right is not None:
            assert (found.volume, found.extents.tolist()) == (
                pytest.approx(right[0]),
                pytest.approx(right[1]),
            )
    assert not caplog.records and capfd.readouterr() == ("", "")
