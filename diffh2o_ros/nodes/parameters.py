"""The node's parameters: one typed table, declared with descriptions and ranges."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    SetParametersResult,
)
from rclpy.node import Node
from rclpy.parameter import Parameter

_AT_CONFIGURE = "Takes effect when the node is configured."


def _text(default: str, description: str, choices: tuple[str, ...] = (), note: str = ""):
    one_of = "One of: " + ", ".join(choices) if choices else ""
    constraints = " ".join(filter(None, (one_of, note)))
    return field(
        default=default,
        metadata={"description": description, "constraints": constraints, "choices": choices},
    )


def _number(default: int | float, low: int | float, high: int | float, description: str):
    return field(default=default, metadata={"description": description, "range": (low, high)})


def _switch(default: bool, description: str):
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True)
class Settings:
    """A snapshot of the parameters; the descriptions below are what `ros2 param describe` shows."""

    device: str = _text(
        "auto",
        "Where the networks run: cpu, cuda, cuda:1 ... or auto (CUDA if there is any; the log says "
        "which). A device that is asked for and missing is an error.",
        note=_AT_CONFIGURE,
    )
    weights: str = _text(
        "",
        "Folder with grasp.safetensors and interaction.safetensors; empty: those in the package.",
        note=_AT_CONFIGURE,
    )
    hand_model: str = _text(
        "auto",
        "The parametric hand. auto: MANO if mano_dir is set, else the embedded hand.",
        ("auto", "openhand", "mano"),
        _AT_CONFIGURE,
    )
    mano_dir: str = _text(
        "", "Folder with MANO_RIGHT.pkl and MANO_LEFT.pkl; empty: none.", note=_AT_CONFIGURE
    )
    cache_dir: str = _text(
        "",
        "Folder in which prepared meshes are kept from run to run; empty: in memory only.",
        note=_AT_CONFIGURE,
    )
    queue_size: int = _number(
        4, 1, 64, f"How many requests may wait for their turn; more are refused. {_AT_CONFIGURE}"
    )
    num_candidates: int = _number(
        0,
        0,
        1024,
        "Grasps tried for each motion, of which the best is kept; 0: the default. " + _AT_CONFIGURE,
    )
    playback_rate: float = _number(
        10.0,
        0.0,
        60.0,
        "How often markers (and tf) of the last motion are published while it plays in a loop, Hz; "
        "0: never. Takes effect when the node is activated.",
    )
    frame_id: str = _text(
        "world", "Frame of requests that name none, and of meshes on ~/object_mesh; z points up."
    )
    num_sampling_steps: int = _number(
        0, 0, 1000, "Denoising steps of either stage, if the request names none; 0: the default."
    )
    refine: bool = _switch(
        True, "Refine contacts after the networks, unless a request asks to skip it."
    )
    seed: int = _number(0, 0, 2**63 - 1, "Seed of motions asked for through ~/task.")
    grasp_timeout: float = _number(
        10.0,
        0.0,
        3600.0,
        "Age after which a grasp from ~/grasp or ~/grasp_pose is no longer used, s; 0: never.",
    )
    grasp_pose_side: str = _text(
        "right", "The hand that ~/grasp_pose speaks of.", ("left", "right")
    )
    publish_vertices: bool = _switch(
        False, "Put vertices and triangles into the messages on topics (megabytes each)."
    )

    @classmethod
    def of(cls, node: Node) -> Settings:
        """The parameters of `node` as they are now."""
        return cls(**{f.name: node.get_parameter(f.name).value for f in fields(cls)})


def declare(node: Node) -> None:
    """Declares the parameters of `Settings` on `node`; refuses values not among the choices."""
    for f in fields(Settings):
        descriptor = ParameterDescriptor(
            description=f.metadata["description"],
            additional_constraints=f.metadata.get("constraints", ""),
        )
        if "range" in f.metadata:
            low, high = f.metadata["range"]
            if isinstance(f.default, int):
                descriptor.integer_range = [IntegerRange(from_value=low, to_value=high, step=0)]
            else:
                descriptor.floating_point_range = [
                    FloatingPointRange(from_value=low, to_value=high, step=0.0)
                ]
        node.declare_parameter(f.name, f.default, descriptor)
        _check([node.get_parameter(f.name)], raise_error=True)
    node.add_on_set_parameters_callback(_check)


def _check(parameters: list[Parameter], raise_error: bool = False) -> SetParametersResult:
    choices = {f.name: f.metadata.get("choices") for f in fields(Settings)}
    for parameter in parameters:
        allowed = choices.get(parameter.name)
        if allowed and parameter.value not in allowed:
            reason = f"{parameter.name} must be {' or '.join(allowed)}, not {parameter.value!r}"
            if raise_error:
                raise ValueError(reason)
            return SetParametersResult(successful=False, reason=reason)
    return SetParametersResult(successful=True)
