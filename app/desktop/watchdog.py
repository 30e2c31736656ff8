"""Measures how long the event loop was blocked: the window promises never more than 100 ms."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

BEAT_MS = 10
LIMIT_MS = 100.0


class Watchdog(QObject):
    """Beats in the event loop; a late beat is a block."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0
        self.worst_ms = 0.0
        self.blocks_ms: list[float] = []
        """Blocks longer than `LIMIT_MS`."""

    def start(self) -> None:
        self.worst_ms, self.blocks_ms = 0.0, []
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        late_ms = (now - self._last) * 1e3 - BEAT_MS
        self._last = now
        self.worst_ms = max(self.worst_ms, late_ms)
        if late_ms > LIMIT_MS:
            self.blocks_ms.append(late_ms)
