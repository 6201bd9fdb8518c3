"""Every object is a closed body at rest, of plausible size, rebuilt exactly from its recipe."""

import json

import igl
import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from diffh2o_ros.data.objects import FAMILIES, build_object, sample_object
from diffh2o_ros.data.objects.family import AFFORDANCES, HOLD, NEEDS_UPRIGHT
from diffh2o_ros.data.objects.seams import mend_needles, shapes
from diffh2o_ros.data.objects.shaping import settle
from diffh2o_ros.data.objects.skin import fillet, lathe, tube

SEEDS = range(3)
PART_OF = {  # which part an action works with
    **dict.fromkeys(("drink", "pour", "toast"), "mouth"),
    **dict.fromkeys(("stamp", "wipe"), "sole"),
    **{"eat": "bite", "hammer": "head", "look_through": "eye", "call": "ear"},
}
SHELLS = ["bowl", "cup", "wine_glass", "vase", "plate", "mug", "pitcher", "pan"]


def body_of(item) -> trimesh.Trimesh:
    return trimesh.Trimesh(item.mesh.vertices, item.mesh.faces, process=False)


def crossings(mesh, origin, direction) -> np.ndarray:
    """Sorted distances at which a ray meets the surface (Moeller and Trumbore, 1997)."""
    a, b, c = np.moveaxis(mesh.vertices[mesh.faces], 1, 0)
    e1, e2 = b - a, c - a
    p = np.cross(direction, e2)
    det = (e1 * p).sum(axis=1)
    with np.errstate(all="ignore"):  # rays along a face divide by zero
        t = origin - a
        u = (t * p).sum(axis=1) / det
        q = np.cross(t, e1)
        v = (q @ direction) / det
        far = (e2 * q).sum(axis=1) / det
        hit = np.isfinite(far) & (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 0)
    return np.sort(far[hit])


@pytest.mark.parametrize("family", FAMILIES)
def test_closed_at_rest_and_of_plausible_size(family):
    for seed in SEEDS:
        item = sample_object(np.random.default_rng(seed), family)
        body = body_of(item)
        assert body.is_watertight and body.is_winding_consistent and body.body_count == 1
        assert body.volume > 1e-6
        assert 500 <= len(body.faces) <= 5000
        low, high = body.bounds
        assert low[2] == 0
        np.testing.assert_allclose((low + high)[:2], 0, atol=1e-12)
        size = np.sort(high - low)
        assert 0.006 < size[0] and 0.015 < size[2] < 0.36
        assert shapes(item.mesh.vertices, item.mesh.faces).min() > 5e-3
        assert np.linalg.norm(item.up) == pytest.approx(1)


@pytest.mark.parametrize("family", FAMILIES)
def test_stands_where_its_weight_lies_over_its_contacts(family):
    item = sample_object(np.random.default_rng(11), family)
    body = body_of(item)
    contacts = body.vertices[body.vertices[:, 2] < 1e-6][:, :2]
    sides = ConvexHull(contacts * 1e3).equations
    assert (sides[:, :2] @ body.center_mass[:2] * 1e3 + sides[:, 2]).max() < 1e-3  # mm


