"""Runs a page as it is written: every bash and Python block in its order, in one folder with the
package's assets, and holds what they print against what the page says they print."""

import contextlib
import io
import re
import subprocess

import pytest

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(\d+(?:\.\d+)?)")
#: Tutorials that take longer than all others together.
LONG = ("your_hand", "train_your_own")
#: Of a number between machines: a motion may be some frames longer on another one.
TOLERANCE = 0.3
#: Seconds for a single command.
PATIENCE = 600


def blocks(page):
    """(language, code) of a page's fenced blocks."""
    return BLOCK.findall(page.read_text("utf-8"))


def run_page(page, environment):
    """Runs all blocks of a page; AssertionError where one fails or prints something else."""
    names, printed = {"__name__": "tutorial"}, ""
    for language, code in blocks(page):
        if language == "bash":
            printed = run_bash(code, environment)
        elif language == "python":
            printed = run_python(code, names)
        elif language == "text":
            check(code, printed)


def shown(pattern, line):
    """Whether a line that a page shows is what was printed: words as they are, numbers within
    `TOLERANCE`, and "..." for anything."""
    if "..." in pattern:
        parts = [re.escape(part) for part in pattern.split("...")]
        return re.fullmatch(".*".join(parts), line) is not None
    wanted, found = NUMBER.split(pattern), NUMBER.split(line)
    return wanted[::2] == found[::2] and all(
        float(b) == pytest.approx(float(a), rel=TOLERANCE)
        for a, b in zip(wanted[1::2], found[1::2], strict=True)
    )


def check(text, printed):
    """The lines of a page are among those that were printed, in their order."""
    lines = iter(printed.splitlines())
    for pattern in text.splitlines():
        assert any(shown(pattern, line) for line in lines), f"{pattern!r} is not in:\n{printed}"


def run_bash(code, environment):
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}"
    return done.stdout


def run_python(code, names):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<tutorial>", "exec"), names)
    return printed.getvalue()
