"""The LP floor: ours against HiGHS on random chains, proofs of optimality, of infeasibility, of structure."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from gis_layers.errors import InfeasibleError, SolverError
from planning.lp import LinearProgram, optimality, solve
from planning.lp.builder import ProgramBuilder
from planning.lp.interior_point import proves_infeasible


def chain(seed: int, hours: int = 96, need: float = 1.0) -> LinearProgram:
    """A store, a free source of random size, a dear source, a capacity column and a sum over all hours."""
    rng = np.random.default_rng(seed)
    b = ProgramBuilder()
    stage = np.arange(hours)
    capacity = b.columns(1, cost=float(rng.uniform(20, 60)), upper=50.0)
    cheap = b.columns(hours)
    dear = b.columns(hours, cost=rng.uniform(1.0, 2.0, hours), upper=3.0)
    charge, discharge = b.columns(hours, upper=1.0), b.columns(hours, upper=1.0, cost=0.01)
    level = b.columns(hours, upper=4.0)
    balance = b.rows(rng.uniform(0.5, 2.0, hours) * need, np.inf, stage, hours)
    for columns, sign in ((cheap, 1.0), (dear, 1.0), (charge, -1.0), (discharge, 1.0)):
        b.put(balance, columns, sign)
    limit = b.rows(-np.inf, 0.0, stage, hours)
    b.put(limit, cheap, 1.0)
    b.put(limit, capacity[0], -rng.uniform(0.0, 1.0, hours))
    step = b.rows(0.0, 0.0, stage, hours)
    b.put(step, level, 1.0)
    b.put(step[1:], level[:-1], -1.0)
    b.put(step, charge, -0.9)
    b.put(step, discharge, 1.0 / 0.9)
    green = b.rows(0.0, np.inf, -1, 1)
    b.put(green, cheap, 0.4)
    b.put(green, dear, -0.6)
    return b.program()


@pytest.mark.parametrize("seed", range(12))
def test_ours_and_highs_agree_on_a_random_chain(seed: int) -> None:
    program = chain(seed)
    ours, theirs = solve(program, "ipm"), solve(program, "highs")
    assert ours.solver == "banded-ipm"
    assert ours.objective == pytest.approx(theirs.objective, rel=2e-8)
    for answer in (ours, theirs):
        assert optimality(program, answer.x, answer.row_duals).within(1e-7)


def test_a_yearly_sum_beside_hours_a_thousand_times_smaller_still_solves_tightly() -> None:
    """Scaling by the largest row made bases stall above 1e-6."""
    program = chain(3, hours=4000)
    answer = solve(program, "ipm", tolerance=1e-8)
    assert answer.gap <= 1e-8
    assert answer.primal_residual <= 1e-8


def test_duals_are_the_price_of_one_more_unit() -> None:
    program = chain(5)
    answer = solve(program, "ipm")
    row = int(np.argmax(answer.row_duals))
    more = program.row_lower.copy()
    more[row] += 1e-3
    raised = LinearProgram(program.cost, program.matrix, more, program.row_upper, program.lower, program.upper,
                           program.row_stage)  # fmt: skip
    change = solve(raised, "highs").objective - solve(program, "highs").objective
    assert change / 1e-3 == pytest.approx(answer.row_duals[row], rel=0.05)


def test_an_infeasible_chain_is_proved_infeasible_by_either_solver() -> None:
    program = chain(1, need=40.0)
    for method in ("ipm", "highs"):
        with pytest.raises(InfeasibleError):
            solve(program, method)  # type: ignore[arg-type]


def test_no_ray_proves_a_feasible_programme_infeasible() -> None:
    program = chain(2)
    answer = solve(program, "highs")
    rng = np.random.default_rng(0)
    assert not proves_infeasible(program, answer.row_duals)
    for _ in range(20):
        assert not proves_infeasible(program, rng.normal(size=program.rows))


def test_a_free_column_and_a_mirrored_one_keep_their_bounds() -> None:
    b = ProgramBuilder()
    free = b.columns(1, cost=1.0, lower=-np.inf)
    below = b.columns(1, cost=-1.0, lower=-np.inf, upper=2.0)
    row = b.rows(-5.0, np.inf, 0, 1)
    b.put(row, free, 1.0)
    tie = b.rows(0.0, 4.0, 0, 1)
    b.put(tie, below, 1.0)
    answer = solve(b.program(), "ipm")
    assert answer.x == pytest.approx([-5.0, 2.0], abs=1e-6)


def test_a_programme_that_is_no_chain_goes_to_highs_and_says_so() -> None:
    rng = np.random.default_rng(4)
    size = 700
    matrix = sp.random_array((size, size), density=0.05, rng=rng, format="csc") + sp.eye_array(size)
    program = LinearProgram(
        cost=np.ones(size), matrix=matrix, row_lower=np.ones(size), row_upper=np.full(size, np.inf),
        lower=np.zeros(size), upper=np.full(size, np.inf), row_stage=rng.permutation(size),
    )  # fmt: skip
    answer = solve(program)
    assert answer.solver.startswith("highs (banded-ipm: ")
    assert optimality(program, answer.x, answer.row_duals).within(1e-7)


def test_a_malformed_programme_is_refused() -> None:
    good = chain(0)
    cost = good.cost.copy()
    cost[0] = np.nan
    with pytest.raises(SolverError):
        LinearProgram(cost, good.matrix, good.row_lower, good.row_upper, good.lower, good.upper)
