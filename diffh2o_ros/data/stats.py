"""What a data set holds, counted, and how good its motions are, measured."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.checks import fingertip_slip, joint_angles
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import SequenceInfo, interaction_of
from diffh2o_ros.data.grasps import KINDS
from diffh2o_ros.data.grasps.physics import holds, load_mujoco
from diffh2o_ros.data.holding import hand_shares, handle_table
from diffh2o_ros.data.motions.actions import HAND_OVER
from diffh2o_ros.data.validate import sample
from diffh2o_ros.evaluation.metrics import interaction_metrics
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.markdown import table
from diffh2o_ros.text.wording import ONLY, PAIR, read_wording
from diffh2o_ros.workers import in_processes

#: What is counted, of each sequence.
COUNTED = (
    *("action", "hand", "manner", "direction", "put_back", "kind", "where", "approach"),
    *("split", "source"),
)
#: Measured figures: name, unit, and what a good data set has.
MEASURED = {
    "penetration_mm": ("mm", "median <= 1.5, 95 % <= 3"),
    "interpenetration_cm3": ("cm3", ""),
    "contact_ratio": ("", ""),
    "fingers": ("", "median >= 3"),
    "thumb": ("", "mean >= .90"),
    "floating": ("", "0"),
    "slip_mm_s": ("mm/s", "median <= 12, hand-overs aside"),
    "fingertip_slip_mm_s": ("mm/s", "<= 8"),
    "seam": ("", "<= 1.3"),
    "jerk": ("m/s3", ""),
    "table_mm": ("mm", "<= 1"),
    "rise_m": ("m", ""),
    "out_of_range_deg": ("degrees", "0"),
}


@dataclass
class DatasetStats:
    """Counts of all sequences, and figures of a sample of them."""

    num_sequences: int
    num_objects: int
    num_families: int
    frames: list[float]  #: least, 10 %, median, 90 %, most
    counts: dict[str, dict[str, int]]
    families: dict[str, int]
    text: dict[str, float]
    num_measured: int
    figures: dict[str, dict[str, float]]  #: by name: median, mean, p05, p95, worst
    holds: dict[str, list[int]]  #: by kind of grasp: how many held, of how many tried
    hands: dict[str, float]  #: of `hand_shares`
    handles: str  #: of `handle_table`

    def markdown(self) -> str:
        """All of it as Markdown."""
        lines = [
            f"{self.num_sequences} sequences of {self.num_objects} objects of "
            f"{self.num_families} families; frames (least, 10 %, median, 90 %, most): "
            + ", ".join(f"{value:.0f}" for value in self.frames),
            "",
            "| | |",
            "|---|---|",
        ]
        for name, counts in self.counts.items():
            cells = ", ".join(f"{word} {count}" for word, count in counts.items())
            lines.append(f"| {name} | {cells} |")
        lines.append("| family | " + ", ".join(f"{k} {v}" for k, v in self.families.items()) + " |")
        lines.append("| text | " + ", ".join(f"{k} {v:.4g}" for k, v in self.text.items()) + " |")
        lines.append("| hands | " + ", ".join(f"{k} {v:.2f}" for k, v in self.hands.items()) + " |")
        lines += ["", self.handles]
        lines += ["", f"Measured on {self.num_measured} random sequences:", "", self._measured()]
        if self.holds:
            held, tried = np.sum(list(self.holds.values()), axis=0)
            each = ", ".join(f"{kind} {h} of {n}" for kind, (h, n) in self.holds.items())
            lines += ["", f"Held in MuJoCo: {held} of {tried} ({held / tried:.0%}); {each}"]
        return "\n".join(lines)

    def _measured(self) -> str:
        shown = ("median", "mean", "p05", "p95", "worst")
        lines = [
            [
                f"{name} ({unit})" if unit else name,
                *(f"{self.figures[name][which]:.3g}" for which in shown),
                goal,
            ]
            for name, (unit, goal) in MEASURED.items()
            if name in self.figures
        ]
        return table(["figure", "median", "mean", "5 %", "95 %", "worst", "goal"], lines)

    def write_json(self, path: str | Path) -> None:
        with whole_file(path) as partial:
            partial.write_text(json.dumps(asdict(self), indent=1))


def dataset_stats(
    dataset: Dataset,
    num: int = 1000,
    seed: int = 0,
    hold: float = 0.05,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> DatasetStats:
    """Counts everything and measures `num` random sequences.

    Args:
        hold: share of these whose grasps are tried in MuJoCo, where they are known (recipes).
        on_progress: called with (measured, total).

    Raises:
        PhysicsError: `hold` is above 0 and MuJoCo is not installed.
    """
    if hold and dataset.header["content"] == "recipes":
        load_mujoco()  # said before the work, not after it
    jobs = [(dataset.folder, rows, seed, hold) for rows in sample(dataset, num, seed)]
    total, done = sum(len(job[1]) for job in jobs), 0
    measured: list[tuple[SequenceInfo, dict[str, float]]] = []
    holds: list[tuple[str, bool]] = []
    results = in_processes(_measure, jobs, workers)
    for job, (figures, tried) in zip(jobs, results, strict=True):
        measured += zip([dataset.infos[row] for row in job[1]], figures, strict=True)
        holds += tried
        done += len(job[1])
        if on_progress:
            on_progress(done, total)

    infos = dataset.infos
    counts = {
        name: dict(Counter(str(getattr(info, name)) for info in infos).most_common())
        for name in COUNTED
    }
    by_kind: dict[str, list[int]] = {}
    for kind, held in sorted(holds):
        entry = by_kind.setdefault(kind, [0, 0])
        entry[0] += held
        entry[1] += 1
    lengths = [info.num_frames for info in infos]
    return DatasetStats(
        num_sequences=len(infos),
        num_objects=len({info.object_index for info in infos}),
        num_families=len({info.family for info in infos}),
        frames=[float(q) for q in np.quantile(lengths, [0, 0.1, 0.5, 0.9, 1])],
        counts=counts,
        families=dict(sorted(Counter(info.family for info in infos).items())),
        text=_text(infos),
        num_measured=len(measured),
        figures=_figures(measured),
        holds=by_kind,
        hands=hand_shares(infos),
        handles=handle_table(infos),
    )


def _figures(measured: list[tuple[SequenceInfo, dict[str, float]]]) -> dict[str, dict[str, float]]:
    found = {}
    for name in MEASURED:
        values = np.array(
            [
                figures[name]
                for info, figures in measured
                if name in figures and (name != "slip_mm_s" or info.action != HAND_OVER)
            ]
        )
        if len(values):
            good_is_high = name in ("fingers", "thumb", "contact_ratio", "rise_m")
            found[name] = {
                "median": float(np.median(values)),
                "mean": float(values.mean()),
                "p05": float(np.quantile(values, 0.05)),
                "p95": float(np.quantile(values, 0.95)),
                "worst": float(values.min() if good_is_high else values.max()),
            }
    return found


def _text(infos: list[SequenceInfo]) -> dict[str, float]:
    said = [sentence for info in infos for sentence in info.sentences]
    words = [len(sentence.split()) for sentence in said]
    named = [" hand" in s.lower() or "-hand" in s.lower() for s in said]
    low, middle, high = np.quantile(words, [0.1, 0.5, 0.9])
    return {
        "sentences": len(said),
        "different": len(set(said)),
        "words 10 %": low,
        "words median": middle,
        "words 90 %": high,
        "different words": len({word for s in said for word in re.findall(r"[a-z']+", s.lower())}),
        "share read as another hand": _misread(infos),
        "share naming a hand": float(np.mean(named)),
    }


def _misread(infos: list[SequenceInfo], most: int = 5000) -> float:
    """Share of the first `most` sentences that a request would take for another hand's."""
    wrong = read = 0
    for info in infos:
        both = info.hand == "both" or info.action == HAND_OVER
        true = PAIR if both else ONLY[info.hand]
        for sentence in info.sentences[: most - read]:
            read += 1
            wrong += true not in read_wording(sentence).hands
    return wrong / max(read, 1)


