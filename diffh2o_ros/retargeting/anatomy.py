"""What of a robot hand is thumb, finger, tip, pad and palm, inferred from its kinematic tree.

Links that end the tree are fingertips; where all their chains meet is the palm, and what lies above
it is an arm or a wrist. Names decide which finger is which where they use the usual words, geometry
where they do not.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.links import Links

if TYPE_CHECKING:
    from diffh2o_ros.retargeting.mapping import HandMapping

FINGERS = ("thumb", "index", "middle", "ring", "little")
#: Words by which files call fingers: whole words, or Shadow's short ones before a joint or link.
WORDS = {
    "thumb": r"thumb|(?<![a-z])th(?=[a-z_]*(j\d|base|prox|hub|mid|dist|tip))",
    "index": r"index|forefinger|(?<![a-z])ff(?=[a-z_]*(j\d|knuck|prox|mid|dist|tip))",
    "middle": r"middle_?finger|(?<![a-z])middle(?=_)"
    r"|(?<![a-z])mf(?=[a-z_]*(j\d|knuck|prox|mid|dist|tip))",
    "ring": r"(?<![a-z])ring|annular|(?<![a-z])rf(?=[a-z_]*(j\d|knuck|prox|mid|dist|tip))",
    "little": r"little|pinky|pinkie|(?<![a-z])lf(?=[a-z_]*(j\d|meta|knuck|prox|mid|dist|tip))",
}
#: Length of the end of a finger in which its pad is looked for, and how a pad faces: more the way
#: the finger closes than the way it points (meters; weights).
PAD_LENGTH, CLOSING, POINTING = 0.022, 0.85, 0.5


@dataclass(frozen=True)
class Finger:
    """A chain of links from the palm on, its frame-dependent figures in that of its last link.

    links: from the palm outwards. joints: of these, in the same order. closing: (J,) 1 or -1, the
    sense in which each joint flexes, 0 for one that spreads. tip: (3,) the end of the finger. pad,
    normal: (3,) the middle of its pad and where that faces.
    """

    name: str
    links: tuple[int, ...]
    joints: tuple[int, ...]
    closing: tuple[int, ...]
    tip: np.ndarray
    pad: np.ndarray
    normal: np.ndarray


@dataclass(frozen=True)
class HandAnatomy:
    """side: "left" or "right". palm: its link; normal: (3,) where it faces, in its frame. fingers:
    by name, the thumb first. arm: joints above the palm, which no finger needs."""

    side: str
    palm: int
    normal: np.ndarray
    fingers: dict[str, Finger]
    arm: tuple[int, ...]


def infer(
    links: Links, name: str = "this robot", mapping: HandMapping | None = None
) -> HandAnatomy:
    """The hand that a robot ends in. Raises RobotHandError where there is none.

    Args:
        name: what errors call it.
        mapping: says which links are fingertips and palm; what it leaves open is inferred.
    """
    try:
        return _infer(links, mapping)
    except RobotHandError as error:
        raise RobotHandError(f"no hand in {name}: {error}") from None


def _infer(links: Links, mapping: HandMapping | None) -> HandAnatomy:
    mapped = {} if mapping is None else _mapped(links, mapping)
    chains = {chain[-1]: chain for chain in mapped.values()} or _chains(links)
    words = {tip: _word(links, chain) for tip, chain in chains.items()}
    axes = {tip: _flexion(links, chain) for tip, chain in chains.items()}
    thumb = mapped["thumb"][-1] if mapped else _thumb(links, chains, words, axes)
    tips = {tip: _end(links, tip) for tip in chains}
    middle_of_others = np.mean([tips[tip] for tip in chains if tip != thumb], axis=0)
    toward = {tip: tips[thumb] if tip != thumb else middle_of_others for tip in chains}
    closing = {
        tip: _closing(links, chains[tip], axes[tip], tips[tip], toward[tip]) for tip in chains
    }
    others = [tip for tip in chains if tip != thumb]
    base = {tip: links.data.xanchor[_joints(links, chains[tip])[0]] for tip in chains}
    along = np.mean([tips[tip] - base[tip] for tip in others], axis=0)
    along /= np.linalg.norm(along)
    normal = np.mean([closing[tip][1] for tip in others], axis=0)
    normal -= (normal @ along) * along
    normal /= np.linalg.norm(normal)
    across = np.cross(along, normal)  # towards the thumb of a right hand
    offset = base[thumb] - np.mean([base[tip] for tip in others], axis=0)
    side = "right" if across @ offset > 0 else "left"
    toward_thumb = across if side == "right" else -across
    named = _named(others, words, base, toward_thumb)
    if mapped:
        named = {name: chain[-1] for name, chain in mapped.items() if name != "thumb"}
    palm = _palm(links, chains)
    if mapping is not None and mapping.palm is not None:
        palm = _link(links, mapping.palm)
    fingers = {
        name: _finger(links, name, chains[tip], closing[tip])
        for name, tip in (("thumb", thumb), *named.items())
    }
    palm_rotation = links.data.xmat[palm].reshape(3, 3)
    arm = tuple(j for link in links.chain(palm, 0) for j in links.joints(link)) if palm else ()
    return HandAnatomy(side, palm, palm_rotation.T @ normal, fingers, arm)


def _mapped(links: Links, mapping: HandMapping) -> dict[str, list[int]]:
    """Of each finger of a mapping the links from the palm to its tip."""
    root = 0 if mapping.palm is None else _link(links, mapping.palm)
    chains = {}
    for finger, name in mapping.tips.items():
        tip = _link(links, name)
        if tip not in links.points:
            raise RobotHandError(f"{shown(name)} has no collision shape: map the link that has one")
        whole = links.chain(tip, 0)
        if root and root not in whole:
            raise RobotHandError(f"{shown(name)} does not hang on {shown(mapping.palm)}")
        chains[finger] = whole[whole.index(root) + 1 :] if root else whole
    shared = 0
    while len({chain[shared] if shared < len(chain) else -1 for chain in chains.values()}) == 1:
        shared += 1
    chains = {finger: chain[shared:] for finger, chain in chains.items()}
    for finger, chain in chains.items():
        if not _joints(links, chain):
            tip = shown(mapping.tips[finger])
            raise RobotHandError(f"no joint moves {tip}, the tip of the {finger}")
    return chains


def _link(links: Links, name: str) -> int:
    """The link of a body by its name."""
    names = [links.model.body(b).name for b in range(links.model.nbody)]
    if name not in names:
        close = difflib.get_close_matches(name, names, 1)
        hint = f": do you mean {shown(close[0])}?" if close else ""
        raise RobotHandError(f"there is no link {shown(name)}{hint}")
    return int(links.model.body_weldid[names.index(name)])


def _chains(links: Links) -> dict[int, list[int]]:
    """Of each fingertip the links from the palm to it."""
    with_points = set(links.points) - {0}
    inner = {a for tip in with_points for a in links.chain(tip, 0)[:-1]}
    tips = [t for t in sorted(with_points - inner) if any(map(links.joints, links.chain(t, 0)))]
    if len(tips) < 2:
        raise RobotHandError(
            f"it has {len(tips)} moving end(s): a hand needs a thumb and a finger, each with "
            "joints and collision shapes"
        )
    chains = _forked(links, [links.chain(tip, 0) for tip in tips])
    if len(chains) < 2:
        raise RobotHandError("all its moving ends are of one finger")
    return {chain[-1]: chain for chain in chains}


def _forked(links: Links, chains: list[list[int]]) -> list[list[int]]:
    """One chain a finger, each from where they part.

    A branch is one finger, its longest chain, unless chains of two joints or more part in it, as
    behind a metacarpal that carries two fingers. The rods of a linkage are shorter.
    """
    depth = 0
    while len({chain[depth] if depth < len(chain) else -1 for chain in chains}) == 1:
        depth += 1
    fingers = []
    for first in dict.fromkeys(chain[depth] for chain in chains if depth < len(chain)):
        branch = [chain[depth:] for chain in chains if chain[depth : depth + 1] == [first]]
        if len(branch) > 1:
            inner = [c for c in _forked(links, branch) if len(_joints(links, c)) >= 2]
            if len(inner) > 1:
                fingers += inner
                continue
        fingers.append(max(branch, key=lambda chain: len(_joints(links, chain))))
    return fingers


def _palm(links: Links, chains: dict[int, list[int]]) -> int:
    """The link that carries all fingers."""
    above = [[0, *links.chain(tip, 0)] for tip in chains]
    return max(set(above[0]).intersection(*above[1:]), key=above[0].index)


def _joints(links: Links, chain: list[int]) -> list[int]:
    return [j for link in chain for j in links.joints(link)]


def _word(links: Links, chain: list[int]) -> str | None:
    """The finger that a chain's names speak of, if they speak of one."""
    said = " ".join(n for k in chain for n in links.bodies(k) + links.joint_names(k)).lower()
    found = [finger for finger, pattern in WORDS.items() if re.search(pattern, said)]
    return found[0] if len(found) == 1 else None


