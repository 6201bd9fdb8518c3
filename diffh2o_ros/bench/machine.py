"""What machine figures are from: what it is, never what it is called or where it stands."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from diffh2o_ros import __version__

PACKAGES = ("torch", "numpy", "scipy", "libigl")
GIGABYTE = 1e9


def describe_machine() -> dict[str, object]:
    """Processor, memory, GPU, load of the last minute and versions, plain enough for JSON."""
    import torch

    cuda = torch.cuda.is_available()
    return {
        "cpu": cpu_model(),
        "cores": cores(),
        "threads": torch.get_num_threads(),
        "memory_gb": round(_memory() / GIGABYTE, 1),
        "gpu": torch.cuda.get_device_name(0) if cuda else None,
        "gpu_memory_gb": (
            round(torch.cuda.get_device_properties(0).total_memory / GIGABYTE, 1) if cuda else None
        ),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "diffh2o_ros": __version__,
        **{name: _version(name) for name in PACKAGES},
    }


def machine_name(machine: dict[str, object]) -> str:
    """One line of a description: "AMD EPYC, 2 cores" or "..., 16 cores, NVIDIA H200"."""
    number = machine["cores"]
    name = f"{machine['cpu']}, {number} core{'s' if number != 1 else ''}"
    return f"{name}, {machine['gpu']}" if machine["gpu"] else name


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_model() -> str:
    """The processor's name, as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def _memory() -> int:
    """Bytes of main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
