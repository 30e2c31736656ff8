"""Short work beside the window: one thread, answers back in the window's thread."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable, Hashable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from app import messages
from app.messages import Language
from gis_layers.errors import EnergyMapError

LEAVE_S = 20.0
"""How long the end of the program waits for work that has begun."""


class _Voice(QObject):
    """Speaks from the thread; lives as long as its work does, whoever asked may be gone by then."""

    done = Signal(object, object)
    failed = Signal(object, object)


class _Worker:
    """A thread and what it has to do.

    Not QThreadPool: destroying that waits for all that is queued, and a program that ends while Python runs
    in one of its threads ends in a crash. This thread drops what has not begun.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._over = False
        self._thread: threading.Thread | None = None

    def put(self, work: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="beside the window")
            self._thread.start()
            _workers.add(self)
        self._queue.put(work)

    def drop(self) -> None:
        """Begin nothing more."""
        self._over = True
        self._queue.put(lambda: None)

    def join(self, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._over:
            work = self._queue.get()
            if not self._over:
                work()
            del work  # and the voice it holds
        while not self._queue.empty():
            self._queue.get()

    @property
    def over(self) -> bool:
        """Nobody listens any more."""
        return self._over


_workers: weakref.WeakSet[_Worker] = weakref.WeakSet()


@atexit.register
def _leave() -> None:
    """Python must not be taken from under a thread that still computes."""
    workers = list(_workers)
    for worker in workers:
        worker.drop()
    for worker in workers:
        worker.join(LEAVE_S)


class Background(QObject):
    """Runs functions one after the other; each answers under the key it was asked with."""

    done = Signal(object, object)
    """Key and result."""
    failed = Signal(object, object)
    """Key and the exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker()
        self._voices: dict[Hashable, _Voice] = {}
        self.destroyed.connect(self._worker.drop)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    def busy(self, key: Hashable) -> bool:
        return key in self._voices

    @property
    def idle(self) -> bool:
        return not self._voices

    def run(self, key: Hashable, function: Callable[[], Any]) -> None:
        """Ask; a key already asked and not answered is not asked twice."""
        if key in self._voices:
            return
        voice = _Voice()
        voice.done.connect(self._done, Qt.ConnectionType.QueuedConnection)
        voice.failed.connect(self._failed, Qt.ConnectionType.QueuedConnection)
        self._voices[key] = voice
        worker = self._worker

        def work() -> None:
            try:
                result = function()
            except Exception as error:  # every failure is an answer: the window says it
                if not worker.over:
                    voice.failed.emit(key, error)
            else:
                if not worker.over:
                    voice.done.emit(key, result)

        worker.put(work)

    def stop(self) -> None:
        """Drop what has not begun and wait for what has; nothing can be asked afterwards."""
        self._worker.drop()
        self._worker.join(LEAVE_S)
        self._voices.clear()

    def _done(self, key: Hashable, result: object) -> None:
        if self._voices.pop(key, None) is not None:
            self.done.emit(key, result)

    def _failed(self, key: Hashable, error: object) -> None:
        if self._voices.pop(key, None) is not None:
            self.failed.emit(key, error)


def reason(error: object, language: Language) -> str:
    """An exception in the reader's words."""
    if isinstance(error, EnergyMapError):
        return messages.say(error, language)
    return f"{type(error).__name__}: {error}"
