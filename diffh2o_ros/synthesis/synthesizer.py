"""The whole way from an object and a sentence to interactions."""

from __future__ import annotations

import copy
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import ConvexHull

from diffh2o_ros.geometry.mesh_like import MeshLike
from diffh2o_ros.geometry.pose import check_pose, translation
from diffh2o_ros.hands.loading import load_hand
from diffh2o_ros.hands.skeleton import SIDES
from diffh2o_ros.models.checkpoint import CheckpointError
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.motion.posing import interaction_from_motion
from diffh2o_ros.options import RequestOptions, SynthesizerOptions, Table
from diffh2o_ros.synthesis.asked import grasping_hands, hand_warnings, told, wording_warnings
from diffh2o_ros.synthesis.beside import import_beside
from diffh2o_ros.synthesis.compatibility import fitted
from diffh2o_ros.synthesis.device import DeviceError, choose_device, compiles
from diffh2o_ros.synthesis.given_object import GivenObject
from diffh2o_ros.synthesis.interacting import Course, courses, sample_interactions
from diffh2o_ros.synthesis.judging import judge_grasps, judge_holds
from diffh2o_ros.synthesis.parallel import in_parts, one_thread_each
from diffh2o_ros.synthesis.reaching import Reaches, choose_reaches, sample_reaches
from diffh2o_ros.synthesis.request import OnProgress, Request
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.settling import Settler
from diffh2o_ros.synthesis.stage import Stage, generator_of
from diffh2o_ros.synthesis.surroundings import undisturbed
from diffh2o_ros.synthesis.warning import ResultWarning, note_down
from diffh2o_ros.text.encoder import check_task, load_encoder
from diffh2o_ros.text.wording import read_wording

FPS = 30.0
STAGES = ("grasp", "interaction")
WARM_UP_CANDIDATES = 4
COMPILED = "diffh2o_ros.synthesis.compiled_settling"


def shipped_weights() -> Path:
    """Folder of the checkpoints that come with the package."""
    return Path(str(resources.files("diffh2o_ros").joinpath("weights")))


