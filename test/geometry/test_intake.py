import pickle

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.geometry import intake
from diffh2o_ros.geometry.intake import check_mesh, load_mesh
from diffh2o_ros.geometry.mesh import MeshError


def body(mesh):
    return trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)


@pytest.fixture
def box():
    made = trimesh.creation.box((0.04, 0.06, 0.08))
    return np.array(made.vertices), np.array(made.faces)


@pytest.fixture(autouse=True)
def nothing_known():
    intake._known.clear()


def one_line(error):
    text = str(error.value)
    assert "\n" not in text and len(text) < 300
    return text


@pytest.mark.parametrize(
    ("vertices", "faces", "message"),
    [
        (np.zeros((0, 3)), np.zeros((0, 3), int), "empty"),
        (np.ones((4, 3)), np.zeros((0, 3), int), "no faces; a point cloud must be meshed first"),
        ([], [], "empty"),
        (np.ones((4, 2)), np.zeros((4, 3), int), r"vertices must have shape \(n, 3\)"),
        (np.ones((4, 3)), np.zeros((4, 4), int), r"faces must have shape \(n, 3\)"),
        (np.ones(12), np.zeros((4, 3), int), r"not \(12,\)"),
        ([["a", "b", "c"]], [[0, 0, 0]], "arrays of numbers"),
        ([[0, 0, 0], [1, 2]], [[0, 0, 0]], "arrays of numbers"),
        (np.ones((4, 3)), np.full((4, 3), 0.5), "integer"),
        (np.ones((4, 3)), np.ones((4, 3), bool), "integer"),
        (np.ones((4, 3), complex), np.zeros((4, 3), int), "arrays of numbers"),
        (torch.ones(4, 3, requires_grad=True), np.zeros((4, 3), int), "arrays of numbers"),
    ],
)
def test_malformed_arrays(vertices, faces, message):
    with pytest.raises(MeshError, match=message) as error:
        check_mesh(vertices, faces)
    one_line(error)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite(box, bad):
    box[0][3, 1] = bad
    with pytest.raises(MeshError, match="1 of 8 mesh vertices are NaN or infinite"):
        check_mesh(*box)


def test_a_vertex_that_no_face_uses_may_be_anything(box):
    vertices = np.vstack([box[0], [[np.nan, np.inf, 0]]])
    np.testing.assert_array_equal(check_mesh(vertices, box[1]).vertices, box[0])


@pytest.mark.parametrize("kind", ["lists", "float16", "fortran", "tensors", "int32 and uint64"])
def test_numbers_in_any_container(box, kind):
    vertices, faces = {
        "lists": (box[0].tolist(), box[1].tolist()),
        "float16": (box[0].astype(np.float16), box[1]),
        "fortran": (np.asfortranarray(box[0]), np.asfortranarray(box[1])),
        "tensors": (torch.tensor(box[0]), torch.tensor(box[1])),
        "int32 and uint64": ((1000 * box[0]).astype(np.int32), box[1].astype(np.uint64)),
    }[kind]
    if kind.startswith("int"):
        with pytest.raises(MeshError, match="multiply the vertices by"):
            check_mesh(vertices, faces)
        return
    mesh = check_mesh(vertices, faces)
    np.testing.assert_allclose(mesh.vertices, box[0], atol=2e-5)
    assert body(mesh).is_watertight


AWAY = np.array([1.0, -0.7, 0.3])


