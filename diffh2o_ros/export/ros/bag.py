"""A bag of ROS 2 that is being written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from diffh2o_ros.export.ros.bag_types import BagTypes
from diffh2o_ros.export.ros.cdr import serialized
from diffh2o_ros.export.ros.messages import Message

if TYPE_CHECKING:
    from rosbags.rosbag2 import Writer

#: Versions of a bag's metadata: the older one says quality of service in numbers.
_VERSION, _NUMBERS = 9, 8
_OLD = ("humble", "iron")


class Bag:
    """Writes messages by topic; a topic is there from its first message on."""

    def __init__(self, writer: Writer, types: BagTypes) -> None:
        self._writer, self._types = writer, types
        self._connections: dict[str, object] = {}

    @classmethod
    @contextmanager
    def create(cls, folder: Path, types: BagTypes) -> Iterator[Bag]:
        """A bag in a folder that is not there yet: metadata.yaml and one file of MCAP, compressed.

        Raises OSError.
        """
        from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer

        version = _NUMBERS if types.distribution in _OLD else _VERSION
        writer = Writer(folder, version=version, storage_plugin=StoragePlugin.MCAP)
        writer.set_compression(CompressionMode.STORAGE, CompressionFormat.ZSTD)
        with writer:
            yield cls(writer, types)

    def write(self, topic: str, time: int, message: Message, latched: bool = False) -> None:
        """Adds a message.

        Args:
            time: ns.
            latched: whether late subscribers get the topic's last message.
        """
        kind = message.__msgtype__
        if topic not in self._connections:
            self._connections[topic] = self._writer.add_connection(
                topic, kind, typestore=self._types.store, offered_qos_profiles=[_qos(latched)]
            )
        data = serialized(message, self._types.store)
        self._writer.write(self._connections[topic], time, data)


def _qos(latched: bool) -> object:
    """As the node's publishers have it (`nodes.qos`)."""
    from rosbags.interfaces import (
        Qos,
        QosDurability,
        QosHistory,
        QosLiveliness,
        QosReliability,
        QosTime,
    )

    forever = QosTime(9223372036, 854775807)
    return Qos(
        QosHistory.KEEP_LAST,
        1 if latched else 10,
        QosReliability.RELIABLE,
        QosDurability.TRANSIENT_LOCAL if latched else QosDurability.VOLATILE,
        forever,
        forever,
        QosLiveliness.AUTOMATIC,
        forever,
        False,
    )
