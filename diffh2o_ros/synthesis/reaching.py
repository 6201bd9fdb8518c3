"""The grasp stage: candidates for the reach, held to the true surface, the best one chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import HandRows
from diffh2o_ros.contact.clearing import clear_path
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.descent import OnStep
from diffh2o_ros.diffusion.guidance import GradientGuide
from diffh2o_ros.motion.features import Motion, from_features, keypoint_distances, to_features
from diffh2o_ros.synthesis.contact_guidance import (
    TARGET_RAMP_FRAMES,
    ContactGuidance,
    acting_sides,
    carry_correction,
    last_distances,
)
from diffh2o_ros.synthesis.ranking import grasp_costs
from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.smoothing import smooth_hands
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.threads import in_parts

#: Candidates that must agree on the hands for the sentence to have named them.
AGREEMENT = 0.6
#: So few candidates are guided on one thread.
FEW = 4
#: What a hand costs that grasps, but should not; and a meter off a target, as much as in collision.
UNINVITED, MISSED = 1e3, 1e3
#: Diffusion steps at which the network is asked how likely a reach is: where on the object and with
#: which hand is decided above them, how the fingers close below.
JUDGED_AT = (500, 300)


@dataclass(frozen=True)
class Reaches:
    """B reaches (B, T, ...) in the canonical frame, the last frame a grasp."""

    motion: Motion
    acting: Tensor  #: (B, 2) bool, which hands grasp
    cost: Tensor  #: (B,) see `ranking`
    chosen: Tensor  #: (B,) int64, which of the candidates they are

    def __getitem__(self, which: slice) -> Reaches:
        """Some of them."""
        return Reaches(self.motion[which], self.acting[which], self.cost[which], self.chosen[which])


def sample_reaches(
    stage: Stage, request: Request, contact: Contact, generators: Sequence[torch.Generator]
) -> tuple[Motion, Tensor]:
    """Candidates (B, T, ...) and which hands (B, 2) each grasps with, one a generator."""
    noise = stage.noise(generators)
    # What guides a few is Python more than arithmetic, in which threads only take turns.
    parts, threads = (1, request.threads) if len(noise) <= FEW else (request.threads, 1)

    def sample(part: slice) -> tuple[Motion, Tensor]:
        on_step = request.reporter("grasp", part)
        return _sample(stage, request, contact, noise[part], on_step, threads)

    motions, acting = zip(*in_parts(sample, len(noise), parts), strict=True)
    return Motion.cat(motions), torch.cat(acting)


def _sample(
    stage: Stage, request: Request, contact: Contact, noise: Tensor, on_step: OnStep, threads: int
) -> tuple[Motion, Tensor]:
    """A part of `sample_reaches`, from noise (B, T, D); `threads` share the network's rows."""
    target, settings = request.target, request.settings
    fixed = None
    if request.side is not None:
        fixed = torch.zeros(len(noise), 2, dtype=torch.bool, device=noise.device)
        fixed[:, request.side] = True
    edits = []
    if settings.contact_guidance:
        edits.append(
            ContactGuidance(
                stage.codec,
                request.scene,
                contact,
                settings.guided,
                settings.contact_start,
                fixed,
                target,
                settings.target_pull,
            )
        )
    guide, guidance_scale = None, settings.guidance_scale
    if target is not None and target.hand_pose is not None and settings.contact_guidance:
        # Contact guidance puts the whole hand on its target and needs no help; which hand it is,
        # all that a sentence decides of a reach, is decided.
        guidance_scale = 1.0
    elif target is not None:
        guide = GradientGuide(target.loss(stage.codec))  # what it leaves open is to follow along
    x0 = stage.run(
        noise,
        request.text,
        request.scene.bps,
        settings.num_steps,
        guidance_scale=guidance_scale,
        guidance_until=settings.guidance_until,
        timestep_spacing=settings.timestep_spacing,
        edit_x0=edits,
        guide=guide,
        on_step=on_step,
        threads=threads,
    )
    motion = smooth_hands(from_features(stage.codec.decode(x0), stage.codec.basis))
    acting = fixed
    if acting is None:
        acting = acting_sides(last_distances(motion, request.scene))
    return motion, acting


