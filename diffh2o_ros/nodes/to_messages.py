"""From the library's types to messages."""

from __future__ import annotations

from std_msgs.msg import Header

from diffh2o_ros.export.ros.messages import Messages
from diffh2o_ros.export.ros.precision import check_reach
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.msg import HandGrasp, RobotTrajectory
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.nodes import message_types
from diffh2o_ros.nodes.flat_arrays import flat

#: Makes messages of the classes that rosidl generated.
MESSAGES = Messages(message_types)
duration, poses = MESSAGES.duration, MESSAGES.poses


def grasp_message(grasp: Grasp) -> HandGrasp:
    """msg/HandGrasp of a target grasp."""
    if grasp.fingertips is not None:
        return HandGrasp(side=grasp.side, fingertips=flat("f", grasp.fingertips))
    return HandGrasp(
        side=grasp.side,
        global_orient=grasp.global_orient,
        transl=grasp.transl,
        wrist_only=grasp.wrist_only,
        hand_pose=flat("f", [] if grasp.hand_pose is None else grasp.hand_pose),
    )


def interaction_message(
    interaction: Interaction,
    header: Header,
    seed: int,
    sample: int,
    with_vertices: bool,
    robot: RobotTrajectory | None = None,
) -> InteractionMessage:
    """`Messages.interaction`. Raises FarError."""
    check_reach(*(hand.joints for hand in interaction.hands.values()))
    return MESSAGES.interaction(interaction, header, seed, sample, with_vertices, robot)
