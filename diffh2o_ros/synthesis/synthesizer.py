"""The whole way from an object and a sentence to interactions."""

from __future__ import annotations

import copy
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.geometry.completion import NONE, WAYS, completed
from diffh2o_ros.geometry.mesh_like import MeshLike, as_mesh
from diffh2o_ros.geometry.object import ObjectGeometry, object_geometry
from diffh2o_ros.geometry.pose import check_pose, posed
from diffh2o_ros.geometry.shape import outside, shape_descriptors
from diffh2o_ros.hands.skeleton import SIDES
from diffh2o_ros.models.checkpoint import CheckpointError
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.motion.posing import interaction_from_motion
from diffh2o_ros.synthesis.acting_hand import HandRows
from diffh2o_ros.synthesis.asked import grasping_hands, hand_warnings, told, wording_warnings
from diffh2o_ros.synthesis.beside import import_beside
from diffh2o_ros.synthesis.compatibility import clear_of_table, depth_below_table, misfit
from diffh2o_ros.synthesis.device import DeviceError, choose_device, compiles
from diffh2o_ros.synthesis.interacting import Course, courses, sample_interactions
from diffh2o_ros.synthesis.mesh_warnings import mesh_warnings
from diffh2o_ros.synthesis.parallel import in_parts, one_thread_each
from diffh2o_ros.synthesis.quality import CONTACT, grasp_quality, hold_gap
from diffh2o_ros.synthesis.reaching import Reaches, choose_reaches, sample_reaches
from diffh2o_ros.synthesis.request import OnProgress, Request
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.settling import Settler
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.surroundings import undisturbed
from diffh2o_ros.synthesis.table import (
    DROP_TABLE,
    UNDER_OBJECT,
    Table,
    check_rules,
    support_of,
)
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode
from diffh2o_ros.text.encoder import check_task, load_encoder
from diffh2o_ros.text.wording import read_wording

