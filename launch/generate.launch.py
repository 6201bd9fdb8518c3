"""Starts the synthesis node and brings it to the active state.

ros2 launch diffh2o_ros generate.launch.py mesh:=mug.ply device:=cuda rviz:=true
"""

from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
)
from launch.conditions import IfCondition
from launch.events import matches_action
from launch.substitutions import (
    LaunchConfiguration,
    NotEqualsSubstitution,
    PathJoinSubstitution,
)
from launch_ros.actions import LifecycleNode, Node
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
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
        default_value="",
        description="Where the networks run: cpu, cuda, cuda:1 ... or auto (CUDA if there is any); "
        "empty: as params_file says.",
    ),
    DeclareLaunchArgument(
        "weights",
        default_value="",
        description="Folder with grasp.safetensors and interaction.safetensors; empty: as "
        "params_file says.",
    ),
    DeclareLaunchArgument(
        "hand_model",
        default_value="",
        description="The parametric hand: auto, openhand or mano; empty: as params_file says.",
    ),
    DeclareLaunchArgument(
        "mano_dir",
        default_value="",
        description="Folder with MANO_RIGHT.pkl and MANO_LEFT.pkl; empty: as params_file says.",
    ),
    DeclareLaunchArgument(
        "frame_id",
        default_value="",
        description="Frame of requests that name none (z up); empty: as params_file says.",
    ),
    DeclareLaunchArgument(
        "mesh", default_value="", description="Mesh file to offer as the object; empty: none."
    ),
    DeclareLaunchArgument(
        "up",
        default_value="auto",
        description="Axis of the mesh file that points up: x, y, z or auto, as its format has it.",
    ),
    DeclareLaunchArgument(
        "autostart", default_value="true", description="Configure and activate the node at once."
    ),
    DeclareLaunchArgument(
        "rviz", default_value="false", description="Start RViz with this package's view."
    ),
    DeclareLaunchArgument(
        "use_sim_time", default_value="false", description="Take the time from /clock."
    ),
    DeclareLaunchArgument(
        "log_level", default_value="info", description="debug, info, warn, error or fatal."
    ),
]


#: Arguments that, if given, stand above the parameter of the same name in params_file.
OVERRIDES = ("device", "weights", "hand_model", "mano_dir", "frame_id")


def start_node(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """The node, and its way to the active state."""
    given = {name: LaunchConfiguration(name).perform(context) for name in OVERRIDES}
    node = LifecycleNode(
        package="diffh2o_ros",
        executable="synthesis_node",
        name="diffh2o_synthesis",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        parameters=[
            LaunchConfiguration("params_file"),
            {name: value for name, value in given.items() if value},
            {"use_sim_time": LaunchConfiguration("use_sim_time")},
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
    activate = EmitEvent(
        event=ChangeState(
            lifecycle_node_matcher=matches_action(node),
            transition_id=Transition.TRANSITION_ACTIVATE,
        )
    )
    when_configured = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=node,
            start_state="configuring",
            goal_state="inactive",
            entities=[activate],
            handle_once=True,  # who configures it again later decides for himself
        ),
        condition=autostart,
    )
    when_active = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=node,
            goal_state="active",
            entities=[LogInfo(msg="ready for requests on /synthesize")],
        )
    )
    # The handlers come first, so that they miss no transition.
    return [when_configured, when_active, node, configure]


def generate_launch_description() -> LaunchDescription:
    """The arguments, the node, and a mesh and RViz if asked for."""
    view = PathJoinSubstitution([FindPackageShare("diffh2o_ros"), "config", "diffh2o.rviz"])
    rviz = Node(
        package="rviz2",
        executable="rviz2",
        arguments=["-d", view],
        condition=IfCondition(LaunchConfiguration("rviz")),
    )
    mesh = Node(
        package="diffh2o_ros",
        executable="publish_mesh",
        namespace=LaunchConfiguration("namespace"),
        arguments=[
            LaunchConfiguration("mesh"), "--up", LaunchConfiguration("up"),
            "--topic", "diffh2o_synthesis/object_mesh",
        ],
        condition=IfCondition(NotEqualsSubstitution(LaunchConfiguration("mesh"), "")),
    )
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=start_node), mesh, rviz])
