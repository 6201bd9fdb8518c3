"""Files that are written whole or not at all, and folders that are there only meanwhile."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Of a name, so many characters are seen in its temporary one: where the name fits, that fits too.
_SEEN = 40

_numbers = itertools.count()
_unfinished: set[Path] = set()


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yields a temporary path beside `path`; it becomes `path` when the block ends well.

    When the block raises, the temporary file is removed and whatever stood at `path` before is
    untouched. Missing parent folders are made. The temporary name keeps the suffix, because image
    and film writers choose their format by it. Raises OSError, which names `path`, where it cannot
    be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f".{path.stem[:_SEEN]}.{os.getpid()}-{next(_numbers)}{path.suffix}"
    partial = path.with_name(name)
    _unfinished.add(partial)
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        if error.errno is None or error.filename not in (None, str(partial), partial):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        partial.unlink(missing_ok=True)
        _unfinished.discard(partial)


@contextmanager
def scratch_folder(beside: Path | None = None, prefix: str = "diffh2o-") -> Iterator[Path]:
    """A new folder, in `beside` or where temporary ones are, that goes when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
    _unfinished.add(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished.discard(folder)


def remove_unfinished() -> None:
    """Removes what is not finished, for a process that ends amid its work."""
    for path in list(_unfinished):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)
