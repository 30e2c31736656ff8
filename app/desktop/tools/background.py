"""Short work beside the window: one thread, answers back in the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal


class _Voice(QObject):
    """Lives as long as its work does, whoever asked for it may be gone by then."""

    done = Signal(object, object)
    failed = Signal(object, object)


class Background(QObject):
    """Runs functions one after the other; each answers under the key it was asked with."""

    done = Signal(object, object)
    """Key and result."""
    failed = Signal(object, object)
    """Key and the exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._voices: dict[Hashable, _Voice] = {}

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

        def work() -> None:
            try:
                result = function()
            except Exception as error:  # every failure is an answer: the window says it
                voice.failed.emit(key, error)
            else:
                voice.done.emit(key, result)

        self._pool.start(work)

    def stop(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._pool.clear()
        self._pool.waitForDone()
        self._voices.clear()

    def _done(self, key: Hashable, result: object) -> None:
        self._voices.pop(key, None)
        self.done.emit(key, result)

    def _failed(self, key: Hashable, error: object) -> None:
        self._voices.pop(key, None)
        self.failed.emit(key, error)


def reason(error: object, language: Any) -> str:
    """An exception in the reader's words."""
    from app import messages
    from gis_layers.errors import EnergyMapError

    if isinstance(error, EnergyMapError):
        return messages.say(error, language)
    return f"{type(error).__name__}: {error}"
