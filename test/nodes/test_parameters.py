import threading
from pathlib import Path

import pytest
import yaml
from rcl_interfaces.msg import ParameterType
from rclpy.exceptions import InvalidParameterValueException
from rclpy.parameter import Parameter

from diffh2o_ros.nodes.parameterized_node import ParameterizedNode, declare, warn_of_unknown
from diffh2o_ros.nodes.parameters import Settings, parameters_page


class Recorder(ParameterizedNode):
    """Keeps what it hears of."""

    def on_parameters(self, parameters):
        self.heard = {parameter.name: parameter.value for parameter in parameters}


@pytest.fixture
def configured():
    """Set once the node is configured."""
    return threading.Event()


@pytest.fixture
def make_node(context, configured):
    nodes = []

    def make(**overrides):
        values = [Parameter(name, value=value) for name, value in overrides.items()]
        node = Recorder("parameters", context=context, parameter_overrides=values)
        nodes.append(node)
        declare(node, lambda: configured.is_set())
        return node

    yield make
    for node in nodes:
        node.destroy_node()


def test_defaults_and_overrides(make_node):
    assert Settings.of(make_node()) == Settings()
    settings = Settings.of(make_node(device="cpu", seed=5, playback_rate=0.0))
    assert (settings.device, settings.seed, settings.playback_rate) == ("cpu", 5, 0.0)


def test_an_empty_list_is_one_of_texts(make_node):
    """A file's has no type and comes as nothing, the command line's is one of truth values."""
    node = make_node(mesh_folders=None)
    assert not any(Settings.of(node).mesh_folders)
    node.set_parameters([Parameter("mesh_folders", value=["/tmp"])])
    assert Settings.of(node).mesh_folders == ("/tmp",)
    empty = Parameter("mesh_folders", Parameter.Type.BOOL_ARRAY, [])
    (result,) = node.set_parameters([empty])
    assert result.successful and not any(Settings.of(node).mesh_folders)
    with pytest.raises(ValueError, match=r"^device is \[\]: it must be text$"):
        make_node(device=None)


def test_every_parameter_is_described(make_node):
    node = make_node()
    for descriptor in node.describe_parameters(list(Settings.__dataclass_fields__)):
        assert descriptor.description.strip(), descriptor.name


def test_settings_follow_the_node(make_node):
    node = make_node()
    node.set_parameters([Parameter("refine", value=False)])
    assert Settings.of(node).refine is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hand_model", "glove"),
        ("num_sampling_steps", 1001),
        ("grasp_timeout", -1.0),
        ("device", 3),
        ("queue_size", 0),
        ("grasp_pose_side", "both"),
        ("gripper_approach_axis", "up"),
        ("task_policy", "both"),
        ("playback_speed", 20),
        ("gripper_tip", float("nan")),
        ("seed", 1.0),
        ("refine", 1),
    ],
)
def test_bad_values_are_refused(make_node, name, value):
    node = make_node()
    (result,) = node.set_parameters([Parameter(name, value=value)])
    assert not result.successful
    assert Settings.of(node) == Settings()


def test_what_is_not_live_is_read_only_while_the_node_is_configured(make_node, configured):
    node = make_node()
    (result,) = node.set_parameters([Parameter("device", value="cpu")])
    assert result.successful
    configured.set()
    (result,) = node.set_parameters([Parameter("device", value="cuda")])
    assert not result.successful and "device is read-only" in result.reason
    (result,) = node.set_parameters([Parameter("playback_speed", value=2.0)])
    assert result.successful
    assert (Settings.of(node).device, Settings.of(node).playback_speed) == ("cpu", 2.0)


def test_the_page_and_the_file_of_defaults_are_those_of_the_code():
    """python -m diffh2o_ros.nodes.parameters > docs/parameters.md"""
    root = Path(__file__).parents[2]
    assert (root / "docs" / "parameters.md").read_text() == parameters_page()
    defaults = yaml.safe_load((root / "config" / "synthesis.yaml").read_text())
    assert Settings(**defaults["/**"]["ros__parameters"]) == Settings()


def test_bad_choice_at_start_is_refused(make_node):
    with pytest.raises(ValueError, match="auto or openhand or mano, not 'glove'"):
        make_node(hand_model="glove")


def test_bad_number_at_start_is_refused(make_node):
    with pytest.raises(InvalidParameterValueException):
        make_node(num_sampling_steps=-1)


@pytest.mark.parametrize("value", [7, 7.0])
@pytest.mark.parametrize("atomically", [False, True])
def test_a_whole_number_will_do_for_a_double(make_node, value, atomically):
    """At the start, from a file, from a service; it is declared as a double all the same."""
    node = make_node(grasp_timeout=value)
    settings = Settings.of(node)
    assert settings.grasp_timeout == 7.0 and isinstance(settings.grasp_timeout, float)
    asked = [Parameter("playback_speed", value=value)]
    if atomically:
        assert node.set_parameters_atomically(asked).successful
    else:
        assert node.set_parameters(asked)[0].successful
    assert isinstance(Settings.of(node).playback_speed, float)
    assert node.heard == {"playback_speed": 7.0}
    for descriptor in node.describe_parameters(["grasp_timeout", "playback_speed"]):
        assert descriptor.type == ParameterType.PARAMETER_DOUBLE
        assert descriptor.floating_point_range and not descriptor.dynamic_typing


def test_what_is_refused_is_not_heard_of(make_node):
    node = make_node()
    node.set_parameters([Parameter("seed", value=4), Parameter("playback_rate", value=-1.0)])
    assert node.heard == {"seed": 4}


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("device", 3, "text"),
        ("seed", 1.5, "a whole number"),
        ("refine", "no", "true or false"),
        ("playback_rate", "fast", "a number"),
        ("playback_rate", True, "a number"),
        ("weights", ["a", "b"], "text"),
    ],
)
def test_another_type_at_start_is_refused_in_a_line(make_node, name, value, kind):
    with pytest.raises(ValueError) as refused:
        make_node(**{name: value})
    assert str(refused.value) == f"{name} is {value!r}: it must be {kind}"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_at_start_is_refused(make_node, value):
    with pytest.raises((ValueError, InvalidParameterValueException), match="playback_speed"):
        make_node(playback_speed=value)


@pytest.mark.parametrize(("given", "frame"), [("/world", "world"), ("map", "map"), ("/", "")])
def test_frames_have_no_leading_slash(make_node, given, frame):
    """As in tf2."""
    assert Settings.of(make_node(frame_id=given)).frame_id == frame


def test_what_nothing_has_declared_is_named(make_node, capfd):
    node = make_node(devize="cpu", use_sim_time=False)
    warn_of_unknown(node)
    said = capfd.readouterr().err
    assert "there is no parameter devize" in said and "do you mean device?" in said
    assert "use_sim_time" not in said
