import roma
import torch

from diffh2o_ros.geometry.rotations import (
    matrix_from_6d,
    rotation_6d,
    rotmat_to_rotvec,
    rotvec_to_rotmat,
)


def test_round_trip_and_order():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        matrix = roma.random_rotmat((4, 5))
    six = rotation_6d(matrix)
    assert six.shape == (4, 5, 6)
    torch.testing.assert_close(six[..., :3], matrix[..., :, 0])
    torch.testing.assert_close(six[..., 3:], matrix[..., :, 1])
    torch.testing.assert_close(matrix_from_6d(six), matrix)


def test_any_six_numbers_make_a_rotation():
    six = torch.randn(100, 6, generator=torch.Generator().manual_seed(1))
    matrix = matrix_from_6d(six)
    torch.testing.assert_close(
        matrix.mT @ matrix, torch.eye(3).expand(100, 3, 3), atol=1e-5, rtol=0
    )
    torch.testing.assert_close(torch.linalg.det(matrix), torch.ones(100))
    first = torch.nn.functional.normalize(six[:, :3], dim=-1)
    torch.testing.assert_close(matrix[..., 0], first)


def vectors(count=2000, seed=2):
    """Rotation vectors (count + 6, 3): short and long ones, none, and half turns."""
    generator = torch.Generator().manual_seed(seed)
    direction = torch.nn.functional.normalize(
        torch.randn(count, 3, dtype=torch.float64, generator=generator), dim=-1
    )
    angle = torch.pi * torch.rand(count, 1, dtype=torch.float64, generator=generator) ** 3
    half = torch.pi * torch.eye(3, dtype=torch.float64)
    return torch.cat([direction * angle, half, torch.zeros(1, 3), 1e-9 * half[:2]])


def test_rotation_vectors_become_the_matrices_of_roma():
    found = rotvec_to_rotmat(vectors())
    torch.testing.assert_close(found, roma.rotvec_to_rotmat(vectors()), atol=1e-7, rtol=0)


def test_matrices_become_rotation_vectors_again():
    given = vectors()
    found = rotmat_to_rotvec(rotvec_to_rotmat(given))
    half = given.norm(dim=-1) > torch.pi - 1e-6  # a half turn is one either way round
    torch.testing.assert_close(found[~half], given[~half], atol=1e-7, rtol=0)
    torch.testing.assert_close(found[half].abs(), given[half].abs(), atol=1e-6, rtol=0)
    single = rotmat_to_rotvec(rotvec_to_rotmat(given.float()))
    torch.testing.assert_close(single[~half], given[~half].float(), atol=2e-3, rtol=0)


def test_gradients_are_finite_at_rest_and_true():
    still = torch.zeros(2, 3, requires_grad=True)
    rotvec_to_rotmat(still).sum().backward()
    assert torch.isfinite(still.grad).all()
    some = vectors(20)[:20].requires_grad_()
    assert torch.autograd.gradcheck(rotvec_to_rotmat, some)
    matrix = rotvec_to_rotmat(some.detach()).requires_grad_()
    assert torch.autograd.gradcheck(rotmat_to_rotvec, matrix)