@pytest.mark.parametrize("distance", [10.0, 1e3, 1e5, 1e7])
@pytest.mark.parametrize("case", ["as it is", "inside out", "cavity"])
def test_far_from_the_origin_nothing_is_lost(distance, case):
    ball = trimesh.creation.icosphere(3, 0.05)
    vertices, faces = np.array(ball.vertices), np.array(ball.faces)
    if case == "inside out":
        faces = faces[:, ::-1]
    if case == "cavity":
        vertices = np.vstack([vertices, vertices * 0.5])
        faces = np.vstack([faces, faces[:, ::-1] + len(ball.vertices)])
    here, there = check_mesh(vertices, faces), check_mesh(vertices + distance * AWAY, faces)
    np.testing.assert_allclose(there.center, distance * AWAY, atol=1e-8)
    np.testing.assert_array_equal(here.faces, there.faces)
    np.testing.assert_allclose(here.centered.vertices, there.centered.vertices, atol=5e-9)
    near = trimesh.Trimesh(there.centered.vertices, there.faces, process=False)
    assert near.volume == pytest.approx(body(here).volume)


def test_far_from_the_origin_a_fine_mesh_is_simplified_as_well():
    ball = trimesh.creation.icosphere(7, 0.05)
    mesh = check_mesh(ball.vertices + 1e7 * AWAY, ball.faces)
    assert len(mesh.faces) < 100_000 and mesh.is_closed
    off = np.linalg.norm(mesh.centered.vertices, axis=1) - 0.05
    assert np.abs(off).max() < 1e-4


def test_the_same_object_elsewhere_is_equal_about_its_center(box):
    here, there = check_mesh(*box), check_mesh(box[0] + [0.41, -0.2, 0.83], box[1])
    assert here != there and here.centered == there.centered
    assert hash(here.centered) == hash(there.centered)


@pytest.mark.parametrize(
    ("kind", "distance", "step"),
    [(np.float32, 1e5, "7.8 mm"), (np.float32, 1e7, "1e+03 mm"), (np.float16, 3.0, "2 mm")],
)
@pytest.mark.parametrize("turned_double", [False, True])
def test_coordinates_too_coarse_for_their_distance_are_refused(kind, distance, step, turned_double):
    ball = trimesh.creation.icosphere(3, 0.3)
    vertices = (ball.vertices + [distance, 0, 0]).astype(kind)
    if turned_double and kind == np.float32:
        vertices = vertices.astype(float)
    with pytest.raises(MeshError, match="its shape is lost; give it about its own center") as error:
        check_mesh(vertices, ball.faces)
    assert step in one_line(error)


def test_text_with_too_few_digits_for_its_distance_is_refused():
    ball = trimesh.creation.icosphere(4, 0.05)
    far = np.array(ball.vertices) + [100_000.1, 0, 0]
    written = np.array([[float(f"{x:.8g}") for x in row] for row in far])
    assert check_mesh(np.round(far, 4), ball.faces).is_closed
    coarse = np.round(written, 2)
    with pytest.raises(MeshError, match=r"triangles have no area: .* too few digits"):
        check_mesh(coarse, ball.faces)


@pytest.mark.parametrize("index", [8, -1, 2**32 - 1])
def test_index_out_of_range(box, index):
    faces = box[1].astype(np.int64)
    faces[5, 2] = index
    with pytest.raises(MeshError, match=f"vertex {index}, but the 8 vertices"):
        check_mesh(box[0], faces)


@pytest.mark.parametrize(
    ("scale", "hint", "factor"),
    [
        (5000, "in millimeters", "0.001"),
        (100, "in millimeters, centimeters or inches", "0.001, 0.01 or 0.0254"),
        (20, "in centimeters or inches", "0.01 or 0.0254"),
        (1e-3, "scaled to meters twice", "1000"),
        (1e6, "scale the vertices to meters", ""),
        (1e-9, "scale the vertices to meters", ""),
    ],
)
def test_implausible_size(box, scale, hint, factor):
    with pytest.raises(MeshError, match=hint) as error:
        check_mesh(box[0] * scale, box[1])
    assert one_line(error).endswith(factor)


@pytest.mark.parametrize("extent", [0.0021, 0.99])
def test_plausible_sizes_pass(box, extent):
    assert len(check_mesh(box[0] * extent / 0.08, box[1]).faces) == 12


def test_size_counts_only_what_faces_use(box):
    stray = np.vstack([box[0], [[50.0, 0, 0]]])
    assert len(check_mesh(stray, box[1]).vertices) == 8


