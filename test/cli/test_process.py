"""The command as a process: streams that are gone, names that cannot be printed, signals."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from diffh2o_ros.cli import BAD_INPUT, outputs
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.motion.interaction import Interaction

TASK = "pick up the tea box with the right hand"
PATIENCE = 60.0  # seconds
ROOT = Path(__file__).resolve().parents[2]


def environment(**more):
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}", **more}


def shell(script, *words, **more):
    """Runs a line of shell, in which "$@" is `diffh2o` and `words`."""
    command = [sys.executable, "-m", "diffh2o_ros", *words]
    return subprocess.run(
        ["bash", "-c", script, "bash", *map(os.fsencode, map(str, command))],
        capture_output=True, timeout=PATIENCE, env=environment(**more),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("script", "words", "code"),
    [
        ('"$@" >&-', ["--help"], 0),
        ('"$@" >&- 2>&- <&-', ["fly"], BAD_INPUT),
        ('"$@" | true; exit ${PIPESTATUS[0]}', ["--help"], 0),
        ('"$@" 2>/dev/full', ["fly"], BAD_INPUT),
    ],
)
def test_printing_to_nobody_is_no_failure(script, words, code):
    done = shell(script, *words)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_printing_to_a_full_disk_is_one():
    done = shell('"$@" >/dev/full', "--version")
    assert done.returncode == 1
    assert done.stderr == b"diffh2o: error: standard output: No space left on device\n"


def test_what_cannot_be_encoded_is_escaped(tmp_path):
    """On one line, and with the exit code that the fault has."""
    file = os.fsdecode(os.fsencode(tmp_path) + b"/tasse_\xc3\xa9\n\xe9.npz")
    done = shell('"$@"', "view", file, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == BAD_INPUT
    error = done.stderr.decode("ascii")
    assert error.count("\n") == 1 and "tasse_\\xe9" in error and "\\udce9.npz" in error


@pytest.mark.parametrize(
    ("task", "message"),
    [(b"lift the th\xc3\xa9", "nowhere.ply does not exist"), (b"lift \xff", "is not UTF-8")],
)
def test_a_sentence_is_utf8_whatever_the_locale(task, message, tmp_path):
    words = ["--mesh", "nowhere.ply", "--task", os.fsdecode(task), "--out", tmp_path / "F.npz"]
    done = shell('"$@"', "synthesize", *words, LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == BAD_INPUT
    assert message in done.stderr.decode() and done.stderr.count(b"\n") == 1


def test_all_samples_are_written_though_nothing_can_be_printed(box, untrained, tmp_path):
    mesh = box.with_name("tasse_é.ply")
    box.rename(mesh)
    name = os.fsdecode(b"t\xe9\n")
    words = [
        "synthesize", "--mesh", mesh, "--task", TASK, "--weights", untrained, "--steps", 1,
        "--no-refine", "--num-samples", 2, "--out", tmp_path / "out" / f"{name}.npz",
    ]  # fmt: skip
    done = shell(
        '"$@" >/dev/full 2>"$ERRORS"', *words, LC_ALL="C", PYTHONIOENCODING="ascii",
        ERRORS=str(tmp_path / "errors"),
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in (tmp_path / "errors").read_text("ascii")
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [f"{name}_00{i}.npz" for i in range(2)]
    assert all(Interaction.load(file).text == TASK for file in files)


def test_what_was_written_before_a_failure_stays_and_is_named(simple_interaction, tmp_path):
    interaction = simple_interaction([(0, 0, 0)] * 3, [(0, 0, 0.1)] * 3)
    (tmp_path / "file").write_text("")
    files = [tmp_path / "a.npz", tmp_path / "b.npz", tmp_path / "file" / "c.npz"]
    with pytest.raises(CommandError) as refusal:
        outputs.save_all([interaction] * 3, files)
    assert "c.npz" in str(refusal.value) and "a.npz, " in str(refusal.value)
    assert "b.npz" in str(refusal.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz", "file"]
    assert Interaction.load(files[1]).num_frames == 3


@pytest.mark.parametrize(
    ("name", "count", "message"),
    [
        ("pipe.npz", 1, "a device or a pipe"),
        ("a" * 300 + ".npz", 1, "too long"),
        ("a" * 250 + ".npz", 3, "too long"),
        ("b" * 300 + "/F.npz", 1, "too long"),
        ("file/F.npz", 1, "is not a folder"),
        ("taken.npz", 2, "taken_001.npz is a folder"),
        ("li\nne.png", 1, r"not 'li\\nne.png'"),
    ],
)
def test_places_that_cannot_be_written_to_are_refused_before_the_work(
    name, count, message, tmp_path
):
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "file").write_text("")
    (tmp_path / "taken_001.npz").mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError) as refusal:
        outputs.check_file(tmp_path / name, "--out", ".npz", count=count)
    assert message in str(refusal.value) and "\n" not in str(refusal.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_name_as_long_as_may_be_can_be_written(simple_interaction, tmp_path):
    file = tmp_path / f"{'n' * 251}.npz"
    outputs.check_file(file, "--out", ".npz")
    outputs.save_all([simple_interaction([(0, 0, 0)] * 2, [(0, 0, 0.1)] * 2)], [file])
    assert file.is_file()


class Running:
    """A command in a process group of its own, as a terminal's."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "diffh2o_ros", *map(str, words)], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=environment(), start_new_session=True,
        )  # fmt: skip
        self.printed = b""

    def wait_for(self, seen):
        """Until `seen(self)` is true."""
        latest = time.monotonic() + PATIENCE
        while not seen(self):
            assert self.process.poll() is None, self.process.stdout.read()
            assert time.monotonic() < latest
            time.sleep(0.005)

    def wait_for_line(self, start):
        while not self.printed.startswith(start):
            self.printed = self.process.stdout.readline()
            assert self.printed

    def answers_signals(self):
        """Whether it has a handler of SIGTERM, which Python itself has none of."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("SigCgt:")[1].split()[0], 16) >> (signal.SIGTERM - 1) & 1

    def has_workers(self):
        """Whether it has two processes beside the one that tracks their locks."""
        parents = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parents.append(int(stat.read_text().rsplit(")", 1)[1].split()[1]))
        return parents.count(self.process.pid) >= 3

    def end(self, number):
        """Exit code and what is printed from now on; nobody may be left who could print."""
        os.killpg(self.process.pid, number)
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode()


def ended(running, number, seen):
    """What a command printed that was ended as soon as `seen(running)`; nothing else is left."""
    try:
        seen(running)
        begin = time.monotonic()
        code, printed = running.end(number)
    finally:
        running.process.kill()
    assert code == 128 + number
    assert time.monotonic() - begin < 10  # of all the time that is left of its work
    assert "diffh2o: interrupted" in printed.splitlines()
    for noise in ("Traceback", "ignored", "leaked"):
        assert noise not in printed
    return printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_command_that_just_began(number, tmp_path):
    running = Running("view", tmp_path / "F.npz")
    ended(running, number, lambda own: own.wait_for(Running.answers_signals))


def test_a_signal_ends_a_request_at_once(box, untrained, tmp_path):
    words = ["--mesh", box, "--task", TASK, "--weights", untrained, "--steps", 50]
    running = Running("synthesize", *words, "--out", tmp_path / "F.npz")
    ended(running, signal.SIGTERM, lambda own: own.wait_for_line(b"grasp"))
    assert not [*tmp_path.glob("*.npz"), *tmp_path.glob(".*")]


def test_a_signal_ends_a_film_at_once(simple_interaction, tmp_path):
    interaction = simple_interaction([(0, 0, 0)] * 300, [(0, 0, 0.1)] * 300)
    interaction.save(tmp_path / "F.npz")
    running = Running("view", tmp_path / "F.npz", "--size", 1000)
    ended(running, signal.SIGINT, lambda own: own.wait_for_line(b"drawing"))
    assert [path.name for path in tmp_path.iterdir()] == ["F.npz"]


def test_worker_processes_end_with_a_command_and_in_silence(tmp_path):
    running = Running("dataset", "build", "--out", tmp_path / "D", "--num", 400, "--workers", 2)
    ended(running, signal.SIGINT, lambda own: own.wait_for(Running.has_workers))
    assert not [*tmp_path.rglob(".*")]
