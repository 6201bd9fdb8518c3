"""Reads a data set folder, whatever its shards hold, a shard at a time."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from diffh2o_ros.data.format import DatasetError, Sequence, SequenceInfo, read_header
from diffh2o_ros.data.frames import FramesShard
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.planning import SequenceRecipe
from diffh2o_ros.data.recipes import RecipeShard

_SHARDS = {"frames": FramesShard, "recipes": RecipeShard}


class Dataset:
    """A finished data set: a list of sequences that are read, or computed, when asked for.

    Only what is known of the sequences (`infos`) is in memory, and the shard used last.

    Raises DatasetError when the folder is missing, unfinished, damaged or of another format.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.header = read_header(folder)
        if self.header.get("content") not in _SHARDS:
            raise DatasetError(f"{folder} holds unknown content {self.header.get('content')!r}")
        if not self.header.get("num_sequences"):
            raise DatasetError(f"{folder} is unfinished: run the command that builds it again")
        self.infos: list[SequenceInfo] = []
        self._rows: list[tuple[Path, int]] = []
        for path in sorted((self.folder / "shards").glob("[0-9]*.npz")):
            if len(self.infos) >= self.header["num_sequences"]:
                break
            found = [SequenceInfo.from_json(str(text)) for text in _read(path, ["infos"])["infos"]]
            self.infos += found
            self._rows += [(path, row) for row in range(len(found))]
        del self.infos[self.header["num_sequences"] :]
        if len(self.infos) < self.header["num_sequences"]:
            raise DatasetError(
                f"{folder} has {len(self.infos)} of its {self.header['num_sequences']} sequences: "
                "shards are missing, build it again"
            )
        self._open: tuple[Path, FramesShard | RecipeShard] | None = None

    def __len__(self) -> int:
        return len(self.infos)

    def __getitem__(self, index: int) -> Sequence:
        """Sequence `index`. Raises DatasetError where its shard is damaged."""
        path, row = self._rows[index]
        shard = self._shard(path)
        try:
            return shard.sequence(row, self.infos[index])
        except (KeyError, IndexError, TypeError) as error:
            raise DatasetError(f"{path} is damaged: {error!r}") from error

    def recipe(self, index: int) -> tuple[SequenceRecipe, GraspedObject]:
        """What sequence `index` is computed from; only where the header's content is recipes."""
        path, row = self._rows[index]
        return self._shard(path).recipe(row)

    def _shard(self, path: Path) -> FramesShard | RecipeShard:
        if self._open is None or self._open[0] != path:
            self._open = (path, _SHARDS[self.header["content"]](_read(path)))
        return self._open[1]

    def shards(self) -> list[list[int]]:
        """Indices of the sequences, shard by shard: what is cheapest to read together."""
        groups: dict[Path, list[int]] = {}
        for index, (path, _) in enumerate(self._rows[: len(self)]):
            groups.setdefault(path, []).append(index)
        return list(groups.values())


def _read(path: Path, names: list[str] | None = None) -> dict[str, np.ndarray]:
    """Arrays of a shard, all or those named; nothing in it is ever unpickled."""
    try:
        with np.load(path, allow_pickle=False) as shard:
            return {name: shard[name] for name in names or shard.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"{path} is damaged ({error}): delete it and build again") from error
