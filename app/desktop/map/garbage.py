"""Python's collector of cycles kept in the window's thread.

The collector runs in whatever thread makes the object too many, and there destroys what it finds. A widget
destroyed in another thread than its own hangs or crashes Qt; a dialogue closed a minute ago is enough. So
while threads work beside the window, the collector is off and a timer of the window's thread runs it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer

EVERY_MS = 500
NAME = "collector"


class _Collector(QObject):
    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self.setObjectName(NAME)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        application.aboutToQuit.connect(gc.enable)

    def _collect(self) -> None:
        """As Python itself decides, oldest generation first, but here and now."""
        for generation in (2, 1, 0):
            limit = gc.get_threshold()[generation]
            if limit and gc.get_count()[generation] > limit:
                gc.collect(generation)
                return


def collect_in_this_thread() -> None:
    """Keep the collector in the calling thread, which must be the window's; once is enough."""
    application = QCoreApplication.instance()
    if application is not None and application.findChild(QObject, NAME) is None:
        _Collector(application)
