"""Many programmes of one base solved together, each answer a whole design with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gis_layers.errors import EnergyMapError, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.lp.family import solve_family
from planning.lp.model import Solution
from planning.sizing.case import BaseCase
from planning.sizing.check import check_case
from planning.sizing.defaults import check_complete
from planning.sizing.design import TOLERANCE, BaseDesign, design_of
from planning.sizing.infeasible import why_infeasible
from planning.sizing.model import Bound, Goal, Model, build_model
from planning.sizing.resource import BaseResource


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
) -> list[Answered | EnergyMapError]:
    """Solve the members; one that has no design leaves its error, in words, in its place.

    Parameters
    ----------
    positions
        As `solve_family`: where the members lie along a front.
    threads
        Programmes solved at the same time.

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
    outcomes = solve_family(
        programs,
        positions=positions,
        tolerance=TOLERANCE,
        threads=threads,
        progress=part(progress, 0.02, 0.95),
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
