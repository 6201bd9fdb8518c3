"""A batch shared among threads: the same results in the same order, and one stop for all."""

import pytest
import torch

from diffh2o_ros.synthesis.parallel import in_parts, one_thread_each
from diffh2o_ros.synthesis.request import Request, Stopped


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


def test_threads_are_given_back():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(RuntimeError), one_thread_each(torch.device("cpu")) as threads:
            assert (threads, torch.get_num_threads()) == (2, 1)
            raise RuntimeError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_when_the_first_part_is_stopped_all_are():
    def cancel(stage, step, total):
        raise KeyboardInterrupt

    request = Request(None, None, None, "", None, None, 0.0, None, True, cancel, threads=2)
    first, second = request.reporter("grasp", slice(0, 4)), request.reporter("grasp", slice(4, 8))
    second(1, 6)  # nothing has been stopped yet
    with pytest.raises(KeyboardInterrupt):
        first(1, 6)
    with pytest.raises(Stopped):
        second(2, 6)
