"""A batch shared among threads: the same results in the same order, and one stop for all."""

import threading
from concurrent.futures import Future

import pytest
import torch

from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.threads import Stopped, apart, in_parts


@pytest.mark.parametrize("count, threads, parts", [(7, 3, 3), (2, 8, 2), (5, 1, 1), (1, 4, 1)])
def test_parts_cover_the_batch_in_order(count, threads, parts):
    def work(part):
        return list(range(count))[part]

    found = in_parts(work, count, threads)
    assert [x for part in found for x in part] == list(range(count))
    assert len(found) == parts and max(map(len, found)) - min(map(len, found)) <= 1


def test_what_a_part_raises_is_raised():
    def work(part):
        if part.start:
            raise ValueError("the second part")
        return part

    with pytest.raises(ValueError, match="the second part"):
        in_parts(work, 4, 2)


def test_torch_computes_alone_there_and_goes_on_here_as_before():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        assert apart(lambda _: torch.get_num_threads()) == 1
        assert apart(lambda _: in_parts(lambda part: torch.get_num_threads(), 3, 3)) == [1, 1, 1]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_progress_is_told_where_the_result_is_waited_for():
    here, told = threading.get_ident(), []

    def work(report):
        for step in (1, 2):
            report("grasp", step, 2)
        return threading.get_ident()

    there = apart(work, lambda *event: told.append((threading.get_ident(), *event)))
    assert there != here and told == [(here, "grasp", 1, 2), (here, "grasp", 2, 2)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_listens_ends_the_work(error):
    ended = []

    def cancel(stage, step, total):
        raise error("enough")

    def work(report):
        report("grasp", 1, 2)
        report.stopped.wait()
        with pytest.raises(Stopped):
            report("grasp", 2, 2)
        ended.append(True)

    with pytest.raises(error, match="enough"):
        apart(work, cancel)
    assert ended == [True]  # before the call was over


def test_what_the_work_raises_is_raised_and_not_kept():
    def work(report):
        raise ValueError("in there")

    with pytest.raises(ValueError, match="in there") as caught:
        apart(work)
    frames = [entry.frame for entry in caught.traceback]
    assert not any(isinstance(v, Future) for f in frames for v in f.f_locals.values() if f)


def test_of_several_parts_the_first_tells_and_all_stop():
    request = Request(None, None, None, None, frozenset(), SynthesisSettings())
    first, second = request.reporter("grasp", slice(0, 4)), request.reporter("grasp", slice(4, 8))
    first(1, 6)
    second(1, 6)
    assert request.report.events.qsize() == 1
    request.report.stopped.set()
    for part in (first, second):
        with pytest.raises(Stopped):
            part(2, 6)


def test_threads_that_computed_do_not_end():
    """As one ends it locks MKL's memory for a moment, in which a fork would never end."""
    computed = []

    def work(report):
        computed.append(threading.current_thread())
        in_parts(lambda part: computed.append(threading.current_thread()), 3, 3)

    callers = [threading.Thread(target=apart, args=[work]) for _ in range(3)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(set(computed)) >= 2 and not set(computed) & set(callers)
    assert all(thread.is_alive() for thread in computed)
