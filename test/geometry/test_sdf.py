import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

RADIUS = 0.04


@pytest.fixture(scope="module")
def ball():
    body = trimesh.creation.icosphere(5, RADIUS)
    return SignedDistanceGrid.from_mesh(Mesh(body.vertices, body.faces), resolution=64)


def random_points(count, reach, seed=0):
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 2 * reach - reach


def test_sphere_in_closed_form(ball):
    points = random_points(5000, 0.06)
    error = (ball.query(points) - (points.norm(dim=-1) - RADIUS)).abs()
    near = (points.norm(dim=-1) - RADIUS).abs() < 0.005
    assert near.sum() > 300
    assert error[near].quantile(0.99) < 1e-4
    assert error.quantile(0.99) < 1e-3
    assert error.max() < 0.004  # the center of a ball is where interpolating a distance is worst


def test_sharp_box_near_its_surface():
    half = np.array([0.02, 0.03, 0.05])
    mesh = Mesh(*(lambda b: (b.vertices, b.faces))(trimesh.creation.box(2 * half)))
    grid = SignedDistanceGrid.from_mesh(mesh)
    rng = np.random.default_rng(0)
    points = rng.uniform(-half - 0.005, half + 0.005, (20000, 3))
    exact = exact_signed_distance(mesh, points)
    error = np.abs(grid.query(torch.from_numpy(points)).numpy() - exact)[np.abs(exact) < 0.005]
    assert np.percentile(error, 50) < 5e-5
    assert np.percentile(error, 99) < 4e-4
    assert error.max() < grid.spacing


def test_nodes_near_the_surface_are_nearly_exact():
    """Every node within a cell of the surface is measured, however it got there."""
    body = trimesh.creation.torus(0.05, 0.015)
    mesh = Mesh(body.vertices, body.faces)
    grid = SignedDistanceGrid.from_mesh(mesh, resolution=48)
    nodes = np.stack(np.meshgrid(*map(np.arange, grid.values.shape), indexing="ij"), axis=-1)
    exact = exact_signed_distance(mesh, (grid.origin.numpy() + grid.spacing * nodes).reshape(-1, 3))
    exact = exact.reshape(grid.values.shape)
    near = np.abs(exact) < grid.spacing
    assert near.sum() > 1000
    error = np.abs(grid.values.numpy()[near] - exact[near])
    assert np.percentile(error, 95) < 1e-6 and error.max() < 0.02 * grid.spacing
    assert (np.sign(grid.values.numpy()[near]) == np.sign(exact[near])).all()
    assert np.abs(grid.values.numpy() - exact).max() < 2 * grid.spacing


def bumpy(subdivisions=4):
    body = trimesh.creation.icosphere(subdivisions, RADIUS)
    body.vertices += 0.003 * np.sin(80 * body.vertices)
    return body


def arrays_of(body):
    return np.array(body.vertices), np.array(body.faces)


def torn(body):
    return body.vertices, body.faces[body.triangles_center[:, 2] > -0.036]


@pytest.mark.parametrize(
    "arrays",
    [
        lambda: arrays_of(bumpy()),
        lambda: torn(bumpy()),
        lambda: (bumpy().vertices, bumpy().faces[:, ::-1]),
        lambda: (torn(bumpy())[0], torn(bumpy())[1][:, ::-1]),
        lambda: arrays_of(trimesh.creation.annulus(0.03, 0.034, 0.05)),
    ],
    ids=["closed", "open", "inside out", "open and inside out", "thin wall"],
)
def test_it_is_as_good_as_measuring_every_node(arrays):
    """Random points within a centimeter of the surface, against exact distances.

    Not below it, where the open ones have their mouth: there the true field jumps, too.
    """
    mesh = check_mesh(*arrays())
    grid = SignedDistanceGrid.from_mesh(mesh, resolution=64, padding=0.012)
    nodes = np.stack(np.indices(tuple(grid.values.shape)), axis=-1).reshape(-1, 3)
    whole = exact_signed_distance(mesh, grid.origin.numpy() + grid.spacing * nodes)
    whole = torch.from_numpy(whole.reshape(grid.values.shape)).float()
    whole = SignedDistanceGrid(grid.origin, grid.spacing, whole)
    rng = np.random.default_rng(0)
    points = rng.uniform(mesh.bounds[0] - 0.01, mesh.bounds[1] + 0.01, (20000, 3))
    points = points[points[:, 2] > mesh.bounds[0, 2] + 0.015]
    exact = exact_signed_distance(mesh, points)
    near = np.abs(exact) < 0.01
    error, least = (
        np.abs(field.query(torch.from_numpy(points[near])).numpy() - exact[near])
        for field in (grid, whole)
    )
    for share in (50, 99):
        assert np.percentile(error, share) < 1.1 * np.percentile(least, share) + 2e-5
    clear = np.abs(exact) > 0.001
    found = grid.query(torch.from_numpy(points[clear])).numpy()
    assert (np.sign(found) == np.sign(exact[clear])).all()


