"""Diffusion on plain tensors: noise schedule, sampler, guidance, imputing."""
