"""`doctor` on versions that are not supported."""

import pytest
import torch

from diffh2o_ros.cli.checks import check_device, check_packages, out_of_range


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Says to Python that a package is installed in some version, with what it requires."""
    monkeypatch.syspath_prepend(tmp_path)

    def say(name, version, *requires):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {line}" for line in requires]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")

    return say


def test_the_ranges_are_those_that_the_package_asks_for(installed):
    installed(
        "diffh2o_ros",
        "9.9",
        "numpy<1,>=0.1",
        "torch>=99",
        'scipy<0.1; python_version < "3"',
        'trimesh<0.1; extra == "old"',
    )
    assert out_of_range("scipy") is None and out_of_range("trimesh") is None
    (finding,) = check_packages()
    assert finding.state == "missing" and "<1,>=0.1 is supported" in finding.detail
    found = check_device()[0]
    assert (found.subject, found.state) == ("torch", "missing")
    assert f"torch is {torch.__version__}, and >=99 is supported" in found.detail and found.remedy


def test_an_old_torch_is_told_where_the_package_names_no_range(installed):
    installed("diffh2o_ros", "9.9", "torch")
    assert out_of_range("torch") is None
    installed("torch", "1.13.1")
    assert "torch is 1.13.1" in out_of_range("torch")
