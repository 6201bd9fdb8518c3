"""Reads a data set folder: recipes from its shards, and the motions they stand for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.data.build import FORMAT_VERSION, OBJECTS_PER_SHARD, SDF_RESOLUTION, DatasetError
from diffh2o_ros.data.objects import ProceduralObject, build_object
from diffh2o_ros.data.sentences import sentences
from diffh2o_ros.data.sequence import SequenceRecipe, mirrored, right_hand_motion, yaw_matrix
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.contact import ContactModel
from diffh2o_ros.motion.features import Motion, keypoint_distances


@dataclass
class Sequence:
    """A motion of the data set with its object, in the canonical frame."""

    recipe: SequenceRecipe
    motion: Motion  #: (T, ...)
    distances: torch.Tensor  #: (T, 2, 21) signed keypoint distances, metres
    mesh: Mesh  #: the object as it lies at the start, its bounding-box centre at the origin
    sentences: list[str]


class ObjectEntry:
    """One object of the data set with its grasps and sequences."""

    def __init__(self, thing: ProceduralObject, wrist, rotation, angles, recipes):
        self.thing, self.recipes = thing, recipes
        self._grasps = (wrist, rotation, angles)
        self._model = ContactModel("right")
        low, high = thing.mesh.vertices.min(0), thing.mesh.vertices.max(0)
        self.centre = 0.5 * (low + high)
        self.support = float(low[2] - self.centre[2])
        self._sdf: SignedDistanceGrid | None = None

    def sentences(self, index: int, count: int, split: str = "train") -> list[str]:
        """Sentences that are true of one sequence, always the same ones."""
        recipe = self.recipes[index]
        return sentences(
            recipe.action, recipe.side, (self.thing.name, *self.thing.synonyms), recipe.manner,
            recipe.direction, np.random.default_rng(recipe.seed), count, split=split,
        )

    def sequence(self, index: int) -> Sequence:
        """The motion of one recipe, computed afresh and always the same.

        Raises DatasetError where the recipe no longer leads to a motion (other code, other data).
        """
        if self._sdf is None:
            self._sdf = SignedDistanceGrid.from_mesh(self.thing.mesh, resolution=SDF_RESOLUTION)
        recipe = self.recipes[index]
        center = torch.as_tensor(self.centre, dtype=torch.float32)
        wrist, rotation, angles = (a[recipe.grasp_index] for a in self._grasps)
        motion = right_hand_motion(
            recipe, wrist, rotation, angles, self._sdf, center, self.support, self._model
        )
        if motion is None:
            raise DatasetError(
                f"object {recipe.object_index} no longer gives its motions: rebuild the data set"
            )
        # The motion is that of the turned object; its distances are those of the unturned one
        # seen from the hand, so the yaw is taken out again.
        turn = yaw_matrix(recipe.yaw)
        unturned = Motion(
            motion.wrist, motion.rotation, motion.hand_pose, motion.object_position,
            motion.object_rotation @ torch.as_tensor(turn, dtype=torch.float32),
        )
        distances = keypoint_distances(unturned, self._sdf, center)
        vertices = (self.thing.mesh.vertices - self.centre) @ turn.T
        faces = self.thing.mesh.faces
        if recipe.side == "left":
            motion, distances = mirrored(motion), distances.flip(-2)
            vertices, faces = vertices * [1.0, -1.0, 1.0], faces[:, ::-1]
        return Sequence(
            recipe, motion, distances, Mesh(vertices, np.ascontiguousarray(faces)),
            self.sentences(index, 4),
        )


class Dataset:
    """A built data set folder.

    Raises DatasetError when the folder is missing, unfinished or of another format.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        header = self.folder / "dataset.json"
        if not header.is_file():
            raise DatasetError(
                f"{folder} is not a data set: build one with 'diffh2o dataset build --out {folder}'"
            )
        self.header = json.loads(header.read_text())
        if self.header.get("format") != FORMAT_VERSION or not self.header.get("num_sequences"):
            raise DatasetError(f"{folder} is unfinished or of another format: build it again")
        self.num_sequences = int(self.header["num_sequences"])
        self.objects: list[ObjectEntry] = []
        self._index: list[tuple[int, int]] = []
        for path in sorted((self.folder / "shards").glob("*.npz")):
            if len(self._index) >= self.num_sequences:
                break
            self._read(path)
        del self._index[self.num_sequences :]

    def _read(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as shard:
            arrays = {name: shard[name] for name in shard.files}
        first = int(path.stem) * OBJECTS_PER_SHARD
        recipes = [SequenceRecipe(**json.loads(str(text))) for text in arrays["recipes"]]
        for i, text in enumerate(arrays["objects"]):
            stored = json.loads(str(text))
            rows = [n for n, r in enumerate(recipes) if r.object_index == first + i]
            if not rows:
                continue
            mine = arrays["grasp_object"] == i
            entry = ObjectEntry(
                build_object(stored["family"], stored["params"]),
                *(arrays[name][mine] for name in ("wrist", "rotation", "angles")),
                [recipes[n] for n in rows],
            )
            self._index += [(len(self.objects), n) for n in range(len(rows))]
            self.objects.append(entry)

    def __len__(self) -> int:
        return self.num_sequences

    def location(self, index: int) -> tuple[int, int]:
        """Position in `objects` and in that object's recipes of sequence `index`."""
        return self._index[index]

    def __getitem__(self, index: int) -> Sequence:
        owner, row = self._index[index]
        return self.objects[owner].sequence(row)

    def grasp_poses(self) -> np.ndarray:
        """Joint angles (N, D) of all grasps, radians: what the pose basis is fitted to."""
        return np.concatenate([entry._grasps[2] for entry in self.objects])
