"""Starts the synthesis node and brings it to the active state.

ros2 launch diffh2o_ros generate.launch.py device:=cuda rviz:=true
"""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, EmitEvent, LogInfo, RegisterEventHandler
from launch.conditions import IfCondition
from launch.events import matches_action
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import LifecycleNode, Node
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare
from lifecycle_msgs.msg import Transition

ARGUMENTS = [
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of the node."),
    DeclareLaunchArgument(
        "params_file",
        default_value=PathJoinSubstitution(
            [FindPackageShare("diffh2o_ros"), "config", "synthesis.yaml"]
        ),
        description="Parameter file of the node.",
    ),
    DeclareLaunchArgument(
        "device",
        default_value="auto",
        description="Where the networks run: cpu, cuda, cuda:1 ... or auto (CUDA if there is any).",
    ),
    DeclareLaunchArgument(
        "weights",
        default_value="",
        description="Folder with grasp.safetensors and interaction.safetensors; empty: shipped.",
    ),
    DeclareLaunchArgument(
        "mano_dir",
        default_value="",
        description="Folder with MANO_RIGHT.pkl and MANO_LEFT.pkl; empty: the embedded hand.",
    ),
    DeclareLaunchArgument(
        "frame_id", default_value="world", description="Frame of requests that name none (z up)."
    ),
    DeclareLaunchArgument(
        "autostart", default_value="true", description="Configure and activate the node at once."
    ),
    DeclareLaunchArgument(
        "rviz", default_value="false", description="Start RViz with this package's view."
    ),
    DeclareLaunchArgument(
        "log_level", default_value="info", description="debug, info, warn, error or fatal."
    ),
]


def parameter(name: str) -> ParameterValue:
    """A launch argument as the node's parameter of the same name: text, whatever it looks like."""
    return ParameterValue(LaunchConfiguration(name), value_type=str)


def generate_launch_description() -> LaunchDescription:
    """The node, its way to the active state, and RViz if asked for."""
    node = LifecycleNode(
        package="diffh2o_ros",
        executable="synthesis_node",
        name="diffh2o_synthesis",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        parameters=[
            LaunchConfiguration("params_file"),
            {name: parameter(name) for name in ("device", "weights", "mano_dir", "frame_id")},
        ],
        arguments=["--ros-args", "--log-level", LaunchConfiguration("log_level")],
    )
    autostart = IfCondition(LaunchConfiguration("autostart"))
    configure = EmitEvent(
        event=ChangeState(
            lifecycle_node_matcher=matches_action(node),
            transition_id=Transition.TRANSITION_CONFIGURE,
        ),
        condition=autostart,
    )
    activate = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=node,
            start_state="configuring",
            goal_state="inactive",
            entities=[
                EmitEvent(
                    event=ChangeState(
                        lifecycle_node_matcher=matches_action(node),
                        transition_id=Transition.TRANSITION_ACTIVATE,
                    )
                )
            ],
        ),
        condition=autostart,
    )
    ready = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=node,
            goal_state="active",
            entities=[LogInfo(msg="Ready: ros2 service call /synthesize ...")],
        )
    )
    rviz = Node(
        package="rviz2",
        executable="rviz2",
        arguments=[
            "-d",
            PathJoinSubstitution([FindPackageShare("diffh2o_ros"), "config", "diffh2o.rviz"]),
        ],
        condition=IfCondition(LaunchConfiguration("rviz")),
    )
    # The handlers come first, so that they miss no transition.
    return LaunchDescription([*ARGUMENTS, activate, ready, node, configure, rviz])
