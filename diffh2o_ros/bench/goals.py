"""What the package promises of its speed, and whether a run kept it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diffh2o_ros.bench.objects import FINE_FACES, SCAN_FACES
from diffh2o_ros.bench.results import Results

MET, MISSED, UNMEASURED = "met", "missed", "unmeasured"
#: What a fitted exponent may be above that of proportion and still be it: noise bends a fit.
FIT_ERROR = 0.05
CORES = 2  #: of the machine that goals of the CPU are for
GPU = "H200"  #: and of those of the GPU
QUICK = "a quick run asks for less"
NOT_MEASURED = "no such size in this run"


@dataclass(frozen=True)
class Found:
    """A figure, or why there is none; `note` is what else to know of it."""

    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """One promise. `tolerance`: what the figure may lie beyond `limit` and still meet it."""

    what: str
    limit: float
    unit: str
    find: Callable[[Results], Found]
    at_most: bool = True
    decimals: int = 2
    tolerance: float = 0.0

    def met(self, value: float) -> bool:
        """Whether a figure is as promised."""
        if self.at_most:
            return value <= self.limit + self.tolerance
        return value >= self.limit - self.tolerance


@dataclass(frozen=True)
class Verdict:
    """A goal and what became of it."""

    goal: Goal
    value: float | None
    state: str  #: MET, MISSED or UNMEASURED
    note: str


def judge(results: Results) -> list[Verdict]:
    """Every goal against what was found. A quick run meets and misses none."""
    verdicts = []
    for goal in GOALS:
        found = goal.find(results)
        if found.value is None:
            verdicts.append(Verdict(goal, None, UNMEASURED, found.note))
        elif results.settings["quick"]:
            verdicts.append(Verdict(goal, found.value, UNMEASURED, QUICK))
        else:
            state = MET if goal.met(found.value) else MISSED
            verdicts.append(Verdict(goal, found.value, state, found.note))
    return verdicts


def _cpu(results: Results, *path: str) -> Found:
    """A figure of the CPU; machines with more cores than the goal is for are named."""
    if results.find("cpu") is None:
        return Found(None, "the CPU was not asked for: --device auto or cpu")
    reason = results.find("cpu", path[0], "unmeasured")
    value = results.find("cpu", *path)
    if value is None:
        return Found(None, reason or NOT_MEASURED)
    cores = results.machine["cores"]
    return Found(value, "" if cores <= CORES else f"with {cores} cores; meant for {CORES}")


def _reply(condition: str) -> Callable[[Results], Found]:
    return lambda results: _cpu(results, "service", "requests", condition, "reply", "median")


def _intake(faces: int) -> Callable[[Results], Found]:
    """The whole intake of a request whose object is new."""

    def find(results: Results) -> Found:
        found = _cpu(results, "curves", "faces", "points")
        for point in found.value or []:
            if point["at"] == faces:
                return Found(point["stages"]["intake"]["median"], found.note)
        return Found(None, found.note if found.value is None else NOT_MEASURED)

    return find


def _ratio(results: Results) -> Found:
    """The lower of the ratios with guidance and without, to requests whose object was seen."""
    ratios = results.find("cpu", "published", "ratios")
    if ratios is None:
        return _cpu(results, "published", "ratios")
    name = min((n for n in ratios if n.endswith(", seen")), key=ratios.__getitem__)
    return Found(ratios[name], name)


def _growth(curve: str, part: str) -> Callable[[Results], Found]:
    """The exponent of a whole request, or of the part of it that a curve is about."""

    def find(results: Results) -> Found:
        found = _cpu(results, "curves", curve, "exponents", part)
        return Found(found.value)  # a power, however many cores there are

    return find


def _gpu(find: Callable[[Results], Found], any_gpu: bool = False) -> Callable[[Results], Found]:
    """A figure of the GPU; of one that the goal is for, unless it is for any."""

    def found(results: Results) -> Found:
        gpu = results.machine["gpu"]
        if results.find("cuda") is None:
            reason = "no GPU here" if gpu is None else "the GPU was not asked for"
            return Found(None, reason)
        if not any_gpu and GPU not in gpu:
            return Found(None, f"this GPU is a {gpu}")
        return find(results)

    return found


def _gpu_request(results: Results) -> Found:
    median = results.find("cuda", "requests", "guided, seen", "total", "median")
    return Found(1e3 * median, "through the library")


def _gpu_throughput(results: Results) -> Found:
    for point in results.find("cuda", "curves", "samples", "points"):
        if point["at"] == 256:
            return Found(256 / point["total"]["median"], "guided and refined")
    return Found(None, NOT_MEASURED)


def _gpu_memory(results: Results) -> Found:
    value = results.find("cuda", "first_answer", "memory", "gpu", "peak")
    if value is None:
        return Found(None, results.find("cuda", "first_answer", "unmeasured") or NOT_MEASURED)
    return Found(value / 1e6, "what torch reserves, the CUDA context not counted")


def _node_memory(results: Results) -> Found:
    found = _cpu(results, "service", "memory", "peak")
    return found if found.value is None else Found(found.value / 1e9, "its peak")


GOALS = (
    Goal(
        "guided request, object not seen before, message to reply",
        1.0,
        "s",
        _reply("guided, unseen"),
    ),
    Goal("guided request, object seen before, message to reply", 0.6, "s", _reply("guided, seen")),
    Goal("intake of a 16k-face scan", 0.3, "s", _intake(SCAN_FACES)),
    Goal("intake of a 200k-face scan", 1.0, "s", _intake(FINE_FACES)),
    Goal("ratio to the published size and steps", 600, "", _ratio, at_most=False, decimals=0),
    Goal("H200, guided request, object seen before", 40, "ms", _gpu(_gpu_request), decimals=1),
    Goal("H200, batch 256", 2000, "samples/s", _gpu(_gpu_throughput), at_most=False, decimals=0),
    Goal("host memory of the running node", 1.2, "GB", _node_memory),
    Goal("GPU memory, one sample", 500, "MB", _gpu(_gpu_memory, any_gpu=True), decimals=0),
    Goal(
        "node, process start to ready",
        6.0,
        "s",
        lambda results: _cpu(results, "service", "ready", "total", "median"),
    ),
    Goal("diffh2o --help", 0.3, "s", lambda results: Found(results.help["median"])),
    *(
        Goal(
            f"growth of {what} with {curve}, exponent",
            1.0,
            "",
            _growth(curve, part),
            tolerance=FIT_ERROR,
        )
        for curve, part, what in (
            ("faces", "intake", "the intake"),
            ("frames", "request", "a request"),
            ("samples", "request", "a request"),
        )
    ),
)
