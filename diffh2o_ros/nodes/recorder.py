"""Results as bags in a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.formats.mcap import save_mcap
from diffh2o_ros.export.ros.recording import Setting
from diffh2o_ros.printable import shown


def record(folder: Path, episodes: Sequence[Episode], setting: Setting) -> Path:
    """Writes a bag into a folder, which is made, by a name of the time and a number that is free.

    Raises:
        Diffh2oError: what `save_mcap` raises, or the folder cannot be written to.
    """
    now = time.strftime("%Y_%m_%d-%H_%M_%S")
    paths = (folder / f"diffh2o_{now}_{number}" for number in count())
    try:
        return save_mcap(episodes, next(path for path in paths if not path.exists()), setting)
    except OSError as error:
        raise ExportError(f"cannot write {shown(folder)}: {error.strerror}") from error
