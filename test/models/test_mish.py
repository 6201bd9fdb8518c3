import torch
import torch.nn.functional as F

from diffh2o_ros.models.mish import mish


def test_it_is_mish_far_out_too():
    x = torch.cat([torch.linspace(-40, 40, 4001), torch.tensor([-1e4, -200.0, 100.0, 1e4])])
    torch.testing.assert_close(mish(x), F.mish(x), atol=3e-6, rtol=1e-6)


def test_its_gradient_is_finite_and_that_of_mish():
    x = torch.cat([torch.linspace(-40, 40, 4001), torch.tensor([-1e4, 100.0, 1e4])])
    mine, other = (
        torch.autograd.grad(f(y).sum(), y)[0] for f in (mish, F.mish) for y in [x.requires_grad_()]
    )
    torch.testing.assert_close(mine, other, atol=3e-6, rtol=1e-5)
