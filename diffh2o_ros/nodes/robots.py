"""The robot hands of a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.retargeting.link_chain import ChainLink, links_of
from diffh2o_ros.retargeting.mapping import read_mapping
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.simulation.robot_motion import SimulationOptions


@dataclass(frozen=True)
class Robots:
    """hands: by side. cache_dir: folder that keeps objects' convex parts, None for none."""

    hands: Mapping[str, RobotHand]
    cache_dir: str | None = None

    @staticmethod
    def load(settings: Settings) -> Robots:
        """Those that the parameters name. Raises RobotHandError."""
        names = {side: getattr(settings, f"robot_{side}") for side in SIDES}
        files = {side: getattr(settings, f"robot_{side}_mapping") for side in SIDES}
        mappings = {side: read_mapping(file) if file else None for side, file in files.items()}
        hands = {s: load_robot(name, s, mappings[s]) for s, name in names.items() if name}
        return Robots(hands, settings.cache_dir or None)

    @cached_property
    def links(self) -> dict[str, list[ChainLink]]:
        """Of each hand, by side."""
        return {side: links_of(hand) for side, hand in self.hands.items()}

    def options(self) -> SimulationOptions:
        """Of their simulations."""
        return SimulationOptions(cache_dir=self.cache_dir)
