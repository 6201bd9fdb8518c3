"""One quick run of everything, for all who look at what it leaves behind."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from diffh2o_ros.bench.results import Results
from diffh2o_ros.cli import main


@dataclass
class Run:
    """What `diffh2o bench --quick` printed and wrote."""

    printed: str
    file: Path
    page: Path

    @property
    def results(self) -> Results:
        return Results.load(self.file)


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A run on the CPU, with its file and its page in one folder."""
    folder = tmp_path_factory.mktemp("bench")
    file = folder / "this-machine.json"
    words = ["bench", "--quick", "--device", "cpu", "--json", str(file), "--page", str(folder)]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert main(words) == 0
    return Run(printed.getvalue(), file, folder)
