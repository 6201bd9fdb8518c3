"""Generated motions beside the data's and people's: the tables that compare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from diffh2o_ros.evaluation.cases import DATA
from diffh2o_ros.evaluation.judging import OSCILLATING, Row
from diffh2o_ros.evaluation.likeness.table import Likeness, goals_table, likeness_table
from diffh2o_ros.evaluation.success import JUDGED
from diffh2o_ros.evaluation.summary import VERDICTS, Figure, Measure, grouped, mesh_name, task_name
from diffh2o_ros.evaluation.tables import heading, value_and_range
from diffh2o_ros.evaluation.where_tables import (
    handle_table,
    hands_table,
    mouth_table,
    people_table,
    where_figures,
)
from diffh2o_ros.markdown import NONE, table

SUCCESS = VERDICTS[0]
OSCILLATION = Measure("oscillation_cm", "to and fro", "cm", 1)
DONE_NOTE = """\
Share of the motions whose object does what the sentence asks for, by the judges of
docs/evaluation.md. Goals: .93 of all motions, .8 of the worst action; in free wording .85, .65."""
OSCILLATION_NOTE = """\
Range of the object's center beside its average over half a second. Goal: .8 of the data's."""
HANDLE_NOTE = """\
Share of grasps with more than half of their contact on the handle, of objects with marks. Goals:
.6 for pitcher, spatula, pan, knife and scissors, .3 to .6 for a mug."""
MOUTH_NOTE = "Share of drinks and pours in which a hand is over a quarter of the opening or more."
PEOPLE_NOTE = """\
Beside the annotated grasps of the same meshes, without those that go through the table. Means."""
HANDS_NOTE = "Objects under 20 cm, sentences that name no hand, hand-overs left out."
CONFUSION_NOTE = """\
Share of the sequences of each action (rows) that pass each judge (columns). Many judges ask for
what other actions have, too: all but rotate are lifts."""

LIKENESS_NOTE = """\
Median and 10 to 90 % range of each figure over reaches and holds, people's beside it, and the
distance of the two distributions: Wasserstein-1 in people's interquartile ranges, at most 5.
docs/evaluation.md defines each, and says where people's are from."""
GOALS_NOTE = "Medians, but for the start postures; people's beside them where they are known."


@dataclass(frozen=True)
class Beside:
    """Groups of rows that are compared, by what tables call them ("ours", "data")."""

    groups: Mapping[str, Sequence[Row]]

    def sections(self) -> Iterator[tuple[str, str, str]]:
        """Title, note and table of each comparison that there are figures for."""
        yield "Actions done", DONE_NOTE, self._done()
        yield "Oscillation", OSCILLATION_NOTE, self._oscillation()
        yield "Held by the handle", HANDLE_NOTE, handle_table(self.groups)
        yield "Hand over the opening", MOUTH_NOTE, mouth_table(self.groups)
        yield "Held where people hold it", PEOPLE_NOTE, people_table(self.groups)
        yield "Which hand", HANDS_NOTE, hands_table(self.groups)
        yield "What the judges say of the data", CONFUSION_NOTE, self._confusion()
        likeness = {name: like for name, like in self._likeness().items() if like.quantiles}
        yield "Likeness to people: goals", GOALS_NOTE, goals_table(likeness)
        yield "Likeness to people", LIKENESS_NOTE, likeness_table(likeness)

    def markdown(self) -> str:
        """All sections that are not empty."""
        parts = [f"## {t}\n\n{note}\n\n{body}" for t, note, body in self.sections() if body]
        return "\n\n".join(parts)

    def as_dict(self) -> dict[str, object]:
        """The same figures, for JSON."""
        return {
            "likeness": {name: like.as_dict() for name, like in self._likeness().items()},
            "done": {
                name: {
                    action: asdict(figure)
                    for action, of_one in grouped(rows, task_name).items()
                    if (figure := SUCCESS.over(of_one)) is not None
                }
                for name, rows in self.groups.items()
            },
            "where": {name: where_figures(rows) for name, rows in self.groups.items()},
            "oscillation": {
                action: {name: asdict(figure) for name, figure in found.items()}
                for action, found in self._oscillations().items()
            },
        }

    def _done(self) -> str:
        """Share of motions that do what they are asked for, by action, the worst action last."""
        by_action = {name: grouped(rows, task_name) for name, rows in self.groups.items()}
        asked = {action for found in by_action.values() for action in found}
        lines, shares = [], {name: [] for name in self.groups}
        for action in (action for action in JUDGED if action in asked):
            line = [action]
            for name, found in by_action.items():
                figure = SUCCESS.over(found.get(action, []))
                line.append(value_and_range(SUCCESS, figure))
                shares[name] += [] if figure is None else [figure.value]
            lines.append(line)
        if not lines:
            return ""
        everything = {name: SUCCESS.over(rows) for name, rows in self.groups.items()}
        lines.append(
            ["**all motions**", *(value_and_range(SUCCESS, f) for f in everything.values())]
        )
        for called, of in (("**mean over actions**", np.mean), ("**worst action**", min)):
            lines.append([called, *(f"{of(s):.3f}" if s else NONE for s in shares.values())])
        return table(["action", *self.groups], lines)

    def _oscillations(self) -> dict[str, dict[str, Figure]]:
        found = {
            action: {
                name: OSCILLATION.over(row for row in rows if row.case.action == action)
                for name, rows in self.groups.items()
            }
            for action in OSCILLATING
        }
        known = {a: {name: f for name, f in of.items() if f} for a, of in found.items()}
        return {action: figures for action, figures in known.items() if figures}

    def _oscillation(self) -> str:
        lines = []
        for action, found in self._oscillations().items():
            data = found.get(DATA)
            for name, figure in found.items():
                ratio = NONE if data is None else f"{figure.value / data.value:.2f}"
                lines.append([action, name, value_and_range(OSCILLATION, figure), ratio])
        return table(["action", "of", heading(OSCILLATION), "over the data's median"], lines)

    def _confusion(self) -> str:
        """Share of the data's sequences of each action that pass each judge."""
        by_action = grouped([row for row in self.groups.get(DATA, ()) if row.passes], task_name)
        lines = []
        for action in (action for action in JUDGED if action in by_action):
            rows = by_action[action]
            shares = [np.mean([judge in row.passes for row in rows]) for judge in JUDGED]
            lines.append([action, str(len(rows)), *(f"{share:.2f}" for share in shares)])
        return table(["data of", "n", *JUDGED], lines)

    def _likeness(self) -> dict[str, Likeness]:
        return {
            name: Likeness.of(
                [row.traits for row in of_one if row.traits is not None]
                for of_one in grouped(rows, mesh_name).values()
            )
            for name, rows in self.groups.items()
        }
