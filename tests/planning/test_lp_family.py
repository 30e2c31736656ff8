"""Families: each member's answer is the one it has alone, with its own proof; and it takes less."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InfeasibleError
from planning.lp import LinearProgram, Solution, Start, optimality, solve, solve_family
from tests.planning.lp_cases import valley
from tests.planning.test_lp import chain


def front(points: int = 7, hours: int = 400) -> tuple[list[float], list[LinearProgram]]:
    """A chain whose least share of the cheap source rises."""
    program = chain(8, hours=hours)
    shares = [float(s) for s in np.linspace(0.0, 0.12, points)]
    members = []
    for share in shares:
        matrix = program.matrix.tolil(copy=True)
        cheap = slice(1, 1 + hours)
        dear = slice(1 + hours, 1 + 2 * hours)
        matrix[-1, cheap] = 0.4 - share
        matrix[-1, dear] = -0.6 - share
        members.append(dataclasses.replace(program, matrix=matrix.tocsc()))
    return shares, members


def solved(outcome: object) -> Solution:
    assert isinstance(outcome, Solution)
    return outcome


@pytest.mark.parametrize("threads", [1, 2])
def test_a_front_has_the_answers_its_points_have_alone(threads: int) -> None:
    shares, programs = front()
    together = [solved(o) for o in solve_family(programs, positions=shares, threads=threads)]
    for program, answer in zip(programs, together, strict=True):
        assert answer.objective == pytest.approx(solve(program, "highs").objective, rel=1e-7)
        assert optimality(program, answer.x, answer.row_duals).within(1e-8)
    costs = [answer.objective for answer in together]
    assert all(a <= b + 1e-6 for a, b in pairwise(costs))


def test_points_of_a_front_take_fewer_steps_together_than_alone() -> None:
    shares, programs = front(points=9, hours=1500)
    alone = sum(solve(program, "ipm").iterations for program in programs)
    together = sum(solved(o).iterations for o in solve_family(programs, positions=shares))
    assert together < 0.8 * alone


def test_a_tornado_over_costs_has_the_answers_of_each_change() -> None:
    base = valley(5, hours=120, delays_h=(3, 6))
    programs = [base]
    dear = np.flatnonzero(base.cost > 1.0)
    for column in dear:
        cost = base.cost.copy()
        cost[column] *= 1.2
        programs.append(dataclasses.replace(base, cost=cost))
    for program, outcome in zip(programs, solve_family(programs), strict=True):
        answer = solved(outcome)
        assert answer.objective == pytest.approx(solve(program, "highs").objective, rel=1e-7)
        assert optimality(program, answer.x, answer.row_duals).within(1e-8)


def test_a_point_that_cannot_be_met_says_so_and_spoils_no_other() -> None:
    needs = [1.0, 1.2, 40.0]
    outcomes = solve_family([chain(1, need=need) for need in needs], positions=needs)
    assert isinstance(outcomes[2], InfeasibleError)
    for need, outcome in zip(needs[:2], outcomes[:2], strict=True):
        assert solved(outcome).objective == pytest.approx(
            solve(chain(1, need=need), "highs").objective, rel=1e-7
        )


def test_programmes_of_another_shape_are_solved_all_the_same() -> None:
    programs = [chain(1), chain(2, hours=120), chain(3)]
    for program, outcome in zip(programs, solve_family(programs), strict=True):
        assert solved(outcome).objective == pytest.approx(solve(program, "highs").objective, rel=1e-7)


def test_no_programmes_have_no_answers_and_one_has_its_own() -> None:
    assert solve_family([]) == []
    assert solve_family([], positions=[]) == []
    (only,) = solve_family([chain(1)], positions=[0.5])
    assert solved(only).objective == pytest.approx(solve(chain(1), "highs").objective, rel=1e-7)


def test_a_start_of_a_neighbour_shortens_the_way_and_changes_nothing() -> None:
    _, programs = front(points=40, hours=1500)
    left: list[Start] = []
    solve(programs[10], "ipm", keep=left)
    cold, warm = solve(programs[11], "ipm"), solve(programs[11], "ipm", start=left[0])
    assert warm.iterations < cold.iterations
    assert warm.objective == pytest.approx(cold.objective, rel=2e-8)


def test_a_cancelled_family_stops() -> None:
    shares, programs = front(points=5, hours=3000)

    def cancel(share: float, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        solve_family(programs, positions=shares, progress=cancel)
