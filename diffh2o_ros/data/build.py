"""Builds the procedural data set: objects in parallel, one shard each few, resumable."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.describing import describe
from diffh2o_ros.data.drawing import SEQUENCES_PER_OBJECT, draw_sequences
from diffh2o_ros.data.format import DatasetError, read_header, write_header
from diffh2o_ros.data.grasps import find_grasps
from diffh2o_ros.data.grasps.physics import load_mujoco
from diffh2o_ros.data.motions.grasped import SDF_RESOLUTION, GraspedObject
from diffh2o_ros.data.objects import USES, sample_object
from diffh2o_ros.data.people import HANDEDNESS
from diffh2o_ros.data.recipes import shard_arrays
from diffh2o_ros.data.splits import Splits
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.workers import in_processes

OBJECTS_PER_SHARD = 4
#: How often a family comes in a round if it has a use of its own, and if it has one that few have.
PURPOSEFUL_TURNS = 2
RARE_TURNS = {"hammer": 4, "call": 4, "drink": 4, "wipe": 4, "look_through": 3}


def build_dataset(
    out: str | Path,
    num: int,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    handedness: float = HANDEDNESS,
) -> int:
    """Builds `num` sequences into the folder `out`; an interrupted build goes on where it was.

    Object i of seed S is always the same object with the same sequences, whatever the number of
    workers; the data set is the first `num` sequences in order of objects.

    Args:
        workers: processes, default all cores. on_progress: called with (sequences, num).
        handedness: share of right hands among motions of one hand whose sentence names none.

    Returns:
        The number of sequences, `num`.

    Raises:
        DatasetError: `out` holds a data set of another seed, handedness or format, or num < 1.
        PhysicsError: MuJoCo, in which every grasp is tried, is not installed.
    """
    if num < 1:
        raise DatasetError(f"the number of sequences must be at least 1, not {num}")
    load_mujoco()  # said before the work
    out = Path(out)
    if (out / "dataset.json").exists():
        header = read_header(out)
        if (header.get("source"), header.get("seed")) != ("procedural", seed):
            raise DatasetError(
                f"{out} holds a data set of source {header.get('source')}, seed "
                f"{header.get('seed')}: give another folder or the same seed"
            )
        if header.get("handedness") != handedness:
            raise DatasetError(
                f"{out} holds a data set of handedness {header.get('handedness')}: give another "
                "folder or the same one"
            )
    splits = Splits(seed)
    header = {
        "source": "procedural",
        "content": "recipes",
        "seed": seed,
        "splits": splits.as_dict(),
        "handedness": handedness,
    }
    write_header(out, num_sequences=0, **header)

    done, index = 0, 0
    pending = [
        (seed, i, out / "shards", handedness)
        for i in range(max(4 * num // SEQUENCES_PER_OBJECT, 64))
    ]
    with closing(in_processes(_build_shard, pending, workers)) as counts:
        for count in counts:
            done, index = done + count, index + 1
            if on_progress:
                on_progress(min(done, num), num)
            if done >= num:
                break
    if done < num:
        raise DatasetError(f"only {done} of {num} sequences could be made from {index} shards")
    write_header(out, num_sequences=num, **header)
    return num


def _build_shard(job: tuple[int, int, Path, float]) -> int:
    """Makes one shard unless it is there; returns its number of sequences."""
    seed, shard, folder, handedness = job
    path = folder / f"{shard:05d}.npz"
    if not path.exists():
        first = shard * OBJECTS_PER_SHARD
        things, recipes, infos = [], [], []
        for index in range(first, first + OBJECTS_PER_SHARD):
            thing = grasped_object(seed, index)
            things.append(thing)
            for number, (recipe, motion) in enumerate(draw_sequences(seed, index, thing)):
                name = f"{seed}-{index:06d}-{number:02d}"
                recipes.append(recipe)
                infos.append(describe(name, recipe, motion, thing, Splits(seed), handedness))
        with whole_file(path) as partial:
            np.savez_compressed(partial, **shard_arrays(first, things, recipes, infos))
    with np.load(path, allow_pickle=False) as stored:
        return len(stored["infos"])


def family_of(index: int) -> str:
    """The family of object `index`: all in turn, so that every stretch of a data set holds many of
    them; those with a use of their own more often."""
    order = _round()
    return order[index % len(order)]


@lru_cache(maxsize=1)
def _round() -> list[str]:
    turns = []
    for name, uses in USES.items():
        rare = [RARE_TURNS[action] for action in uses if action in RARE_TURNS]
        turns += [name] * max(rare, default=PURPOSEFUL_TURNS if uses else 1)
    return np.random.default_rng(0).permutation(turns).tolist()


def grasped_object(seed: int, index: int) -> GraspedObject:
    """Object `index` of a seed, with its grasps."""
    rng = np.random.default_rng((seed, index))
    thing = sample_object(rng, family_of(index))
    sdf = SignedDistanceGrid.from_mesh(thing.mesh, resolution=SDF_RESOLUTION)
    return GraspedObject(thing, find_grasps(thing, sdf, rng))
