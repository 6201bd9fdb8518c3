"""A folder of meshes: its files and what their objects are called."""

from __future__ import annotations

import re
from pathlib import Path

from diffh2o_ros.geometry.formats.names import SUFFIXES


def find_meshes(folder: Path) -> list[Path]:
    """The mesh files of a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)


def object_name(stem: str) -> str:
    """What to call the object of a mesh file: `003_cracker_box` is a cracker box, `065-a_cups`
    are cups. Leading numbers (with a letter after a dash), punctuation and bytes that are no text
    are left out."""
    stem = "".join(c for c in stem if c.isprintable())
    name = re.sub(r"^\d+(-[a-z])?(?=[_\-\s])", "", stem, flags=re.IGNORECASE)
    name = re.sub(r"[_\-\s]+", " ", name).strip()
    return name or stem or "object"