def choose_reaches(
    stage: Stage,
    motion: Motion,
    acting: Tensor,
    request: Request,
    contact: Contact,
    samples: int,
    best_of_all: bool,
) -> Reaches:
    """The best candidate of each sample, polished.

    Args:
        stage: that sampled them.
        motion, acting: of B candidates, B a multiple of `samples`, each sample's together.
        best_of_all: instead of the best of each sample's own, the `samples` best of all, the best
            one first.
    """
    settings = request.settings
    rows = HandRows.of(acting)
    path = rows.take(motion)
    predicted = settled = path.at(-1)
    # Where a target says which hand acts, the other one may have come along all the same.
    uninvited = (acting_sides(last_distances(motion, request.scene)) & ~acting).any(1)
    if request.refine:
        on_step = request.reporter("refinement")
        if request.target is None:
            others = contact.spheres_of_others(predicted, rows.partner)
            settled = contact.settle(predicted, settings.refined, others=others, on_step=on_step)
            path = carry_correction(path, predicted, settled)
        else:
            settled = contact.settle(
                request.target.put_on(predicted),
                settings.fingertips if request.target.leaves_wrist_open else settings.targeted,
                pull=request.target.pull(settings.target_pull),
                on_step=on_step,
            )
            path = carry_correction(path, predicted, settled, TARGET_RAMP_FRAMES)
    costs = grasp_costs(contact, settings.refined, rows, settled, path, predicted, len(acting))
    costs = costs + UNINVITED * uninvited
    if request.target is not None:
        costs = costs + MISSED * rows.summed(request.target.error(settled), len(acting))
    motion = rows.put(motion, path)
    if settings.likelihood and request.target is None and len(acting) > samples:
        costs = costs + settings.likelihood * _unlikeliness(stage, request, motion)
    best = _best(costs, acting, samples, best_of_all, request)
    motion, acting, costs = motion[best], acting[best], costs[best]
    if request.refine:
        rows = HandRows.of(acting)
        motion = rows.put(motion, clear_path(contact, rows.take(motion)))
    return Reaches(motion, acting, costs, best)


def _unlikeliness(stage: Stage, request: Request, motion: Motion) -> Tensor:
    """How unlikely (B,) the network finds reaches (B, T, ...) as they came to be, for the sentence
    and the object: contact may be good where no person takes hold."""
    distances = keypoint_distances(motion, request.scene.sdf)
    features = to_features(motion, distances, stage.codec.basis, "grasp")
    x0 = stage.codec.encode(features)

    def error(part: slice) -> Tensor:
        return stage.denoising_error(x0[part], request.text, request.scene.bps, JUDGED_AT)

    return torch.cat(in_parts(error, len(x0), request.threads))


def _best(
    costs: Tensor, acting: Tensor, samples: int, best_of_all: bool, request: Request
) -> Tensor:
    """Indices (samples,) of the candidates to keep.

    Of those that are as good as the best, within a margin, the first one is kept, so that samples
    differ as what the network draws does, instead of all being the same favorite.

    What hands a sentence asks for, most candidates agree on; the few that misread it do not
    compete. Where they disagree, the sentence left it open, and the first candidate decides. Where
    it names them (see `Request.hands`) and a candidate does so, that counts.
    """
    hands = acting.int() @ torch.tensor([1, 2], dtype=torch.int32, device=acting.device)
    if best_of_all:
        hands, costs = hands[None], costs[None]
    else:
        hands, costs = hands.view(samples, -1), costs.view(samples, -1)
    agreed = [_agreed(h, request.hands) for h in hands.cpu().numpy()]
    other = hands != torch.tensor(agreed, device=hands.device)[:, None]
    costs = costs + 1e6 * other
    if best_of_all:
        return costs[0].argsort(stable=True)[:samples]
    first = costs.shape[1] * torch.arange(samples, device=costs.device)
    good = costs <= costs.amin(1, keepdim=True) + request.settings.cost_margin
    return (good.cumsum(1) == 0).sum(1) + first  # the first that is


def _agreed(hands: np.ndarray, named: Collection[int]) -> int:
    """What candidates (C,) agree on: 1 the left hand, 2 the right one, 3 both."""
    fit = hands[np.isin(hands, list(named))]
    if len(fit):
        hands = fit
    counts = np.bincount(hands)
    return int(counts.argmax()) if counts.max() >= AGREEMENT * len(hands) else int(hands[0])
