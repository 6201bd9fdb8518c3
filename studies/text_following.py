"""Is the sentence followed? Held-out phrasings on objects of families that training never saw.

    python studies/text_following.py --data out/dataset --num 150

Judges the shipped networks by what a sentence names: the hand, the direction, the manner and the
action. Sentences come from the data set's held-out templates, so neither the wording nor the object
was in training. Prints a table; --out keeps every case.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from diffh2o_ros import Synthesizer
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import SequenceInfo
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.success import task_success
from diffh2o_ros.markdown import table
from diffh2o_ros.motion.interaction import Interaction

FAR = 0.05  # m that the object must go in a named direction
ROTATED = np.deg2rad(20)
ALONG = {"left": (1, 1), "right": (1, -1), "forward": (0, 1)}  # axis and sign
#: How a sentence names a direction; beside a hand the words left and right mean that hand.
NAMES_DIRECTION = {
    "left": r"\bleft(wards?)?\b(?![- ](hand|palm|fingers))",
    "right": r"\bright(wards?)?\b(?![- ](hand|palm|fingers))",
    "forward": r"\bforwards?\b|\bahead\b|\baway\b|\bin front\b",
    "clockwise": r"(?<!counter)(?<!counter-)(?<!anti)(?<!anti-)\bclockwise\b",
    "counterclockwise": r"\b(counter|anti)-?clockwise\b",
}


@dataclass
class Case:
    """One sentence and what was made of it; None where the sentence does not name it."""

    action: str
    hand: str
    sentence: str
    recognized: str
    hands: list[str]
    hand_right: bool | None
    direction_right: bool | None


def judge(info: SequenceInfo, sentence: str, found: Interaction, recognizer: Recognizer) -> Case:
    """What an interaction made of a sentence that describes `info`."""
    # In a hand-over the interaction has both hands; which gives is not judged here.
    named = names_hand(sentence, info.hand) and info.action != "offhand"
    wanted = {"left", "right"} if info.hand == "both" else {info.hand}
    return Case(
        action=info.action,
        hand=info.hand,
        sentence=sentence,
        recognized=recognizer.recognize(found)[0],
        hands=list(found.hands),
        hand_right=set(found.hands) == wanted if named else None,
        direction_right=follows_direction(info, sentence, found),
    )


def names_hand(sentence: str, hand: str) -> bool:
    """Whether a sentence says which hand."""
    if hand == "both":
        return bool(re.search(r"\b(both|two)\b.*\bhand|\bhands\b|two-handed", sentence))
    return bool(re.search(rf"\b{hand}[- ]hand", sentence.lower()))


def follows_direction(info: SequenceInfo, sentence: str, found: Interaction) -> bool | None:
    """Whether the object goes, or rotates, in the direction that the sentence names."""
    pattern = NAMES_DIRECTION.get(info.direction or "")
    if pattern is None or not re.search(pattern, sentence.lower()):
        return None
    pose = found.object_pose.astype(float)
    if info.action == "pour":  # it is tipped that way
        axis, sign = ALONG[info.direction]
        up = pose[:, :3, 2]
        return bool(sign * up[up[:, 2].argmin(), axis] > 0.2)
    if info.direction in ALONG:
        middle = (found.object_vertices.min(0) + found.object_vertices.max(0)) / 2
        center = pose[:, :3, :3] @ middle + pose[:, :3, 3]
        axis, sign = ALONG[info.direction]
        away = center - center[0]
        farthest = np.linalg.norm(away[:, :2], axis=1).argmax()
        return bool(sign * away[farthest, axis] > FAR)
    yaw = np.unwrap(np.arctan2(pose[:, 1, 0], pose[:, 0, 0]))
    sign = 1 if info.direction == "counterclockwise" else -1
    return bool(sign * (yaw[-1] - yaw[0]) > ROTATED)


def rising_time(found: Interaction) -> float:
    """Seconds from the grasp until the object is at nine tenths of its greatest height."""
    middle = (found.object_vertices.min(0) + found.object_vertices.max(0)) / 2
    pose = found.object_pose.astype(float)
    height = pose[:, 2, :3] @ middle + pose[:, 2, 3]
    risen = height - height[0] >= 0.9 * (height.max() - height[0])
    return (int(risen.argmax()) - found.grasp_frame + 1) / found.fps


def manner_ratio(synthesizer: Synthesizer, cases: list, seed: int) -> list[float]:
    """How much longer a lift takes "slowly" than "quickly", same object, hand and seed; pairs in
    which both lift."""
    ratios = []
    for number, (mesh, info) in enumerate(cases):
        hand = "both hands" if info.hand == "both" else f"the {info.hand} hand"
        times = []
        for manner in ("quickly", "slowly"):
            task = f"{manner} pick up the {info.object_name} with {hand}"
            (found,) = synthesizer.synthesize(mesh, task, seed=seed + number)
            if task_success(found, "lift"):
                times.append(rising_time(found))
        if len(times) == 2:
            ratios.append(times[1] / times[0])
    return ratios


def fraction(flags: list[bool]) -> str:
    return f"{np.mean(flags):.2f} of {len(flags)}" if flags else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the data set")
    parser.add_argument("--num", type=int, default=150, help="how many sentences")
    parser.add_argument("--pairs", type=int, default=10, help="pairs of quickly and slowly")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="JSON of every case")
    arguments = parser.parse_args()

    dataset, recognizer = Dataset(arguments.data), Recognizer.load()
    synthesizer = Synthesizer(weights=arguments.weights)
    unseen = [i for i, info in enumerate(dataset.infos) if info.split == "unseen_family"]
    rng = np.random.default_rng(arguments.seed)
    chosen = rng.permutation(unseen)[: arguments.num]
    cases, lifts = [], []
    for done, index in enumerate(chosen):
        info, mesh = dataset.infos[index], dataset[int(index)].mesh
        sentence = info.held_out_sentences[done % len(info.held_out_sentences)]
        (found,) = synthesizer.synthesize(mesh, sentence, seed=arguments.seed + done)
        cases.append(judge(info, sentence, found, recognizer))
        print(done, cases[-1], flush=True)
        if len(lifts) < arguments.pairs:
            lifts.append((mesh, info))
    ratios = manner_ratio(synthesizer, lifts, arguments.seed)

    rows = [("action recognized", fraction([c.recognized == c.action for c in cases]))]
    for hand in ("left", "right", "both"):
        flags = [c.hand_right for c in cases if c.hand == hand and c.hand_right is not None]
        rows.append((f"hand as named: {hand}", fraction(flags)))
    rows.append(
        ("hand as named", fraction([c.hand_right for c in cases if c.hand_right is not None]))
    )
    rows.append(
        ("direction", fraction([c.direction_right for c in cases if c.direction_right is not None]))
    )
    rows.append(("slowly over quickly, time to rise, median", f"{np.median(ratios):.2f}"))
    print("\n" + table(["followed", "share"], rows))
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        result = {"summary": dict(rows), "ratios": ratios, "cases": [asdict(c) for c in cases]}
        arguments.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
