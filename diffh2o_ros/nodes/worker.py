"""One thread that does the heavy work, in turn, so that the executor never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rclpy.executors import Executor
from rclpy.task import Future

from diffh2o_ros.nodes.errors import BusyError, CanceledError

#: A piece of work. It calls its argument now and then, which raises CanceledError when the work is
#: no longer wanted.
Job = Callable[[Callable[[], None]], Any]


class Ticket:
    """A job that waits, runs or is done."""

    def __init__(self, worker: Worker, job: Job, future: Future) -> None:
        self.future = future  #: of its result
        self._worker = worker
        self._job = job
        self._canceled: str | None = None
        self._turn = worker.pool.submit(self._run)

    def cancel(self, reason: str) -> None:
        """Ends it with CanceledError(reason): at once if it waits, at its next check if it runs.

        Nothing happens to a job that is done.
        """
        self._canceled = self._canceled or reason
        if self._turn.cancel() and self._worker.forget(self):
            self.future.set_exception(CanceledError(reason))

    def _run(self) -> None:
        """On the worker's thread."""
        result, failure = None, None
        try:
            self._check()
            result = self._job(self._check)
        except Exception as error:
            failure = error
        self._worker.forget(self)
        if failure is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(failure)

    def _check(self) -> None:
        if self._canceled is not None:
            raise CanceledError(self._canceled)


class Worker:
    """Runs jobs one after another on a thread of its own, all of torch's work among them.

    At most `limit` jobs wait; `submit` raises BusyError beyond that.
    """

    def __init__(self, limit: int) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="synthesis")
        self._limit = limit
        self._tickets: list[Ticket] = []
        self._lock = threading.Lock()
        self._ends = False

    @property
    def unfinished(self) -> int:
        """Jobs that run or wait."""
        return len(self._tickets)

    def submit(self, job: Job, executor: Executor, limited: bool = True) -> Ticket:
        """Queues `job`; await the ticket's future in a callback of `executor`.

        Args:
            limited: False for what comes of a job that is done, which is never too much.
        """
        future = Future(executor=executor)
        # A done callback is what wakes the executor: without one a coroutine that awaits the
        # future is not resumed before something else happens.
        future.add_done_callback(lambda _: None)
        return self._queue(job, future, limited)

    def call(self, job: Job) -> Any:
        """Runs `job` after those before it and waits; for callers that must not go on without."""
        future, finished = Future(), threading.Event()
        future.add_done_callback(lambda _: finished.set())
        self._queue(job, future)
        finished.wait()
        return future.result()

    def cancel(self, reason: str) -> None:
        """Cancels every job that runs or waits; returns at once."""
        with self._lock:
            tickets = list(self._tickets)
        for ticket in tickets:
            ticket.cancel(reason)

    def close(self) -> None:
        """Cancels every job and waits for the thread to end."""
        with self._lock:
            left, self._ends = list(self._tickets), True
        self.cancel("the node was shut down before the request was done")
        self.pool.shutdown()
        for ticket in left:
            ticket.future.exception()  # fetched here, in case that nobody is left to await it

    def forget(self, ticket: Ticket) -> bool:
        """Called by a ticket that is done, before its future is; False if it was so before."""
        with self._lock:
            known = ticket in self._tickets
            self._tickets = [other for other in self._tickets if other is not ticket]
        return known

    def _queue(self, job: Job, future: Future, limited: bool = True) -> Ticket:
        with self._lock:
            if self._ends:
                raise CanceledError("the node is being shut down")
            if limited and len(self._tickets) > self._limit:
                raise BusyError(
                    f"{self._limit} requests are waiting already: try again later, or raise the "
                    "parameter queue_size"
                )
            ticket = Ticket(self, job, future)
            self._tickets.append(ticket)
            return ticket
