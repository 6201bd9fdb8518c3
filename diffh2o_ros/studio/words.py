"""Lines of text among a visitor's controls. Text stays text: nothing in it is taken for markup."""

from __future__ import annotations

from html import escape

from viser import GuiApi

from diffh2o_ros.errors import describe_failure
from diffh2o_ros.printable import shown
from diffh2o_ros.studio.turns import Cancelled

PLAIN, DIM, WARNING, ERROR = "plain", "dim", "warning", "error"
_STYLES = {
    PLAIN: "",
    DIM: "opacity:.65",
    WARNING: "color:#b35900",
    ERROR: "color:#d02020;font-weight:600",
}


BUSY = ("wait until what you asked for is done", ERROR)


def failed(error: Exception) -> tuple[str, str]:
    """What is said of work that was not done."""
    if isinstance(error, Cancelled):
        return "cancelled", DIM
    return describe_failure(error) or "a fault of the studio's: its terminal says more", ERROR


def waiting(before: int) -> tuple[str, str]:
    """What is said of work that is not begun."""
    requests = "1 request is" if before == 1 else f"{before} requests are"
    return f"waiting: {requests} before yours", DIM


class Words:
    """A place for lines, each of a kind: `PLAIN`, `DIM`, `WARNING` or `ERROR`."""

    def __init__(self, gui: GuiApi, name: str, *lines: tuple[str, str]) -> None:
        self._name = name
        self._html = gui.add_html("")
        self.say(*lines)

    def say(self, *lines: tuple[str, str]) -> None:
        """Puts lines, (text, kind) each, in the place of those before; none: nothing is shown."""
        found = "".join(
            f'<div data-kind="{kind}" style="{_STYLES[kind]}">{escape(shown(text))}</div>'
            for text, kind in lines
        )
        self._html.content = (
            f'<div role="status" data-name="{self._name}" style="padding:0 .75em;'
            f"margin-bottom:{'.5em' if lines else '0'};font-size:.8125em;line-height:1.4;"
            f'overflow-wrap:anywhere">{found}</div>'
        )
