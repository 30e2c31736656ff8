"""One member run, here, in another process or on another machine: a pure function of its task."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gis_layers.errors import Cancelled
from gis_layers.progress import Progress, silent
from planning.ensemble.answers import MemberAnswer, answer_of, failure_of

Until = Literal["resource", "sizing", "cash_flow"]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is handed: plain values."""

    number: int
    """Of the member."""
    name: str
    key: str
    scenario_json: str
    store: Path | None
    library: Path | None
    until: Until
    """cash_flow: the whole chain; before it: only what several members stand on is put into the store."""


def run_task(task: Task) -> tuple[int, MemberAnswer | None]:
    """(number, answer) of a task; a failure is an answer too. None where only the store was filled."""
    return run_watched(task, silent)


def run_watched(task: Task, progress: Progress) -> tuple[int, MemberAnswer | None]:
    """The same with progress.

    Raises
    ------
    Cancelled
        From `progress`; nothing else.
    """
    began = time.monotonic()
    try:
        answer = _run(task, progress)
    except Cancelled:
        raise
    except Exception as error:  # whatever it was: it is this member's, and the others go on
        if task.until != "cash_flow":
            return task.number, None  # the member itself will say it
        return task.number, failure_of(task.name, task.key, time.monotonic() - began, error)
    if answer is None:
        return task.number, None
    return task.number, answer.model_copy(update={"seconds": round(time.monotonic() - began, 1)})


def _run(task: Task, progress: Progress) -> MemberAnswer | None:
    from planning.chain.run import Chain
    from planning.chain.store import Store
    from planning.scenario import Scenario

    scenario = Scenario.model_validate_json(task.scenario_json)
    store = Store(task.store) if task.store is not None else None
    chain = Chain(scenario, progress, store, task.until, library=task.library)
    if task.until == "cash_flow":
        return answer_of(task.name, task.key, 0.0, chain.result.summary)
    for base in scenario.bases:
        chain.profile(base.id)
    if task.until == "resource":
        chain.nodes  # noqa: B018  asked for, so that it is stored
    else:
        chain.designs()
    return None
