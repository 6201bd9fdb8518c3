"""One line of the report of `diffh2o doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`state` is ok, missing (needed) or optional (would add something)."""

    subject: str
    state: str
    detail: str
    remedy: str = ""
