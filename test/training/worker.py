"""One training process of test_distributed.py: worker.py ARRAYS OUT [--minutes M]."""

import sys
from pathlib import Path

import torch

from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.training.arrays import TrainingArrays
from diffh2o_ros.training.loop import Budget, train
from diffh2o_ros.training.recipes import recipe

arrays = TrainingArrays.load(sys.argv[1])
basis = PoseBasis(torch.zeros(45), torch.eye(24, 45))
codec = FeatureCodec.fit(torch.from_numpy(arrays.features).float(), basis)
out = Path(sys.argv[2])
budget = Budget(minutes=float(sys.argv[4])) if "--minutes" in sys.argv else Budget(steps=20)
train(
    recipe("interaction", "tiny"),
    arrays,
    codec,
    out,
    budget,
    device="cpu",
    quiet=True,
    resume=out.exists(),
)