@pytest.mark.parametrize("family", FAMILIES)
def test_surface_faces_outwards_and_does_not_cross_itself(family):
    mesh = sample_object(np.random.default_rng(7), family).mesh
    corners = mesh.vertices[mesh.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    step = 2e-4 * normal / length
    middle = corners.mean(axis=1)
    clear = length[:, 0] > 1e-7  # beside a tiny triangle the step would leave its neighbors
    for side, expected in ((step, 0.0), (-step, 1.0)):
        winding = igl.fast_winding_number(mesh.vertices, mesh.faces, (middle + side)[clear])
        assert np.mean(np.abs(winding - expected) > 0.3) < 0.005


@pytest.mark.parametrize("family", FAMILIES)
def test_recipe_rebuilds_the_same_object(family):
    item = sample_object(np.random.default_rng(4), family)
    again = build_object(family, json.loads(json.dumps(item.params)))
    assert again.mesh.content_hash == item.mesh.content_hash
    assert (again.name, again.synonyms, again.up) == (item.name, item.synonyms, item.up)
    assert again.affordances == item.affordances
    other = sample_object(np.random.default_rng(5), family)
    assert other.mesh.content_hash != item.mesh.content_hash


@pytest.mark.parametrize("family", FAMILIES)
def test_names_and_affordances(family):
    for seed in range(5):
        item = sample_object(np.random.default_rng(seed), family)
        assert item.name and item.name not in item.synonyms
        assert len({*item.synonyms}) == len(item.synonyms)
        longest = np.ptp(item.mesh.vertices, axis=0).max()
        for word in item.synonyms:
            assert not word.startswith("small ") or longest < 0.07 or family == "toy_car"
            assert not word.startswith(("large ", "tall ", "long ")) or longest > 0.15
        assert HOLD <= item.affordances <= AFFORDANCES
        known = item.parts | ({"eye": item.parts["eyes"]} if "eyes" in item.parts else {})
        assert all(part in known for act, part in PART_OF.items() if act in item.affordances)
        if item.up[2] < 0.9:
            assert not item.affordances & NEEDS_UPRIGHT
        if "stamp" in item.affordances:
            assert item.parts["sole"].direction[2] < -0.9


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_lie_where_the_mesh_has_them(family):
    for seed in range(3):
        item = sample_object(np.random.default_rng(seed), family)
        mesh = item.mesh
        for name, part in item.parts.items():
            assert np.linalg.norm(part.direction) == pytest.approx(1)
            out = -part.direction if name in ("eye", "eyes") else part.direction
            assert len(crossings(mesh, part.point + 2e-3 * out + 1e-6, out)) == 0
            gap, face, _ = igl.point_mesh_squared_distance(
                part.point[None], mesh.vertices, mesh.faces
            )[:3]
            if name == "eyes" or (name == "eye" and family == "tube"):
                continue  # between the eyepieces, or in the middle of the opening
            if name == "mouth" and item.rim is not None and family != "watering_can":
                continue  # an opening, not a face
            assert np.sqrt(gap[0]) < 1.5e-3, name
            if name not in ("eye", "spout"):
                a, b, c = np.moveaxis(mesh.vertices[mesh.faces], 1, 0)
                near = np.linalg.norm((a + b + c) / 3 - part.point, axis=1) < 0.005
                near[face[0]] = True
                normal = np.cross(b - a, c - a)[near].sum(axis=0)
                assert normal @ out > 0.85 * np.linalg.norm(normal), name
        if "mouth" in item.parts and item.rim is not None and family != "watering_can":
            mouth = item.parts["mouth"]
            offset = item.rim.points.mean(axis=0) - mouth.point
            assert np.linalg.norm(offset) < 0.006
            assert np.ptp(item.rim.points @ mouth.direction) < 0.012


@pytest.mark.parametrize("family", FAMILIES)
def test_handles_and_rims_lie_on_the_surface_and_are_only_a_share_of_it(family):
    for seed in range(3):
        item = sample_object(np.random.default_rng(seed), family)
        for region in (item.handle, item.rim):
            if region is None:
                continue
            assert 12 <= len(region.points) <= 240
            mesh = item.mesh
            gap = igl.point_mesh_squared_distance(region.points, mesh.vertices, mesh.faces)[0]
            assert np.sqrt(gap.max()) < 0.002
            size = np.ptp(mesh.vertices, axis=0)
            assert (np.ptp(region.points, axis=0) < 0.97 * size).any()


def test_every_action_is_afforded_by_several_families():
    affords = {action: set() for action in AFFORDANCES}
    for family in FAMILIES:
        for seed in range(3):
            for action in sample_object(np.random.default_rng(seed), family).affordances:
                affords[action].add(family)
    assert len(AFFORDANCES) == 17
    for action, families in affords.items():
        assert len(families) >= 4, (action, families)


@pytest.mark.parametrize("family", ["cup", "book", "cube", "tin", "wine_glass", "toy_car"])
def test_what_is_turned_over_stays_as_it_is_put(family):
    for seed in range(5):
        item = sample_object(np.random.default_rng(seed), family)
        if "turn_over" in item.affordances:
            over = item.mesh.vertices * [1, -1, -1]
            np.testing.assert_allclose(settle(over, item.mesh.faces), np.eye(3), atol=0.02)


@pytest.mark.parametrize("family", ["ball", "pear", "teapot", "bottle"])
def test_what_would_roll_or_fall_is_not_turned_over(family):
    for seed in range(5):
        item = sample_object(np.random.default_rng(seed), family)
        assert "turn_over" not in item.affordances


def test_sizes_go_from_a_bead_to_two_handed_things():
    rng = np.random.default_rng(1)
    longest = [np.ptp(sample_object(rng).mesh.vertices, axis=0).max() for _ in range(400)]
    assert min(longest) < 0.018 and max(longest) > 0.3
    assert 0.03 < np.mean(np.array(longest) < 0.035) < 0.2
    assert 0.1 < np.mean(np.array(longest) > 0.22) < 0.4


def test_size_words_in_a_special_name_hold():
    for family in FAMILIES:
        for seed in range(6):
            item = sample_object(np.random.default_rng(seed), family)
            longest = np.ptp(item.mesh.vertices, axis=0).max()
            if item.name.startswith("small "):
                assert longest < 0.25, (family, item.name)
            if item.name.startswith(("big ", "large ")):
                assert longest > 0.09, (family, item.name)


def test_any_family_is_drawn():
    rng = np.random.default_rng(0)
    drawn = {sample_object(rng).family for _ in range(300)}
    assert len(drawn) > 0.75 * len(FAMILIES) and len(FAMILIES) >= 100


def test_unknown_family_is_named():
    with pytest.raises(ValueError, match="no object family 'spoonfork'"):
        sample_object(np.random.default_rng(0), "spoonfork")


@pytest.mark.parametrize("family", SHELLS)
def test_open_vessels_are_hollow(family):
    item = sample_object(np.random.default_rng(2), family)
    params = {**item.params, "pose": "upright"}
    body = body_of(build_object(family, params))
    assert body.volume < 0.45 * body.convex_hull.volume


@pytest.mark.parametrize("family", ["mug", "pitcher"])
def test_fingers_fit_through_the_handle(family):
    for seed in range(5):
        params = dict(sample_object(np.random.default_rng(seed), family).params, pose="upright")
        params.update({key: 0.0 for key in params if key.startswith("warp")})
        item = build_object(family, params)
        middle = (params["low"] + 0.68 * (params["high"] - params["low"])) * params["height"]
        ray = crossings(item.mesh, np.array([-1.0, 0.0004, middle]), np.array([1.0, 0.0, 0.0]))
        inner, handle_start, handle_end = ray[-3], ray[-2], ray[-1]
        assert len(ray) == 6  # near wall, far wall, handle
        assert 0.02 < handle_start - inner < 0.05
        assert 0.007 < handle_end - handle_start < 0.018


@pytest.mark.parametrize(
    ("family", "low", "high"),  # sorted extents, mm, some object of the family must fall between
    [
        ("box", (45, 130, 180), (75, 190, 240)),
        ("can", (60, 60, 90), (75, 75, 115)),
        ("bowl", (45, 145, 145), (75, 180, 180)),
        ("pitcher", (100, 130, 220), (150, 180, 260)),
        ("marker", (14, 14, 110), (25, 25, 130)),
        ("cube", (52, 52, 52), (62, 62, 62)),
        ("hammer", (25, 80, 300), (50, 140, 350)),
        ("banana", (28, 30, 150), (50, 80, 215)),
        ("squeeze_bottle", (45, 80, 150), (75, 110, 215)),
        ("drill", (45, 120, 150), (75, 200, 240)),
    ],
)
def test_sizes_of_household_things_are_covered(family, low, high):
    rng = np.random.default_rng(0)
    extents = [np.sort(np.ptp(sample_object(rng, family).mesh.vertices, axis=0)) for _ in range(40)]
    fits = [(np.array(low) < 1e3 * e).all() and (1e3 * e < high).all() for e in extents]
    assert any(fits)


def test_lathe_has_the_volume_of_a_cylinder():
    vertices, faces = lathe(np.array([[0, 0], [0.03, 0], [0.03, 0.1], [0, 0.1]]), 0.002)
    assert trimesh.Trimesh(vertices, faces).volume == pytest.approx(np.pi * 0.03**2 * 0.1, rel=0.01)


def test_tube_has_the_volume_of_a_capsule():
    vertices, faces = tube(np.array([[0, 0, 0], [0, 0, 0.1]]), 0.02, 0.0015)
    expected = np.pi * 0.02**2 * 0.1 + 4 / 3 * np.pi * 0.02**3
    assert trimesh.Trimesh(vertices, faces).volume == pytest.approx(expected, rel=0.01)


def test_fillet_is_tangent_to_both_sides():
    curve = fillet([(0, 0), (1, 0), (1, 1)], 0.2)
    np.testing.assert_allclose(curve[1], [0.8, 0], atol=1e-12)
    np.testing.assert_allclose(curve[-2], [1, 0.2], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(curve[1:-1] - [0.8, 0.2], axis=1), 0.2)


def test_settle_lays_a_leaning_box_on_its_face():
    box = trimesh.creation.box((0.05, 0.08, 0.2))
    lean = trimesh.transformations.rotation_matrix(0.2, [1, 2, 0])[:3, :3]
    turned = box.vertices @ lean.T
    settled = turned @ settle(turned, box.faces).T
    assert np.ptp(settled, axis=0) == pytest.approx([0.05, 0.08, 0.2], abs=0.01)
    assert np.ptp(settled[:, 2]) == pytest.approx(0.2)


def test_needles_are_mended_and_the_surface_stays_closed():
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.03)
    a, b = ball.edges_unique[7]
    vertices = ball.vertices.copy()
    vertices[b] = vertices[a] + 0.002 * (vertices[b] - vertices[a])
    before = shapes(vertices, ball.faces).min()
    vertices, faces = mend_needles((vertices, ball.faces))
    mended = trimesh.Trimesh(vertices, faces, process=False)
    assert before < 0.01 < 0.08 <= shapes(vertices, faces).min()
    assert mended.is_watertight and len(faces) == len(ball.faces) - 2
