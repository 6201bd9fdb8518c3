"""How grasps are settled onto the true surface."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.energy import ContactWeights
from diffh2o_ros.contact.moves import Moves

#: By how much the length of a step falls, of 1.
DECAY = 0.8
#: A pad farther from the surface than about this is left alone (meters), but for some of the
#: weight of the thumb and the tips.
PAD_REACH, PAD_ALWAYS = 0.03, 0.1
#: What counts as much: meters, radians of the wrist, radians of a finger.
TRANSLATION_UNIT, ROTATION_UNIT, FLEXION_UNIT = 0.01, 0.1, 0.3


@dataclass(frozen=True)
class Settling:
    """How grasps are settled: descent steps, step sizes, and how strongly the start holds them."""

    steps: int
    translation_rate: float = 0.0015  #: meters a step
    rotation_rate: float = 0.02  #: radians a step
    flexion_rate: float = 0.03  #: radians a step
    hold: float = 0.05  #: weight of staying near the start, against energies of order 1
    clearance: float = 0.0005  #: meters the spheres should stay outside the object
    weights: ContactWeights = field(default_factory=ContactWeights)

    def moves(self, hand_pose: Tensor, hand: HandBodies) -> Moves:
        """How hands with poses (R, 45) may move."""
        start = hand_pose @ hand.angles
        angles = start.shape[-1]
        rate, unit = start.new_tensor(
            [
                [self.translation_rate] * 3
                + [self.rotation_rate] * 3
                + [self.flexion_rate] * angles,
                [TRANSLATION_UNIT] * 3 + [ROTATION_UNIT] * 3 + [FLEXION_UNIT] * angles,
            ]
        )
        return Moves(
            rate,
            self.hold * (rate / unit).square(),
            start.new_zeros(len(start), 6 + angles),
            # A predicted pose may lie outside the joints' ranges: let it come in, never further
            # out.
            (hand.low - start).clamp_max(0) / rate[6:],
            (hand.high - start).clamp_min(0) / rate[6:],
        )
