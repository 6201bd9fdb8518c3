"""How the table of parameters is declared on a node, judged and changed."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import Field, fields

from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    SetParametersResult,
)
from rclpy.exceptions import InvalidParameterTypeException
from rclpy.lifecycle import LifecycleNode
from rclpy.node import Node
from rclpy.parameter import Parameter

from diffh2o_ros.errors import OptionError
from diffh2o_ros.nodes.parameters import Settings


class ParameterizedNode(LifecycleNode):
    """A node that takes a whole number where a parameter is a double, and hears of what was set.

    rclpy's services, too, set parameters through the two methods below. (Callbacks before and after
    are not in every distribution.)
    """

    def on_parameters(self, parameters: list[Parameter]) -> None:
        """These have new values."""

    def set_parameters(self, parameter_list: list[Parameter]) -> list[SetParametersResult]:
        given = [_as_declared(self, parameter) for parameter in parameter_list]
        results = super().set_parameters(given)
        self.on_parameters([p for p, r in zip(given, results, strict=True) if r.successful])
        return results

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        given = [_as_declared(self, parameter) for parameter in parameter_list]
        result = super().set_parameters_atomically(given)
        if result.successful:
            self.on_parameters(given)
        return result


def declare(node: Node, is_configured: Callable[[], bool]) -> None:
    """Declares the parameters of `Settings` on `node`.

    What is not among the choices is refused, and so is a change to what is not live while the node
    `is_configured`. Raises OptionError for what the node was started with and cannot be.
    """
    for f in fields(Settings):
        descriptor = ParameterDescriptor(
            description=f.metadata["description"], additional_constraints=_constraints(f)
        )
        if "range" in f.metadata:
            low, high = f.metadata["range"]
            if isinstance(f.default, int):
                descriptor.integer_range = [IntegerRange(from_value=low, to_value=high, step=0)]
            else:
                descriptor.floating_point_range = [
                    FloatingPointRange(from_value=low, to_value=high, step=0.0)
                ]
        default = list(f.default) if isinstance(f.default, tuple) else f.default
        _declare(node, f.name, default, descriptor)
        reason = _objection([node.get_parameter(f.name)])
        if reason:
            raise OptionError(reason)

    def judge(parameters: list[Parameter]) -> SetParametersResult:
        reason = _objection(parameters) or (is_configured() and _frozen(parameters)) or ""
        return SetParametersResult(successful=not reason, reason=reason)

    node.add_on_set_parameters_callback(judge)


def warn_of_unknown(node: Node) -> None:
    """Says which parameters the node was given that nothing has declared; call it last."""
    for name in getattr(node, "_parameter_overrides", ()):  # rclpy has no public way to them
        if node.has_parameter(name) or name.startswith("qos_overrides."):
            continue
        close = difflib.get_close_matches(name, [f.name for f in fields(Settings)], 1)
        hint = f": do you mean {close[0]}?" if close else ""
        node.get_logger().warning(f"there is no parameter {name}; it is not used{hint}")


_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list of texts",
}


def _declare(node: Node, name: str, default: object, descriptor: ParameterDescriptor) -> None:
    try:
        declared = node.declare_parameter(name, default, descriptor)
        if declared.type_ != Parameter.Type.NOT_SET:
            return
        value = []  # an empty list in a file has no type, and comes as nothing
    except InvalidParameterTypeException:
        # What the node was started with is of another type; the error does not say what it is.
        untyped = ParameterDescriptor(dynamic_typing=True)
        value = node.declare_parameter(name, None, untyped).value
    node.undeclare_parameter(name)
    if isinstance(default, float) and type(value) is int:
        default = float(value)
    elif not (isinstance(default, list) and value == []):
        raise OptionError(f"{name} is {value!r}: it must be {_KINDS[type(default)]}")
    node.declare_parameter(name, default, descriptor, ignore_override=True)


def _as_declared(node: Node, parameter: Parameter) -> Parameter:
    """A whole number as the double that it is declared as, an empty list as a list of texts (`ros2
    param set` sends one of truth values), or the parameter itself."""
    if not node.has_parameter(parameter.name):
        return parameter
    declared = node.get_parameter(parameter.name).type_
    if (parameter.type_, declared) == (Parameter.Type.INTEGER, Parameter.Type.DOUBLE):
        return Parameter(parameter.name, declared, float(parameter.value))
    is_empty = "ARRAY" in parameter.type_.name and len(parameter.value) == 0
    if is_empty and declared == Parameter.Type.STRING_ARRAY:
        return Parameter(parameter.name, declared, [])
    return parameter


def _constraints(f: Field) -> str:
    one_of = "One of: " + ", ".join(f.metadata["choices"]) if f.metadata.get("choices") else ""
    frozen = "" if f.metadata["live"] else "Read-only while the node is configured."
    return " ".join(filter(None, (one_of, frozen)))


def _objection(parameters: list[Parameter]) -> str:
    """Why these values cannot be, or nothing."""
    choices = {f.name: f.metadata.get("choices") for f in fields(Settings)}
    for parameter in parameters:
        allowed = choices.get(parameter.name)
        if allowed and parameter.value not in allowed:
            return f"{parameter.name} must be {' or '.join(allowed)}, not {parameter.value!r}"
        if isinstance(parameter.value, float) and not math.isfinite(parameter.value):
            return f"{parameter.name} must be a finite number, not {parameter.value}"
    return ""


def _frozen(parameters: list[Parameter]) -> str:
    """Why these parameters cannot be changed while the node is configured, or nothing."""
    live = {f.name: f.metadata["live"] for f in fields(Settings)}
    for parameter in parameters:
        if not live.get(parameter.name, True):
            return f"{parameter.name} is read-only while the node is configured: clean it up first"
    return ""
