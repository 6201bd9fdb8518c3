"""Machine code is kept on disk where that works; where it does not, it is compiled all the same."""

import importlib.util
import resource

import pytest

numba = pytest.importorskip("numba")
SOURCE = """
from diffh2o_ros.contact.kernels.compiled import compiled

@compiled
def twice(x):
    return 2 * x
"""


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Loads `twice` as a new process would, its machine code in `tmp_path`/kept."""
    monkeypatch.setattr(numba.core.config, "CACHE_DIR", str(tmp_path / "kept"))
    (tmp_path / "module.py").write_text(SOURCE)

    def load():
        spec = importlib.util.spec_from_file_location("module", tmp_path / "module.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.twice(2.0) == 4.0
        return sum(module.twice.stats.cache_hits.values())

    return load


def files(tmp_path, ending):
    return [path for path in (tmp_path / "kept").rglob(f"*{ending}") if path.is_file()]


def test_it_is_kept(fresh):
    assert [fresh(), fresh()] == [0, 1]


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("left", [0, 1, 70])
def test_a_file_cut_short_is_made_anew(fresh, tmp_path, ending, left):
    fresh()
    (file,) = files(tmp_path, ending)
    file.write_bytes(file.read_bytes()[:left])
    assert [fresh(), fresh()] == [0, 1]


def test_a_full_disk_costs_no_result(fresh, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        assert fresh() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [fresh(), fresh()] == [0, 1]


def test_a_place_that_is_none_costs_no_result(fresh, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.setattr(numba.core.config, "CACHE_DIR", "/dev/null/kept")
    assert fresh() == 0
