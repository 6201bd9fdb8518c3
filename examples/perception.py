"""What a perception pipeline gives, as one request: the pose of the object and a gripper's grasp in
the camera's frame, and the mesh by name. Beside an active node: scripts/with_ros.sh python FILE"""

import sys

import numpy as np
import rclpy
from geometry_msgs.msg import PoseStamped, Transform, TransformStamped, Vector3
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.hands.gripper import wrist_of_gripper
from diffh2o_ros.nodes.from_messages import grasp_of_wrist
from diffh2o_ros.nodes.to_messages import grasp_message, poses
from diffh2o_ros.srv import Synthesize


def rigid(angles, position):
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = Rotation.from_euler("xyz", angles).as_matrix(), position
    return matrix


CAMERA = rigid([-2.4, 0.0, -1.57], [-0.2, 0.0, 1.2])  # in the world
MUG = np.linalg.inv(CAMERA) @ rigid([0, 0, 0.5], [0.4, 0.0, 0.8])  # as the camera sees it
GRIPPER = MUG @ rigid([np.pi, 0, 0], [0.0, 0.04, 0.16])  # comes from above, closes along its y

rclpy.init()
node, frame, to_frame = rclpy.create_node("perception"), "camera", np.eye(4)
try:
    from tf2_ros import StaticTransformBroadcaster

    position, rotation = Vector3(x=-0.2, z=1.2), poses(CAMERA[None])[0].orientation
    world, broadcaster = Header(frame_id="world"), StaticTransformBroadcaster(node)
    where = Transform(translation=position, rotation=rotation)
    broadcaster.sendTransform(TransformStamped(header=world, child_frame_id=frame, transform=where))
except ImportError:  # it is not on PyPI: what tf would do is done here
    frame, to_frame = "world", CAMERA
seen = Header(frame_id=frame)  # with the picture's stamp, where the camera moves
wrist = wrist_of_gripper(to_frame @ GRIPPER, "right", approach="z", closing="y", tip=0.1034)
request = Synthesize.Request(
    task="pick up the mug",
    mesh_resource="package://diffh2o_ros/assets/mug.ply",
    object_pose=[PoseStamped(header=seen, pose=poses((to_frame @ MUG)[None])[0])],
    grasps=[grasp_message(grasp_of_wrist(wrist, "right"))],
)
request.grasps[0].header = seen
client = node.create_client(Synthesize, "/synthesize")
if not client.wait_for_service(timeout_sec=60.0):
    sys.exit("no node answers: ros2 launch diffh2o_ros generate.launch.py starts one")
for _ in range(20):  # until the node has found us; for a frame that it hears of late, it waits
    answer = client.call_async(request)
    rclpy.spin_until_future_complete(node, answer)
    if "no transform" not in answer.result().error_message:
        break
print(*answer.result().warnings, sep="\n")
for motion in answer.result().interactions:
    print(f"{motion.num_frames} frames, the mug ends up {motion.object.poses[-1].position}")
sys.exit(answer.result().error_message or 0)
