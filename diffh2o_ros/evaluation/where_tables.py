"""Where objects are held and with which hands, group beside group, and what people do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.summary import Figure, Measure, grouped
from diffh2o_ros.evaluation.tables import goal, value_and_range
from diffh2o_ros.markdown import NONE, table

#: Share of people's recorded or annotated grasps with more than half of their contact on the
#: handle: of those that pick up or pass on, and of those that use. Measured on recordings of
#: people, as the figures of likeness/reference.json are.
PEOPLE: dict[str, tuple[str, str]] = {
    "mug": (".33 to .46", ".33"),
    "pitcher": (".60", NONE),
    "pan": (".86", "1.0"),
    "knife": (".7 to .9", "1.0"),
    "scissors": (".85 to 1.0", "1.0"),
    "hammer": (".75 to .92", "1.0"),
    "spatula": ("1.0", "1.0"),
    "screwdriver": ("1.0", "1.0"),
}
#: What an object is made for; everything else picks it up or passes it on.
USES = ("drink", "pour", "hammer", "stamp", "wipe", "toast", "eat", "look_through", "call")
POURED_FROM = ("drink", "pour")
SMALL = 20.0  # cm: what one hand takes
ON_HANDLE = Measure("on_handle", "on the handle", is_rate=True)
OVER_MOUTH = Measure("over_mouth", "hand over the opening", is_rate=True, goal=0.0)
BESIDE_PEOPLE = (
    Measure(
        "near_people",
        "within 50 mm, 45 degrees of people's",
        is_rate=True,
        goal=0.75,
        at_most=False,
    ),
    Measure("contact_of_people", "contact where people's is", "", 2, goal=0.85, at_most=False),
)
HANDS = {"one-handed": ">= 0.97", "of these right": "0.8 to 0.95"}
_HAND_WORD = re.compile(r"\b(left|right|both|two|hands?)\b", re.IGNORECASE)


def handle_table(groups: Mapping[str, Sequence[Row]]) -> str:
    """Share of grasps with more than half of their contact on the handle, by family and use."""
    lines = []
    kept = {name: [r for r in rows if "on_handle" in r.figures] for name, rows in groups.items()}
    for family in sorted({row.family or "" for rows in kept.values() for row in rows}):
        for use in (False, True):
            found = [
                ON_HANDLE.over(r for r in rows if r.family == family and _is_use(r) == use)
                for rows in kept.values()
            ]
            if any(found):
                people = PEOPLE.get(family, (NONE, NONE))[use]
                shown = [value_and_range(ON_HANDLE, figure) for figure in found]
                lines.append([family, "use" if use else "pick up, pass", people, *shown])
    return table(["family", "task", "people", *groups], lines)


def mouth_table(groups: Mapping[str, Sequence[Row]]) -> str:
    """Share of drinks and pours with a hand over the opening."""
    kept = {
        name: [r for r in rows if "over_mouth" in r.figures and r.case.action in POURED_FROM]
        for name, rows in groups.items()
    }
    lines = [
        [family, "0", *(value_and_range(OVER_MOUTH, OVER_MOUTH.over(of)) for of in by_group)]
        for family in sorted({row.family or "" for rows in kept.values() for row in rows})
        for by_group in [[[r for r in rows if r.family == family] for rows in kept.values()]]
    ]
    return table(["family", "goal", *groups], lines)


def people_table(groups: Mapping[str, Sequence[Row]]) -> str:
    """Grasps beside those that are annotated for the same meshes."""
    lines = []
    for measure in BESIDE_PEOPLE:
        found = [_mean(measure, rows) for rows in groups.values()]
        if any(found):
            shown = [NONE if f is None else f"{f.value:.3f} of {f.count}" for f in found]
            among = Measure(f"people_{measure.name}", "")
            people = _mean(among, [row for rows in groups.values() for row in rows])
            theirs = NONE if people is None else f"{people.value:.3f}"
            lines.append([measure.heading, goal(measure), theirs, *shown])
    return table(["of free motions", "goal", "people among themselves", *groups], lines)


def hands_table(groups: Mapping[str, Sequence[Row]]) -> str:
    """Which hands take an object under 20 cm where the sentence names none."""
    found = {name: one_handed(rows) for name, rows in groups.items()}
    if not any(figure for of in found.values() for figure in of):
        return ""
    lines = [
        [name, HANDS[name]]
        + [
            NONE if of[i] is None else f"{of[i].value:.3f} of {of[i].count}"
            for of in found.values()
        ]
        for i, name in enumerate(HANDS)
    ]
    return table(["without a hand word", "goal", *groups], lines)


def one_handed(rows: Iterable[Row]) -> tuple[Figure | None, Figure | None]:
    """Share of motions with one hand, and of these with the right one: objects under 20 cm, no hand
    word in the sentence, no hand-overs."""
    chosen = [
        row
        for row in rows
        if row.hands
        and row.case.action != "offhand"
        and row.figures.get("extent_cm", SMALL) < SMALL
        and not _HAND_WORD.search(row.case.task)
    ]
    one = [row for row in chosen if len(row.hands) == 1]
    return (
        Figure.rate([float(len(row.hands) == 1) for row in chosen]),
        Figure.rate([float(row.hands == ["right"]) for row in one]),
    )


def where_figures(rows: Sequence[Row]) -> dict[str, object]:
    """All of it for one group, for JSON."""
    one, right = one_handed(rows)
    poured = [row for row in rows if row.case.action in POURED_FROM]
    found = {
        "one-handed": one,
        "of these right": right,
        "over_mouth": OVER_MOUTH.over(poured),
        **{measure.name: _mean(measure, rows) for measure in BESIDE_PEOPLE},
    }
    handles = {
        f"{family}, {'use' if use else 'pick up, pass'}": ON_HANDLE.over(of)
        for (family, use), of in grouped(rows, lambda r: (r.family, _is_use(r))).items()
    }
    known = {name: (f.value, f.count) for name, f in found.items() if f}
    return known | {"on_handle": {n: (f.value, f.count) for n, f in handles.items() if f}}


def _is_use(row: Row) -> bool:
    return row.case.action in USES


def _mean(measure: Measure, rows: Iterable[Row]) -> Figure | None:
    return Figure.mean([r.figures[measure.name] for r in rows if measure.name in r.figures])
