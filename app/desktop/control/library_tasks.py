"""Commands for the library, one after the other in the worker process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import messages
from app.desktop.importing.entries import Order
from app.desktop.jobs import Job
from app.desktop.texts import text
from app.messages import Language


@dataclass(eq=False)
class Task:
    """One command in the worker process, or waiting for its turn."""

    title: str
    arguments: Sequence[str]
    then: Callable[[dict[str, Any]], None]
    """Takes the command's answer."""
    failed: Callable[[str], None]
    """Takes what went wrong, in the reader's words."""
    order: Order | None = None
    job: Job | None = None


class TaskQueue(QObject):
    """Runs tasks in the order they came."""

    progressed = Signal(object, float, str, object)
    """Task, share, step in words, remaining seconds or None."""
    rested = Signal()
    """Nothing is under way any more."""
    swept = Signal(int)
    """Id of a process that did not end well: what it began to write may still lie there."""

    def __init__(self, language: Callable[[], Language], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._tasks: list[Task] = []

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    @property
    def waiting(self) -> int:
        """Behind the one under way."""
        return max(len(self._tasks) - 1, 0)

    @property
    def now(self) -> Task | None:
        """The one under way."""
        return self._tasks[0] if self._tasks else None

    def add(self, task: Task) -> None:
        """Begin it, or let it wait."""
        self._tasks.append(task)
        if len(self._tasks) == 1:
            self._begin()

    def cancel(self, order: Order | None = None) -> None:
        """Stop the task under way, or the one of an order, waiting or not."""
        task = self.now if order is None else next((t for t in self._tasks if t.order is order), None)
        if task is None:
            return
        if task.job is not None:
            task.job.cancel()
        else:
            self._tasks.remove(task)
            task.failed(text("library.cancelled", self._language(), name=task.title))

    def stop(self) -> None:
        """The window closes."""
        self._tasks[1:] = []
        self.cancel()

    def _begin(self) -> None:
        task = self.now
        if task is None:
            self.rested.emit()
            return
        task.job = Job([*task.arguments, "--json", "--lang", self._language()], self)
        task.job.progressed.connect(self._progressed)
        task.job.finished.connect(self._ended)
        self._progressed(0.0, "", None)

    def _progressed(self, share: float, what: str, left_s: object) -> None:
        if self.now is not None:
            self.progressed.emit(self.now, share, messages.step(what, self._language()), left_s)

    def _ended(self, good: bool, words: str) -> None:
        task = self._tasks.pop(0)
        job, task.job = task.job, None
        answer: object = None
        if good:
            try:
                answer = json.loads(words)
            except ValueError:  # cut off: it ended before its last word
                words = ""
        if isinstance(answer, dict):
            task.then(answer)
        else:
            task.failed(self._why(task, words, cancelled=job is not None and job.cancelled))
            if job is not None and job.pid:
                self.swept.emit(job.pid)
        if job is not None:
            job.deleteLater()
        self._begin()

    def _why(self, task: Task, words: str, *, cancelled: bool) -> str:
        if cancelled:
            return text("library.cancelled", self._language(), name=task.title)
        return words.strip().removeprefix("energymap: ") or text("library.worker_gone", self._language())
