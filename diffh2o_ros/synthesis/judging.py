"""Results are judged: figures go into their `quality`, and what is not good enough is warned of."""

from __future__ import annotations

from collections.abc import Sequence

from diffh2o_ros.contact.acting_hand import HandRows
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.interacting import Course
from diffh2o_ros.synthesis.quality import CONTACT, grasp_quality, hold_gap
from diffh2o_ros.synthesis.reaching import Reaches
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

#: A target grasp farther than this from what it got (meters) is said to be missed.
MISSED = 0.02


def judge_grasps(
    scene: Scene,
    target: GraspTarget | None,
    reaches: Reaches,
    interactions: Sequence[Interaction],
    samples: range,
) -> list[ResultWarning]:
    """Writes down how good the grasps are, of B reaches and what was made of them; returns what is
    to be warned of. `samples` are the numbers of the B results."""
    errors = None
    if target is not None:
        rows = HandRows.of(reaches.acting)
        errors = target.error(rows.take(reaches.motion).at(-1))
    warnings = []
    for i, (interaction, sample) in enumerate(zip(interactions, samples, strict=True)):
        quality = interaction.quality
        quality["grasp_cost"] = float(reaches.cost[i])
        quality |= grasp_quality(interaction, scene.sdf, scene.origin)
        if errors is None:
            continue
        error = quality["target_error_m"] = float(errors[i])
        if error > MISSED:
            text = (
                f"the target grasp was missed by {100 * error:.1f} cm on average: surface, table "
                "or the reach of the hand are in the way"
            )
            warnings.append(ResultWarning(WarningCode.TARGET_MISSED, text, [sample]))
    return warnings


def judge_holds(
    scene: Scene, interaction: Interaction, course: Course, sample: int
) -> list[ResultWarning]:
    """Writes down how near each hand comes to the object while it holds it; returns what is to be
    warned of. `sample` is the number of the result."""
    quality, warnings = interaction.quality, []
    quality["hold_gap_mm"] = 0.0
    for hold in course.holds:
        gap = hold_gap(interaction, hold, scene.sdf, scene.origin)
        quality["hold_gap_mm"] = max(quality["hold_gap_mm"], 1e3 * gap)
        if gap > CONTACT:
            text = (
                f"the {SIDES[hold.side]} hand touches nothing: when it should hold the object, it "
                f"stays {100 * gap:.1f} cm away from the surface"
            )
            warnings.append(ResultWarning(WarningCode.NO_CONTACT, text, [sample]))
    return warnings
