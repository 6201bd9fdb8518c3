"""Records what the node makes as MCAP, which Foxglove and `ros2 bag` read, without ros2 bag.

Beside an active node, with the extra `bag` (rosbags):
scripts/with_ros.sh python examples/recorder.py FOLDER [how many motions; else until Ctrl-C]
"""

import sys
from pathlib import Path

import rclpy
from ament_index_python import get_package_share_directory
from geometry_msgs.msg import PoseArray
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from diffh2o_ros.msg import Interaction, ObjectTrajectory
from diffh2o_ros.nodes.qos import LATEST

TOPICS = {
    "interaction": Interaction,
    "object_trajectory": ObjectTrajectory,
    "left_wrist_path": PoseArray,
    "right_wrist_path": PoseArray,
}
folder, *most = sys.argv[1:] or sys.exit("usage: recorder.py FOLDER [how many motions]")
if Path(folder).exists():
    sys.exit(f"{folder} exists: name a folder that does not")
store = get_typestore(Stores.LATEST)
for file in Path(get_package_share_directory("diffh2o_ros"), "msg").glob("*.msg"):
    store.register(get_types_from_msg(file.read_text(), f"diffh2o_ros/msg/{file.stem}"))

rclpy.init()
node = rclpy.create_node("recorder")
counts = dict.fromkeys(TOPICS, 0)
with Writer(folder, version=9, storage_plugin=StoragePlugin.MCAP) as bag:

    def record(name, kind):
        """Writes what comes on a topic, byte for byte as it came."""
        topic = f"/diffh2o_synthesis/{name}"
        named = f"{kind.__module__.split('.')[0]}/msg/{kind.__name__}"
        connection = bag.add_connection(topic, named, typestore=store)

        def write(message):
            bag.write(connection, node.get_clock().now().nanoseconds, message)
            counts[name] += 1

        node.create_subscription(kind, topic, write, LATEST, raw=True)

    for name, kind in TOPICS.items():
        record(name, kind)
    try:
        while not most or min(counts.values()) < int(most[0]):
            rclpy.spin_once(node)
    except (KeyboardInterrupt, rclpy.executors.ExternalShutdownException):
        pass
print(f"{folder}: {counts['interaction']} motion(s)")
