"""How the node fares, for /diagnostics."""

from __future__ import annotations

from dataclasses import dataclass, field

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from std_msgs.msg import Header


@dataclass
class Health:
    """Counts and last events of the node, as one DiagnosticStatus."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    """What is set up: device, hand, weights ..."""
    answered: int = 0
    refused: int = 0
    failed: int = 0
    """Requests by how they ended: done, refused for their input, lost to an error of ours."""
    last_error: str = ""
    """Message of the last request, if it had an error; empty again once one is answered."""

    def message(self, stamp: Time, state: str, unfinished: int) -> DiagnosticArray:
        """OK when active, WARN otherwise, ERROR when the last request failed through our fault."""
        level = DiagnosticStatus.OK if state == "active" else DiagnosticStatus.WARN
        summary = state
        if self.last_error:
            summary = f"{state}; last request: {self.last_error}"
            level = DiagnosticStatus.WARN
            if self.last_error.startswith("internal error"):
                level = DiagnosticStatus.ERROR
        values = {
            **self.values,
            "requests answered": self.answered,
            "requests refused": self.refused,
            "requests failed": self.failed,
            "requests running or waiting": unfinished,
        }
        status = DiagnosticStatus(
            level=level,
            name=f"{self.name}: synthesis",
            message=summary,
            hardware_id=self.values.get("device", ""),
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )
        return DiagnosticArray(header=Header(stamp=stamp), status=[status])