def _flexion(links: Links, chain: list[int]) -> np.ndarray:
    """The axis (3,) about which a finger flexes: that of its last joint."""
    return links.data.xaxis[_joints(links, chain)[-1]].copy()


def _thumb(
    links: Links,
    chains: dict[int, list[int]],
    words: dict[int, str | None],
    axes: dict[int, np.ndarray],
) -> int:
    """The finger that is called so, or else the one that stands apart and closes across the
    others."""
    called = [tip for tip, word in words.items() if word == "thumb"]
    if len(called) == 1:
        return called[0]
    base = {tip: links.data.xanchor[_joints(links, chain)[0]] for tip, chain in chains.items()}
    spread = max(np.linalg.norm(a - b) for a in base.values() for b in base.values()) or 1.0

    def apart(tip: int) -> float:
        rest = [other for other in chains if other != tip]
        crossing = 1 - np.mean([abs(axes[tip] @ axes[other]) for other in rest])
        away = np.linalg.norm(base[tip] - np.mean([base[other] for other in rest], axis=0))
        return crossing + 0.5 * away / spread

    return max(chains, key=apart)


def _end(links: Links, tip: int) -> np.ndarray:
    """The point (3,) of a fingertip that is farthest from its last joint, in the world."""
    points = links.surface(tip)
    anchor = links.data.xanchor[links.joints(tip)[-1]]
    return points[np.linalg.norm(points - anchor, axis=1).argmax()]