FPS = 30.0
STAGES = ("grasp", "interaction")
#: A target grasp farther than this from what it got (metres) is said to be missed.
MISSED = 0.02
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
        self, device: str = "auto", hand: str = "auto", weights: str | Path | None = None,
        mano_dir: str | Path | None = None, cache_dir: str | Path | None = None,
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
        self.hands = {side: _load_hand(hand, side, mano_dir) for side in SIDES}

    @property
    def num_frames(self) -> int:
        """The most frames a result can have."""
        return self.interaction_stage.model.config.num_frames

    @property
    def grasp_frame(self) -> int:
        """First frame of the interaction stage."""
        return self.grasp_stage.model.config.num_frames

    def synthesize(
        self, mesh: MeshLike, task: str, grasp: Grasp | None = None, num_samples: int = 1,
        seed: int = 0, *, steps: int | None = None, refine: bool = True, ranked: bool = False,
        complete: str = NONE, on_progress: OnProgress | None = None,
        object_pose: np.ndarray | None = None, table: Table = UNDER_OBJECT,
        below_table: str = DROP_TABLE,
    ) -> list[Interaction]:
        """Interactions of one object for one task; sample i depends on seed and i alone, but for
        rounding.

        For every sample, several grasps are tried in one batch and the best is gone on with.

        Args:
            mesh: metres, z up, lying as it should be found: a Mesh, a file, (vertices, faces), a
                trimesh.Trimesh or Scene, or Open3D's TriangleMesh. It may lie anywhere: results
                are to a hundredth of a millimetre, or it is refused.
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
                the z of a table in the result's frame, metres; "none", held up in the air.
            below_table: what becomes of a target more than 1 cm below the table: "drop_table"
                goes on without a table, "lift" moves it up, both with a warning; "refuse".

        Raises:
            MeshError, TaskError, GraspError, PoseError, TableError: bad input, said in one line.
            ValueError: a number out of range.
        """
        if num_samples < 1:
            raise ValueError(f"num_samples must be at least 1, not {num_samples}")
        if ranked and num_samples > self.settings.num_candidates:
            raise ValueError(
                f"num_samples is {num_samples}, but only {self.settings.num_candidates} grasps are "
                "tried at once: ask for fewer, or for samples that are not ranked"
            )
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed must be 0 to 2^63 - 1, not {seed}")
        if steps is not None and not 1 <= steps <= 1000:
            raise ValueError(f"steps must be 1 to 1000, not {steps}")
        if self.device.type == "cuda" and os.getpid() != self._process:
            raise DeviceError(
                "a GPU cannot be used in a fork of the process that loaded the networks: start "
                "processes with multiprocessing's 'spawn', or load them in each"
            )
        if complete not in WAYS:
            raise ValueError(f"complete must be one of {', '.join(WAYS)}, not {complete!r}")
        check_rules(table, below_table)
        if object_pose is not None:
            object_pose = check_pose(object_pose)
        call = copy.copy(self)  # with timings and warnings that no other thread's call writes to
        call.timings, call.warnings = self.timings, self.warnings = {}, []
        begin = time.perf_counter()
        with one_thread_each(self.device) as threads, undisturbed(self.device):
            request, settler = call._request(
                mesh, task, grasp, steps, refine, complete, on_progress, threads, object_pose,
                table, below_table,
            )  # fmt: skip
            results = call._results(request, settler, num_samples, seed, ranked)
        if object_pose is not None:
            results = [result.with_object_at(object_pose) for result in results]
        call.warnings += hand_warnings(read_wording(task), request.side, results)
        for number, result in enumerate(results):
            own = [warning for warning in call.warnings if warning.is_about(number)]
            result.warnings = [str(warning) for warning in own]
            result.warning_codes = [int(warning.code) for warning in own]
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
        hasty.synthesize(_box((0.06, 0.06, 0.10)), "pick up the box", steps=2)

    def _request(
        self, mesh: MeshLike, task: str, grasp: Grasp | None, steps: int | None, refine: bool,
        complete: str, on_progress: OnProgress | None, threads: int,
        object_pose: np.ndarray | None, table: Table, below_table: str,
    ) -> tuple[Request, Settler]:
        """What is asked for, made ready to be worked on."""
        wording, task = read_wording(task), check_task(task)
        with self._timed("intake"):
            mesh = as_mesh(mesh, partial(self._warn, WarningCode.MESH_FILE))
            if object_pose is not None:
                mesh = posed(mesh, object_pose)
            completion = completed(mesh.centered, complete)
            self.warnings += mesh_warnings(mesh.centered, complete, completion)
            if completion is not None:
                mesh = completion.mesh.moved(mesh.center)
            # All is done about the object's center, so that nothing hangs on where it stands.
            geometry = object_geometry(mesh.centered, self._cache_dir).to(self.device)
            if grasp is not None:
                grasp = grasp.moved(_shift(-mesh.center))
            settler = _settler(geometry, float(mesh.center[2]), table)
            for line in outside(shape_descriptors(geometry.mesh), self.grasp_stage.shape_ranges):
                self._warn(WarningCode.UNLIKE_TRAINING, line)
            target, side, settler = self._target(grasp, geometry, settler, below_table)
        self.warnings += wording_warnings(wording, side)
        with self._timed("text"):
            text = self.text.encode([told(wording, side)])
        request = Request(
            geometry, mesh, text, task, target, side, _half_size(geometry), steps, refine,
            on_progress, threads,
            completed_share=completion.share if completion is not None else 0.0,
            hands=grasping_hands(wording),
        )  # fmt: skip
        return request, settler

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

    def _target(
        self, grasp: Grasp | None, geometry: ObjectGeometry, settler: Settler, rule: str
    ) -> tuple[GraspTarget | None, int | None, Settler]:
        """The target to pull to, if there is one that fits, the hand that must act, and the
        settler: without a table where the target needs the room below it."""
        if grasp is None:
            return None, None, settler
        target = GraspTarget.of(grasp, geometry, _half_size(geometry))
        relaxed = self.grasp_stage.codec.basis.mean
        depth = depth_below_table(target, grasp, relaxed, settler)
        grasp, table_stays, warning = clear_of_table(grasp, depth, rule)
        if warning is not None:
            target = GraspTarget.of(grasp, geometry, _half_size(geometry))
        room = settler if table_stays else settler.in_the_air()
        reason = misfit(target, grasp, relaxed, room, self.settings.refined)
        if warning is not None and (table_stays or reason is None):
            self.warnings.append(warning)
        if reason is None:
            return target, target.side, room
        if not table_stays:  # which it does after all: nothing is known that speaks against it
            reason += f", and it reaches {100 * depth:.1f} cm below the table"
        self._warn(
            WarningCode.TARGET_LEFT_ASIDE,
            f"the target grasp does not fit the object and was left aside: {reason}",
        )
        return None, target.side, settler

    def _reach(
        self, request: Request, settler: Settler, seed: int, samples: range, ranked: int | None
    ) -> Reaches:
        """The best reach of each sample, or the `ranked` best ones of the only sample."""
        settings = self.settings
        candidates = settings.num_candidates
        if request.target is not None:
            candidates = max(min(settings.num_targeted, candidates), ranked or 1)
        with self._timed("grasp_stage"):
            generators = [_generator(seed, i, c) for i in samples for c in range(candidates)]
            motion, acting = sample_reaches(
                self.grasp_stage, request, settler, settings, generators
            )
        with self._timed("refinement"):
            return choose_reaches(
                motion, acting, request, settler, settings, ranked or len(samples),
                best_of_all=ranked is not None,
            )

    def _interact(
        self, request: Request, settler: Settler, reaches: Reaches, seed: int, samples: range
    ) -> list[Interaction]:
        with self._timed("interaction_stage"):
            generators = [_generator(seed, i, 2**32) for i in samples]
            motion = sample_interactions(
                self.interaction_stage, request, self.settings, reaches, generators
            )
        with self._timed("refinement"):
            found = courses(motion, reaches, request, settler, self.settings)
        with self._timed("assembly"):
            interactions = [self._assembled(request, course) for course in found]
            self._judge(request, reaches, interactions, samples)
            for interaction, course, sample in zip(interactions, found, samples, strict=True):
                self._judge_holds(request, interaction, course, sample)
            return interactions

    def _assembled(self, request: Request, course: Course) -> Interaction:
        sides = sorted({hold.side for hold in course.holds})
        return interaction_from_motion(
            course.motion.to("cpu"), request.mesh,
            {SIDES[side]: self.hands[SIDES[side]] for side in sides}, text=request.task,
            grasp_frame=self.grasp_frame, fps=FPS,
        )  # fmt: skip

    def _judge(
        self, request: Request, reaches: Reaches, interactions: list[Interaction], samples: range
    ) -> None:
        """Writes down how good the grasps are."""
        errors = None
        if request.target is not None:
            rows = HandRows.of(reaches.acting)
            errors = request.target.error(rows.take(reaches.motion).at(-1))
        for i, interaction in enumerate(interactions):
            interaction.quality["grasp_cost"] = float(reaches.cost[i])
            interaction.quality |= grasp_quality(
                interaction, request.geometry.sdf, request.mesh.center
            )
            if errors is not None:
                error = interaction.quality["target_error_m"] = float(errors[i])
                if error > MISSED:
                    self._warn(
                        WarningCode.TARGET_MISSED,
                        f"the target grasp was missed by {100 * error:.1f} cm on average: surface, "
                        "table or the reach of the hand are in the way",
                        [samples[i]],
                    )

    def _judge_holds(
        self, request: Request, interaction: Interaction, course: Course, sample: int
    ) -> None:
        """Writes down how near each hand comes to the object while it holds it."""
        quality = interaction.quality
        if request.completed_share:
            quality["completed_share"] = request.completed_share
        quality["hold_gap_mm"] = 0.0
        for hold in course.holds:
            gap = hold_gap(interaction, hold, request.geometry.sdf, request.mesh.center)
            quality["hold_gap_mm"] = max(quality["hold_gap_mm"], 1e3 * gap)
            if gap > CONTACT:
                self._warn(
                    WarningCode.NO_CONTACT,
                    f"the {SIDES[hold.side]} hand touches nothing: when it should hold the object, "
                    f"it stays {100 * gap:.1f} cm away from the surface",
                    [sample],
                )

    def _warn(self, code: WarningCode, text: str, samples: Iterable[int] = ()) -> None:
        self.warnings.append(ResultWarning(code, text, samples))

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


def _box(sides: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of a box about the origin, metres."""
    corners = np.array(list(itertools.product((-0.5, 0.5), repeat=3))) * sides
    quads = np.array(
        [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    )
    return corners, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def _generator(seed: int, sample: int, candidate: int) -> torch.Generator:
    """Independent randomness for each candidate of each sample, the same whatever else is drawn."""
    state = np.random.SeedSequence((seed, sample, candidate)).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def _settler(geometry: ObjectGeometry, height: float, table: Table) -> Settler:
    """Of an object whose center is at z = `height` (metres), and of its table."""
    lowest = height + geometry.support_height
    support = support_of(table, lowest)
    above = (lowest if support is None else support) - height
    settler = Settler(geometry.sdf, geometry.center, above - float(geometry.center[2]))
    return settler.in_the_air() if support is None else settler


def _shift(by: np.ndarray) -> np.ndarray:
    """(4, 4) that moves points by (3,) metres."""
    transform = np.eye(4)
    transform[:3, 3] = by
    return transform


def _half_size(geometry: ObjectGeometry) -> float:
    """Half the object's longest side, metres."""
    return 0.5 * float(np.ptp(geometry.mesh.vertices, axis=0).max())
