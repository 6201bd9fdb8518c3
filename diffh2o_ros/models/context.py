"""What the interaction stage is shown of the grasp stage, beside the noisy motion itself.

With the paper's 1000 steps the imputed frames reach the network through x_t alone, which is nearly
all noise at first. A sampler of a few steps makes its large decisions there, so ours also sees
those frames clean, in extra input channels.
"""

import torch
from torch import Tensor


def context_dim(feature_dim: int) -> int:
    """Channels that `grasp_context` gives for `feature_dim` features."""
    return feature_dim + 1


def grasp_context(encoded: Tensor, grasp_frame: int) -> Tensor:
    """Context (B, T, D + 1) of a whole sequence `encoded` (B, T, D) in network space.

    Frames before `grasp_frame` are kept and marked with 1 in the last channel; all later ones
    are 0 there and everywhere, whatever `encoded` holds in them.
    """
    known = (torch.arange(encoded.shape[1], device=encoded.device) < grasp_frame)[:, None]
    values = torch.where(known, encoded, torch.zeros_like(encoded))
    return torch.cat([values, known.to(encoded).expand(len(encoded), -1, 1)], dim=-1)
