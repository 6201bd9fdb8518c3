"""Which objects training may see: fixed by the seed, and written into the header."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Families that are never trained on: some like others that are, and some that stand alone.
UNSEEN_FAMILIES = (
    "pyramid",
    "vase",
    "teapot",
    "gavel",
    "spatula",
    "pear",
    "old_phone",
    "toy_train",
)
#: Share of the objects of the other families that is kept out as well.
UNSEEN_INSTANCES = 0.05


@dataclass(frozen=True)
class Splits:
    """The splits of a data set of one seed."""

    seed: int

    def of(self, family: str, object_index: int) -> str:
        """`train`, `unseen_instance` or `unseen_family`: all sequences of one object share it."""
        if family in UNSEEN_FAMILIES:
            return "unseen_family"
        kept_out = np.random.default_rng((self.seed, object_index, 2)).random() < UNSEEN_INSTANCES
        return "unseen_instance" if kept_out else "train"

    def as_dict(self) -> dict:
        """As the header of a data set has it."""
        return {
            "unseen_families": list(UNSEEN_FAMILIES),
            "unseen_instances": UNSEEN_INSTANCES,
            "held_out_phrasings": "by the hash of the template",
        }
