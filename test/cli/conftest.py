"""Networks of full shape that nobody trained: their motions are nonsense, their files are not."""

import pytest
import torch
import trimesh


@pytest.fixture(scope="session")
def untrained(tmp_path_factory):
    """A folder with small, untrained checkpoints of both stages."""
    from diffh2o_ros.models.checkpoint import save_checkpoint
    from diffh2o_ros.models.denoiser import Denoiser
    from diffh2o_ros.motion.codec import FeatureCodec
    from diffh2o_ros.motion.features import FEATURE_DIM
    from diffh2o_ros.motion.pose_basis import PoseBasis
    from diffh2o_ros.training.recipes import recipe

    folder = tmp_path_factory.mktemp("weights")
    generator = torch.Generator().manual_seed(0)
    basis = PoseBasis.fit(0.3 * torch.randn(100, 45, generator=generator))
    for stage, dim in FEATURE_DIM.items():
        plan = recipe(stage, "tiny")
        with torch.random.fork_rng():
            torch.manual_seed(1)
            model = Denoiser(plan.network)
        features = 0.1 * torch.randn(200, dim, generator=generator)
        meta = {
            "stage": stage,
            "prediction": plan.prediction,
            "schedule": "cosine",
            "num_diffusion_steps": plan.num_diffusion_steps,
            "text_encoder": "minilm",
        }
        codec = FeatureCodec.fit(features, basis).state()
        save_checkpoint(folder / f"{stage}.safetensors", model, codec, meta)
    return folder


@pytest.fixture
def box(tmp_path):
    """A box of 6 x 5 x 12 cm as a PLY file."""
    file = tmp_path / "meshes" / "007_tea_box.ply"
    file.parent.mkdir()
    trimesh.creation.box((0.06, 0.05, 0.12)).subdivide().subdivide().export(file)
    return file
