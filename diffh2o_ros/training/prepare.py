"""Computes what training reads from a data set: features, object encodings and sentences.

The data set is a recipe; this is where the machine that trains turns it into frames. Arrays are
written to disk as they are computed and mapped from there: none has to fit into memory. Everything
is computed once: of several processes that want it, one works and the others wait.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.atomic import scratch_folder, whole_file
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.geometry.bps import basis as bps_basis
from diffh2o_ros.geometry.bps import basis_point_set
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import GRASP_DIM, INTERACTION_DIM, to_features
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.printable import shown
from diffh2o_ros.text.probe import check_probe, probe
from diffh2o_ros.text.registry import ENCODERS, load_encoder
from diffh2o_ros.training.arrays import TRAIN, VALIDATION, TrainingArrays
from diffh2o_ros.training.ranges import shape_ranges
from diffh2o_ros.training.recipes import Recipe
from diffh2o_ros.workers import in_processes

#: What of a sequence's record its sentences may say.
LABELS = ("action", "hand", "direction", "manner", "put_back", "where", "approach", "count")
#: Sequences whose poses the basis is fitted to, and every so many frames of them.
BASIS_SEQUENCES, BASIS_EVERY = 500, 4
#: Sequences that a codec is fitted to.
CODEC_SEQUENCES = 2000


def prepare_arrays(
    folder: str | Path,
    text: str = ENCODERS.default,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    basis: PoseBasis | None = None,
) -> tuple[TrainingArrays, PoseBasis]:
    """Arrays and pose basis of the data set in `folder`, computed once and then mapped from disk.

    Sequences shorter than the longest are filled up with their last frame: hands and object rest.
    What the data set keeps from training becomes validation.

    Args:
        text: the sentence encoder the networks will be conditioned on.
        workers: processes, default all cores; on_progress: called with (sequences, total).
        basis: of a network that is trained on; the data set's own where there is none.
    """
    dataset = Dataset(folder)
    cache = _cache(dataset, text)
    if basis is not None and not _is_at(basis, cache / "basis.npz"):
        cache = cache.with_name(f"{cache.name}-{_digest(basis)}")

    def make_basis(path: Path) -> None:
        with whole_file(path) as partial:
            found = basis or pose_basis(dataset)
            np.savez(partial, **{k: v.numpy() for k, v in vars(found).items()})

    def make_arrays(_: Path) -> None:
        with scratch_folder(dataset.folder, ".arrays-") as workshop:
            arrays = _compute(dataset, basis, text, workers, on_progress, workshop)
            arrays.save(cache)

    basis = _read_basis(_made(cache / "basis.npz", make_basis))
    _made(cache / "token_start.npy", make_arrays)  # the last one written
    return TrainingArrays.load(cache), basis


def prepare_ranges(folder: str | Path, text: str = ENCODERS.default) -> dict[str, dict[str, float]]:
    """`shape_ranges` of the data set in `folder`, computed once and kept beside its arrays."""
    dataset = Dataset(folder)

    def make(path: Path) -> None:
        with whole_file(path) as partial:
            partial.write_text(json.dumps(shape_ranges(dataset), indent=1))

    return json.loads(_made(_cache(dataset, text) / "ranges.json", make).read_text())


def text_probe(folder: str | Path, text: str = ENCODERS.default) -> list[float] | None:
    """`text.probe` of the encoder that the arrays of the data set in `folder` are made with, kept
    beside them; None of one that always has the same weights.

    Raises EncoderError where the encoder has other weights by now.
    """
    encoder = load_encoder(text)
    if not encoder.brings_weights:
        return None
    cache = _cache(Dataset(folder), text)

    def make(path: Path) -> None:
        with whole_file(path) as partial:
            partial.write_text(json.dumps(probe(encoder)))

    known = json.loads(_made(cache / "text_probe.json", make).read_text())
    check_probe(encoder, known, shown(cache))
    return known


def sentence_labels(folder: str | Path) -> dict[str, np.ndarray]:
    """What the sentences of each sequence may say, by kind: (N,) int64 numbers of the words."""
    infos = Dataset(folder).infos
    labels = {}
    for name in LABELS:
        words = [str(getattr(info, name)) for info in infos]
        labels[name] = np.unique(words, return_inverse=True)[1].astype(np.int64)
    return labels


def _cache(dataset: Dataset, text: str) -> Path:
    return dataset.folder / f"arrays-{text}-{len(dataset)}"


def _read_basis(path: Path) -> PoseBasis:
    with np.load(path, allow_pickle=False) as stored:
        return PoseBasis(**{name: torch.from_numpy(stored[name]) for name in stored.files})


def _is_at(basis: PoseBasis, path: Path) -> bool:
    return path.is_file() and _digest(_read_basis(path)) == _digest(basis)


def _digest(basis: PoseBasis) -> str:
    values = b"".join(value.numpy().tobytes() for value in vars(basis).values())
    return sha256(values).hexdigest()[:8]


def _made(path: Path, make: Callable[[Path], None]) -> Path:
    """`path`, which `make` writes where it is missing, in one process at a time. It must appear
    there whole, as by `whole_file`: who finds it does not ask for the lock."""
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        with (path.parent / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
            if not path.is_file():
                make(path)
    return path


def pose_basis(dataset: Dataset, seed: int = 0) -> PoseBasis:
    """The pose basis of a data set: principal components of what its active hands do."""
    chosen = np.random.default_rng(seed).permutation(len(dataset))[:BASIS_SEQUENCES]
    poses = []
    for index in np.sort(chosen):
        sequence = dataset[int(index)]
        for side in sequence.active:
            found = sequence.motion.hand_pose[::BASIS_EVERY, SIDES.index(side)]
            poses.append(mirror_pose(found) if side == "left" else found)
    return PoseBasis.fit(torch.cat(poses))


def _compute(dataset, basis, text, workers, on_progress, workshop) -> TrainingArrays:
    total = len(dataset)

    def on_disk(name: str, shape: tuple[int, ...]) -> np.ndarray:
        path = workshop / f"{name}.npy"
        return np.lib.format.open_memmap(path, "w+", np.float16, shape)

    features = on_disk("features", (total, MAX_FRAMES, INTERACTION_DIM))
    bps = on_disk("bps", (total, *bps_basis().shape))
    jobs = [(dataset.folder, rows, basis) for rows in dataset.shards()]
    done = 0
    for rows, found, encoded in in_processes(_shard_arrays, jobs, workers, in_order=False):
        features[rows], bps[rows] = found, encoded
        done += len(rows)
        if on_progress:
            on_progress(done, total)

    sentences: dict[str, int] = {}
    most = max(len(info.sentences) for info in dataset.infos)
    text_index = np.zeros((total, most), np.int64)
    for index, info in enumerate(dataset.infos):
        said = [info.sentences[k % len(info.sentences)] for k in range(most)]
        text_index[index] = [sentences.setdefault(s, len(sentences)) for s in said]
    tokens, token_start = _encode(list(sentences), text, workshop / "tokens.raw")
    seen = [info.split == "train" for info in dataset.infos]
    split = np.where(seen, TRAIN, VALIDATION).astype(np.uint8)
    return TrainingArrays(features, bps, text_index, tokens, split, token_start)


def _shard_arrays(job) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Rows (N,), features (N, T, D) and basis point sets (N, points, 3) of some sequences."""
    folder, rows, basis = job
    dataset = _opened(folder)
    features = np.zeros((len(rows), MAX_FRAMES, INTERACTION_DIM), np.float16)
    encoded = np.zeros((len(rows), *bps_basis().shape), np.float16)
    for i, row in enumerate(rows):
        sequence = dataset[row]
        found = to_features(sequence.motion, sequence.distances, basis, "interaction").numpy()
        features[i, : len(found)], features[i, len(found) :] = found, found[-1]
        mesh = sequence.mesh
        encoded[i] = basis_point_set(mesh.vertices, mesh.faces, np.zeros(3))
    return rows, features, encoded


