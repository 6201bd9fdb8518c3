import threading
from pathlib import Path

import pytest
import rclpy
import yaml
from rclpy.exceptions import InvalidParameterValueException
from rclpy.parameter import Parameter

from diffh2o_ros.nodes.parameters import Settings, declare, parameters_page


@pytest.fixture
def configured():
    """Set once the node is configured."""
    return threading.Event()


@pytest.fixture
def make_node(context, configured):
    nodes = []

    def make(**overrides):
        values = [Parameter(name, value=value) for name, value in overrides.items()]
        node = rclpy.create_node("parameters", context=context, parameter_overrides=values)
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
    [("hand_model", "glove"), ("num_sampling_steps", 1001), ("grasp_timeout", -1.0),
     ("device", 3), ("queue_size", 0), ("grasp_pose_side", "both"),
     ("gripper_approach_axis", "up"), ("task_policy", "both")],
)  # fmt: skip
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
