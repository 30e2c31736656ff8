"""Work beside the window: a thread that stays, answers back in the window's thread."""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, Qt, Signal

from gis_layers.errors import EnergyMapError

LEAVE_S = 20.0
"""How long the end of the program waits for a computation that has begun."""

Answer = TypeVar("Answer")


class Worker:
    """A thread and what it has to do, one after the other.

    A thread of Python's that stays, not Qt's pool: there each task has a thread state of its own, what PROJ
    keeps by thread dies with it, and coordinate systems kept from an earlier task crash the program. And not
    an executor of Python's: at the end of the program that works off all that is queued.
    """

    def __init__(self, name: str, *, finish: bool = False) -> None:
        """`finish`: what was asked is done even when the program ends (files); else it is dropped."""
        self._name, self._finish = name, finish
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._over = False
        self._thread: threading.Thread | None = None

    def put(self, work: Callable[[], None]) -> None:
        """Do something in the thread; it must not raise."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name=self._name)
            self._thread.start()
            _workers.add(self)
        self._queue.put(work)

    def drop(self) -> None:
        """Begin nothing more, unless it has to be finished; then nothing after it."""
        if self._finish:
            self._queue.put(self._end)
        else:
            self._end()
            self._queue.put(lambda: None)

    def join(self) -> None:
        """Wait for the end that `drop` asked for."""
        if self._thread is not None:
            self._thread.join(None if self._finish else LEAVE_S)

    @property
    def over(self) -> bool:
        """Nobody listens any more."""
        return self._over

    def _end(self) -> None:
        self._over = True

    def _run(self) -> None:
        while not self._over:
            work = self._queue.get()
            if not self._over:
                work()
            del work  # and the voice it holds
        while not self._queue.empty():
            self._queue.get()


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()


@atexit.register
def _leave() -> None:
    """Python must not be taken from under a thread that still works."""
    workers = list(_workers)
    for worker in workers:
        worker.drop()
    for worker in workers:
        worker.join()


class _Voice(QObject):
    """Speaks from the thread; lives as long as its work does, whoever asked may be gone by then."""

    answered = Signal(object, object, object)
    """Key, answer and error; one of the two is None."""


@dataclass(slots=True)
class _Asked:
    """What is to follow, kept until it does."""

    voice: _Voice
    then: Callable[[Any], None]
    failed: Callable[[EnergyMapError], None]


class Background(QObject):
    """Runs functions one after the other in a thread; what follows runs in the thread of the window."""

    idle = Signal()
    """The last answer was delivered."""

    def __init__(
        self, parent: QObject | None = None, worker: Worker | None = None, *, finish: bool = False
    ) -> None:
        """
        Parameters
        ----------
        worker
            A thread shared with others, which outlives this; else it has its own, which ends with it.
        finish
            Whether its own thread ends only after all that was asked (files), or drops it (computations).
        """
        super().__init__(parent)
        self._asked: dict[Hashable, _Asked] = {}
        self._own = worker is None
        self._worker = worker or Worker("beside the window", finish=finish)
        if self._own:
            self.destroyed.connect(self._worker.drop)
            application = QCoreApplication.instance()
            if application is not None and not finish:
                application.aboutToQuit.connect(self.stop)

    @property
    def busy(self) -> bool:
        return bool(self._asked)

    def run(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[EnergyMapError], None],
        key: Hashable = None,
    ) -> None:
        """Call `work` in the thread, then one of the two here; a key asked and not answered is not asked twice."""
        key = object() if key is None else key
        if key in self._asked:
            return
        voice, worker = _Voice(), self._worker
        voice.answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._asked[key] = _Asked(voice, then, failed)

        def task() -> None:
            answer: object = None
            error: EnergyMapError | None = None
            try:
                answer = work()
            except Exception as any_error:  # every failure is an answer: the window says it
                error = ours(any_error)
            if not worker.over:
                voice.answered.emit(key, answer, error)

        worker.put(task)

    def wait(self, seconds: float = 60.0) -> bool:
        """Until all is done, answers delivered too; for tests and for closing."""
        deadline = QDeadlineTimer(round(seconds * 1000))
        while self._asked and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
            time.sleep(0.001)
        return not self._asked

    def stop(self) -> None:
        """Drop what has not begun and wait for what has; nothing can be asked afterwards."""
        self._asked.clear()
        if self._own:
            self._worker.drop()
            self._worker.join()

    def _deliver(self, key: Hashable, answer: object, error: EnergyMapError | None) -> None:
        asked = self._asked.pop(key, None)
        if asked is None:
            return
        if error is not None:
            asked.failed(error)
        else:
            asked.then(answer)
        if not self._asked:
            self.idle.emit()


def ours(error: Exception) -> EnergyMapError:
    """An exception as one the window has words for."""
    if isinstance(error, EnergyMapError):
        return error
    if isinstance(error, MemoryError):
        return EnergyMapError("memory_full")
    return EnergyMapError("system_error", what=f"{type(error).__name__}: {error}")
