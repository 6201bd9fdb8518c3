"""What loads the networks and answers requests."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module, resources
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import ConvexHull

from diffh2o_ros.contact.backend import KERNELS, backend_of
from diffh2o_ros.geometry.mesh_like import MeshLike
from diffh2o_ros.geometry.pose import check_pose
from diffh2o_ros.geometry.table import Table
from diffh2o_ros.hands.loading import load_hand
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.models.checkpoint import CheckpointError
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.printable import shown
from diffh2o_ros.synthesis.device import DeviceError, choose_device
from diffh2o_ros.synthesis.intake import take_in
from diffh2o_ros.synthesis.options import RequestOptions, SynthesizerOptions
from diffh2o_ros.synthesis.plan import Models, plan
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.threads import OnProgress, Report, alongside, apart, in_parts
from diffh2o_ros.text.probe import check_probe
from diffh2o_ros.text.registry import load_encoder
from diffh2o_ros.text.wording import read_wording

STAGES = ("grasp", "interaction")
WARM_UP_CANDIDATES = 4
COMPILED = "diffh2o_ros.contact.kernels.descent"


def shipped_weights() -> Path:
    """Folder of the checkpoints that come with the package."""
    return Path(str(resources.files("diffh2o_ros").joinpath("weights")))


class Synthesizer:
    """Turns object meshes and sentences into hand-object interactions.

    Several threads may call one; a process may be forked while none does. What is set of torch and
    numpy (gradients, default types and devices, random states, threads) changes no result, and
    is left as it is.

    Args:
        device: "auto", "cpu", "cuda" or "cuda:N"; a device that is not there is an error.
        hand: "openhand", "mano", or "auto": MANO where `mano_dir` has it, else OpenHand.
        weights: folder with grasp.safetensors and interaction.safetensors; default the shipped.
        mano_dir: folder with the user's MANO files.
        cache_dir: folder that keeps object geometry between processes; default none.
        settings: how samples are drawn.
        models: networks and hands on that device that are there already, instead of `weights`,
            `hand` and `mano_dir`.

    Raises:
        CheckpointError, DeviceError, or the hand's own error, all ValueErrors of one line.
        ForkError: the process was forked while another thread was synthesizing.

    Attributes:
        models: the networks, the text encoder and the hands.
    """

    def __init__(
        self,
        device: str = SynthesizerOptions.device,
        hand: str = SynthesizerOptions.hand,
        weights: str | Path | None = SynthesizerOptions.weights,
        mano_dir: str | Path | None = SynthesizerOptions.mano_dir,
        cache_dir: str | Path | None = SynthesizerOptions.cache_dir,
        settings: SynthesisSettings | None = None,
        *,
        models: Models | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.settings = settings or SynthesisSettings()
        self.weights = shipped_weights() if weights is None else Path(weights)
        load = partial(load_models, self.weights, self.device, hand, mano_dir)
        if backend_of(self.device) == KERNELS:  # half a second, while the weights are read
            load = partial(alongside, load, partial(import_module, COMPILED))
        self.models = models or apart(lambda _: load())
        self._cache_dir = cache_dir
        self._process = os.getpid()

    @property
    def num_frames(self) -> int:
        """The most frames a result can have."""
        return self.models.interaction_stage.model.config.num_frames

    @property
    def grasp_frame(self) -> int:
        """First frame of the interaction stage."""
        return self.models.grasp_frame

    def synthesize(
        self,
        mesh: MeshLike,
        task: str,
        grasp: Grasp | None = None,
        num_samples: int = RequestOptions.num_samples,
        seed: int = RequestOptions.seed,
        *,
        steps: int | None = RequestOptions.steps,
        refine: bool = RequestOptions.refine,
        ranked: bool = RequestOptions.ranked,
        complete: str = RequestOptions.complete,
        on_progress: OnProgress | None = None,
        object_pose: np.ndarray | None = None,
        table: Table = RequestOptions.table,
        below_table: str = RequestOptions.below_table,
        hold: str = RequestOptions.hold,
        verify: bool = RequestOptions.verify,
    ) -> Result:
        """Interactions of one object for one task; sample i depends on seed and i alone, but for
        rounding.

        For every sample, several grasps are tried in one batch and the best is gone on with.

        Args:
            mesh: meters, z up, lying as it should be found: a Mesh, a file, (vertices, faces), a
                trimesh.Trimesh or Scene, or Open3D's TriangleMesh. It may lie anywhere: results
                are to a hundredth of a millimeter, or it is refused.
            task: a sentence in English.
            grasp: a target in the result's frame: whole hand, wrist or fingertips. One that does
                not fit the object is left aside, but for its side, and a warning says why.
            num_samples: how many; seed: fixes the result on a device.
            steps: sampling steps of each stage, default of the settings.
            refine: polish contact at the end; without it the result is the networks' and the
                contact guidance's alone.
            ranked: the samples are the best different grasps of one batch, best first, instead
                of the best ones of a batch each.
            complete: where a side of the mesh is missing, as in one view of a depth camera, it is
                completed by its convex "hull" or its "mirror" image, and a warning says so. The
                result's object is then the completed one.
            on_progress: called with (stage, step, total); what it raises ends the synthesis.
            object_pose: (4, 4), takes the mesh's points to the result's frame (z up), where the
                object then is: `object_pose[0]` of the results. Default: the mesh is there.
            table: what the object stands on: "under_object", a plane through its lowest point;
                the z of a table in the result's frame, meters; "none", held up in the air.
            below_table: what becomes of a target more than 1 cm below the table: "drop_table"
                goes on without a table, "lift" moves it up, both with a warning; "refuse".
            hold: "compliant", fingers and wrist adjust to what they carry, contacts staying where
                they are; "rigid", the hand is fixed to the object.
            verify: motions are carried out in simulation by a hand of rigid limbs; one that does
                not hold the object gives way to one with another grasp. Each result's quality
                then has held_in_simulation (1 or 0) and robustness, the fraction of simulations
                with another friction, mass or place of the object in which it holds.

        Returns:
            The interactions, with timings and warnings.

        Raises:
            MeshError, TaskError, GraspError, PoseError, TableError: bad input, said in one line.
            OptionError: a number out of range, or a word that is no choice.
            RobotHandError: `verify` without the packages that it needs.
        """
        options = RequestOptions(
            num_samples, seed, steps, refine, ranked, complete, table, below_table, hold, verify
        )
        options.check_ranked(self.settings.num_candidates)
        if self.device.type == "cuda" and os.getpid() != self._process:
            raise DeviceError(
                "a GPU cannot be used in a fork of the process that loaded the networks: start "
                "processes with multiprocessing's 'spawn', or load them in each"
            )
        if object_pose is not None:
            object_pose = check_pose(object_pose)
        if verify:
            again = partial(self.synthesize, mesh, task, grasp, on_progress=on_progress)
            placed = partial(again, object_pose=object_pose)
            return self._verified(placed, options, on_progress)
        threads = torch.get_num_threads() if self.device.type == "cpu" else 1

        def work(report: Report) -> Result:
            begin = time.perf_counter()
            wording, ranges = read_wording(task), self.models.grasp_stage.shape_ranges
            given = take_in(mesh, object_pose, options, self.device, self._cache_dir, ranges)
            taken = time.perf_counter() - begin
            result = plan(
                *(self.models, given.scene, wording, grasp, options, self.settings),
                threads=threads,
                report=report,
            )
            timings = dict(result.timings)
            timings["intake"] += taken
            timings["total"] = time.perf_counter() - begin
            return replace(result.warned(given.warnings).map(given.as_given), timings=timings)

        return apart(work, on_progress)

    def _verified(
        self,
        synthesize: Callable[..., Result],
        options: RequestOptions,
        on_progress: OnProgress | None,
    ) -> Result:
        """The simulation is in a room above this one, and needs what is not always installed."""
        import_module("diffh2o_ros.retargeting.installed").check_installed("mujoco", "coacd")
        verified = import_module("diffh2o_ros.simulation.verifying").verified
        alternatives = self.settings.num_candidates
        return verified(synthesize, options, alternatives, self._cache_dir, on_progress)

    def warm_up(self) -> None:
        """Does all there is to do once, on a box, so that the first request is not a slow one:
        threads start, loops become machine code (seconds, the first time)."""
        threads = torch.get_num_threads()
        apart(lambda _: in_parts(lambda part: None, threads, threads))
        few = min(WARM_UP_CANDIDATES, self.settings.num_candidates)
        hasty = replace(self.settings, num_candidates=few)
        corners = np.array([*itertools.product((-0.03, 0.03), (-0.03, 0.03), (-0.05, 0.05))])
        box = corners, ConvexHull(corners).simplices
        Synthesizer(str(self.device), settings=hasty, models=self.models).synthesize(
            box, "pick up the box", steps=2
        )


def load_models(
    weights: Path, device: torch.device, hand: str, mano_dir: str | Path | None
) -> Models:
    """Reads the networks of a folder, and what belongs to them. Raises as `Synthesizer` does."""
    grasp_stage, interaction_stage = (
        Stage.load(weights / f"{name}.safetensors", name, device) for name in STAGES
    )
    if grasp_stage.text_encoder != interaction_stage.text_encoder:
        raise CheckpointError(f"the stages in {weights} were trained on different text")
    text = load_encoder(grasp_stage.text_encoder, device=str(device))
    for stage, name in zip((grasp_stage, interaction_stage), STAGES, strict=True):
        if stage.text_probe is not None:
            check_probe(text, stage.text_probe, shown(weights / f"{name}.safetensors"))
    hands = {side: load_hand(hand, side, mano_dir) for side in SIDES}
    return Models(grasp_stage, interaction_stage, text, hands)