def test_a_point_repeated_has_no_triangles():
    with pytest.raises(MeshError, match="0 m across"):
        check_mesh(np.ones((9, 3)), np.arange(9).reshape(3, 3))


def test_too_few_triangles(box):
    with pytest.raises(MeshError, match="3 triangles with an area; it needs at least 4"):
        check_mesh(box[0], np.vstack([box[1][:3], [[0, 0, 1], [2, 2, 2]], box[1][:1]]))


def test_a_good_mesh_keeps_its_surface(box):
    mesh = check_mesh(*box)
    assert body(mesh).is_watertight
    assert body(mesh).volume == pytest.approx(0.04 * 0.06 * 0.08)
    assert mesh.vertices.dtype == np.float64 and mesh.faces.dtype == np.int64


def test_vertices_keep_their_order_and_lie_where_the_first_lay():
    ball = trimesh.creation.icosphere(1, 0.05)
    order = np.random.default_rng(0).permutation(len(ball.vertices))
    vertices, faces = ball.vertices[order], np.argsort(order)[ball.faces]
    again = np.vstack([vertices, vertices + 1e-12])
    chosen = np.random.default_rng(1).uniform(size=faces.shape) < 0.5
    chosen[0] = False
    mesh = check_mesh(again, np.where(chosen, faces + len(vertices), faces))
    assert body(mesh).is_watertight and len(mesh.vertices) == len(vertices)
    np.testing.assert_allclose(mesh.vertices, vertices, atol=3e-8)


def test_triangle_soup_is_sewn_and_cleaned(box):
    vertices, faces = box
    soup = vertices[faces].reshape(-1, 3)
    soup = np.vstack([soup, [[9, 9, 9]]])
    triangles = np.arange(36).reshape(12, 3)
    triangles = np.vstack([triangles, triangles[:2], triangles[:1, ::-1], [[0, 0, 1]]])
    mesh = check_mesh(soup, triangles)
    assert mesh.vertices.shape == (8, 3) and mesh.faces.shape == (12, 3)
    assert body(mesh).is_watertight


@pytest.mark.parametrize("flipped", ["all", "some", "most"])
def test_faces_are_turned_outwards(flipped):
    ball = trimesh.creation.icosphere(2, 0.05)
    faces = np.array(ball.faces)
    share = {"all": 1.0, "some": 0.3, "most": 0.8}[flipped]
    chosen = np.random.default_rng(0).uniform(size=len(faces)) < share
    faces[chosen] = faces[chosen, ::-1]
    mesh = check_mesh(ball.vertices, faces)
    assert body(mesh).is_winding_consistent
    assert body(mesh).volume == pytest.approx(ball.volume)


def test_a_part_inside_out_is_turned_but_a_cavity_stays():
    outer, cavity = trimesh.creation.icosphere(2, 0.05), trimesh.creation.icosphere(2, 0.03)
    cavity.invert()
    beside = trimesh.creation.icosphere(2, 0.02).apply_translation((0.1, 0, 0))
    inside_out = beside.copy()
    inside_out.invert()
    scene = trimesh.util.concatenate([inside_out, outer, cavity])
    mesh = check_mesh(scene.vertices, scene.faces)
    expected = outer.volume + cavity.volume + beside.volume
    assert cavity.volume < 0
    assert body(mesh).volume == pytest.approx(expected)


def test_many_parts_inside_out_are_turned_and_cavities_stay():
    rng = np.random.default_rng(0)
    parts, volume = [], 0.0
    for corner in np.argwhere(np.ones((4, 4, 4))):
        ball = trimesh.creation.icosphere(1, 0.01).apply_translation(corner * 0.03)
        cavity = trimesh.creation.icosphere(1, 0.005).apply_translation(corner * 0.03)
        cavity.invert()
        volume += ball.volume + cavity.volume
        if rng.uniform() < 0.4:
            ball.invert()
            cavity.invert()
        parts += [ball, cavity] if rng.uniform() < 0.5 else [cavity, ball]
    scene = trimesh.util.concatenate(parts)
    # A cavity whose ball was turned is itself solid at first: turned with it, it stays a solid.
    mesh = check_mesh(scene.vertices, scene.faces)
    outer = [p for p in body(mesh).split() if p.extents.max() > 0.015]
    assert len(outer) == 64 and all(p.volume > 0 for p in outer)