def test_the_same_mesh_gives_the_same_field():
    mesh = check_mesh(*torn(bumpy()))
    first, second = (SignedDistanceGrid.from_mesh(mesh, resolution=48) for _ in range(2))
    assert torch.equal(first.values, second.values)


def test_the_box_is_covered_with_its_padding_by_cubic_cells():
    body = trimesh.creation.box((0.02, 0.05, 0.11)).apply_translation((0.3, -0.2, 0.1))
    mesh = Mesh(body.vertices, body.faces)
    grid = SignedDistanceGrid.from_mesh(mesh, resolution=32, padding=0.02)
    far = grid.origin.numpy() + grid.spacing * (np.array(grid.values.shape) - 1)
    assert (grid.origin.numpy() <= mesh.bounds[0] - 0.02 + 1e-6).all()
    assert (far >= mesh.bounds[1] + 0.02 - 1e-6).all()
    assert max(grid.values.shape) == 33
    assert grid.spacing == pytest.approx(0.15 / 32)


@pytest.mark.parametrize("resolution", [0, -4, 50])
def test_resolution_is_checked(resolution):
    body = trimesh.creation.box((0.1, 0.1, 0.1))
    with pytest.raises(ValueError, match="multiple of 4"):
        SignedDistanceGrid.from_mesh(Mesh(body.vertices, body.faces), resolution=resolution)


def test_outside_the_box_it_is_the_edge_value_plus_the_way_there(ball):
    low = ball.origin
    high = low + ball.spacing * (torch.tensor(ball.values.shape) - 1)
    points = random_points(500, 0.5)
    edge = points.clamp(low, high)
    expected = ball.query(edge) + (points - edge).norm(dim=-1)
    torch.testing.assert_close(ball.query(points), expected)
    assert (ball.query(points) - (points.norm(dim=-1) - RADIUS)).abs().max() < 0.04


@pytest.mark.parametrize("shape", [(3,), (0, 3), (7, 3), (2, 5, 4, 3)])
def test_leading_shapes_and_dtypes(ball, shape):
    points = torch.zeros(shape, dtype=torch.float64)
    distance = ball.query(points)
    assert distance.shape == shape[:-1] and distance.dtype == torch.float32


def test_descending_the_field_reaches_the_surface(ball):
    points = random_points(200, 0.05, seed=3).requires_grad_()
    optimizer = torch.optim.Adam([points], lr=1e-3)
    for _ in range(150):
        optimizer.zero_grad()
        ball.query(points).square().sum().backward()
        optimizer.step()
    assert (points.detach().norm(dim=-1) - RADIUS).abs().quantile(0.95) < 1e-3


def test_coarse_grids_of_small_meshes_still_see_the_surface():
    body = trimesh.creation.cylinder(0.03, 0.1, sections=24)
    mesh = Mesh(body.vertices, body.faces)
    grid = SignedDistanceGrid.from_mesh(mesh, resolution=32)
    samples, _ = trimesh.sample.sample_surface(body, 2000, seed=0)
    assert grid.query(torch.from_numpy(samples)).abs().quantile(0.99) < 0.0015


def test_open_scan(ball):
    body = trimesh.creation.icosphere(4, RADIUS)
    torn = Mesh(body.vertices, body.faces[body.triangles_center[:, 2] > -0.037])
    grid = SignedDistanceGrid.from_mesh(torn, resolution=64)
    points = random_points(4000, 0.045)
    away = points[:, 2] > -0.02
    difference = (grid.query(points) - ball.query(points))[away].abs()
    assert difference.quantile(0.99) < 1e-3


def test_moving_to_a_device_keeps_the_field(ball):
    other = ball.to("cpu")
    assert other.spacing == ball.spacing
    torch.testing.assert_close(other.values, ball.values)
