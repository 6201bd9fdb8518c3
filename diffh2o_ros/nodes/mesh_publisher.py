"""Offers a mesh file to the synthesis node, in place of perception.

ros2 run diffh2o_ros publish_mesh mug.ply
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.utilities import remove_ros_args
from shape_msgs.msg import Mesh as MeshMessage

from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.nodes.conversions import mesh_message
from diffh2o_ros.nodes.qos import LATEST


def main() -> int:
    """Publishes the mesh once, for all who come, until Ctrl-C; 2 if it is no mesh."""
    parser = argparse.ArgumentParser(description="Offers a mesh file to the synthesis node.")
    parser.add_argument("mesh", type=Path, help="PLY, STL or OBJ in metres, z up")
    parser.add_argument("--topic", default="/diffh2o_synthesis/object_mesh")
    asked = parser.parse_args(remove_ros_args(sys.argv)[1:])
    try:
        mesh = load_mesh(asked.mesh)
    except MeshError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        rclpy.init()
        node = rclpy.create_node("mesh_publisher")
        publisher = node.create_publisher(MeshMessage, asked.topic, LATEST)
        publisher.publish(mesh_message(mesh.vertices, mesh.faces))
        node.get_logger().info(
            f"{asked.mesh.name}, {len(mesh.faces)} triangles, on {publisher.topic_name}"
        )
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()
    return 0
