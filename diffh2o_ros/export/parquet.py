"""Parquet files in numbered chunks, as LeRobot v3 reads them; pyarrow writes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

#: Rows of small tables that are gathered before they are written.
_GATHERED = 100


class ChunkedTable:
    """Writes rows to chunk-000/file-000.parquet, chunk-000/file-001.parquet ... below a folder: a
    file is closed before it outgrows the size.

    Args:
        folder: of the chunks.
        size_mb: of a file, MB uncompressed.
        chunk_files: files in a chunk.
        schema: of the rows, a pyarrow.Schema.
    """

    def __init__(self, folder: Path, schema, size_mb: float, chunk_files: int) -> None:
        self._folder, self._schema = folder, schema
        self._limit, self._chunk_files = size_mb * 2**20, chunk_files
        self._writer = None
        self._file, self._bytes = -1, 0

    def place(self, table) -> tuple[int, int]:
        """(chunk index, file index) of where a pyarrow.Table of this size is to be written: all of
        a table is in one file."""
        if self._writer is None or self._bytes + table.nbytes > self._limit:
            self._next_file()
        return divmod(self._file, self._chunk_files)

    def write(self, table) -> None:
        """Writes a table, as one row group, where `place` said."""
        self._writer.write_table(table)
        self._bytes += table.nbytes

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _next_file(self) -> None:
        import pyarrow.parquet

        self.close()
        self._file, self._bytes = self._file + 1, 0
        chunk, file = divmod(self._file, self._chunk_files)
        path = self._folder / f"chunk-{chunk:03d}" / f"file-{file:03d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")

    def __enter__(self) -> ChunkedTable:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class EpisodeTable:
    """Rows of dicts, one an episode, each of which says in which file it lies itself."""

    def __init__(self, folder: Path, schema, size_mb: float, chunk_files: int) -> None:
        self._schema = schema
        self._table = ChunkedTable(folder, schema, size_mb, chunk_files)
        self._rows: list[dict] = []

    def add(self, row: dict) -> None:
        self._rows.append(row)
        if len(self._rows) == _GATHERED:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        for row in self._rows:
            row |= {"meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0}
        table = pyarrow.Table.from_pylist(self._rows, schema=self._schema)
        chunk, file = self._table.place(table)
        for name, value in (("chunk_index", chunk), ("file_index", file)):
            at = self._schema.get_field_index(f"meta/episodes/{name}")
            column = pyarrow.array([value] * len(table), pyarrow.int64())
            table = table.set_column(at, self._schema.field(at), column)
        self._table.write(table)
        self._rows = []

    def __enter__(self) -> EpisodeTable:
        return self

    def __exit__(self, kind: object, *exception: object) -> None:
        if kind is None and self._rows:
            self._flush()
        self._table.close()


def array_of(values: np.ndarray):
    """(T,) or (T, D) numbers as a pyarrow array; rows of D are lists of fixed size."""
    import pyarrow

    flat = pyarrow.array(np.ascontiguousarray(values).ravel())
    return flat if values.ndim == 1 else pyarrow.FixedSizeListArray.from_arrays(flat, len(values.T))


def write_tasks(path: Path, tasks: list[str]) -> None:
    """Writes tasks.parquet: task_index, indexed by the sentence as pandas would."""
    import pyarrow
    import pyarrow.parquet

    def column(name, pandas_type, numpy_type):
        return {
            "name": name,
            "field_name": name,
            "pandas_type": pandas_type,
            "numpy_type": numpy_type,
            "metadata": None,
        }

    pandas = {
        "index_columns": ["task"],
        "column_indexes": [],
        "columns": [column("task_index", "int64", "int64"), column("task", "unicode", "object")],
        "creator": {"library": "pyarrow", "version": pyarrow.__version__},
        "pandas_version": "2.3.0",
    }
    table = pyarrow.table(
        {
            "task_index": pyarrow.array(range(len(tasks)), pyarrow.int64()),
            "task": pyarrow.array(tasks, pyarrow.string()),
        }
    )
    table = table.replace_schema_metadata({"pandas": json.dumps(pandas)})
    pyarrow.parquet.write_table(table, path)
