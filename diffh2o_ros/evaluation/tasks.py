"""Task files: which sentences an evaluation tries on which meshes.

A JSON list of objects such as

    {"task": "pour from the {object} with the {hand} hand", "action": "pour",
     "hands": ["right", "left"], "only": ["*pitcher*"], "except": ["*lid*"]}

`{object}` becomes the mesh's name, `{hand}` one of `hands`, alternating over the meshes. All but
`task` may be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.evaluation.mesh_folder import object_name
from diffh2o_ros.json_file import read_json

#: What a sentence may ask for; those the networks were trained on.
ACTIONS = (
    "lift",
    "place",
    "pass",
    "inspect",
    "offhand",
    "drink",
    "pour",
    "shake",
    "toast",
    "eat",
    "stamp",
    "look_through",
    "call",
    "rotate",
    "turn_over",
    "wipe",
    "hammer",
)
HANDS = ("left", "right", "both")
_FIELDS = {"task", "action", "hands", "only", "except"}


class TaskFileError(Diffh2oError):
    """A task file that cannot be used; the message is one line."""


@dataclass(frozen=True)
class EvaluationTask:
    """One sentence to try on the meshes of a folder. Raises TaskFileError."""

    sentence: str
    """With `{object}` and `{hand}` where the mesh's name and the hand go."""
    action: str | None = None
    """One of `ACTIONS`, or None: neither success nor recognition is judged."""
    hands: tuple[str, ...] = ()
    """Hands that the sentence may ask for; none: which hand acts is not judged."""
    only: tuple[str, ...] = ("*",)
    """Patterns of mesh file names (without suffix), of which one must match."""
    but: tuple[str, ...] = ()
    """Patterns of which none may match."""

    def __post_init__(self) -> None:
        slots = set(re.findall(r"\{.*?\}|[{}]", self.sentence))
        unknown = sorted(slots - {"{object}", "{hand}"})
        if not self.sentence.strip():
            raise TaskFileError("the task is empty: write a sentence")
        if unknown:
            raise TaskFileError(f"the task has no use for {unknown[0]}: only {{object}}, {{hand}}")
        if self.action is not None and self.action not in ACTIONS:
            raise TaskFileError(f"action {self.action!r} is none of {', '.join(ACTIONS)}")
        wrong = [hand for hand in self.hands if hand not in HANDS]
        if wrong:
            raise TaskFileError(f"hand {wrong[0]!r} is none of left, right, both")
        if "{hand}" in slots and (not self.hands or "both" in self.hands):
            raise TaskFileError("a task with {hand} needs hands, left or right; say both in words")
        if "{hand}" not in slots and len(set(self.hands)) > 1:
            raise TaskFileError("a task with more than one of hands needs {hand} in the sentence")

    def applies(self, stem: str) -> bool:
        """Whether the task is meant for a mesh of this file name."""
        matches = [any(fnmatchcase(stem, p) for p in group) for group in (self.only, self.but)]
        return matches[0] and not matches[1]

    def hand(self, index: int) -> str | None:
        """The hand asked for in the run of this number."""
        return self.hands[index % len(self.hands)] if self.hands else None

    def sentence_for(self, stem: str, index: int) -> str:
        """The sentence for a mesh, in the run of this number."""
        hand = self.hand(index) or ""
        return self.sentence.replace("{object}", object_name(stem)).replace("{hand}", hand)


#: What is tried where nothing else is said.
DEFAULT_TASKS = tuple(
    EvaluationTask(sentence, action, ("right", "left"))
    for sentence, action in (
        ("pick up the {object} with the {hand} hand", "lift"),
        ("pass the {object} with the {hand} hand", "pass"),
        ("inspect the {object} with the {hand} hand", "inspect"),
        ("move the {object} somewhere else with the {hand} hand", "place"),
    )
)


def read_tasks(path: str | Path) -> tuple[EvaluationTask, ...]:
    """The tasks of a file. Raises TaskFileError with one line."""
    content = read_json(path, "task file", TaskFileError)
    if not isinstance(content, list) or not content:
        raise TaskFileError(f"task file {path} must hold a JSON list of tasks")
    tasks = []
    for number, entry in enumerate(content, 1):
        try:
            tasks.append(_task(entry))
        except TaskFileError as error:
            raise TaskFileError(f"task file {path}, entry {number}: {error}") from error
    return tuple(tasks)


def _task(entry: object) -> EvaluationTask:
    if not isinstance(entry, dict) or not isinstance(entry.get("task"), str):
        raise TaskFileError('it must be an object with a "task", a sentence')
    unknown = sorted(entry.keys() - _FIELDS)
    if unknown:
        fields = ", ".join(sorted(_FIELDS))
        raise TaskFileError(f"it has no use for {unknown[0]!r}: it takes {fields}")
    return EvaluationTask(
        entry["task"],
        entry.get("action"),
        _words("hands", entry.get("hands", [])),
        _words("only", entry.get("only", ["*"])),
        _words("except", entry.get("except", [])),
    )


def _words(name: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TaskFileError(f'"{name}" must be a list of words')
    return tuple(values)
