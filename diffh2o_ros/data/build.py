"""Builds the procedural data set: objects in parallel, one shard each few, resumable."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.actions import ACTIONS, draw_direction
from diffh2o_ros.data.grasps import GraspBatch, search
from diffh2o_ros.data.objects import FAMILIES, ProceduralObject, sample_object
from diffh2o_ros.data.sequence import (
    GRASP_FRAMES,
    NUM_FRAMES,
    SequenceRecipe,
    natural_yaw,
    right_hand_motion,
    swap_direction,
)
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.contact import ContactModel

FORMAT_VERSION = 1
SDF_RESOLUTION = 48
OBJECTS_PER_SHARD = 4
GRASPS_PER_OBJECT = 12
SEQUENCES_PER_OBJECT = 12
#: Actions that few objects afford are drawn more often where they are.
ACTION_WEIGHTS = {"pour": 2.0, "drink": 3.0}


class DatasetError(ValueError):
    """A data set folder that is missing, damaged, or was built with other settings."""


def build_dataset(
    out: str | Path,
    num: int,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Builds `num` sequences into the folder `out`; an interrupted build goes on where it was.

    Object i of seed S is always the same object with the same sequences, whatever the number of
    workers; the data set is the first `num` sequences in order of objects.

    Args:
        workers: processes, default all cores. on_progress: called with (sequences, num).

    Returns:
        The number of sequences, `num`.

    Raises:
        DatasetError: `out` holds a data set of another seed or format, or num < 1.
    """
    if num < 1:
        raise DatasetError(f"the number of sequences must be at least 1, not {num}")
    out = Path(out)
    shards = out / "shards"
    header = out / "dataset.json"
    if header.exists():
        settings = json.loads(header.read_text())
        if (settings.get("format"), settings.get("seed")) != (FORMAT_VERSION, seed):
            raise DatasetError(
                f"{out} holds a data set of seed {settings.get('seed')}, format "
                f"{settings.get('format')}: give another folder or the same seed"
            )
    shards.mkdir(parents=True, exist_ok=True)
    _write_header(header, seed, 0)

    done, index = 0, 0
    pending = [(seed, i, shards) for i in range(max(4 * num // SEQUENCES_PER_OBJECT, 64))]
    # Spawned, not forked: torch's threads and a running ROS context do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for count in pool.imap(_build_shard, pending):
            done, index = done + count, index + 1
            if on_progress:
                on_progress(min(done, num), num)
            if done >= num:
                break
        pool.terminate()
    if done < num:
        raise DatasetError(f"only {done} of {num} sequences could be made from {index} shards")
    _write_header(header, seed, num)
    return num


def _write_header(path: Path, seed: int, num: int) -> None:
    header = {
        "format": FORMAT_VERSION, "seed": seed, "num_sequences": num,
        "num_frames": NUM_FRAMES, "grasp_frames": GRASP_FRAMES,
    }
    with whole_file(path) as partial:
        partial.write_text(json.dumps(header, indent=1))


def _build_shard(job: tuple[int, int, Path]) -> int:
    """Makes one shard unless it is there; returns its number of sequences."""
    seed, shard, folder = job
    path = folder / f"{shard:05d}.npz"
    if not path.exists():
        torch.set_num_threads(1)
        first = shard * OBJECTS_PER_SHARD
        parts = [_build_object(seed, first + i) for i in range(OBJECTS_PER_SHARD)]
        _write_shard(path, parts)
    with np.load(path, allow_pickle=False) as stored:
        return len(stored["recipes"])


def _build_object(
    seed: int, index: int
) -> tuple[ProceduralObject, GraspBatch, list[SequenceRecipe]]:
    rng = np.random.default_rng((seed, index))
    # Families in turn, so that every stretch of the data set holds all of them.
    family = list(FAMILIES)[index % len(FAMILIES)]
    thing = sample_object(rng, family)
    sdf = SignedDistanceGrid.from_mesh(thing.mesh, resolution=SDF_RESOLUTION)
    grasps = search(thing.mesh, sdf, rng, keep=GRASPS_PER_OBJECT)
    grasps.wrist[:] -= 0.5 * (thing.mesh.vertices.min(0) + thing.mesh.vertices.max(0))
    # What is stored is single precision: what is computed from it must be too.
    grasps = GraspBatch(*(
        a.astype(np.float32) for a in (grasps.wrist, grasps.rotation, grasps.angles)
    ), grasps.style)
    return thing, grasps, draw_recipes(seed, index, thing, grasps, sdf)


def draw_recipes(
    seed: int, index: int, thing: ProceduralObject, grasps: GraspBatch, sdf: SignedDistanceGrid
) -> list[SequenceRecipe]:
    """Recipes of one object that lead to motions free of collision, each grasp in turn."""
    rng = np.random.default_rng((seed, index, 1))
    low, high = thing.mesh.vertices.min(0), thing.mesh.vertices.max(0)
    centre = 0.5 * (low + high)
    center = torch.as_tensor(centre, dtype=torch.float32)
    support = float(low[2] - centre[2])
    model = ContactModel("right")
    actions = [a for a in ACTIONS if a in thing.affordances]
    weights = np.array([ACTION_WEIGHTS.get(a, 1.0) for a in actions])
    # Few objects can be drunk from: those few are used twice as often.
    attempts = SEQUENCES_PER_OBJECT * (2 if "drink" in actions else 1) if len(grasps) else 0
    recipes = []
    for attempt in range(attempts):
        grasp = attempt % len(grasps)
        side = str(rng.choice(["left", "right"]))
        action = str(rng.choice(actions, p=weights / weights.sum()))
        manner = [None, None, "slowly", "quickly"][rng.integers(4)]
        recipe = SequenceRecipe(
            object_index=index, grasp_index=grasp, side=side,
            yaw=natural_yaw(grasps.rotation[grasp], grasps.wrist[grasp], rng),
            action=action, manner=manner,
            direction=swap_direction(draw_direction(action, rng), side),
            seed=int(rng.integers(2**62)),
        )
        motion = right_hand_motion(
            recipe, grasps.wrist[grasp], grasps.rotation[grasp], grasps.angles[grasp],
            sdf, center, support, model,
        )
        if motion is not None:
            recipes.append(recipe)
    return recipes


def _write_shard(
    path: Path,
    parts: list[tuple[ProceduralObject, GraspBatch, list[SequenceRecipe]]],
) -> None:
    """One npz of plain arrays: objects and recipes as JSON strings, grasps as numbers."""
    things, batches, recipes = zip(*parts, strict=True)
    owner = [i for i, batch in enumerate(batches) for _ in range(len(batch))]
    arrays = {
        "objects": np.array([json.dumps({"family": t.family, "params": t.params}) for t in things]),
        "grasp_object": np.array(owner, dtype=np.int32),
        "wrist": np.concatenate([b.wrist for b in batches]).astype(np.float32),
        "rotation": np.concatenate([b.rotation for b in batches]).astype(np.float32),
        "angles": np.concatenate([b.angles for b in batches]).astype(np.float32),
        "recipes": np.array(
            [json.dumps(r.as_dict()) for rs in recipes for r in rs], dtype=np.str_
        ),
    }
    with whole_file(path) as partial:
        np.savez_compressed(partial, **arrays)
