"""What a command owes to whoever started it: signals, exit codes, streams that may be gone."""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # until signals are seen to, nothing is imported that takes its time
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

#: What ends a command from outside. Who started it may have had them ignored, as nohup does.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WRITE_ERROR = 1


def as_program(command: Callable[[], int]) -> int:
    """Runs a command as what this process is for; returns the exit code.

    Signals: 130 for Ctrl-C, 143 for SIGTERM, at once, with nothing half-written left. What cannot
    be encoded is printed escaped. Where nobody reads what is printed (a closed stream, a pipe's
    other end gone), the command does its work all the same; where printing fails (a full disk), it
    does, too, and the code is 1.
    """
    _answer_signals(_end)
    out = _take_streams()
    try:
        code = command()
    except SystemExit as leave:  # of argparse, after --help
        code = leave.code or 0
    finally:
        out.flush()
        sys.stderr.flush()
    if out.failure is not None:
        sys.stderr.write(f"diffh2o: error: standard output: {out.failure}\n")
        code = code or WRITE_ERROR
    return code


def _answer_signals(handler: Callable[[int, object], None]) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end(number: int, _frame: object) -> None:
    """Ends this process wherever it is.

    An exception would have to find its way out of the libraries' imports, callbacks and handlers
    of all exceptions, of which some print it and some lose it.
    """
    _answer_signals(_end_at_once)  # to the next one
    try:
        os.write(2, b"\ndiffh2o: interrupted\n")
    except OSError:
        pass
    if _end_children():
        # What they were started with has locks to give back; there, nothing loses an exception.
        raise Interrupted(number)
    _end_at_once(number)


class Interrupted(KeyboardInterrupt):
    """The signal of this number came."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def _end_at_once(number: int, _frame: object = None) -> None:
    # What is not imported, or not to its end, has made nothing.
    remove = getattr(sys.modules.get("diffh2o_ros.atomic"), "remove_unfinished", None)
    if remove is not None:
        remove()
    os._exit(128 + number)


def _end_children() -> bool:
    """Whether there were any."""
    active_children = getattr(sys.modules.get("multiprocessing"), "active_children", list)
    children = active_children()
    for child in children:
        child.terminate()
    return bool(children)


class _Stream:
    """A standard stream that may be written to even where it fails; `failure` says how it did."""

    def __init__(self, stream: TextIO | None) -> None:
        self.failure: str | None = None
        self._stream = stream or open(os.devnull, "w", encoding="utf-8")
        # By lines: what was printed has left when a signal comes.
        self._stream.reconfigure(errors="backslashreplace", line_buffering=True)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        if not isinstance(error, BrokenPipeError):
            self.failure = error.strerror or str(error)
        # What is still in its buffer will be written when the process ends: to nowhere.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def _take_streams() -> _Stream:
    """Makes standard output and error ones that can be written to; returns the former."""
    for number in range(3):  # else the first file that is opened would get the number, and the text
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = out, _ = _Stream(sys.stdout), _Stream(sys.stderr)
    return out
