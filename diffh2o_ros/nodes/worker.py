"""One thread that does the heavy work, in turn, so that the executor never waits for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from rclpy.executors import Executor
from rclpy.task import Future

from diffh2o_ros.nodes.errors import BusyError, CanceledError

#: A piece of work. It calls its argument now and then, which raises CanceledError when the work is
#: no longer wanted.
Job = Callable[[Callable[[], None]], Any]


class Worker:
    """Runs jobs one after another on a thread of its own, all of torch's work among them.

    At most `limit` jobs wait; `submit` raises BusyError beyond that.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._jobs: queue.SimpleQueue[tuple[Job, Future, threading.Event] | None]
        self._jobs = queue.SimpleQueue()
        self._unfinished: dict[Future, threading.Event] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="synthesis")
        self._thread.start()

    @property
    def unfinished(self) -> int:
        """Jobs that run or wait."""
        return len(self._unfinished)

    def submit(self, job: Job, executor: Executor) -> Future:
        """Queues `job` and returns a future to await in a callback of `executor`."""
        future = Future(executor=executor)
        # A done callback is what wakes the executor: without one a coroutine that awaits the
        # future is not resumed before something else happens.
        future.add_done_callback(lambda _: None)
        self._queue(job, future)
        return future

    def call(self, job: Job) -> Any:
        """Runs `job` after those before it and waits; for callers that must not go on without."""
        future, finished = Future(), threading.Event()
        future.add_done_callback(lambda _: finished.set())
        self._queue(job, future)
        finished.wait()
        return future.result()

    def _queue(self, job: Job, future: Future) -> None:
        canceled = threading.Event()
        with self._lock:
            if len(self._unfinished) > self._limit:
                raise BusyError(
                    f"{self._limit} requests are waiting already: try again later, or raise the "
                    "parameter queue_size"
                )
            self._unfinished[future] = canceled
        self._jobs.put((job, future, canceled))

    def cancel(self) -> None:
        """Makes every job that runs or waits end with CanceledError; returns at once."""
        with self._lock:
            for canceled in self._unfinished.values():
                canceled.set()

    def close(self) -> None:
        """Cancels every job and waits for the thread to end."""
        self.cancel()
        left = list(self._unfinished)
        self._jobs.put(None)
        self._thread.join()
        for future in left:
            future.exception()  # fetched here, in case that nobody is left to await it

    def _run(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, future, canceled = item

            def check(canceled: threading.Event = canceled) -> None:
                if canceled.is_set():
                    raise CanceledError("the node was deactivated before the request was done")

            result, failure = None, None
            try:
                check()
                result = job(check)
            except Exception as error:
                failure = error
            with self._lock:
                del self._unfinished[future]
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)
