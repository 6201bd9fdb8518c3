"""Computes what training reads from a data set: features, object encodings and sentences.

The data set is a recipe; this is where the machine that trains turns it into frames.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.sequence import GRASP_FRAMES, NUM_FRAMES
from diffh2o_ros.geometry.bps import basis_point_set
from diffh2o_ros.hands import anatomy
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import GRASP_DIM, INTERACTION_DIM, to_features
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.text.encoder import load_encoder
from diffh2o_ros.training.arrays import TRAIN, VALIDATION, TrainingArrays

SENTENCES_PER_SEQUENCE = 4
#: Every so many objects one is held out, whole, for validation.
VALIDATION_EVERY = 20


def pose_basis(dataset: Dataset) -> PoseBasis:
    """The pose basis of a data set: principal components of its grasps."""
    _, basis, _, _ = anatomy.degrees_of_freedom()
    return PoseBasis.fit(torch.as_tensor(dataset.grasp_poses() @ basis, dtype=torch.float32))


def prepare_arrays(
    folder: str | Path,
    text: str = "minilm",
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[TrainingArrays, PoseBasis]:
    """Arrays and pose basis of the data set in `folder`, computed once and then mapped from disk.

    Args:
        text: the sentence encoder the networks will be conditioned on.
        workers: processes, default all cores; on_progress: called with (sequences, total).
    """
    folder = Path(folder)
    dataset = Dataset(folder)
    basis = pose_basis(dataset)
    cache = folder / f"arrays-{text}-{len(dataset)}"
    if not (cache / "split.npy").is_file():  # the last one written
        _compute(dataset, basis, text, workers, on_progress).save(cache)
    return TrainingArrays.load(cache), basis


def _compute(dataset, basis, text, workers, on_progress) -> TrainingArrays:
    total = len(dataset)
    features = np.zeros((total, NUM_FRAMES, INTERACTION_DIM), np.float16)
    bps = None
    split = np.zeros(total, np.uint8)
    sentences: dict[str, int] = {}
    text_index = np.zeros((total, SENTENCES_PER_SEQUENCE), np.int64)
    owners: dict[int, list[int]] = {}
    for index in range(total):
        owner, row = dataset.location(index)
        owners.setdefault(owner, []).append(index)
        split[index] = VALIDATION if owner % VALIDATION_EVERY == 0 else TRAIN
        found = dataset.objects[owner].sentences(row, SENTENCES_PER_SEQUENCE)
        text_index[index] = [sentences.setdefault(s, len(sentences)) for s in found]
    jobs = [(dataset.objects[o], [dataset.location(i)[1] for i in owners[o]], basis)
            for o in owners]
    done = 0
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for owner, (rows, encoded) in zip(owners, pool.imap(_object_arrays, jobs), strict=True):
            if bps is None:
                bps = np.zeros((total, *encoded.shape[1:]), np.float16)
            features[owners[owner]], bps[owners[owner]] = rows, encoded
            done += len(rows)
            if on_progress:
                on_progress(done, total)
    tokens, mask = _encode(list(sentences), text)
    return TrainingArrays(features, bps, text_index, tokens, mask, split)


def _object_arrays(job) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, T, D) and basis point sets (N, points, 3) of one object's sequences."""
    entry, rows, basis = job
    torch.set_num_threads(1)
    features, encoded = [], []
    for row in rows:
        sequence = entry.sequence(row)
        features.append(
            to_features(sequence.motion, sequence.distances, basis, "interaction").numpy()
        )
        mesh = sequence.mesh
        encoded.append(np.asarray(basis_point_set(mesh.vertices, mesh.faces, np.zeros(3))))
    return np.stack(features), np.stack(encoded)


def _encode(sentences: list[str], text: str) -> tuple[np.ndarray, np.ndarray]:
    encoder = load_encoder(text)
    parts = [encoder.encode(sentences[i : i + 256]) for i in range(0, len(sentences), 256)]
    length = max(part.tokens.shape[1] for part in parts)
    tokens = np.zeros((len(sentences), length, encoder.dim), np.float16)
    mask = np.zeros((len(sentences), length), bool)
    start = 0
    for part in parts:
        stop = start + len(part.tokens)
        tokens[start:stop, : part.tokens.shape[1]] = part.tokens.numpy()
        mask[start:stop, : part.mask.shape[1]] = part.mask.numpy()
        start = stop
    return tokens, mask


def stage_arrays(arrays: TrainingArrays, stage: str) -> TrainingArrays:
    """What one stage sees of `arrays`: the grasp stage only the reach, without the object."""
    if stage == "interaction":
        return arrays
    features = arrays.features[:, :GRASP_FRAMES, :GRASP_DIM]
    return replace(arrays, features=np.ascontiguousarray(features))


def fit_codec(
    arrays: TrainingArrays, basis: PoseBasis, emphasis: float, seed: int = 0
) -> FeatureCodec:
    """The codec of a stage, from up to 2000 of its training sequences."""
    rows = arrays.rows(TRAIN)
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:2000])
    features = torch.from_numpy(np.asarray(arrays.features[rows], np.float32))
    return FeatureCodec.fit(features, basis, emphasis, seed)
