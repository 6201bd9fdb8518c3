"""Whatever a program has set for its own computations, and from whatever thread or process it
asks: the same results, and everything as it was afterwards."""

import os
import random
import signal
import threading
import warnings
from contextlib import ExitStack, contextmanager

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros import Synthesizer
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.threads import ForkError, apart, in_parts

BODY = trimesh.creation.box((0.06, 0.05, 0.12))
TASK = "pick up the box with the right hand"
BOX = Mesh(*map(np.asarray, (BODY.vertices, BODY.faces)))
#: A wrist: it guides by gradients through the network.
WRIST = Grasp("right", global_orient=np.zeros(3), transl=np.array([-0.05, 0.08, 0.0]))


@pytest.fixture(scope="module")
def synthesizer():
    return new_synthesizer()


def new_synthesizer():
    return Synthesizer(device="cpu", settings=SynthesisSettings(num_candidates=5, num_steps=2))


def outcome(synthesizer):
    """Numbers of two results, with and without a target."""
    found = []
    for grasp in (None, WRIST):
        (result,) = synthesizer.synthesize(BOX, TASK, grasp, seed=1)
        found += [result.object_pose, *(hand.vertices for hand in result.hands.values())]
    return found


@pytest.fixture(scope="module")
def expected(synthesizer):
    return outcome(synthesizer)


def assert_same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@contextmanager
def default_type(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
        assert torch.get_default_dtype() == dtype
    finally:
        torch.set_default_dtype(before)


@contextmanager
def default_device(name):
    torch.set_default_device(name)
    try:
        yield
        assert torch.get_default_device() == torch.device(name)
    finally:
        torch.set_default_device(None)


@contextmanager
def deterministic():
    torch.use_deterministic_algorithms(True)
    try:
        yield
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


@contextmanager
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        yield
        assert warnings.filters == before


SURROUNDINGS = {
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
    "double precision": lambda: default_type(torch.float64),
    "another device": lambda: default_device("meta"),
    "another device for now": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu"),
    "deterministic": deterministic,
    "numpy's errors": lambda: np.errstate(all="raise"),
    "errors of warnings": warnings_are_errors,
}


# The others are tried together, below.
@pytest.mark.parametrize("name", ["inference mode", "another device for now"])
def test_what_is_set_changes_no_result(synthesizer, expected, name):
    with SURROUNDINGS[name]():
        found = outcome(synthesizer)
    assert_same(found, expected)


def test_networks_that_are_loaded_amid_all_of_it_are_the_same(expected):
    with ExitStack() as stack:
        for name, surroundings in SURROUNDINGS.items():
            if name != "another device for now":
                stack.enter_context(surroundings())
        other = new_synthesizer()
        found = outcome(other)
    assert_same(found, expected)
    assert_same(outcome(other), expected)


def surroundings_now():
    return (
        torch.get_num_threads(),
        threads_elsewhere(),
        torch.get_default_dtype(),
        torch.get_rng_state().tolist(),
        np.random.get_state()[1].tolist(),
        random.getstate(),
        torch.is_grad_enabled(),
        np.geterr(),
        os.getcwd(),
        dict(os.environ),
        list(warnings.filters),
    )


def threads_elsewhere():
    """How many threads torch starts from where it has not been yet."""
    found = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_all_is_as_it_was(synthesizer, three_threads):
    before = surroundings_now()
    outcome(synthesizer)
    with pytest.raises(ZeroDivisionError):
        synthesizer.synthesize(BOX, TASK, on_progress=lambda *_: 1 / 0)
    new_synthesizer()
    assert surroundings_now() == before


def test_several_threads_at_once(synthesizer, three_threads):
    """Calls that overlap, the last to come the last to go."""
    expected = outcome(synthesizer)  # in as many parts: what is added up otherwise is rounded so
    found, counts, gate = [], [], threading.Barrier(3)

    def work(own):
        gate.wait()
        found.append(outcome(own))
        counts.append(torch.get_num_threads())

    callers = [synthesizer, synthesizer, new_synthesizer()]
    threads = [threading.Thread(target=work, args=(own,)) for own in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found:
        assert_same(one, expected)
    assert counts == [3, 3, 3]
    assert (torch.get_num_threads(), threads_elsewhere()) == (3, 3)


def forked(work):
    """What `work` says in a fork of this process, or what it raises."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads, we know
        child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            told = str(work())
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def test_a_fork_goes_on(synthesizer, expected):
    apart(lambda _: in_parts(lambda part: None, 2, 2))  # threads that the fork does not have
    torch.ones(300, 300) @ torch.ones(300, 300)

    def work():
        assert_same(outcome(synthesizer), expected)
        assert_same(outcome(new_synthesizer()), expected)
        return "the same"

    assert forked(work) == "the same"
    assert_same(outcome(synthesizer), expected)


def test_a_fork_of_what_works_in_several_threads_goes_on(synthesizer, three_threads):
    expected = outcome(synthesizer)  # in as many parts: what is added up otherwise is rounded so

    def work():
        assert_same(outcome(synthesizer), expected)
        return "the same"

    assert forked(work) == "the same"


def test_a_fork_amid_another_threads_synthesis_says_so(synthesizer):
    inside, leave = threading.Event(), threading.Event()

    def work(report):
        inside.set()
        leave.wait()

    thread = threading.Thread(target=apart, args=[work])
    thread.start()
    inside.wait()
    told = forked(lambda: outcome(synthesizer))
    leave.set()
    thread.join()
    assert told.startswith(f"{ForkError.__name__}: ") and "spawn" in told and "\n" not in told