@lru_cache(maxsize=1)
def _opened(folder: Path) -> Dataset:
    """The data set, opened once in each worker."""
    return Dataset(folder)


def _encode(sentences: list[str], text: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Token embeddings (L, E) of the sentences, one after the other, in a file, and where each
    sentence starts (S + 1,)."""
    encoder = load_encoder(text)
    lengths: list[int] = []
    with path.open("wb") as file:
        for first in range(0, len(sentences), 256):
            found = encoder.encode(sentences[first : first + 256])
            lengths += found.mask.sum(1).tolist()
            found.tokens[found.mask].numpy().astype(np.float16).tofile(file)
    token_start = np.concatenate([[0], np.cumsum(lengths)])
    shape = (int(token_start[-1]), encoder.dim)
    return np.memmap(path, np.float16, "r", shape=shape), token_start


def stage_arrays(arrays: TrainingArrays, stage: str) -> TrainingArrays:
    """What one stage sees of `arrays`: the grasp stage only the reach, without the object."""
    if stage == "interaction":
        return arrays
    features = arrays.features[:, :GRASP_FRAMES, :GRASP_DIM]
    return replace(arrays, features=np.ascontiguousarray(features))


def fit_codec(
    arrays: TrainingArrays,
    basis: PoseBasis,
    recipe: Recipe,
    kind: type[FeatureCodec] = FeatureCodec,
) -> FeatureCodec:
    """The codec of a stage, of a kind, from up to CODEC_SEQUENCES of its training sequences."""
    rows = np.random.default_rng(recipe.seed).permutation(arrays.rows(TRAIN))[:CODEC_SEQUENCES]
    features = torch.from_numpy(np.asarray(arrays.features[np.sort(rows)], np.float32))
    return kind.fit(
        features, basis, recipe.emphasis, recipe.seed, recipe.pre_emphasis, recipe.backward
    )
