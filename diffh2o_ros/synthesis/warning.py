"""What a result should not be trusted for: one line for people, one number for programs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class WarningCode(IntEnum):
    """What a warning is about; srv/Synthesize gives the same numbers the same names."""

    #: The object is larger, smaller or of other proportions than those of training.
    UNLIKE_TRAINING = 10301
    #: The target grasp does not fit the object and was left aside, but for its side.
    TARGET_LEFT_ASIDE = 10302
    #: The target grasp was followed, and missed by more than it should be.
    TARGET_MISSED = 10303
    #: The target grasp reaches below the table.
    TARGET_BELOW_TABLE = 10304
    #: The sentence asks for something that the networks were not taught: it was not done as asked.
    UNKNOWN_ACTION = 10305
    #: The hands of the result are not those that the sentence names.
    OTHER_HANDS = 10306
    #: A part of the object's surface is missing, so hands may go into what is really there.
    OPEN_MESH = 10307
    #: A missing part of the surface was completed by a guess, as asked for.
    COMPLETED_MESH = 10308
    #: The mesh is several bodies that do not touch.
    SEVERAL_BODIES = 10309
    #: A hand touches nothing when it should hold the object.
    NO_CONTACT = 10310
    #: tf does not know the frame asked for: its z was taken to point up.
    UNKNOWN_FRAME = 10311
    #: What was made of a mesh file: which of its axes points up, what it was forgiven.
    MESH_FILE = 10312
    #: A robot hand cannot do the motion, or does not in simulation.
    ROBOT_FAILED = 10313
    #: No motion was found whose hands hold the object in simulation.
    NOT_HELD = 10314


class ResultWarning(str):
    """A warning: the line itself, with its :class:`WarningCode` as `code`.

    samples: numbers of the results that it is about; none where it is about all of the request.
    """

    code: WarningCode
    samples: tuple[int, ...]

    def __new__(cls, code: WarningCode, text: str, samples: Iterable[int] = ()) -> ResultWarning:
        warning = super().__new__(cls, text)
        warning.code, warning.samples = code, tuple(samples)
        return warning

    def __getnewargs__(self) -> tuple[WarningCode, str, tuple[int, ...]]:
        return self.code, str(self), self.samples  # for copies and pickles

    def is_about(self, sample: int) -> bool:
        """Whether it is about this result."""
        return not self.samples or sample in self.samples
