"""Work of the window's own thread that is too long for one turn of the event loop, one piece a turn.

Between two pieces the window takes keys and paints; so a piece reads what holds when its turn comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Pieces of work in order, each in a turn of its own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    def start(self, *pieces: Callable[[], object]) -> None:
        """Do these; what waits of an earlier wish is dropped, for the newer one holds."""
        self._waiting = deque(pieces)
        self._timer.start()

    def finish(self) -> None:
        """Do at once all that waits."""
        self._timer.stop()
        while self._waiting:
            self._waiting.popleft()()

    def _next(self) -> None:
        if not self._waiting:
            return
        piece = self._waiting.popleft()
        if self._waiting:
            # Before the work: a piece that fails takes none of the others with it.
            self._timer.start()
        piece()