def _closing(
    links: Links, chain: list[int], axis: np.ndarray, tip: np.ndarray, toward: np.ndarray
) -> tuple[tuple[int, ...], np.ndarray]:
    """The sense in which each joint of a finger flexes, and the unit direction (3,) in which its
    tip then moves. Limits tell: joints bend farther than they stretch; where they do not, the
    finger closes towards the point `toward`."""
    joints = _joints(links, chain)
    parallel = [links.data.xaxis[j] @ axis for j in joints]
    vote = 0.0
    for joint, along in zip(joints, parallel, strict=True):
        low, high = links.model.jnt_range[joint]
        if abs(along) > 0.8 and links.model.jnt_limited[joint] and high - low > 1e-6:
            vote += np.sign(along) * (high + low) / (high - low)
    anchor = links.data.xanchor[joints[-1]]
    moves = np.cross(axis, tip - anchor)
    sense = np.sign(vote) if abs(vote) > 0.2 else np.sign(moves @ (toward - tip)) or 1.0
    closing = tuple(int(sense * np.sign(a)) if abs(a) > 0.8 else 0 for a in parallel)
    return closing, sense * moves / max(np.linalg.norm(moves), 1e-9)


def _named(
    others: list[int],
    words: dict[int, str | None],
    base: dict[int, np.ndarray],
    toward_thumb: np.ndarray,
) -> dict[str, int]:
    """The fingers beside the thumb by name: as they are called where that is plain, else in order
    from the thumb on."""
    called = {words[tip]: tip for tip in others}
    if None not in called and "thumb" not in called and len(called) == len(others):
        return {name: called[name] for name in FINGERS if name in called}
    order = sorted(others, key=lambda tip: -(base[tip] @ toward_thumb))
    return dict(zip(FINGERS[1:], order, strict=False))


def _finger(
    links: Links, name: str, chain: list[int], closing: tuple[tuple[int, ...], np.ndarray]
) -> Finger:
    tip = chain[-1]
    points, end = links.surface(tip), _end(links, tip)
    anchor = links.data.xanchor[links.joints(tip)[-1]]
    along = (end - anchor) / np.linalg.norm(end - anchor)
    facing = CLOSING * closing[1] + POINTING * along
    facing /= np.linalg.norm(facing)
    last = points[(end - points) @ along < PAD_LENGTH]
    middle = 0.5 * (last.min(0) + last.max(0))
    pad = points[((points - middle) @ facing).argmax()]
    rotation = links.data.xmat[tip].reshape(3, 3)
    return Finger(
        name,
        tuple(chain),
        tuple(_joints(links, chain)),
        closing[0],
        *links.local(tip, np.stack([end, pad])),
        rotation.T @ facing,
    )
