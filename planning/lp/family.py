"""Programmes that differ in some figures only: a front, a tornado, a set of weather years of one base.

The first is solved cold and leaves its scaling, its analysis and points on the way; the others go on from
these, two at a time. Along a front the middle comes first, then both ends from it, then all between, each from
the mean of the points of its neighbours. Every answer is proved on its own, as any other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import pairwise

from gis_layers.errors import Cancelled, InfeasibleError, SolverError
from gis_layers.progress import Progress, silent
from planning.lp.model import LinearProgram, Solution
from planning.lp.points import Start
from planning.lp.solve import solve

Outcome = Solution | InfeasibleError | SolverError
"""A member's answer, or why it has none."""

_POLL_S = 0.2


def solve_family(
    programs: Sequence[LinearProgram],
    *,
    positions: Sequence[float] | None = None,
    tolerance: float = 1e-8,
    threads: int = 2,
    progress: Progress = silent,
) -> list[Outcome]:
    """Solve programmes of the same rows and columns, in the order given.

    Parameters
    ----------
    positions
        (programme,) Rising, where the programmes lie along one line (a front over one limit): neighbours then
        help one another. Without it the first programme is the one the others differ from.
    tolerance
        As of `solve`.
    threads
        Members solved at the same time.

    Returns
    -------
    list
        (programme,) A solution each, or the InfeasibleError or SolverError that it raised.

    Raises
    ------
    Cancelled
        By the progress callback, called from this thread about five times a second.
    """
    # Of a star only its middle helps others; what the rest would leave fills the memory for nothing.
    members = _Members(programs, tolerance, 1 if positions is None else len(programs))
    rounds = _star(members) if positions is None else _front(members, positions)
    with ThreadPoolExecutor(max_workers=max(threads, 1), thread_name_prefix="lp-family") as pool:
        for batch in rounds:
            members.run(batch, pool, progress)
    return [outcome for outcome in members.outcomes if outcome is not None]


class _Members:
    """The programmes, what became of them, and what each left to the others."""

    def __init__(self, programs: Sequence[LinearProgram], tolerance: float, helpers: int) -> None:
        self.programs = programs
        self.helpers = helpers
        self.tolerance = tolerance
        self.outcomes: list[Outcome | None] = [None] * len(programs)
        self.left: dict[int, Start] = {}
        self._share = [0.0] * len(programs)
        self._stop = threading.Event()

    def run(self, batch: dict[int, Start | None], pool: ThreadPoolExecutor, progress: Progress) -> None:
        """Solve the members of a batch, each from its start; returns when all are done."""
        futures = [pool.submit(self._solve, member, start) for member, start in batch.items()]
        waiting: set[Future[None]] = set(futures)
        try:
            while waiting:
                _, waiting = wait(waiting, timeout=_POLL_S)
                progress(sum(self._share) / len(self._share), f"{len(self.programs)} programmes")
        except BaseException:
            self._stop.set()
            raise
        for future in futures:
            future.result()

    def _solve(self, member: int, start: Start | None) -> None:
        def told(share: float, _what: str) -> None:
            if self._stop.is_set():
                raise Cancelled
            self._share[member] = share

        keep: list[Start] = []
        helps = member < self.helpers
        try:
            told(0.0, "")
            self.outcomes[member] = solve(
                self.programs[member],
                progress=told,
                tolerance=self.tolerance,
                start=start,
                keep=keep if helps else None,
            )
        except (InfeasibleError, SolverError) as error:
            self.outcomes[member] = error
        if keep:
            self.left[member] = keep[0]
        self._share[member] = 1.0


def _star(members: _Members) -> Iterator[dict[int, Start | None]]:
    """The first, then all others from it."""
    count = len(members.programs)
    if count:
        yield {0: None}
    if count > 1:
        yield dict.fromkeys(range(1, count), members.left.get(0))


def _front(members: _Members, positions: Sequence[float]) -> Iterator[dict[int, Start | None]]:
    """The middle, both ends, then the middle of every gap, each from its solved neighbours."""
    last = len(positions) - 1
    batch = [(last + 1) // 2] if last >= 0 else []
    known: list[int] = []
    while batch:
        yield {member: _between(members, known, positions, member) for member in batch}
        known = sorted({*known, *batch})
        # What lies between two solved neighbours serves nobody any more.
        for member in known:
            if {member - 1, member + 1} & set(range(last + 1)) <= set(known):
                members.left.pop(member, None)
        ends = [member for member in dict.fromkeys((0, last)) if member not in known]
        gaps = pairwise(known)
        batch = ends or [(low + high) // 2 for low, high in gaps if high - low > 1]


def _between(members: _Members, known: list[int], positions: Sequence[float], member: int) -> Start | None:
    low = next((k for k in reversed(known) if k < member and k in members.left), None)
    high = next((k for k in known if k > member and k in members.left), None)
    if low is None or high is None:
        near = high if low is None else low
        return None if near is None else members.left[near]
    share = (positions[member] - positions[low]) / (positions[high] - positions[low])
    return members.left[low].towards(members.left[high], share)