def _measure(job) -> tuple[list[dict[str, float]], list[tuple[str, bool]]]:
    """Figures of some sequences of one shard, and (kind, held) of the grasps that are tried."""
    folder, rows, seed, hold = job
    dataset = Dataset(folder)
    _, _, low, high = anatomy.degrees_of_freedom()
    figures, tried = [], []
    for row in rows:
        sequence = dataset[row]
        found = interaction_metrics(interaction_of(sequence))
        if sequence.info.source == "procedural":
            angles = joint_angles(sequence)
            beyond = np.maximum(low - angles, angles - high).max().clip(0)
            slips = [fingertip_slip(sequence, side) for side in range(len(SIDES))]
            found["fingertip_slip_mm_s"] = 1000 * max(slips)
            found["out_of_range_deg"] = float(np.rad2deg(beyond).round(2))
        figures.append(found)
        if np.random.default_rng((seed, row)).random() < hold:
            tried += _tried(dataset, row)
    return figures, tried


def _tried(dataset: Dataset, row: int) -> list[tuple[str, bool]]:
    """(kind, held in MuJoCo) of every hold of a sequence."""
    if dataset.header["content"] != "recipes":
        return []
    recipe, thing = dataset.recipe(row)
    hands = [hand for hand in (recipe.left, recipe.right) if hand >= 0]
    # In a hand-over each hand holds the object alone, otherwise all together.
    each = hands if recipe.action == HAND_OVER or len(hands) == 1 else [tuple(hands)]
    return [
        (
            KINDS[thing.grasps.kind[hand]] if np.ndim(hand) == 0 else "two hands",
            holds(thing.thing, thing.grasps, hand).held,
        )
        for hand in each
    ]
