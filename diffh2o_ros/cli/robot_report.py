"""`diffh2o doctor --robot FILE`: what was understood of a robot hand, as a table and a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from diffh2o_ros.cli import outputs, robot_arguments
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.installed import check_installed


def report(arguments: argparse.Namespace) -> int:
    """Prints the table and draws the picture; 0."""
    path: Path = arguments.robot
    picture: Path = arguments.picture or Path(f"{path.stem}.png")
    outputs.check_file(picture, "--picture", ".png")
    check_installed("mujoco")
    from diffh2o_ros.retargeting.anatomy import infer
    from diffh2o_ros.retargeting.links import Links
    from diffh2o_ros.retargeting.picture import draw_hand
    from diffh2o_ros.retargeting.robot_file import read_robot

    mapping = next(iter(robot_arguments.mappings(arguments)), None)
    links = Links.of(read_robot(path).compile())
    hand = infer(links, shown(path), mapping)
    print(describe(links, hand))
    draw_hand(links, hand, f"{path.name}: a {hand.side} hand", picture)
    print(f"\n{shown(picture)}")
    return 0


def describe(links, hand) -> str:
    """The table: a line a finger, and what the hand is."""
    model = links.model
    joint = [model.joint(j).name for j in range(model.njnt)]
    palm = next(iter(links.bodies(hand.palm)), "its base")
    lines = [
        f"a {hand.side} hand of {len(hand.fingers)} fingers on {shown(palm)}, "
        f"{model.njnt} joints, {model.nu} actuators"
    ]
    if hand.arm:
        lines.append(f"above the palm: {', '.join(shown(joint[j]) for j in hand.arm)}")
    lines += ["", "| finger | last link | joints that flex (-: by falling angles) | that spread |"]
    lines.append("|---|---|---|---|")
    for name, finger in hand.fingers.items():
        pairs = list(zip(finger.joints, finger.closing, strict=True))
        flex = [("-" if c < 0 else "") + shown(joint[j]) for j, c in pairs if c]
        spread = [shown(joint[j]) for j, c in pairs if not c]
        last = shown(model.body(finger.links[-1]).name)
        lines.append(f"| {name} | {last} | {', '.join(flex)} | {', '.join(spread) or 'none'} |")
    return "\n".join(lines)
