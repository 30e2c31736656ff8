"""Solvers at work in threads of their own, told of and stopped from the thread that asked.

HiGHS lets Python go on while it runs, so one chain of windows can run beside another. The caller's progress is
called in the caller's thread alone; when it raises, the solvers stop at their next iteration.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

from gis_layers.progress import Progress

Made = TypeVar("Made")
_WAIT_S = 0.2


class Stoppable(Protocol):
    def stop(self) -> None: ...


class Watch:
    """What runs, what it last said, and whether it is to stop."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
        self._solvers: list[Stoppable] = []
        self._stop = threading.Event()
        self._lock = threading.Lock()

    def tell(self, share: float, words: str) -> None:
        """From a working thread: where it is. InterruptedError once the caller has stopped."""
        self._said.put((share, words))
        self.check()

    def check(self) -> None:
        if self._stop.is_set():
            raise InterruptedError

    def add(self, solver: Stoppable) -> None:
        """A solver to be stopped when the caller stops."""
        with self._lock:
            self._solvers.append(solver)
        if self._stop.is_set():
            solver.stop()

    def run(self, tasks: list[Callable[[], Made]], progress: Progress) -> list[Made]:
        """Answers of the tasks, each in a thread of its own; the first failure stops the others and is raised."""
        last = (0.0, "")
        with ThreadPoolExecutor(len(tasks), thread_name_prefix="dispatch") as pool:
            futures: list[Future[Made]] = [pool.submit(task) for task in tasks]
            try:
                while True:
                    done, left = wait(futures, timeout=_WAIT_S, return_when=FIRST_EXCEPTION)
                    while not self._said.empty():
                        last = self._said.get()
                        progress(*last)
                    if not left or any(f.exception() is not None for f in done):
                        break
                    progress(*last)
            except BaseException:
                self._end()
                raise
            if any(f.done() and f.exception() is not None for f in futures):
                self._end()
                wait(futures)
                failures = [f.exception() for f in futures]
                real = [e for e in failures if e is not None and not isinstance(e, InterruptedError)]
                raise real[0] if real else InterruptedError
            return [f.result() for f in futures]

    def _end(self) -> None:
        self._stop.set()
        with self._lock:
            for solver in self._solvers:
                solver.stop()
