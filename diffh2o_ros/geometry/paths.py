"""Where a file is: paths, and the `file://` and `package://` URIs that robots' descriptions use."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.printable import shown

_INDEX = "share/ament_index/resource_index/packages"
# One slash is what pathlib leaves of the two.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+")


def resolve(path: str | os.PathLike) -> Path:
    """The file that a path or URI names, whether it exists or not.

    `package://name/path` is looked for in the share folder of a ROS package, `file:///path` is
    taken with its %20 decoded, `~` is the home folder.

    Raises:
        MeshError: the path is empty, of another scheme, or of a package that is not installed.
    """
    try:
        text = os.fsdecode(path)
    except TypeError as error:
        raise MeshError(f"a mesh file is named by a path, not {type(path).__name__}") from error
    if not text.strip() or "\0" in text:
        what = "holds a zero byte" if text.strip() else "is empty"
        raise MeshError(f"the path of the mesh {what}; give the path of a mesh file")
    scheme = _SCHEME.match(text)
    if scheme is None:
        if text == "-":
            raise MeshError("a mesh is not read from standard input; give the path of a file")
        return _expanded(text)
    name, rest = scheme[1].lower(), text[scheme.end() :]
    if name == "package":
        return _in_package(text, unquote(rest))
    if name == "file":
        return _local(text)
    raise MeshError(
        f"{shown(text)}: {name}:// is not read; copy the file here and give its path, "
        "file:///path or package://package/path"
    )


def open_file(path: Path, most_bytes: int) -> bytes:
    """The content of a regular file.

    Raises:
        MeshError: there is none, it is something else (a folder, a pipe, a device), may not be
            read, or is larger than `most_bytes`.
    """
    named = shown(path)
    try:
        # A pipe that nobody writes to would never open otherwise.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        raise MeshError(f"mesh file {named} does not exist") from None
    except (OSError, ValueError) as error:
        kind = _kind_of(path)
        if kind is not None:
            raise MeshError(f"{named} is {kind}; give the path of a mesh file") from None
        reason = getattr(error, "strerror", None) or str(error)
        raise MeshError(f"mesh file {named} cannot be opened: {reason}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            mend = "a mesh file in it" if stat.S_ISDIR(status.st_mode) else "a mesh file"
            raise MeshError(f"{named} is {_kind(status.st_mode)}; give the path of {mend}")
        if status.st_size > most_bytes:
            raise MeshError(f"{named} is larger than {most_bytes >> 30} GiB; simplify it first")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most_bytes)
    except OSError as error:
        raise MeshError(f"mesh file {named} cannot be read: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _expanded(text: str) -> Path:
    if not text.startswith("~"):
        return Path(text)
    try:
        return Path(text).expanduser()
    except RuntimeError:  # no such user: a file may be called so
        return Path(text)


def _local(text: str) -> Path:
    parts = urlsplit(text.replace("?", "%3F").replace("#", "%23"))
    if parts.netloc not in ("", "localhost"):
        raise MeshError(
            f"{shown(text)}: {shown(parts.netloc)} is another machine; file:///path, with three "
            "slashes, is a file of this one"
        )
    decoded = unquote(parts.path, errors="surrogateescape")
    if "\0" in decoded:
        raise MeshError(f"{shown(text)} is no path")
    return Path(decoded)


def _in_package(text: str, rest: str) -> Path:
    package, _, inside = rest.partition("/")
    if not package or not inside or package in (".", "..") or "\0" in rest:
        raise MeshError(f"{shown(text)}: give package://package/path/of/the/mesh")
    prefixes = [p for p in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p]
    for prefix in prefixes:
        if Path(prefix, _INDEX, package).is_file():
            share = Path(prefix, "share", package)
            found = share / inside
            # A description must not reach what the package did not install.
            if ".." in Path(inside).parts:
                raise MeshError(f"{shown(text)} leads out of the package; give the file's path")
            return found
    if not prefixes:
        raise MeshError(
            f"{shown(text)}: no ROS workspace is sourced (AMENT_PREFIX_PATH is not set); source "
            "one, or give the file's path"
        )
    raise MeshError(
        f"{shown(text)}: package {shown(package)} is not installed in what is sourced; source its "
        "workspace, or give the file's path"
    )


def _kind_of(path: Path) -> str | None:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(mode) else _kind(mode)


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")
