import threading
import time

import pytest
import rclpy

from diffh2o_ros.nodes.errors import BusyError, CanceledError
from diffh2o_ros.nodes.worker import Worker


@pytest.fixture
def worker():
    worker = Worker(limit=2)
    yield worker
    worker.close()


def result_of(future, executor, timeout=5.0):
    executor.spin_until_future_complete(future, timeout_sec=timeout)
    return future.result()


def test_jobs_run_in_turn_on_one_other_thread(worker, executor):
    seen = []

    def job(number):
        def run(check):
            seen.append((number, threading.current_thread().name))
            return number

        return run

    futures = [worker.submit(job(i), executor).future for i in range(3)]
    assert [result_of(future, executor) for future in futures] == [0, 1, 2]
    assert [number for number, _ in seen] == [0, 1, 2]
    assert {name for _, name in seen} == {"synthesis_0"}
    assert worker.unfinished == 0


def test_call_waits_and_raises(worker):
    assert worker.call(lambda check: 42) == 42
    with pytest.raises(KeyError, match="lost"):
        worker.call(lambda check: {}["lost"])


def test_awaiting_a_job_wakes_a_sleeping_executor(worker, executor, context):
    """Nothing else happens in this executor: without a wake-up it would sleep on."""
    node = rclpy.create_node("sleeper", context=context)
    executor.add_node(node)
    finished = threading.Event()

    async def wait_for_job():
        await worker.submit(lambda check: time.sleep(0.3), executor).future
        finished.set()

    executor.create_task(wait_for_job)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    try:
        assert finished.wait(2.0)
    finally:
        executor.shutdown()
        thread.join()
        node.destroy_node()


def test_more_than_may_wait_are_refused(worker, executor):
    go = threading.Event()
    waiting = [worker.submit(lambda check: go.wait(5), executor) for _ in range(3)]
    with pytest.raises(BusyError, match="queue_size"):
        worker.submit(lambda check: None, executor)
    go.set()
    assert all(result_of(ticket.future, executor) for ticket in waiting)
    assert result_of(worker.submit(lambda check: "again", executor).future, executor) == "again"


def test_cancel_ends_what_runs_and_what_waits_but_not_what_comes(worker, executor):
    running = threading.Event()

    def endless(check):
        while True:
            running.set()
            check()
            time.sleep(0.01)

    tickets = [worker.submit(endless, executor), worker.submit(lambda check: None, executor)]
    assert running.wait(5)
    worker.cancel("enough")
    for ticket in tickets:
        with pytest.raises(CanceledError, match="enough"):
            result_of(ticket.future, executor)
    assert result_of(worker.submit(lambda check: "next", executor).future, executor) == "next"


def test_one_that_waits_is_canceled_at_once_and_the_others_stay(worker, executor):
    go, ran = threading.Event(), []
    first = worker.submit(lambda check: go.wait(5), executor)
    second = worker.submit(lambda check: ran.append("second"), executor)
    third = worker.submit(lambda check: "third", executor)
    second.cancel("not needed")
    assert second.future.done() and not first.future.done()
    with pytest.raises(CanceledError, match="not needed"):
        second.future.result()
    go.set()
    assert result_of(first.future, executor) and result_of(third.future, executor) == "third"
    first.cancel("too late")
    assert first.future.result() is True and not ran
