"""Everything an evaluation says about one interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from diffh2o_ros.evaluation.agreement import joint_disagreement_mm
from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.compatible import compatible_metrics
from diffh2o_ros.evaluation.holding import holding_sides, right_hands
from diffh2o_ros.evaluation.likeness.traits import Traits
from diffh2o_ros.evaluation.marks import Marks, marked_figures
from diffh2o_ros.evaluation.metrics import interaction_metrics
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.strokes import oscillation_cm
from diffh2o_ros.evaluation.success import task_success
from diffh2o_ros.evaluation.targets import target_errors
from diffh2o_ros.evaluation.where import HumanGrasps, human_figures
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction

#: Put before the names of figures in the paper-compatible protocol.
COMPATIBLE = "compatible_"
#: Actions that go to and fro.
OSCILLATING = ("shake", "wipe")


@dataclass
class Row:
    """What one case gave. Figures that do not apply to it are absent."""

    case: Case
    figures: dict[str, float] = field(default_factory=dict)
    """By name: those of `interaction_metrics` and `target_errors`, those of `compatible_metrics`
    with `COMPATIBLE` before them, `joints_mm`, `frames`, and as 0 or 1 `success`, `hand_choice`
    and `recognition`."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By stage of the synthesis; `total` is all of it."""
    hands: list[str] = field(default_factory=list)
    """Sides that hold the object."""
    recognized: str | None = None
    """The action the recognizer took it for."""
    warnings: list[str] = field(default_factory=list)
    """What the synthesizer said of its own result."""
    refused: str | None = None
    """Why a target grasp was answered as incompatible: refused, or left aside with a warning."""
    error: str | None = None
    """Why there are no figures."""
    traits: Traits | None = None
    """What is held against people's motions."""
    family: str | None = None
    """Of the object, where it has marks."""
    passes: list[str] = field(default_factory=list)
    """Of a sequence of data: all actions whose judges it passes."""

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> Row:
        """The row that `dataclasses.asdict` gave this of. Raises TypeError for anything else."""
        traits = content.get("traits")
        known = {
            "case": Case(**content["case"]),
            "traits": None if traits is None else Traits.from_dict(traits),
        }
        return cls(**{**content, **known})


def judge(
    interaction: Interaction, case: Case, recognizer: Recognizer, target: Grasp | None = None
) -> Row:
    """All figures of an interaction that was generated for a case.

    Args:
        target: the annotated grasp of a guided case, whole whatever part of it was given.
    """
    row = conduct(interaction, case)
    figures = dict(interaction_metrics(interaction)) | row.figures
    compatible = compatible_metrics(interaction)
    figures |= {COMPATIBLE + name: value for name, value in compatible.items()}
    figures["frames"] = float(interaction.num_frames)
    action, _ = recognizer.recognize(interaction)
    verdicts = {
        "recognition": action == case.action if case.action in recognizer.actions else None,
        "joints_mm": joint_disagreement_mm(interaction),
    }
    figures |= {name: float(value) for name, value in verdicts.items() if value is not None}
    if target is not None:
        figures |= target_errors(interaction, target)
    return replace(row, figures=figures, recognized=action)


def with_marks(row: Row, interaction: Interaction, marks: Marks) -> Row:
    """A row with figures of where a marked object is held."""
    figures = row.figures | marked_figures(interaction, marks)
    return replace(row, figures=figures, family=marks.family)


def beside_people(row: Row, interaction: Interaction, human: HumanGrasps) -> Row:
    """A row with figures of where its hands are beside the annotated grasps of its mesh."""
    return replace(row, figures=row.figures | human_figures(interaction, row.traits, human))


def conduct(interaction: Interaction, case: Case) -> Row:
    """What is done, with which hands, and how: all that a sequence of data has as well."""
    verdicts = {
        "success": task_success(interaction, case.action),
        "hand_choice": right_hands(interaction, case.action, case.hand),
    }
    figures = {name: float(value) for name, value in verdicts.items() if value is not None}
    figures["extent_cm"] = 100 * float(np.ptp(interaction.object_vertices, axis=0).max())
    if case.action in OSCILLATING:
        figures["oscillation_cm"] = oscillation_cm(interaction)
    hands, traits = list(holding_sides(interaction)), Traits.of(interaction)
    return Row(case, figures, hands=hands, traits=traits)