@pytest.mark.parametrize("seed", range(4))
def test_pieces_of_an_open_scan_follow_the_majority_of_their_faces(seed):
    ball = trimesh.creation.icosphere(3, 0.05)
    pieces = np.array(ball.faces[np.abs(ball.triangles_center[:, 2]) > 0.01])
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(pieces))[: int(0.4 * len(pieces))]
    pieces[chosen] = pieces[chosen, ::-1]
    mesh = check_mesh(ball.vertices, pieces)
    normals = body(mesh).face_normals
    assert (np.einsum("ij,ij->i", normals, body(mesh).triangles_center) > 0).all()


def test_a_one_sided_surface_stays_as_it_is():
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    along = np.stack([np.cos(turns), np.sin(turns), 0 * turns], 1)
    across = along * np.cos(turns / 2)[:, None] + np.array([0, 0, 1]) * np.sin(turns / 2)[:, None]
    band = np.stack([0.05 * along - 0.01 * across, 0.05 * along + 0.01 * across], 1)
    quads = np.array(
        [[2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 3] for i in range(59)] + [[118, 119, 1, 0]]
    )
    faces = np.concatenate([quads[:, [0, 2, 1]], quads[:, [1, 2, 3]]])
    mesh = check_mesh(band.reshape(-1, 3), faces)
    assert len(mesh.faces) == 120
    rows = {tuple(np.roll(row, -row.argmin())) for row in faces}
    turned = {tuple(np.roll(row, -row.argmin())) for row in faces[:, ::-1]}
    found = {tuple(np.roll(row, -row.argmin())) for row in mesh.faces}
    assert found in (rows, turned)


def test_an_open_scan_inside_out_is_turned():
    ball = trimesh.creation.icosphere(3, 0.05)
    torn = ball.faces[ball.triangles_center[:, 2] > -0.03][:, ::-1]
    mesh = check_mesh(ball.vertices, torn)
    normals = body(mesh).face_normals
    assert (np.einsum("ij,ij->i", normals, body(mesh).triangles_center) > 0).all()
    assert not body(mesh).is_watertight


@pytest.mark.parametrize("suffix", [".ply", ".stl", ".obj", ".PLY"])
def test_file_formats(box, tmp_path, suffix):
    path = tmp_path / f"thing{suffix}"
    trimesh.Trimesh(*box).export(path, file_type=suffix[1:].lower())
    mesh = load_mesh(path)
    assert mesh.faces.shape == (12, 3) and body(mesh).is_watertight
    np.testing.assert_allclose(mesh.bounds, [[-0.02, -0.03, -0.04], [0.02, 0.03, 0.04]], atol=1e-6)


@pytest.mark.parametrize("encoding", ["ascii", "binary"])
def test_ply_encodings(box, tmp_path, encoding):
    trimesh.Trimesh(*box).export(tmp_path / "a.ply", encoding=encoding)
    assert len(load_mesh(str(tmp_path / "a.ply")).faces) == 12


def test_ascii_stl(box, tmp_path):
    trimesh.Trimesh(*box).export(tmp_path / "a.stl", file_type="stl_ascii")
    assert len(load_mesh(tmp_path / "a.stl").faces) == 12


