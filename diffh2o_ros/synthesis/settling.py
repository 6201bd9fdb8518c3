"""Settles grasps onto the true surface: a few descent steps on the contact energy, in a batch."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field

import torch
from torch import Tensor

from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.contact import ContactModel, ContactState, ContactWeights
from diffh2o_ros.synthesis.acting_hand import ActingHand, ObjectField, ObjectPose, flips

Pull = Callable[[ActingHand], Tensor]
"""Hands (R, ...) -> how far they are from what they should be, (R,), at least 0."""

#: Pads farther from the surface than about this are left alone (metres).
PAD_REACH = 0.03
#: Where the spheres of a hand that is not there are (metres).
FAR_AWAY = 1e3


@dataclass(frozen=True)
class Settling:
    """How grasps are settled: descent steps, step sizes, and how strongly the start holds them."""

    steps: int
    shift_rate: float = 0.0015  #: metres a step
    turn_rate: float = 0.02  #: radians a step
    bend_rate: float = 0.03  #: radians a step
    hold: float = 0.05  #: weight of staying near the start, against energies of order 1
    clearance: float = 0.0005  #: metres the spheres should stay outside the object
    weights: ContactWeights = field(default_factory=ContactWeights)


class Settler:
    """Settles batches of acting hands against one object.

    Args:
        support: z of the table in the canonical frame, metres (negative).
    """

    def __init__(self, sdf, center: Tensor, support: float) -> None:
        device = center.device
        self._sdf, self._center, self.support = sdf, center, support
        self.model = ContactModel("right", device)
        _, basis, low, high = anatomy.degrees_of_freedom()
        self._angles = torch.linalg.pinv(torch.as_tensor(basis)).float().to(device)  # (45, D)
        self._low = torch.as_tensor(low, dtype=torch.float32, device=device)
        self._high = torch.as_tensor(high, dtype=torch.float32, device=device)
        weight = [2.0 if n == "thumb_distal" else 1.0 if n.endswith("distal") else 0.35
                  for n in self.model.pad_names]
        self._pad_weight = torch.tensor(weight, device=device)
        self.num_angles = len(low)

    def in_the_air(self) -> Settler:
        """The same without a table: for hands on an object that is held."""
        air = copy(self)
        air.support = -FAR_AWAY
        return air

    def field(self, hand: ActingHand, pose: ObjectPose | None = None) -> ObjectField:
        """The object, at rest or at `pose`, as `hand` meets it."""
        return ObjectField(self._sdf, self._center, hand.side, pose)

    def distance(self, points: Tensor) -> Tensor:
        """Signed distances (...) of points (..., 3) to the object at rest, metres."""
        return self._sdf.query(points + self._center)

    def contact(self, hand: ActingHand, settling: Settling) -> ContactState:
        """Energy and contact state of hands (R, ...)."""
        rotations, joints = hand.kinematics()
        around = self.field(hand)
        with torch.no_grad():
            _, pads, _ = self.model.place(rotations, joints)
            near = torch.exp(-((around.query(pads) / PAD_REACH) ** 2))
        # Pads near the surface are drawn to it; the thumb and the tips always are a little.
        weight = self._pad_weight * (near + 0.1 * (self._pad_weight >= 1.0))
        return self.model.energy(
            rotations, joints, around, weight, settling.weights, self.support, settling.clearance
        )

    def clearance(self, hand: ActingHand) -> Tensor:
        """Room (R, ...) between hands (R, ...) and object or table, metres; negative inside."""
        spheres, _, _ = self.model.place(*hand.kinematics())
        gap = self.field(hand).query(spheres)
        above = spheres[..., 2] - self.support
        return (torch.minimum(gap, above) - self.model.radius).amin(-1)

    def settle(
        self, hand: ActingHand, settling: Settling, *, pull: Pull | None = None,
        others: Tensor | None = None, on_step: Callable[[int, int], None] | None = None,
    ) -> ActingHand:
        """Hands (R,) moved to touch the object without entering it, near where they were.

        Args:
            pull: added to the energy: what else the hands should be near to.
            others: (R, S, 3) centres of the collision spheres of another hand to keep clear of,
                each as its row sees it; far away where there is none.
            on_step: called with (steps done, total); what it raises ends it.
        """
        count, dims = len(hand.side), len(self._low)
        start = hand.hand_pose @ self._angles
        # A predicted pose may lie outside the joints' ranges: let it come in, never further out.
        low = torch.minimum(self._low - start, torch.zeros_like(start))
        high = torch.maximum(self._high - start, torch.zeros_like(start))
        shift, turn = hand.wrist.new_zeros(2, count, 3).unbind(0)
        bend = hand.wrist.new_zeros(count, dims)
        parameters = [p.clone().requires_grad_() for p in (shift, turn, bend)]
        rates = (settling.shift_rate, settling.turn_rate, settling.bend_rate)
        optimiser = torch.optim.Adam(
            [{"params": [p], "lr": r} for p, r in zip(parameters, rates, strict=True)]
        )
        with torch.enable_grad():
            for step in range(settling.steps):
                for group, rate in zip(optimiser.param_groups, rates, strict=True):
                    group["lr"] = rate * (1 - 0.8 * step / settling.steps)
                optimiser.zero_grad()
                shift, turn, bend = parameters
                moved = hand.moved(shift, turn, bend)
                away = (shift / 0.01).square().sum(-1) + (turn / 0.1).square().sum(-1)
                away = away + (bend / 0.3).square().sum(-1)
                energy = self.contact(moved, settling).energy + settling.hold * away
                if pull is not None:
                    energy = energy + pull(moved)
                if others is not None:
                    energy = energy + settling.weights.penetration * self.overlap(moved, others)
                energy.sum().backward()
                optimiser.step()
                with torch.no_grad():
                    parameters[2].copy_(parameters[2].clamp(low, high))
                if on_step is not None:
                    on_step(step + 1, settling.steps)
        with torch.no_grad():
            return hand.moved(*(p.detach() for p in parameters))

    def overlap(self, hand: ActingHand, others: Tensor) -> Tensor:
        """Summed squared overlap (R,) of hands (R,) with spheres (R, S, 3) of others, cm^2."""
        spheres, _, _ = self.model.place(*hand.kinematics())
        gap = torch.cdist(spheres, others, compute_mode="donot_use_mm_for_euclid_dist")
        reach = self.model.radius[:, None] + self.model.radius
        return ((reach - gap).clamp_min(0) * 100).square().sum((-1, -2))

    def spheres_of_others(self, hands: ActingHand, partner: Tensor) -> Tensor:
        """(R, S, 3): the spheres of each row's partner hand as that row sees them.

        Args:
            hands: (R,); partner: (R,) the row of the other hand of the same motion, -1 for none.
        """
        spheres, _, _ = self.model.place(*hands.kinematics())
        spheres = spheres * flips(hands.side, 1)  # where they are
        seen = spheres[partner.clamp_min(0)] * flips(hands.side, 1)
        return torch.where((partner >= 0)[:, None, None], seen, FAR_AWAY)

