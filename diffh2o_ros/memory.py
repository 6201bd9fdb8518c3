"""Memory of a process, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def resident_bytes(process: int | str = "self") -> dict[str, int]:
    """{"now", "peak"}: bytes of main memory that a process holds, and held at most; {} where the
    system does not tell."""
    found = {}
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return {}
    for line in lines:
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM"):
            found["now" if name == "VmRSS" else "peak"] = 1024 * int(value.split()[0])
    return found