OBJ = """mtllib missing.mtl
o cup
v 0 0 0
v .1 0 0
v 0 .1 0
v 0 0 .1
vt 0 0
usemtl nothing
f 1/1 3/1 2/1
f 1/1 2/1 4/1
f 1/1 4/1 3/1
f 2/1 3/1 4/1
o handle
v .2 0 0
v .3 0 0
v .3 .1 0
v .2 .1 0
v .25 .05 .1
usemtl other
f 8 7 6 5
f 5 6 9
f 6 7 9
f 7 8 9
f 8 5 9
"""


def test_obj_with_parts_quads_and_missing_materials(tmp_path):
    (tmp_path / "a.obj").write_text(OBJ)
    mesh = load_mesh(tmp_path / "a.obj")
    assert mesh.vertices.shape == (9, 3) and mesh.faces.shape == (10, 3)
    assert body(mesh).is_watertight
    assert body(mesh).volume == pytest.approx(0.001 / 6 + 0.001 / 3)


def test_missing_file_folder_and_unknown_type(tmp_path):
    for path, message in [(tmp_path / "none.ply", "does not exist"), (tmp_path, "is a folder")]:
        with pytest.raises(MeshError, match=message) as error:
            load_mesh(path)
        one_line(error)
    (tmp_path / "a.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    with pytest.raises(MeshError, match="is a zstd archive; unpack it first"):
        load_mesh(tmp_path / "a.zst")
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(MeshError, match=r"convert it to \.ply, \.stl, \.obj"):
        load_mesh(tmp_path / "a.txt")


class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was executed')",)


@pytest.mark.parametrize("suffix", [".ply", ".stl", ".obj"])
@pytest.mark.parametrize("content", ["empty", "pickle", "noise", "text"])
def test_content_that_is_no_mesh(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(
        {
            "empty": b"",
            "pickle": pickle.dumps(Bomb()),
            "noise": np.random.default_rng(0).bytes(4000),
            "text": b"version https://example.org/spec\nsize 12\n",
        }[content]
    )
    with pytest.raises(MeshError) as error:
        load_mesh(path)
    assert str(path) in one_line(error)


@pytest.mark.parametrize("encoding", ["ascii", "binary"])
def test_truncated_ply(tmp_path, encoding):
    ball = trimesh.creation.icosphere(3, 0.05)
    whole = ball.export(file_type="ply", encoding=encoding)
    (tmp_path / "a.ply").write_bytes(whole[: int(len(whole) * 0.8)])
    with pytest.raises(MeshError, match=r"cannot be read as PLY|ends before its last face"):
        load_mesh(tmp_path / "a.ply")


def test_truncated_stl(tmp_path):
    whole = trimesh.creation.icosphere(3, 0.05).export(file_type="stl")
    (tmp_path / "a.stl").write_bytes(whole[: int(len(whole) * 0.8)])
    with pytest.raises(MeshError, match=r"no faces|cannot be read as STL"):
        load_mesh(tmp_path / "a.stl")


@pytest.mark.parametrize("suffix", [".ply", ".obj"])
def test_point_cloud(tmp_path, suffix):
    points = np.random.default_rng(0).uniform(size=(100, 3)) * 0.1
    if suffix == ".obj":
        text = "\n".join("v {} {} {}".format(*p) for p in points)
        (tmp_path / "a.obj").write_text(text)
    else:
        trimesh.PointCloud(points).export(tmp_path / "a.ply")
    with pytest.raises(MeshError, match="no faces; a point cloud must be meshed"):
        load_mesh(tmp_path / f"a{suffix}")


def test_indices_out_of_range_in_a_file(tmp_path):
    (tmp_path / "a.obj").write_text(OBJ.replace("f 5 6 9", "f 5 6 900"))
    with pytest.raises(MeshError) as error:
        load_mesh(tmp_path / "a.obj")
    one_line(error)


def test_what_check_mesh_refuses_names_the_file(box, tmp_path):
    trimesh.Trimesh(box[0] * 1000, box[1]).export(tmp_path / "big.stl")
    with pytest.raises(MeshError, match=r"big\.stl: the mesh measures 80 m .* in millimeters"):
        load_mesh(tmp_path / "big.stl")
