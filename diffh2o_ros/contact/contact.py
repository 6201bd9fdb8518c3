"""What hands do against the object and the table of a scene."""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.acting_hand import ActingHand, ObjectPose, flips
from diffh2o_ros.contact.backend import backend_of
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.descent import OnStep, decaying
from diffh2o_ros.contact.energy import ContactState, EnergyTerms, PadDraw, Pull, contact_state
from diffh2o_ros.contact.moves import move
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.contact.settling import DECAY, PAD_ALWAYS, PAD_REACH, Settling
from diffh2o_ros.geometry.scene import Scene

#: Where the spheres of a hand that is not there are (meters).
FAR_AWAY = 1e3


class Contact:
    """Batches of acting hands against a scene; nothing in it changes.

    Args:
        scene: the object and its table.
        backend: one of `contact.backend`; default the quickest for the scene's device.
    """

    def __init__(self, scene: Scene, backend: str | None = None) -> None:
        self.scene = scene
        self.backend = backend or backend_of(scene.bps.device)
        self.hand = HandBodies.on(scene.bps.device)
        self.model = self.hand.model
        self._pads = PadDraw(self.hand.pad_weight, PAD_REACH, PAD_ALWAYS)

    def in_the_air(self) -> Contact:
        """The same without a table: for hands on an object that is held."""
        return Contact(self.scene.without_table(), self.backend)

    def field(self, hand: ActingHand, pose: ObjectPose | None = None) -> ObjectField:
        """The object, at rest or at `pose`, as `hand` meets it."""
        return ObjectField(self.scene.sdf, hand.side, pose)

    def state(self, hand: ActingHand, settling: Settling) -> ContactState:
        """Energy and contact state of hands (R, ...)."""
        given = self._terms(settling)
        return contact_state(self.hand.pose(hand), self.model, self.field(hand), given)

    def _terms(self, settling: Settling) -> EnergyTerms:
        height = self.scene.table_height
        return EnergyTerms(settling.weights, self._pads, height, settling.clearance)

    def clearance(self, hand: ActingHand) -> Tensor:
        """Room (R, ...) between hands (R, ...) and object or table, meters; negative inside."""
        spheres = self.hand.pose(hand).spheres
        gap = self.field(hand).query(spheres)
        above = spheres[..., 2] - self.scene.table_height
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
        moves = settling.moves(hand.hand_pose, self.hand)
        given = self._terms(settling)
        if pull is not None:
            given = given._replace(pull=pull)
        if others is not None:
            given = given._replace(others=others)
        lengths, field = decaying(settling.steps, DECAY), self.field(hand)
        moved = move(hand, self.hand, field, given, moves, lengths, self.backend, on_step)
        with torch.no_grad():
            return hand.moved(*moves.split(moved))

    def overlap(self, hand: ActingHand, others: Tensor) -> Tensor:
        """Summed squared overlap (R,) of hands (R,) with spheres (R, S, 3) of others, cm^2."""
        return terms.overlap(self.hand.pose(hand).spheres, others, self.model.radius)

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
