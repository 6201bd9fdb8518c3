"""Reading `.npz` files from outside: every array in memory, or one line that says why not."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path

import numpy as np

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.printable import shown


def read_npz(path: str | Path, what: str, error: type[Diffh2oError]) -> dict[str, np.ndarray]:
    """The arrays of an archive by name; nothing in it is unpickled.

    Args:
        what: it should be, such as "an interaction file".
        error: raised with one line for all that is not a whole archive of plain arrays.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise error(f"{shown(path)} is a folder, not {what}")
        if not path.exists():
            raise error(f"{shown(path)} does not exist")
        if not zipfile.is_zipfile(path):
            raise error(f"{shown(path)} is not {what}, or it is truncated")
        with np.load(path, allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files}
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
    ) as reason:
        raise error(f"{shown(path)} is damaged: {reason}") from reason
    except OSError as reason:
        raise error(f"{shown(path)} cannot be read: {reason.strerror or reason}") from reason
    except error:
        raise
    except ValueError as reason:  # what numpy raises for pickled objects and for broken headers
        raise error(f"{shown(path)} is not {what}: {reason}") from reason
    if not all(isinstance(value, np.ndarray) for value in found.values()):
        raise error(f"{shown(path)} is not {what}: not all in it are arrays")
    return found