class Synthesizer:
    """Turns object meshes and sentences into hand-object interactions.

    Several threads may call one, each with its own result; a process may be forked while none does.
    What is set of torch and numpy (gradients, default types and devices, random states, threads)
    changes no result, and is as it was afterwards.

    Args:
        device: "auto", "cpu", "cuda" or "cuda:N"; a device that is not there is an error.
        hand: "openhand", "mano", or "auto": MANO where `mano_dir` has it, else OpenHand.
        weights: folder with grasp.safetensors and interaction.safetensors; default the shipped.
        mano_dir: folder with the user's MANO files.
        cache_dir: folder that keeps object geometry between processes; default none.
        settings: how samples are drawn.

    Raises:
        CheckpointError, DeviceError, or the hand's own error, all ValueErrors of one line.
        ForkError: the process was forked while another thread was synthesizing.

    Attributes:
        timings: seconds per stage of the last call: intake, text, grasp_stage, refinement,
            interaction_stage, assembly, total.
        warnings: of the last call, one line each: what its result should not be trusted for;
            `code` says it to programs.
    """

    def __init__(
        self,
        device: str = SynthesizerOptions.device,
        hand: str = SynthesizerOptions.hand,
        weights: str | Path | None = SynthesizerOptions.weights,
        mano_dir: str | Path | None = SynthesizerOptions.mano_dir,
        cache_dir: str | Path | None = SynthesizerOptions.cache_dir,
        settings: SynthesisSettings | None = None,
    ) -> None:
        self.device = choose_device(device)
        if compiles(self.device):
            import_beside(COMPILED)  # half a second, while the weights are read
        self.settings = settings or SynthesisSettings()
        self.weights = shipped_weights() if weights is None else Path(weights)
        with one_thread_each(self.device), undisturbed(self.device):
            self._load(hand, mano_dir)
        self._cache_dir = cache_dir
        self._process = os.getpid()
        self.timings: dict[str, float] = {}
        self.warnings: list[ResultWarning] = []

    def _load(self, hand: str, mano_dir: str | Path | None) -> None:
        self.grasp_stage, self.interaction_stage = (
            Stage.load(self.weights / f"{name}.safetensors", name, self.device) for name in STAGES
        )
        if self.grasp_stage.text_encoder != self.interaction_stage.text_encoder:
            raise CheckpointError(f"the stages in {self.weights} were trained on different text")
        self.text = load_encoder(self.grasp_stage.text_encoder, device=str(self.device))
        self.hands = {side: load_hand(hand, side, mano_dir) for side in SIDES}

    @property
    def num_frames(self) -> int:
        """The most frames a result can have."""
        return self.interaction_stage.model.config.num_frames

    @property
    def grasp_frame(self) -> int:
        """First frame of the interaction stage."""
        return self.grasp_stage.model.config.num_frames

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
    ) -> list[Interaction]:
        """Interactions of one object for one task; sample i depends on seed and i alone, but for
        rounding.

        For every sample, several grasps are tried in one batch and the best is gone on with.

        Args:
            mesh: meters, z up, lying as it should be found: a Mesh, a file, (vertices, faces), a
                trimesh.Trimesh or Scene, or Open3D's TriangleMesh. It may lie anywhere: results
                are to a hundredth of a millimeter, or it is refused.
            task: a sentence in English.
            grasp: a target in the result's frame: whole hand, wrist or fingertips. One that does
                not fit the object is left aside, but for its side, and `warnings` says why.
            num_samples: how many; seed: fixes the result on a device.
            steps: sampling steps of each stage, default of the settings.
            refine: polish contact at the end; without it the result is the networks' and the
                contact guidance's alone.
            ranked: the samples are the best different grasps of one batch, best first, instead
                of the best ones of a batch each.
            complete: where a side of the mesh is missing, as in one view of a depth camera, it is
                completed by its convex "hull" or its "mirror" image, and `warnings` says so. The
                result's object is then the completed one.
            on_progress: called with (stage, step, total); what it raises ends the synthesis.
            object_pose: (4, 4), takes the mesh's points to the result's frame (z up), where the
                object then is: `object_pose[0]` of the results. Default: the mesh is there.
            table: what the object stands on: "under_object", a plane through its lowest point;
                the z of a table in the result's frame, meters; "none", held up in the air.
            below_table: what becomes of a target more than 1 cm below the table: "drop_table"
                goes on without a table, "lift" moves it up, both with a warning; "refuse".

        Raises:
            MeshError, TaskError, GraspError, PoseError, TableError: bad input, said in one line.
            OptionError: a number out of range, or a word that is no choice.
        """
        options = RequestOptions(
            num_samples, seed, steps, refine, ranked, complete, table, below_table
        )
        options.check_ranked(self.settings.num_candidates)
        if self.device.type == "cuda" and os.getpid() != self._process:
            raise DeviceError(
                "a GPU cannot be used in a fork of the process that loaded the networks: start "
                "processes with multiprocessing's 'spawn', or load them in each"
            )
        if object_pose is not None:
            object_pose = check_pose(object_pose)
        call = copy.copy(self)  # with timings and warnings that no other thread's call writes to
        call.timings, call.warnings = self.timings, self.warnings = {}, []
        begin = time.perf_counter()
        with one_thread_each(self.device) as threads, undisturbed(self.device):
            request, settler = call._request(
                mesh,
                task,
                grasp,
                steps,
                refine,
                complete,
                on_progress,
                threads,
                object_pose,
                table,
                below_table,
            )
            results = call._results(request, settler, num_samples, seed, ranked)
        if object_pose is not None:
            results = [result.with_object_at(object_pose) for result in results]
        call.warnings += hand_warnings(read_wording(task), request.side, results)
        note_down(call.warnings, results)
        call.timings["total"] = time.perf_counter() - begin
        return results

    def warm_up(self) -> None:
        """Does all there is to do once, on a box, so that the first request is not a slow one:
        threads start, loops become machine code (seconds, the first time)."""
        with one_thread_each(self.device) as threads:
            in_parts(lambda part: None, threads, threads)
        hasty = copy.copy(self)
        few = min(WARM_UP_CANDIDATES, self.settings.num_candidates)
        hasty.settings = replace(self.settings, num_candidates=few)
        corners = np.array([*itertools.product((-0.03, 0.03), (-0.03, 0.03), (-0.05, 0.05))])
        box = corners, ConvexHull(corners).simplices
        hasty.synthesize(box, "pick up the box", steps=2)

    def _request(
        self,
        mesh: MeshLike,
        task: str,
        grasp: Grasp | None,
        steps: int | None,
        refine: bool,
        complete: str,
        on_progress: OnProgress | None,
        threads: int,
        object_pose: np.ndarray | None,
        table: Table,
        below_table: str,
    ) -> tuple[Request, Settler]:
        """What is asked for, made ready to be worked on."""
        wording, task = read_wording(task), check_task(task)
        with self._timed("intake"):
            given = GivenObject.of(mesh, object_pose, complete, self.device, self._cache_dir)
            self.warnings += [*given.warnings, *given.unlike(self.grasp_stage.shape_ranges)]
            if grasp is not None:
                grasp = grasp.moved(translation(-given.mesh.center))
            settler = Settler.on_table(given.geometry, float(given.mesh.center[2]), table)
            fit = fitted(
                grasp,
                given.geometry,
                given.half_size,
                self.grasp_stage.codec.basis.mean,
                settler,
                self.settings.refined,
                below_table,
            )
        side = fit.side
        self.warnings += [*fit.warnings, *wording_warnings(wording, side)]
        with self._timed("text"):
            text = self.text.encode([told(wording, side)])
        request = Request(
            given.geometry,
            given.mesh,
            text,
            task,
            fit.target,
            side,
            given.half_size,
            steps,
            refine,
            on_progress,
            threads,
            given.completed_share,
            grasping_hands(wording),
        )
        return request, fit.settler

    def _results(
        self, request: Request, settler: Settler, num_samples: int, seed: int, ranked: bool
    ) -> list[Interaction]:
        results: list[Interaction] = []
        if ranked:
            reaches = self._reach(request, settler, seed, range(1), num_samples)
            for first in range(0, num_samples, self.settings.chunk):
                part = slice(first, min(first + self.settings.chunk, num_samples))
                samples = range(part.start, part.stop)
                results += self._interact(request, settler, reaches[part], seed, samples)
        while len(results) < num_samples:
            samples = range(len(results), min(len(results) + self.settings.chunk, num_samples))
            reaches = self._reach(request, settler, seed, samples, None)
            results += self._interact(request, settler, reaches, seed, samples)
        return results

    def _reach(
        self, request: Request, settler: Settler, seed: int, samples: range, ranked: int | None
    ) -> Reaches:
        """The best reach of each sample, or the `ranked` best ones of the only sample."""
        settings = self.settings
        candidates = settings.num_candidates
        if request.target is not None:
            candidates = max(min(settings.num_targeted, candidates), ranked or 1)
        with self._timed("grasp_stage"):
            generators = [generator_of(seed, i, c) for i in samples for c in range(candidates)]
            motion, acting = sample_reaches(
                self.grasp_stage, request, settler, settings, generators
            )
        with self._timed("refinement"):
            return choose_reaches(
                motion,
                acting,
                request,
                settler,
                settings,
                ranked or len(samples),
                best_of_all=ranked is not None,
            )

    def _interact(
        self, request: Request, settler: Settler, reaches: Reaches, seed: int, samples: range
    ) -> list[Interaction]:
        with self._timed("interaction_stage"):
            generators = [generator_of(seed, i, 2**32) for i in samples]
            motion = sample_interactions(
                self.interaction_stage, request, self.settings, reaches, generators
            )
        with self._timed("refinement"):
            found = courses(motion, reaches, request, settler, self.settings)
        with self._timed("assembly"):
            interactions = [self._assembled(request, course) for course in found]
            self.warnings += judge_grasps(request, reaches, interactions, samples)
            for interaction, course, sample in zip(interactions, found, samples, strict=True):
                self.warnings += judge_holds(request, interaction, course, sample)
            return interactions

    def _assembled(self, request: Request, course: Course) -> Interaction:
        sides = sorted({hold.side for hold in course.holds})
        return interaction_from_motion(
            course.motion.to("cpu"),
            request.mesh,
            {SIDES[side]: self.hands[SIDES[side]] for side in sides},
            text=request.task,
            grasp_frame=self.grasp_frame,
            fps=FPS,
        )

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - begin
