"""What `diffh2o doctor` looks at. Each check returns findings and raises nothing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module, metadata, util
from importlib.resources import files
from pathlib import Path

from diffh2o_ros.cli.finding import Finding
from diffh2o_ros.cli.ros_checks import check_ros

#: What the library cannot run without: module and the package that brings it.
REQUIRED = {
    "igl": "libigl",
    "manifold3d": "manifold3d",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "PIL": "pillow",
    "roma": "roma",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "skimage": "scikit-image",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "tqdm": "tqdm",
    "trimesh": "trimesh",
}
OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 14)
#: What is supported of it where the installed package does not say.
TORCH = ">=2.4,<3"
STAGES = ("grasp", "interaction")
INSTALL = "pip install -r requirements.txt"


def all_checks(mano_dir: str | None) -> list[tuple[str, Callable[[], list[Finding]]]]:
    """The checks in order, with a name each for the one who waits."""
    return [
        ("Python", check_python),
        ("packages", check_packages),
        ("the device", check_device),
        ("the hand", partial(check_hand, mano_dir)),
        ("the weights", check_weights),
        ("the text encoder", check_text),
        ("ROS 2", check_ros),
        ("the renderer", check_renderer),
        ("what motions can be exported to", check_export),
        ("the studio", check_studio),
    ]


def check_python() -> list[Finding]:
    from diffh2o_ros import __file__ as package
    from diffh2o_ros import __version__

    version = f"{platform.python_version()} ({sys.executable})"
    good = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    remedy = "" if good else "use Python {}.{} to {}.{}".format(*OLDEST_PYTHON, *NEWEST_PYTHON)
    return [
        Finding("diffh2o_ros", "ok", f"{__version__} in {Path(package).parent}"),
        Finding("python", "ok" if good else "missing", version, remedy),
    ]


def check_packages() -> list[Finding]:
    absent = [package for module, package in REQUIRED.items() if util.find_spec(module) is None]
    if absent:
        return [Finding("packages", "missing", f"without {', '.join(absent)}", INSTALL)]
    wrong = [line for name in REQUIRED.values() if name != "torch" and (line := out_of_range(name))]
    if wrong:
        return [Finding("packages", "missing", "; ".join(wrong), INSTALL)]
    return [Finding("packages", "ok", f"all {len(REQUIRED)} that are needed")]


def out_of_range(package: str) -> str | None:
    """How the version of an installed package is not one that this package asks for."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:  # a package by another name, as distributions make them
        return None
    try:
        requirements = metadata.requires("diffh2o_ros") or []
    except metadata.PackageNotFoundError:  # built by colcon alone
        requirements = []
    ranges = [
        r.specifier
        for r in map(Requirement, requirements)
        if r.name == package and r.specifier and (r.marker is None or r.marker.evaluate())
    ]
    if not ranges and package == "torch":
        ranges = [SpecifierSet(TORCH)]
    for supported in ranges:
        if not supported.contains(version, prereleases=True):
            return f"{package} is {version}, and {supported} is supported"
    return None


def check_device() -> list[Finding]:
    torch = _load("torch")
    if isinstance(torch, str):
        return [Finding("torch", "missing", torch, INSTALL)]
    wrong = out_of_range("torch")
    found = [Finding("torch", "ok", torch.__version__)]
    if wrong:
        found = [Finding("torch", "missing", wrong, INSTALL)]
    if torch.cuda.is_available():
        memory = torch.cuda.get_device_properties(0).total_memory / 2**30
        found.append(
            Finding("device", "ok", f"cuda: {torch.cuda.get_device_name(0)}, {memory:.0f} GiB")
        )
    else:
        detail = f"cpu, {torch.get_num_threads()} threads; no CUDA device that torch can use"
        found.append(Finding("device", "ok", detail))
    if util.find_spec("numba") is not None:
        found.append(Finding("numba", "ok", metadata.version("numba")))
    else:
        detail = "not installed: on a CPU, a request takes three times as long"
        found.append(Finding("numba", "optional", detail, "pip install numba"))
    return found


def check_hand(mano_dir: str | None) -> list[Finding]:
    needed = ("openhand",) if mano_dir is None else ("openhand", "mano")
    return _check_registry("hand", "diffh2o_ros.hands.loading", "HANDS", needed, mano_dir)


def check_weights() -> list[Finding]:
    folder = Path(str(files("diffh2o_ros"))) / "weights"
    found = []
    for stage in STAGES:
        path = folder / f"{stage}.safetensors"
        if path.is_file():
            detail = f"{path.name}, {path.stat().st_size / 1e6:.1f} MB"
            found.append(Finding("weights", "ok", detail))
        else:
            remedy = f"reinstall diffh2o_ros, or train it: diffh2o train {stage} --help"
            found.append(Finding("weights", "missing", f"no {path}", remedy))
    cards = sorted(folder.glob("*.md"))
    if cards:
        found.append(Finding("model card", "ok", str(cards[0])))
    return found


def check_text() -> list[Finding]:
    return _check_registry("text", "diffh2o_ros.text.registry", "ENCODERS", ("minilm",))


def check_renderer() -> list[Finding]:
    found = _check_registry("renderer", "diffh2o_ros.viz.backend", "RENDERERS", ("matplotlib",))
    if util.find_spec("imageio_ffmpeg") is None:
        found.append(Finding("mp4", "optional", "no films in mp4", "pip install imageio-ffmpeg"))
    return found


def check_export() -> list[Finding]:
    return _check_registry("export", "diffh2o_ros.export.format", "FORMATS", ("html", "glb"))


def check_studio() -> list[Finding]:
    from diffh2o_ros.studio.installed import StudioError, check_viser

    try:
        return [Finding("studio", "ok", f"viser {check_viser()}")]
    except StudioError as error:
        detail, _, remedy = str(error).partition("; ")
        return [Finding("studio", "optional", detail, remedy)]


def _check_registry(
    subject: str, module: str, name: str, needed: tuple[str, ...], *arguments
) -> list[Finding]:
    """All that a registry holds, the default first; what is `needed` of it and not there is
    missing."""
    home = _load(module)
    if isinstance(home, str):
        return [Finding(subject, "missing", home, INSTALL)]
    registry, found = getattr(home, name), []
    for choice in registry.names():
        try:
            detail, remedy = registry.load(choice).installed(*arguments), ""
            state = "ok"
        except (ImportError, OSError, ValueError) as error:
            detail, _, remedy = " ".join(str(error).split()).partition("; ")
            state, remedy = "missing" if choice in needed else "optional", remedy or INSTALL
        title = subject if choice == registry.default else f"{subject} {choice}"
        found.append(Finding(title, state, f"{choice}: {detail}", remedy))
    return found


def _load(module: str):
    """The module, or why it does not load."""
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
