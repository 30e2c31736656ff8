"""Measures how long the event loop was blocked: the window promises never more than 100 ms.

Beside the time on the clock stands the processor time of the window's thread: what a busy neighbour took from the
machine is in the one and not in the other.
"""

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
        self._last = self._last_cpu = 0.0
        self.worst_ms = 0.0
        self.worst_cpu_ms = 0.0
        """The most processor time the window's thread took between two beats."""
        self.blocks_ms: list[float] = []
        """Blocks longer than `LIMIT_MS`."""

    def start(self) -> None:
        self.worst_ms, self.worst_cpu_ms, self.blocks_ms = 0.0, 0.0, []
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        late_ms = (now - self._last) * 1e3 - BEAT_MS
        self.worst_cpu_ms = max(self.worst_cpu_ms, (cpu - self._last_cpu) * 1e3)
        self._last, self._last_cpu = now, cpu
        self.worst_ms = max(self.worst_ms, late_ms)
        if late_ms > LIMIT_MS:
            self.blocks_ms.append(late_ms)
