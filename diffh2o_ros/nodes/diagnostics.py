"""How the node fares, for /diagnostics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import torch
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from std_msgs.msg import Header

from diffh2o_ros.errors import ErrorCode
from diffh2o_ros.memory import resident_bytes

MEGABYTE = 1024 * 1024


@dataclass
class Health:
    """Counts and last events of the node, as one DiagnosticStatus."""

    name: str
    state: str = "unconfigured"
    """Of the lifecycle."""
    setup: dict[str, str] = field(default_factory=dict)
    """Device, hand, weights; empty while unconfigured."""
    last_error: str = ""
    """Message of the last request, if it had an error; empty again once one is answered."""

    def __post_init__(self) -> None:
        self._answered = 0
        self._errors: Counter[ErrorCode] = Counter()
        self._last_code: ErrorCode | None = None
        self._last_seconds: float | None = None
        self._recorded, self._unrecorded = 0, ""

    def answered(self, seconds: float) -> None:
        """Notes a request that was answered, its wait included."""
        self._answered += 1
        self._last_seconds = seconds
        self.last_error, self._last_code = "", None

    def refused(self, code: ErrorCode, message: str) -> None:
        """Notes a request that ended with an error code."""
        self._errors[code] += 1
        self.last_error, self._last_code = message, code

    def recorded(self) -> None:
        """Notes a result that was written as a bag."""
        self._recorded += 1
        self._unrecorded = ""

    def unrecorded(self, message: str) -> None:
        """Notes a result that could not be."""
        self._unrecorded = message

    def message(self, stamp: Time, unfinished: int) -> DiagnosticArray:
        """OK when active, WARN otherwise, ERROR when the last request failed through our fault."""
        level = DiagnosticStatus.OK if self.state == "active" else DiagnosticStatus.WARN
        summary = self.state
        if self.last_error:
            summary = f"{self.state}; last request: {self.last_error}"
            level = DiagnosticStatus.WARN
            if self._last_code == ErrorCode.INTERNAL:
                level = DiagnosticStatus.ERROR
        if self._unrecorded:
            summary += f"; last result not recorded: {self._unrecorded}"
            level = max(level, DiagnosticStatus.WARN)
        values = {
            **self.setup,
            **_memory(),
            "requests running or waiting": unfinished,
            "requests answered": self._answered,
            "bags recorded": self._recorded,
            "last latency, s": "-" if self._last_seconds is None else f"{self._last_seconds:.2f}",
        }
        for code, count in sorted(self._errors.items()):
            values[f"requests ended with {code:d} {code.name}"] = count
        status = DiagnosticStatus(
            level=level,
            name=f"{self.name}: synthesis",
            message=summary,
            hardware_id=self.setup.get("device", ""),
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )
        return DiagnosticArray(header=Header(stamp=stamp), status=[status])


def _memory() -> dict[str, str]:
    """Resident memory of the process, and what torch holds of the GPU."""
    found = {"memory, MB": f"{resident_bytes()['now'] / MEGABYTE:.0f}"}
    if torch.cuda.is_initialized():
        found["GPU memory, MB"] = f"{torch.cuda.memory_reserved() / MEGABYTE:.0f}"
    return found
