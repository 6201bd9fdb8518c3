"""Shards that hold motions frame by frame: imported recordings, or a data set to hand on.

Arrays of such a shard, F frames and V vertices in all, S sequences, O objects:
`infos` (S,) JSON; `start` (S+1,) first frame of each; `owner` (S,) object of each; `support` (S,);
`wrist` (F,2,3), `rotation` (F,2,3) axis-angle, `hand_pose` (F,2,45), `object_position` (F,3),
`object_rotation` (F,3) axis-angle, all float32; `distances` (F,2,21) float16; `held` (F,2) bool;
`vertices` (V,3) float32, `faces` (K,3) int32, `vertex_start`, `face_start` (O+1,).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import roma
import torch

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.format import Sequence, SequenceInfo, write_header
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.motion.features import Motion, keypoint_distances

SEQUENCES_PER_SHARD = 64


class FramesWriter:
    """Writes a data set of explicit frames into a new folder, shard by shard."""

    def __init__(self, folder: str | Path, source: str, **header) -> None:
        self.folder = Path(folder)
        self._header = {"source": source, "content": "frames", **header}
        self._parts: list[Sequence] = []
        self._fields: dict[str, SignedDistanceGrid] = {}
        self._shards = self.num_sequences = 0
        self._write_header(finished=False)

    def add(
        self,
        info: SequenceInfo,
        motion: Motion,
        mesh: Mesh,
        support: float,
        held: torch.Tensor,
        distances: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Adds one sequence; the arguments are the fields of `Sequence`.

        Returns the distances (T, 2, 21), which are computed if they are not given.
        """
        if distances is None:
            if mesh.content_hash not in self._fields:
                self._fields = {mesh.content_hash: SignedDistanceGrid.from_mesh(mesh)}
            field = self._fields[mesh.content_hash]
            distances = keypoint_distances(motion, field)
        self._parts.append(Sequence(info, motion, distances, mesh, support, held))
        self.num_sequences += 1
        if len(self._parts) == SEQUENCES_PER_SHARD:
            self._flush()
        return distances

    def close(self) -> None:
        """Writes what is left; the data set is complete."""
        self._flush()
        self._write_header(finished=True)

    def _write_header(self, finished: bool) -> None:
        count = self.num_sequences if finished else 0
        write_header(self.folder, num_sequences=count, **self._header)

    def _flush(self) -> None:
        if self._parts:
            path = self.folder / "shards" / f"{self._shards:05d}.npz"
            with whole_file(path) as partial:
                np.savez_compressed(partial, **_arrays(self._parts))
            self._shards, self._parts = self._shards + 1, []


def _arrays(parts: list[Sequence]) -> dict[str, np.ndarray]:
    meshes = {part.mesh.content_hash: part.mesh for part in parts}
    keys = list(meshes)

    def frames(get) -> np.ndarray:
        return np.concatenate([np.asarray(get(part), np.float32) for part in parts])

    return {
        "infos": np.array([part.info.to_json() for part in parts]),
        "start": np.cumsum([0, *(part.info.num_frames for part in parts)]),
        "owner": np.array([keys.index(part.mesh.content_hash) for part in parts], np.int32),
        "support": np.array([part.support for part in parts], np.float32),
        "wrist": frames(lambda p: p.motion.wrist),
        "rotation": frames(lambda p: roma.rotmat_to_rotvec(p.motion.rotation)),
        "hand_pose": frames(lambda p: p.motion.hand_pose),
        "object_position": frames(lambda p: p.motion.object_position),
        "object_rotation": frames(lambda p: roma.rotmat_to_rotvec(p.motion.object_rotation)),
        "distances": frames(lambda p: p.distances).astype(np.float16),
        "held": np.concatenate([np.asarray(part.held, bool) for part in parts]),
        "vertices": np.concatenate([m.vertices for m in meshes.values()]).astype(np.float32),
        "faces": np.concatenate([m.faces for m in meshes.values()]).astype(np.int32),
        "vertex_start": np.cumsum([0, *(len(m.vertices) for m in meshes.values())]),
        "face_start": np.cumsum([0, *(len(m.faces) for m in meshes.values())]),
    }


class FramesShard:
    """One shard of explicit frames, in memory."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self._arrays = arrays

    def sequence(self, row: int, info: SequenceInfo) -> Sequence:
        """Sequence number `row` of the shard."""
        a = self._arrays
        frames = slice(a["start"][row], a["start"][row + 1])
        owner = a["owner"][row]
        vertices = slice(a["vertex_start"][owner], a["vertex_start"][owner + 1])
        faces = slice(a["face_start"][owner], a["face_start"][owner + 1])

        def tensor(name: str) -> torch.Tensor:
            return torch.from_numpy(a[name][frames].astype(np.float32))

        motion = Motion(
            wrist=tensor("wrist"),
            rotation=roma.rotvec_to_rotmat(tensor("rotation")),
            hand_pose=tensor("hand_pose"),
            object_position=tensor("object_position"),
            object_rotation=roma.rotvec_to_rotmat(tensor("object_rotation")),
        )
        return Sequence(
            info,
            motion,
            tensor("distances"),
            Mesh(a["vertices"][vertices], a["faces"][faces]),
            float(a["support"][row]),
            torch.from_numpy(a["held"][frames]),
        )
