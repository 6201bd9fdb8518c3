"""Starts the synthesis node and brings it to the active state.

ros2 launch diffh2o_ros generate.launch.py mesh:=mug.ply device:=cuda rviz:=true

What was asked for and cannot be had (a device, weights, a mesh) ends the launch, with a message and
an exit code that is not 0. RViz and the studio are for looking only: where they cannot be had, a
line says so.
"""

from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
    UnregisterEventHandler,
)
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.events import matches_action
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import LifecycleNode, Node
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState, StateTransition
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare
from lifecycle_msgs.msg import Transition

from diffh2o_ros.synthesis.options import SynthesizerOptions, option

#: Parameters of the node that are options of the library.
OPTIONS = {"device": "device", "weights": "weights", "hand_model": "hand", "mano_dir": "mano_dir"}


def node_option(parameter: str) -> DeclareLaunchArgument:
    """The argument that sets this parameter of the node."""
    _, about = option(SynthesizerOptions, OPTIONS[parameter])
    choices = f" ({', '.join(about.choices())})" if about.choices() else ""
    help = f"{about.help[0].upper()}{about.help[1:]}{choices}; empty: as params_file says."
    return DeclareLaunchArgument(parameter, default_value="", description=help)


ARGUMENTS = [
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of the node."),
    DeclareLaunchArgument(
        "params_file",
        default_value=PathJoinSubstitution(
            [FindPackageShare("diffh2o_ros"), "config", "synthesis.yaml"]
        ),
        description="Parameter file of the node.",
    ),
    *map(node_option, OPTIONS),
    *(
        DeclareLaunchArgument(
            f"robot_{side}",
            default_value="",
            description=f"The robot's {side} hand: openhand, allegro, shadow, menagerie:NAME or an "
            "MJCF or URDF file; empty: as params_file says.",
        )
        for side in ("right", "left")
    ),
    *(
        DeclareLaunchArgument(
            f"robot_{side}_mapping",
            default_value="",
            description=f"dex-retargeting's YAML file of robot_{side}; empty: as params_file says.",
        )
        for side in ("right", "left")
    ),
    DeclareLaunchArgument(
        "frame_id",
        default_value="",
        description="Frame of requests that name none (z up); empty: as params_file says.",
    ),
    DeclareLaunchArgument(
        "record_directory",
        default_value="",
        description="Folder that each result is written to as a bag; empty: as params_file says.",
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
        "studio",
        default_value="false",
        description="Show what the node publishes on a page in the browser of this machine.",
    ),
    DeclareLaunchArgument("studio_port", default_value="8080", description="Port of that page."),
    DeclareLaunchArgument(
        "use_sim_time", default_value="false", description="Take the time from /clock."
    ),
    DeclareLaunchArgument(
        "log_level", default_value="info", description="debug, info, warn, error or fatal."
    ),
]


#: Parameters that name robot hands.
ROBOTS = ("robot_right", "robot_left", "robot_right_mapping", "robot_left_mapping")
#: Arguments that, if given, stand above the parameter of the same name in params_file.
OVERRIDES = (*OPTIONS, *ROBOTS, "frame_id", "record_directory")


#: Transitions that did not succeed, by the states they began and ended in.
FAILED = {("configuring", "unconfigured"), ("activating", "inactive")}


