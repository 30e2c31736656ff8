"""Layers that threads read for, and the threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

from app.desktop.map.garbage import collect_in_this_thread

READ_THREADS = 2
RETIRE_MS = 200


@lru_cache(maxsize=1)
def reading_pool() -> ThreadPoolExecutor:
    """The threads that read layers, first come first served.

    Python's threads and not Qt's: a QThreadPool gives each task a new Python thread state, with which
    pyproj's context of the thread dies while its transformers live on; that ends in a crash.
    """
    return ThreadPoolExecutor(READ_THREADS, thread_name_prefix="layer-reader")


class BackgroundLayer(QObject):
    """A layer read by threads, and never destroyed by one of them.

    A QObject must die in the window's thread. A thread that reads for a layer holds it; were the window to
    drop it meanwhile, the thread would hold it last. So every layer is kept here until it was closed and
    its threads have ended, and is let go of by the window's thread.
    """

    _alive: ClassVar[set[BackgroundLayer]] = set()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = 0
        self._lock = threading.Lock()
        self._closed = False
        BackgroundLayer._alive.add(self)
        # Cycles too must be collected there.
        collect_in_this_thread()

    def _submit(self, work: Callable[..., None], *given: object) -> None:
        """Do something in a reading thread; nothing once the layer is closed or the program ends."""

        def run() -> None:
            try:
                work(*given)
            finally:
                with self._lock:
                    self._tasks -= 1

        with self._lock:
            if self._closed:
                return
            self._tasks += 1
        try:
            reading_pool().submit(run)
        except RuntimeError:  # the interpreter is shutting down
            with self._lock:
                self._tasks -= 1

    def close(self) -> None:
        """Stop reading; called by the window's thread. The layer announces nothing more."""
        with self._lock:
            self._closed = True
        QTimer.singleShot(RETIRE_MS, self._retire)

    @Slot()
    def _retire(self) -> None:
        if self._tasks:
            QTimer.singleShot(RETIRE_MS, self._retire)
        else:
            # Once more around: the thread may not have left its last task yet.
            QTimer.singleShot(RETIRE_MS, self._let_go)

    @Slot()
    def _let_go(self) -> None:
        BackgroundLayer._alive.discard(self)
