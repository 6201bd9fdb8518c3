"""Offers a mesh file to the synthesis node, in place of perception.

ros2 run diffh2o_ros publish_mesh mug.ply
"""

from __future__ import annotations

import argparse
import sys

from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from shape_msgs.msg import Mesh as ShapeMesh

from diffh2o_ros.geometry.formats.names import FORMATS, UP_HELP, UPS
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.nodes.mesh_messages import shape_message
from diffh2o_ros.nodes.qos import LATEST
from diffh2o_ros.nodes.spinning import check_arguments, spin


class MeshPublisher(Node):
    """Publishes a mesh once, for all who come."""

    def __init__(self, mesh: Mesh, topic: str) -> None:
        super().__init__("mesh_publisher")
        publisher = self.create_publisher(ShapeMesh, topic, LATEST)
        publisher.publish(shape_message(mesh.vertices, mesh.faces))
        self.get_logger().info(f"{len(mesh.faces)} triangles on {publisher.topic_name}")


def main() -> int:
    """Publishes until told to stop; 2 if the file is no mesh, or the topic no topic."""
    parser = argparse.ArgumentParser(description="Offers a mesh file to the synthesis node.")
    parser.add_argument("mesh", help=f"{FORMATS} in meters; package:// or file:// too")
    parser.add_argument("--up", choices=UPS, default="auto", help=UP_HELP)
    parser.add_argument("--topic", default="/diffh2o_synthesis/object_mesh")
    if code := check_arguments(others=True):
        return code
    arguments = parser.parse_args(remove_ros_args(sys.argv)[1:])
    try:
        mesh = load_mesh(
            arguments.mesh,
            arguments.up,
            on_note=lambda line: print(f"note: {line}", file=sys.stderr),
        )
    except MeshError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return spin(lambda: MeshPublisher(mesh, arguments.topic))
