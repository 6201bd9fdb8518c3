"""Settles grasps onto the true surface: a few descent steps on the contact energy, in a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, ObjectField, ObjectPose, flips
from diffh2o_ros.contact.bodies import HandBodies, PosedBodies
from diffh2o_ros.contact.model import ContactState, ContactWeights
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.synthesis.device import compiles

OnStep = Callable[[int, int], None]
"""(steps done, total); what it raises ends the work."""

#: Pads farther from the surface than about this are left alone (meters).
PAD_REACH = 0.03
#: Steps in machine code between two looks at whether the work is still wanted.
STEPS_AT_ONCE = 15
#: Where the spheres of a hand that is not there are (meters).
FAR_AWAY = 1e3


@dataclass(frozen=True)
class Settling:
    """How grasps are settled: descent steps, step sizes, and how strongly the start holds them."""

    steps: int
    shift_rate: float = 0.0015  #: meters a step
    turn_rate: float = 0.02  #: radians a step
    bend_rate: float = 0.03  #: radians a step
    hold: float = 0.05  #: weight of staying near the start, against energies of order 1
    clearance: float = 0.0005  #: meters the spheres should stay outside the object
    weights: ContactWeights = field(default_factory=ContactWeights)


@dataclass(frozen=True)
class Pull:
    """What else than contact hands should be near to: some of their keypoints, points."""

    weight: float  #: of the mean squared distance, square centimeters
    index: Tensor  #: (K,) int64, which of the 21 keypoints
    points: Tensor  #: (K, 3) where they should be, canonical frame, meters

    def __call__(self, side: Tensor, keypoints: Tensor) -> Tensor:
        """Energy (R,) of hands of sides (R,), their keypoints (R, 21, 3) seen as right ones."""
        gaps = keypoints[:, self.index] * flips(side, 1) - self.points
        return self.weight * 1e4 * gaps.square().sum(-1).mean(-1)


@dataclass(frozen=True)
class _Limits:
    """In units of a step, since one step size serves all: (6 + D,) of shift, turn and bends."""

    rate: Tensor  #: meters or radians a step
    away: Tensor  #: weight of a squared move
    low: Tensor  #: (R, D) bounds of the bends
    high: Tensor


class Settler:
    """Settles batches of acting hands against the object and the table of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.hand = HandBodies.on(scene.bps.device)
        self.model = self.hand.model

    @property
    def support(self) -> float:
        """z of the table, meters; see `Scene.table_height`."""
        return self.scene.table_height

    def in_the_air(self) -> Settler:
        """The same without a table: for hands on an object that is held."""
        return Settler(self.scene.without_table())

    def field(self, hand: ActingHand, pose: ObjectPose | None = None) -> ObjectField:
        """The object, at rest or at `pose`, as `hand` meets it."""
        return ObjectField(self.scene.sdf, hand.side, pose)

    def distance(self, points: Tensor) -> Tensor:
        """Signed distances (...) of points (..., 3) to the object at rest, meters."""
        return self.scene.sdf.query(points)

    def contact(self, hand: ActingHand, settling: Settling) -> ContactState:
        """Energy and contact state of hands (R, ...)."""
        return self._contact(self.hand.pose(hand), self.field(hand), settling)

    def _contact(
        self, bodies: PosedBodies, around: ObjectField, settling: Settling
    ) -> ContactState:
        return self.model.energy_at(
            bodies.spheres,
            bodies.pads,
            bodies.pad_normals,
            around,
            self._weight,
            settling.weights,
            self.support,
            settling.clearance,
        )

    def _weight(self, distance: Tensor) -> Tensor:
        """Pads near the surface are drawn to it; the thumb and the tips always are a little."""
        near = torch.exp(-((distance / PAD_REACH) ** 2))
        weight = self.hand.pad_weight
        return weight * (near + 0.1 * (weight >= 1.0).to(weight))

    def clearance(self, hand: ActingHand) -> Tensor:
        """Room (R, ...) between hands (R, ...) and object or table, meters; negative inside."""
        spheres = self.hand.pose(hand).spheres
        gap = self.field(hand).query(spheres)
        above = spheres[..., 2] - self.support
        return (torch.minimum(gap, above) - self.model.radius).amin(-1)

    def settle(
        self,
        hand: ActingHand,
        settling: Settling,
        *,
        pull: Pull | None = None,
        others: Tensor | None = None,
        on_step: OnStep | None = None,
    ) -> ActingHand:
        """Hands (R,) moved to touch the object without entering it, near where they were.

        Args:
            pull: added to the energy: what else the hands should be near to.
            others: (R, S, 3) centers of the collision spheres of another hand to keep clear of,
                each as its row sees it; far away where there is none.
            on_step: called now and then.
        """
        limits = self._limits(hand, settling)
        descend = self._descend_compiled if compiles(hand.wrist.device) else self._descend
        moves = descend(hand, settling, limits, pull, others, on_step or (lambda *_: None))
        shift, turn, bend = (moves * limits.rate).split((3, 3, len(self.hand.low)), -1)
        with torch.no_grad():
            return hand.moved(shift, turn, bend)

    def _limits(self, hand: ActingHand, settling: Settling) -> _Limits:
        start = hand.hand_pose @ self.hand.angles
        angles = start.shape[-1]
        rate, unit = start.new_tensor(
            [
                [settling.shift_rate] * 3
                + [settling.turn_rate] * 3
                + [settling.bend_rate] * angles,
                [0.01] * 3 + [0.1] * 3 + [0.3] * angles,
            ]
        )
        return _Limits(
            rate,
            settling.hold * (rate / unit).square(),
            # A predicted pose may lie outside the joints' ranges: let it come in, never further
            # out.
            (self.hand.low - start).clamp_max(0) / rate[6:],
            (self.hand.high - start).clamp_min(0) / rate[6:],
        )

    def _descend(
        self,
        hand: ActingHand,
        settling: Settling,
        limits: _Limits,
        pull: Pull | None,
        others: Tensor | None,
        on_step: OnStep,
    ) -> Tensor:
        """The moves (R, 6 + D) of Adam on the energy."""
        around = self.field(hand)
        size = limits.low.shape[-1]
        moves = limits.low.new_zeros(len(limits.low), 6 + size, requires_grad=True)
        optimizer = torch.optim.Adam([moves], lr=1.0, fused=True)
        with torch.enable_grad():
            for step in range(settling.steps):
                optimizer.param_groups[0]["lr"] = 1 - 0.8 * step / settling.steps
                optimizer.zero_grad()
                bodies = self.hand.pose(hand, *(moves * limits.rate).split((3, 3, size), -1))
                energy = self._contact(bodies, around, settling).energy
                energy = energy + moves.square() @ limits.away
                if pull is not None:
                    energy = energy + pull(hand.side, bodies.keypoints)
                if others is not None:
                    energy = energy + settling.weights.penetration * self._overlap(
                        bodies.spheres, others
                    )
                energy.sum().backward()
                optimizer.step()
                with torch.no_grad():
                    moves[:, 6:].clamp_(limits.low, limits.high)
                on_step(step + 1, settling.steps)
        return moves.detach()

    def _descend_compiled(
        self,
        hand: ActingHand,
        settling: Settling,
        limits: _Limits,
        pull: Pull | None,
        others: Tensor | None,
        on_step: OnStep,
    ) -> Tensor:
        """The same in machine code."""
        from diffh2o_ros.contact.kernels.settling import settle_rows

        def numbers(*values: Tensor) -> tuple[np.ndarray, ...]:
            return tuple(np.ascontiguousarray(v.detach().double().numpy()) for v in values)

        weights = settling.weights
        terms = (
            np.array(
                [
                    weights.penetration,
                    weights.contact,
                    weights.alignment,
                    weights.closure,
                    weights.table,
                    weights.self_penetration,
                ],
                dtype=float,
            ),
            float(self.support),
            settling.clearance,
            PAD_REACH,
        )
        start = (*numbers(hand.wrist, hand.rotation, hand.hand_pose), *numbers(flips(hand.side)))
        start = (*start[:3], np.ascontiguousarray(start[3][:, 1]))
        goal = (0.0, np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros((0, 0, 3)))
        if pull is not None:
            goal = (float(pull.weight), pull.index.numpy(), *numbers(pull.points), goal[3])
        if others is not None:
            goal = (*goal[:3], *numbers(others.expand(len(start[0]), -1, -1)))
        rate, away, low, high = numbers(limits.rate, limits.away, limits.low, limits.high)
        moves, mean, square = np.zeros((3, len(low), len(rate)))
        for first in range(0, settling.steps, STEPS_AT_ONCE):
            last = min(first + STEPS_AT_ONCE, settling.steps)
            settle_rows(
                moves,
                mean,
                square,
                first,
                last,
                settling.steps,
                rate,
                away,
                low,
                high,
                start,
                self.hand.arrays,
                self.grid,
                terms,
                goal,
            )
            on_step(last, settling.steps)
        return torch.as_tensor(moves, dtype=torch.float32)

    @property
    def grid(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Values (X, Y, Z), the first node (3,) as seen from the object's center, and spacing of
        the distance grid, for compiled code."""
        return (
            self.scene.sdf.values.numpy(),
            self.scene.sdf.origin.double().numpy(),
            float(self.scene.sdf.spacing),
        )

    def overlap(self, hand: ActingHand, others: Tensor) -> Tensor:
        """Summed squared overlap (R,) of hands (R,) with spheres (R, S, 3) of others, cm^2."""
        return self._overlap(self.hand.pose(hand).spheres, others)

    def _overlap(self, spheres: Tensor, others: Tensor) -> Tensor:
        gap = torch.cdist(spheres, others, compute_mode="donot_use_mm_for_euclid_dist")
        reach = self.model.radius[:, None] + self.model.radius
        return ((reach - gap).clamp_min(0) * 100).square().sum((-1, -2))

    def spheres_of_others(self, hands: ActingHand, partner: Tensor) -> Tensor | None:
        """(R, S, 3): the spheres of each row's partner hand as that row sees them; None where no
        row has one.

        Args:
            hands: (R,); partner: (R,) the row of the other hand of the same motion, -1 for none.
        """
        if not (partner >= 0).any():
            return None
        spheres = self.hand.pose(hands).spheres * flips(hands.side, 1)  # where they are
        seen = spheres[partner.clamp_min(0)] * flips(hands.side, 1)
        return torch.where((partner >= 0)[:, None, None], seen, FAR_AWAY)
