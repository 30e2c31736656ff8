"""Members in processes of this machine: one process a member, so that what it took goes with it, and a process that
dies takes only its own member along."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final

from gis_layers.errors import Cancelled, EnergyMapError
from gis_layers.progress import Progress
from planning.ensemble.answers import MemberAnswer, failure_of
from planning.ensemble.work import Task, run_task, run_watched

Answered = tuple[int, MemberAnswer | None]
Work = Callable[[Task], Answered]

LOOK_S: Final = 0.3
"""Between two looks for answers."""
TELL_S: Final = 0.5
"""Between two words of a process on how far it is."""
SILENT_S: Final = 2.0
"""Between two words on how far all are, where nothing moves: so soon a cancelled ensemble ends."""
TOLD_STEP: Final = 0.001
GRACE_S: Final = 3.0


@dataclass(slots=True)
class _Running:
    process: BaseProcess
    task: Task
    share: float = 0.0
    answered: Answered | None = None


def pooled(
    work: Work, tasks: Sequence[Task], workers: int, progress: Progress, what: str
) -> Iterator[Answered]:
    """Answers of all tasks in the order in which they are done, at most `workers` at once.

    Raises
    ------
    Cancelled
        From `progress`; all processes are ended first.
    """
    spawn = multiprocessing.get_context("spawn")
    waiting, running = deque(tasks), dict[Connection, _Running]()
    done = 0
    told, told_s = -1.0, 0.0
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                task = waiting.popleft()
                ours, theirs = spawn.Pipe(duplex=False)
                process = spawn.Process(target=_serve, args=(theirs, work, task), daemon=True)
                process.start()
                theirs.close()
                running[ours] = _Running(process, task)
            reached = (done + sum(one.share for one in running.values())) / len(tasks)
            now = time.monotonic()
            if reached >= told + TOLD_STEP or now >= told_s + SILENT_S:
                told, told_s = reached, now
                progress(reached, f"{what}: {done + 1} / {len(tasks)}")
            for ready in wait(list(running), LOOK_S):
                assert isinstance(ready, Connection)
                if _heard(ready, running[ready]):
                    one = running.pop(ready)
                    ready.close()
                    one.process.join()
                    done += 1
                    yield one.answered if one.answered is not None else _died(one)
    finally:
        _end(running)


def _heard(connection: Connection, one: _Running) -> bool:
    """Take in what a process says; whether that was its last word."""
    try:
        kind, value = connection.recv()
    except (EOFError, OSError):
        return True
    if kind == "share":
        one.share = max(one.share, value)
        return False
    one.answered = value
    return True


def _died(one: _Running) -> Answered:
    why = f"exit code {one.process.exitcode}"
    error = EnergyMapError("member_lost", what=why)
    return one.task.number, failure_of(one.task.name, one.task.key, 0.0, error)


def _end(running: dict[Connection, _Running]) -> None:
    for one in running.values():
        one.process.terminate()
    until = time.monotonic() + GRACE_S
    for connection, one in running.items():
        one.process.join(max(0.0, until - time.monotonic()))
        if one.process.is_alive():
            one.process.kill()
            one.process.join()
        connection.close()


def _serve(connection: Connection, work: Work, task: Task) -> None:
    """What a process does: one task, and from time to time how far it is."""
    # Ctrl-C reaches every process of the terminal; the first of them ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    last = 0.0

    def tell(share: float, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= TELL_S:
            last = now
            try:
                connection.send(("share", share))
            except OSError as error:  # nobody listens any more
                raise Cancelled from error

    with contextlib.suppress(Cancelled, OSError):
        answered = run_watched(task, tell) if work is run_task else work(task)
        connection.send(("answer", answered))
    connection.close()
