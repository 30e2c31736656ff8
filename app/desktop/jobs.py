"""Long work runs in a worker process of the program itself: cancel is a clean stop, a crash stays outside."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

GRACE_MS = 4000
"""How long a cancelled worker may take to clean up before it is killed."""


def worker_command(arguments: list[str]) -> tuple[str, list[str]]:
    """Program and arguments that start this program again, frozen or not."""
    if getattr(sys, "frozen", False):
        return sys.executable, arguments
    return sys.executable, ["-m", "app", *arguments]


class Job(QObject):
    """One run of a command in a process of its own."""

    progressed = Signal(float, str, object)
    """Share done, step, remaining seconds or None."""
    noted = Signal(str)
    """Something that went wrong beside the work, in the reader's words."""
    finished = Signal(bool, str)
    """Whether it ended well, and its last words (an error message, or the JSON answer)."""

    def __init__(self, arguments: list[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardError.connect(self._read_progress)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._failed)
        self._words: list[str] = []
        self._pending = b""
        self._cancelled = False
        self._over = False
        self.pid = 0
        """Of the process, kept when it is gone."""
        self._process.started.connect(self._begun)
        program, rest = worker_command([*arguments, "--progress", "json"])
        self._process.setWorkingDirectory(str(Path.cwd()))
        self._process.start(program, rest)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Ask the worker to stop; kill it when it does not."""
        if self._over:
            return
        self._cancelled = True
        self._process.terminate()
        QTimer.singleShot(GRACE_MS, self._kill)

    def _begun(self) -> None:
        self.pid = self._process.processId()

    def _kill(self) -> None:
        if not self._over:
            self._process.kill()

    def _read_progress(self) -> None:
        self._pending += bytes(self._process.readAllStandardError().data())
        *lines, self._pending = self._pending.split(b"\n")
        for raw in lines:
            line = raw.decode("utf-8", errors="replace").strip()
            if line.startswith("{"):
                try:
                    step = json.loads(line)
                    if "note" in step:
                        self.noted.emit(str(step["note"]))
                        continue
                    self.progressed.emit(float(step["share"]), str(step["what"]), step.get("remaining_s"))
                    continue
                except (ValueError, KeyError):
                    pass
            if line:
                self._words.append(line)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._over:
            self._over = True
            self.finished.emit(False, self._process.errorString())

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._over:
            return
        self._over = True
        self._read_progress()
        good = status == QProcess.ExitStatus.NormalExit and code == 0
        if good:
            answer = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", errors="replace")
            self.finished.emit(True, answer)
        else:
            self.finished.emit(False, "\n".join(self._words[-8:]))
