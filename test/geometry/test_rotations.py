import roma
import torch

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d


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
