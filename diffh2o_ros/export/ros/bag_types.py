"""The classes of messages that go into bags: those of rosbags, which needs no ROS."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import diffh2o_ros
from diffh2o_ros.export.episode import ExportError

if TYPE_CHECKING:
    from rosbags.typesys.store import Typestore

PACKAGE = "diffh2o_ros"
DEFAULT_DISTRIBUTION = "kilted"
#: Where messages that are made here come from.
_PACKAGES = (
    "builtin_interfaces",
    "std_msgs",
    "geometry_msgs",
    "sensor_msgs",
    "trajectory_msgs",
    "visualization_msgs",
    "tf2_msgs",
    PACKAGE,
)


class BagTypes:
    """As `Messages` takes them. What a message is not given is 0, or empty, as in rosidl's.

    Args:
        distribution: of ROS 2, whose definitions of messages are taken; None for the one that is
            sourced. One that rosbags does not know has those of Kilted.

    Raises:
        ExportError: the definitions of our own messages are not there.
    """

    def __init__(self, distribution: str | None = None) -> None:
        from rosbags.typesys import Stores, get_types_from_msg, get_typestore

        wanted = distribution or os.environ.get("ROS_DISTRO", "")
        known = {store.name.removeprefix("ROS2_").lower(): store for store in Stores}
        #: Whose definitions these are.
        self.distribution = wanted if wanted in known else DEFAULT_DISTRIBUTION
        self.store: Typestore = get_typestore(known[self.distribution])
        found = {}
        for file in sorted(definitions().glob("*.msg")):
            found |= get_types_from_msg(file.read_text("utf-8"), f"{PACKAGE}/msg/{file.stem}")
        self.store.register(found)
        self._kinds: dict[str, _Kind] = {}
        self._names = {
            name.rsplit("/", 1)[1]: name
            for name in self.store.fielddefs
            if name.split("/")[0] in _PACKAGES
        }

    def __getattr__(self, name: str) -> _Kind:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(name)
        return self._kind(self._names[name])

    @staticmethod
    def flat(kind: str, values: Any) -> np.ndarray:
        """An array field."""
        return np.ascontiguousarray(values, dtype=kind).ravel()

    @staticmethod
    def points(positions: np.ndarray, picked: np.ndarray | None = None) -> np.ndarray:
        """A list of Point, which `cdr` takes as an array."""
        found = np.asarray(positions, np.float64).reshape(-1, 3)
        return found if picked is None else found[np.ravel(picked)]

    @staticmethod
    def colors(values: np.ndarray) -> np.ndarray:
        """A list of ColorRGBA, likewise."""
        return np.asarray(values, np.float32).reshape(-1, 4)

    def _kind(self, name: str) -> _Kind:
        if name not in self._kinds:
            fields = self.store.fielddefs[name][1]
            defaults = {field: self._default(about) for field, about in fields}
            if name == "geometry_msgs/msg/Quaternion":
                defaults["w"] = 1.0  # the one definition with defaults, which rosbags drops
            self._kinds[name] = _Kind(self.store.types[name], defaults)
        return self._kinds[name]

    def _default(self, about: tuple) -> Any:
        """Of a field, as the type store describes it."""
        from rosbags.interfaces import Nodetype

        node, inner = about
        if node == Nodetype.BASE:
            return "" if inner[0] == "string" else np.dtype(inner[0]).type(0).item()
        if node == Nodetype.NAME:
            return self._kind(inner)()
        (element, name), number = inner
        length = number if node == Nodetype.ARRAY else 0
        if element == Nodetype.BASE and name[0] != "string":
            return np.zeros(length, name[0])
        return [self._default(inner[0]) for _ in range(length)]


class _Kind:
    """A class of messages, whose fields have defaults. They are shared: a field that is changed
    later is given anew."""

    def __init__(self, of: type, defaults: dict[str, Any]) -> None:
        self._of, self._defaults = of, defaults

    def __call__(self, **fields: Any) -> Any:
        return self._of(**(self._defaults | fields))

    def __getattr__(self, name: str) -> Any:
        """A constant."""
        return getattr(self._of, name)


@cache
def bag_types(distribution: str | None = None) -> BagTypes:
    """`BagTypes`, made once: it takes a while."""
    return BagTypes(distribution)


def definitions() -> Path:
    """The folder with our .msg files: in the source tree, or where pip and colcon put them, below
    the prefix that the package is installed in. Raises ExportError."""
    for parent in Path(diffh2o_ros.__file__).parents:
        for folder in (parent / "msg", parent / "share" / PACKAGE / "msg"):
            if (folder / "Interaction.msg").is_file():
                return folder
    raise ExportError(
        f"share/{PACKAGE}/msg, with the definitions of our messages, is not where {PACKAGE} is "
        "installed: install it again"
    )
