"""Many programmes of one base solved together, each answer a whole design with its proof."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from gis_layers.errors import Cancelled, EnergyMapError, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.lp.family import Outcome, solve_family
from planning.lp.model import LinearProgram, Solution
from planning.sizing.case import BaseCase
from planning.sizing.check import check_case
from planning.sizing.defaults import check_complete
from planning.sizing.design import TOLERANCE, BaseDesign, design_of
from planning.sizing.infeasible import why_infeasible
from planning.sizing.model import Bound, Goal, Model, build_model
from planning.sizing.resource import BaseResource

_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Member:
    """One programme of a study."""

    case: BaseCase
    resource: BaseResource
    goal: Goal | None = None
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A member's design, with the model and the answer it was read from."""

    design: BaseDesign
    model: Model
    solution: Solution

    def cost_cny(self) -> float:
        """What the programme calls cost: annuities, operation, fuel and unmet energy, less by-products."""
        return self.model.measure("cost", self.solution.x) * 1e6


def answers(
    members: Sequence[Member],
    progress: Progress = silent,
    *,
    positions: Sequence[float] | None = None,
    threads: int = 2,
    apart: bool = False,
) -> list[Answered | EnergyMapError]:
    """Solve the members; one that has no design leaves its error, in words, in its place.

    Parameters
    ----------
    positions
        As `solve_family`: where the members lie along a front.
    threads
        Programmes solved at the same time.
    apart
        Members too far from one another to help: all begin at once, each on its own.

    Raises
    ------
    InputError
        A cost or a profile is missing; limits of a member that contradict each other whatever is built.
    BalanceError
        An hour that does not add up.
    Cancelled
        By the progress callback.
    """
    models = []
    for member in members:
        check_complete(member.case)
        check_case(member.case, member.resource)
        models.append(build_model(member.case, member.resource, goal=member.goal, bounds=member.bounds))
    programs = [model.program for model in models]
    solving = part(progress, 0.02, 0.95)
    if apart and threads > 1:
        outcomes = _each_alone(programs, threads, solving)
    else:
        outcomes = solve_family(
            programs, positions=positions, tolerance=TOLERANCE, threads=threads, progress=solving
        )
    found: list[Answered | EnergyMapError] = []
    for number, (member, model, outcome) in enumerate(zip(members, models, outcomes, strict=True)):
        progress(0.95 + 0.05 * number / len(members), "study: designs")
        if isinstance(outcome, Solution):
            found.append(Answered(design_of(member.case, model, outcome), model, outcome))
        elif isinstance(outcome, InfeasibleError):
            found.append(why_infeasible(member.case, member.resource, bounds=member.bounds))
        else:
            found.append(outcome)
    return found


def _each_alone(programs: Sequence[LinearProgram], threads: int, progress: Progress) -> list[Outcome]:
    """Solve programmes that share nothing at the same time; progress is told from this thread."""
    shares, stop = [0.0] * len(programs), threading.Event()

    def alone(number: int) -> Outcome:
        def told(share: float, _what: str) -> None:
            if stop.is_set():
                raise Cancelled
            shares[number] = share

        return solve_family([programs[number]], tolerance=TOLERANCE, threads=1, progress=told)[0]

    with ThreadPoolExecutor(threads, thread_name_prefix="lp-apart") as pool:
        futures = [pool.submit(alone, number) for number in range(len(programs))]
        waiting: set[Future[Outcome]] = set(futures)
        try:
            while waiting:
                _, waiting = wait(waiting, timeout=_POLL_S)
                progress(sum(shares) / len(shares), f"{len(programs)} programmes")
        except BaseException:
            stop.set()
            raise
    return [future.result() for future in futures]


def needed(answer: Answered | EnergyMapError) -> Answered:
    """The answer, or its error raised."""
    if isinstance(answer, Answered):
        return answer
    raise answer


def one_answer(member: Member, progress: Progress = silent) -> Answered:
    """Solve one programme.

    Raises
    ------
    InputError, InfeasibleError, SolverError, BalanceError
        As `size_base`.
    """
    return needed(answers([member], progress, threads=1)[0])
