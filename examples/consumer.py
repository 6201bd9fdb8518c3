"""What to do with a motion: follows the wrists' paths, in a frame of the reader's own.

Beside an active node: scripts/with_ros.sh python examples/consumer.py [how many motions]
"""

import contextlib
import sys

import numpy as np
import rclpy
from scipy.spatial.transform import Rotation

from diffh2o_ros.msg import Interaction
from diffh2o_ros.nodes.qos import LATEST

#: Takes points of the motion's frame to the robot's, which stands 20 cm beside it and is rotated.
TO_ROBOT = np.eye(4)
TO_ROBOT[:3, :3] = Rotation.from_euler("z", 90, degrees=True).as_matrix()
TO_ROBOT[:3, 3] = 0.0, 0.2, 0.0


def matrices(poses):
    """(T, 4, 4) of geometry_msgs/Pose, one a frame."""
    found = np.tile(np.eye(4), (len(poses), 1, 1))
    orientations = [pose.orientation for pose in poses]
    quaternions = [(q.x, q.y, q.z, q.w) for q in orientations]
    found[:, :3, :3] = Rotation.from_quat(quaternions).as_matrix()
    found[:, :3, 3] = [(p.position.x, p.position.y, p.position.z) for p in poses]
    return found


def follow(motion):
    """Prints where each wrist goes. A pose may be multiplied; the pair of `global_orient` and
    `transl` may not (docs/interfaces.md)."""
    for hand in motion.hands:  # a hand that does nothing is not among them
        wrist = TO_ROBOT @ matrices(hand.wrist_poses)
        in_object = np.linalg.inv(TO_ROBOT @ matrices(motion.object.poses)) @ wrist
        speed = np.linalg.norm(np.diff(wrist[:, :3, 3], axis=0), axis=1) * motion.fps
        grasp = np.array2string(wrist[motion.grasp_frame, :3, 3], precision=3)
        held = np.array2string(in_object[motion.grasp_frame, :3, 3], precision=3)
        print(
            f"{motion.task!r}: the {hand.side} wrist is at {grasp} m when it grasps, after "
            f"{hand.time_from_start[motion.grasp_frame]:.1f} s, {held} m from the object's origin; "
            f"at most {speed.max():.2f} m/s",
            flush=True,
        )


rclpy.init()
node, heard = rclpy.create_node("consumer"), []
topic = "/diffh2o_synthesis/interaction"  # latched: the last motion comes at once
node.create_subscription(Interaction, topic, lambda m: (follow(m), heard.append(m)), LATEST)
with contextlib.suppress(KeyboardInterrupt):
    while len(heard) < (int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize):
        rclpy.spin_once(node)
