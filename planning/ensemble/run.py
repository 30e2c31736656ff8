"""An ensemble run: members in parallel on this machine or on Dask, finished ones kept, failed ones named.

What several members stand on (weather of a seed, sized bases of a water year) is computed first, once, into the store
of links; then the members, each the whole chain. A member is kept as soon as it is finished, so that what was stopped
goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.files import writable_folder
from gis_layers.progress import Progress, part, silent
from planning.chain.ground import ground_with
from planning.chain.links import Keys, keys_of
from planning.chain.store import Store
from planning.ensemble.answers import MemberAnswer, failure_of, keep, kept
from planning.ensemble.members import Member
from planning.ensemble.pool import Answered, Work, pooled
from planning.ensemble.room import workers_here
from planning.ensemble.statistics import Difference, Group, differences_of, groups_of
from planning.ensemble.work import Task, Until, run_task, run_watched
from resources import spread
from resources.choice import find_entries

MEMBERS: Final = "members"
STORE: Final = "store"
STEP: Final = "ensemble"
MOST_WORKERS: Final = spread.MOST_WORKERS
_SHARED: Final = 0.3
"""Of the time of all, what is spent on what several members share, as the progress reckons."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """All members' answers and what they say together."""

    members: tuple[Member, ...]
    answers: tuple[MemberAnswer, ...]
    """In the order of the members."""
    reused: int
    """Members finished in an earlier run."""
    workers: int
    """Processes on this machine; 0 where a cluster ran them."""
    groups: tuple[Group, ...]
    differences: tuple[Difference, ...]

    @property
    def failed(self) -> tuple[MemberAnswer, ...]:
        return tuple(answer for answer in self.answers if not answer.done)


def run_ensemble(
    members: Sequence[Member],
    out: Path,
    *,
    workers: int | None = None,
    cluster: str = "",
    store: Path | None = None,
    library: Path | None = None,
    progress: Progress = silent,
    work: Work = run_task,
) -> Ensemble:
    """Run all members that are not finished yet.

    Parameters
    ----------
    out
        Folder; finished members are kept in `members` in it, by the hash of scenario, program and data.
    workers
        Processes on this machine; None: as memory and cores allow; 1: in this process. Not with a cluster.
    cluster
        Address of a Dask scheduler (`spread.answers`).
    store
        Of links' answers, shared by all members; None: in `out`. On a cluster each machine has its own, unless the
        folder is one all of them see.
    work
        What a worker does with a task; for tests.

    Raises
    ------
    InputError
        No member; workers that are none; a cluster that does not answer; a folder that cannot be written.
    EnergyMapError
        `cluster_lost`: the scheduler is gone.
    Cancelled
        Finished members stay.

    Notes
    -----
    A member that fails, for whatever reason, is an answer with its reason; the others go on. Failed members are
    tried again by the next run.
    """
    where = _where(members, workers, cluster)
    folder = writable_folder(writable_folder(out) / MEMBERS)
    links = Store(store or out / STORE)
    keys = [_keys(member, library) for member in members]
    answers: dict[int, MemberAnswer] = {}
    for number, (member, key) in enumerate(zip(members, keys, strict=True)):
        found = key if isinstance(key, MemberAnswer) else kept(folder, member.name, key.cash_flow)
        if found is not None:
            answers[number] = found
    reused = sum(answer.done for answer in answers.values())
    todo = [number for number in range(len(members)) if number not in answers]
    tasks = {
        number: Task(number, members[number].name, key.cash_flow, members[number].scenario.model_dump_json(),
                     links.folder, library, "cash_flow")
        for number in todo
        if not isinstance(key := keys[number], MemberAnswer)
    }  # fmt: skip
    # One after the other they find what the ones before them stored.
    shared = _shared(tasks, keys, links) if where.cluster or where.workers > 1 else ()
    begin = _SHARED * len(shared) / max(len(shared) + len(tasks), 1)
    for phase, some in enumerate(shared):
        step = part(progress, begin * phase / len(shared), begin * (phase + 1) / len(shared))
        for _ in _answers(some, where, work, step):
            pass
    for number, answer in _answers(list(tasks.values()), where, work, part(progress, begin, 1.0)):
        if answer is not None:
            answers[number] = answer
            if answer.done:
                keep(folder, answer)
    ordered = tuple(answers[number] for number in range(len(members)))
    progress(1.0, f"{STEP}: done")
    return Ensemble(
        tuple(members), ordered, reused, 0 if cluster else where.workers, groups_of(members, ordered),
        differences_of(members, ordered),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Where:
    workers: int
    cluster: str


def _where(members: Sequence[Member], workers: int | None, cluster: str) -> _Where:
    problems = []
    if not members:
        problems.append(Problem("ensemble", "members", "none", "one at least"))
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        problems.append(Problem("ensemble", "--workers", f"{workers}", f"1 to {MOST_WORKERS}"))
    if workers is not None and cluster:
        problems.append(Problem("ensemble", "--workers, --cluster", "both", "one of them"))
    if problems:
        raise InputError(problems)
    address = spread.check_address(cluster)
    count = workers if workers is not None else min(workers_here(), len(members))
    return _Where(count, address)


def _keys(member: Member, library: Path | None) -> Keys | MemberAnswer:
    """The keys of a member's answers; its failure where the data it names is not at hand."""
    try:
        ground = ground_with(find_entries(member.scenario.resource, library).of_places)
        return keys_of(member.scenario, ground)
    except EnergyMapError as error:
        return failure_of(member.name, "", 0.0, error)


def _shared(
    tasks: dict[int, Task], keys: Sequence[Keys | MemberAnswer], links: Store
) -> tuple[list[Task], ...]:
    """Tasks that fill the store with what several members stand on, in phases: weather, then bases."""
    phases: list[list[Task]] = []
    until: tuple[Until, ...] = ("resource", "sizing")
    for link in until:
        users: dict[tuple[str, ...], list[int]] = {}
        for number in tasks:
            key = keys[number]
            assert isinstance(key, Keys)
            users.setdefault(key.of(link), []).append(number)
        wanted = [
            replace(tasks[numbers[0]], until=link)
            for of_link, numbers in users.items()
            if len(numbers) > 1 and not all(links.has(link, key) for key in of_link)
        ]
        if wanted:
            phases.append(wanted)
    return tuple(phases)


def _answers(tasks: list[Task], where: _Where, work: Work, progress: Progress) -> Iterator[Answered]:
    if where.cluster and tasks:
        yield from spread.answers(
            work, iter(tasks), len(tasks), where.cluster, progress, what=STEP, lost=_lost
        )
    elif where.workers > 1 and len(tasks) > 1:
        yield from pooled(work, tasks, where.workers, progress, STEP)
    else:
        for number, task in enumerate(tasks):
            within = part(progress, number / len(tasks), (number + 1) / len(tasks))
            within(0.0, f"{STEP}: {number + 1} / {len(tasks)}")
            yield run_watched(task, within) if work is run_task else work(task)


def _lost(task: Task, why: str) -> Answered:
    """The answer of a task over which workers died: memory, most often."""
    return task.number, failure_of(task.name, task.key, 0.0, EnergyMapError("member_lost", what=why))
