"""The whole way from an object and a sentence to interactions."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.diffusion.guidance import GradientGuide
from diffh2o_ros.diffusion.imputing import Impute
from diffh2o_ros.geometry.intake import check_mesh, load_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import ObjectGeometry, object_geometry
from diffh2o_ros.hands.skeleton import SIDES
from diffh2o_ros.models.checkpoint import CheckpointError
from diffh2o_ros.models.context import grasp_context
from diffh2o_ros.motion.features import Motion, from_features, keypoint_distances, to_features
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.motion.posing import interaction_from_motion
from diffh2o_ros.synthesis.acting_hand import ActingHand, acting_hand, with_acting_hand
from diffh2o_ros.synthesis.carrying import hold_on, object_path, smooth_reach
from diffh2o_ros.synthesis.clearing import clear_reach
from diffh2o_ros.synthesis.contact_guidance import (
    ContactGuidance,
    carry_correction,
    choose_side,
    last_frame,
)
from diffh2o_ros.synthesis.device import choose_device
from diffh2o_ros.synthesis.ranking import grasp_costs
from diffh2o_ros.synthesis.request import OnProgress, Request
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.settling import Settler
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.text.encoder import check_task, load_encoder

FPS = 30.0
STAGES = ("grasp", "interaction")

MeshLike = Mesh | str | os.PathLike | tuple[np.ndarray, np.ndarray]


def shipped_weights() -> Path:
    """Folder of the checkpoints that come with the package."""
    return Path(str(resources.files("diffh2o_ros").joinpath("weights")))


class Synthesizer:
    """Turns object meshes and sentences into hand-object interactions.

    Args:
        device: "auto", "cpu", "cuda" or "cuda:N"; a device that is not there is an error.
        hand: "openhand", "mano", or "auto": MANO where `mano_dir` has it, else OpenHand.
        weights: folder with grasp.safetensors and interaction.safetensors; default the shipped.
        mano_dir: folder with the user's MANO files.
        cache_dir: folder that keeps object geometry between processes; default none.
        settings: how samples are drawn.

    Raises:
        CheckpointError, DeviceError, or the hand's own error, all ValueErrors of one line.

    Attributes:
        timings: seconds per stage of the last call: intake, text, grasp_stage, refinement,
            interaction_stage, assembly, total.
    """

    def __init__(
        self, device: str = "auto", hand: str = "auto", weights: str | Path | None = None,
        mano_dir: str | Path | None = None, cache_dir: str | Path | None = None,
        settings: SynthesisSettings | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.settings = settings or SynthesisSettings()
        self.weights = shipped_weights() if weights is None else Path(weights)
        self.grasp_stage, self.interaction_stage = (
            Stage.load(self.weights / f"{name}.safetensors", name, self.device) for name in STAGES
        )
        if self.grasp_stage.text_encoder != self.interaction_stage.text_encoder:
            raise CheckpointError(f"the stages in {self.weights} were trained on different text")
        self.text = load_encoder(self.grasp_stage.text_encoder, device=str(self.device))
        self.hands = {side: _load_hand(hand, side, mano_dir) for side in SIDES}
        self._cache_dir = cache_dir
        self.timings: dict[str, float] = {}

    @property
    def num_frames(self) -> int:
        return self.interaction_stage.model.config.num_frames

    @property
    def grasp_frame(self) -> int:
        """First frame of the interaction stage."""
        return self.grasp_stage.model.config.num_frames

    def synthesize(
        self, mesh: MeshLike, task: str, grasp: Grasp | None = None, num_samples: int = 1,
        seed: int = 0, *, steps: int | None = None, refine: bool = True,
        on_progress: OnProgress | None = None,
    ) -> list[Interaction]:
        """Interactions of one object for one task; sample i depends on seed and i alone.

        Args:
            mesh: metres, z up, lying as it should be found: a Mesh, a file, or (vertices, faces).
            task: a sentence in English.
            grasp: a target in the mesh's frame, whole hand or wrist only.
            num_samples: how many; seed: fixes the result on a device.
            steps: sampling steps of each stage, default of the settings.
            refine: polish contact at the end; without it the result is the networks' and the
                contact guidance's alone.
            on_progress: called with (stage, step, total); what it raises ends the synthesis.

        Raises:
            MeshError, TaskError, GraspError: bad input, said in one line. ValueError: a number
            out of range.
        """
        if num_samples < 1:
            raise ValueError(f"num_samples must be at least 1, not {num_samples}")
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed must be 0 to 2^63 - 1, not {seed}")
        if steps is not None and not 1 <= steps <= 1000:
            raise ValueError(f"steps must be 1 to 1000, not {steps}")
        self.timings = {}
        begin = time.perf_counter()
        task = check_task(task)
        with self._timed("intake"):
            geometry = self._intake(mesh)
            half_size = 0.5 * float(np.ptp(geometry.mesh.vertices, axis=0).max())
            target = None
            if grasp is not None:
                target = GraspTarget.of(grasp, geometry.center, half_size)
        with self._timed("text"):
            text = self.text.encode([task])
        request = Request(
            geometry, text, task, target, half_size, steps, refine, on_progress
        )
        results: list[Interaction] = []
        while len(results) < num_samples:
            stop = min(len(results) + self.settings.chunk, num_samples)
            seeds = [(seed, i) for i in range(len(results), stop)]
            results += self._synthesize_chunk(request, seeds)
        self.timings["total"] = time.perf_counter() - begin
        return results

    def _intake(self, mesh: MeshLike) -> ObjectGeometry:
        if isinstance(mesh, (str, os.PathLike)):
            mesh = load_mesh(mesh)
        else:
            if isinstance(mesh, Mesh):
                mesh = (mesh.vertices, mesh.faces)
            mesh = check_mesh(*mesh)
        return object_geometry(mesh, self._cache_dir).to(self.device)

    def _synthesize_chunk(self, request: Request, seeds) -> list[Interaction]:
        with self._timed("grasp_stage"):
            settler = Settler(
                request.geometry.sdf, request.geometry.center,
                request.geometry.support_height - float(request.geometry.center[2]),
            )
            motion, side = self._reach(request, settler, seeds)
        with self._timed("refinement"):
            motion, side, costs = self._choose(request, settler, motion, side, len(seeds))
        with self._timed("interaction_stage"):
            motion = self._interact(request, settler, motion, side, seeds)
        with self._timed("assembly"):
            return [
                self._assemble(request, _sample(motion, i), SIDES[int(side[i])], float(costs[i]))
                for i in range(len(seeds))
            ]

    def _assemble(
        self, request: Request, motion: Motion, side: str, cost: float
    ) -> Interaction:
        """The interaction of one motion (T, ...)."""
        interaction = interaction_from_motion(
            _on_cpu(motion), request.geometry.mesh, {side: self.hands[side]}, text=request.task,
            grasp_frame=self.grasp_frame, fps=FPS,
        )
        interaction.quality["grasp_cost"] = cost
        return interaction

    def _reach(self, request: Request, settler: Settler, seeds) -> tuple[Motion, Tensor]:
        """Candidates (N * C, T, ...) of the grasp stage and the side (N * C,) each acts with."""
        stage, settings = self.grasp_stage, self.settings
        generators = [
            _generator(seed, i, c) for seed, i in seeds for c in range(settings.num_candidates)
        ]
        noise = stage.noise(generators)
        target = request.target
        fixed = None
        if target is not None:
            fixed = torch.full((len(noise),), target.side, device=self.device)
        edit = ContactGuidance(
            stage.codec, request.geometry, settler, settings.guided, settings.contact_start, fixed
        )
        guide = GradientGuide(target.loss(stage.codec)) if target is not None else None
        x0 = stage.run(
            noise, request.text, request.geometry.bps, request.steps or settings.num_steps,
            text_scale=settings.text_scale, edit_x0=[edit], guide=guide,
            on_step=request.reporter("grasp"),
        )
        features = stage.codec.decode(x0)
        side = choose_side(features) if fixed is None else fixed
        return smooth_reach(from_features(features, stage.codec.basis)), side

    def _choose(
        self, request: Request, settler: Settler, motion: Motion, side: Tensor, samples: int
    ) -> tuple[Motion, Tensor, Tensor]:
        """The best candidate of each sample: motion (N, T, ...), side (N,), cost (N,)."""
        settings = self.settings
        path = acting_hand(motion, side)
        predicted = last_frame(path)
        settled = predicted
        if request.refine:
            request.report("refinement", 0, 2)
            goal = None
            if request.target is not None:
                goal = request.target.acting_hand(predicted)
            settled = settler.settle(predicted, settings.refined, goal, settings.target_pull)
            path = carry_correction(path, predicted, settled)
        costs = grasp_costs(
            settler, settings.refined, settled, path, predicted, request.half_size
        )
        if request.target is not None:
            goal = request.target.acting_hand(predicted)
            costs = costs + 200 * (settled.wrist - goal.wrist).norm(dim=-1)
        by_sample = costs.view(samples, -1)
        best = by_sample.argmin(1) + by_sample.shape[1] * torch.arange(samples, device=side.device)
        path, chosen = path[best], _sample(motion, best)
        if request.refine:
            request.report("refinement", 1, 2)
            path = clear_reach(settler, path)
            request.report("refinement", 2, 2)
        return with_acting_hand(chosen, path), side[best], costs[best]

    def _interact(
        self, request: Request, settler: Settler, reach: Motion, side: Tensor, seeds
    ) -> Motion:
        """The whole motion (N, T, ...): the given reach, then the interaction."""
        stage, frames = self.interaction_stage, self.grasp_frame
        geometry = request.geometry
        distances = keypoint_distances(reach, geometry.sdf, geometry.center)
        known = to_features(reach, distances, stage.codec.basis, "interaction")
        noise = stage.noise([_generator(seed, i, 2**32) for seed, i in seeds])
        values = noise.new_zeros(noise.shape)
        values[:, :frames] = stage.codec.encode(known)
        mask = torch.zeros(self.num_frames, 1, device=self.device)
        mask[:frames] = 1
        context = grasp_context(values, frames) if stage.model.config.context_dim else None
        x0 = stage.run(
            noise, request.text, geometry.bps, request.steps or self.settings.num_steps,
            text_scale=self.settings.text_scale, context=context,
            edit_x0=[Impute(values, mask, until=1.0)], on_step=request.reporter("interaction"),
        )
        motion = from_features(stage.codec.decode(x0), stage.codec.basis)
        for name in ("wrist", "rotation", "hand_pose"):
            getattr(motion, name)[:, :frames] = getattr(reach, name)
        grasp = last_frame(acting_hand(reach, side))
        body = _carried(settler, grasp, geometry)
        position, rotation = object_path(motion, frames, body, settler.support)
        return hold_on(motion, side, position, rotation, frames)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - begin


def _load_hand(name: str, side: str, mano_dir: str | Path | None):
    from diffh2o_ros.hands.open_hand import OpenHand

    if name not in ("auto", "openhand", "mano"):
        raise ValueError(f"hand must be auto, openhand or mano, not {name!r}")
    if name == "mano" or (name == "auto" and mano_dir is not None):
        from diffh2o_ros.hands.mano_hand import ManoHand  # smplx is an optional extra

        return ManoHand(mano_dir, side)
    return OpenHand(side)


def _generator(seed: int, sample: int, candidate: int) -> torch.Generator:
    """Independent randomness for each candidate of each sample, the same whatever else is drawn."""
    state = np.random.SeedSequence((seed, sample, candidate)).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def _sample(motion: Motion, index) -> Motion:
    return Motion(*(getattr(motion, name)[index] for name in Motion.__dataclass_fields__))


def _on_cpu(motion: Motion) -> Motion:
    return Motion(*(getattr(motion, name).cpu() for name in Motion.__dataclass_fields__))


def _carried(settler: Settler, grasp: ActingHand, geometry: ObjectGeometry) -> list[Tensor]:
    """Points (P, 3) about the object's centre of object and hand, for each sample: what the table
    stops when it comes down. The hand's are the lowest points of its spheres."""
    spheres, _, _ = settler.model.place(*grasp.kinematics())
    below = torch.zeros_like(spheres)
    below[..., 2] = settler.model.radius
    flip = torch.ones(len(spheres), 1, 3, device=spheres.device)
    flip[grasp.side == 0, :, 1] = -1
    vertices = torch.as_tensor(geometry.mesh.vertices, dtype=torch.float32).to(spheres)
    return [torch.cat([vertices - geometry.center, s]) for s in (spheres * flip - below)]