def start_node(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """The node, and its way to the active state."""
    params_file = LaunchConfiguration("params_file").perform(context)
    if not Path(params_file).is_file():  # launch_ros only warns
        raise RuntimeError(f"params_file {params_file} does not exist")
    given = {name: LaunchConfiguration(name).perform(context) for name in OVERRIDES}
    namespace = "/" + LaunchConfiguration("namespace").perform(context).lstrip("/")
    node = LifecycleNode(
        package="diffh2o_ros",
        executable="synthesis_node",
        name="diffh2o_synthesis",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        parameters=[
            params_file,
            # Text, even where YAML would read a number or a truth value.
            {name: ParameterValue(value, value_type=str) for name, value in given.items() if value},
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

    def failed(event: object) -> bool:
        if not isinstance(event, StateTransition) or event.action is not node:
            return False
        return (event.start_state, event.goal_state) in FAILED or (
            event.goal_state in ("errorprocessing", "finalized")
        )

    on_failure = OnStateTransition(
        matcher=failed,
        entities=[end_with("the node could not be made ready; its log above says why")],
    )
    when_active = OnStateTransition(
        target_lifecycle_node=node,
        goal_state="active",
        entities=[LogInfo(msg=f"ready for requests on {namespace.rstrip('/')}/synthesize")],
    )
    when_first_active = OnStateTransition(
        target_lifecycle_node=node,
        goal_state="active",
        entities=[UnregisterEventHandler(on_failure)],  # from here on, others lead it
        handle_once=True,
    )
    # The handlers come first, so that they miss no transition.
    return [
        RegisterEventHandler(on_failure, condition=autostart),
        RegisterEventHandler(when_first_active, condition=autostart),
        RegisterEventHandler(when_active),
        when_configured,
        RegisterEventHandler(OnProcessExit(target_action=node, on_exit=end_as_the_node)),
        node,
        configure,
    ]


def end_with(message: str) -> OpaqueFunction:
    """Ends the launch with an exit code that is not 0: only what is raised does."""

    def end(context: LaunchContext) -> None:
        if not context.is_shutdown:
            raise RuntimeError(message)

    return OpaqueFunction(function=end)


def end_as_the_node(event: ProcessExited, context: LaunchContext) -> LaunchDescriptionEntity | None:
    """Without the node there is nothing to launch for."""
    if context.is_shutdown:
        return None
    if event.returncode == 0:
        return Shutdown(reason="the node has ended")
    return end_with(f"the node ended with exit code {event.returncode}; its log above says why")


def offer_mesh(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """A publisher of the mesh file, if there is one to publish."""
    file = LaunchConfiguration("mesh").perform(context)
    if not file:
        return []
    publisher = Node(
        package="diffh2o_ros",
        executable="publish_mesh",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        arguments=[
            file,
            "--up",
            LaunchConfiguration("up"),
            "--topic",
            "diffh2o_synthesis/object_mesh",
        ],
    )

    def ended(event: ProcessExited, context: LaunchContext) -> LaunchDescriptionEntity | None:
        return end_with(f"the mesh {file} could not be offered") if event.returncode else None

    return [RegisterEventHandler(OnProcessExit(target_action=publisher, on_exit=ended)), publisher]


def show(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """RViz with this package's view, where it is installed."""
    try:
        rviz = Path(get_package_prefix("rviz2"), "lib", "rviz2", "rviz2")
    except PackageNotFoundError:
        return [LogInfo(msg="rviz:=true, but rviz2 is not installed: going on without it")]
    view = PathJoinSubstitution([FindPackageShare("diffh2o_ros"), "config", "diffh2o.rviz"])
    return [Node(package="rviz2", executable=rviz.name, arguments=["-d", view])]


def show_in_browser(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """The page that shows what the node publishes."""
    view = Node(
        package="diffh2o_ros",
        executable="studio_view",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        parameters=[{"port": LaunchConfiguration("studio_port")}],
    )

    def ended(event: ProcessExited, context: LaunchContext) -> LaunchDescriptionEntity | None:
        if context.is_shutdown or event.returncode == 0:
            return None
        return LogInfo(msg="studio:=true, but its page cannot be had: going on without it")

    return [RegisterEventHandler(OnProcessExit(target_action=view, on_exit=ended)), view]


def generate_launch_description() -> LaunchDescription:
    """The arguments, the node, and a mesh, RViz and the studio if asked for."""
    rviz, studio = (IfCondition(LaunchConfiguration(name)) for name in ("rviz", "studio"))
    return LaunchDescription(
        [
            *ARGUMENTS,
            OpaqueFunction(function=start_node),
            OpaqueFunction(function=offer_mesh),
            OpaqueFunction(function=show, condition=rviz),
            OpaqueFunction(function=show_in_browser, condition=studio),
        ]
    )
