"""What the recognizer sees of a data set sequence, as features and as a finished interaction."""

import torch

from diffh2o_ros.data.format import interaction_of
from diffh2o_ros.motion.features import to_features
from diffh2o_ros.motion.gross_motion import GrossMotion
from diffh2o_ros.training.prepare import pose_basis


def test_features_and_interaction_agree(dataset):
    basis = pose_basis(dataset)
    by_action = {info.action: row for row, info in enumerate(dataset.infos)}
    for row in list(by_action.values())[:4]:
        sequence = dataset[row]
        features = to_features(sequence.motion, sequence.distances, basis, "interaction")
        from_features = GrossMotion.from_features(features.half().float())
        from_interaction = GrossMotion.from_interaction(interaction_of(sequence))
        assert torch.equal(from_features.acts, from_interaction.acts)
        torch.testing.assert_close(
            from_features.channels(), from_interaction.channels(), atol=2e-3, rtol=0
        )
