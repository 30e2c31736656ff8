"""Ours on wide chains: travel time, ramps, starts; against HiGHS, and what it is made of piece by piece."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp

from gis_layers.errors import SolverError
from planning.blas import _libraries, one_blas_thread
from planning.lp import LinearProgram, optimality, solve
from planning.lp.analysis import analyse, product_pattern
from planning.lp.builder import ProgramBuilder
from planning.lp.normal_equations import NormalEquations
from planning.lp.standard_form import standard_form
from tests.planning.lp_cases import valley
from tests.planning.test_lp import chain

DELAYS = [(3,), (5, 1), (2, 9), (3, 8, 20, 12), (24,), (0, 4)]


@pytest.mark.parametrize("seed", range(len(DELAYS)))
def test_ours_and_highs_agree_on_a_random_valley(seed: int) -> None:
    program = valley(seed, hours=96, delays_h=DELAYS[seed], ramps=seed % 2 == 0)
    ours, theirs = solve(program, "ipm"), solve(program, "highs")
    assert ours.solver == "banded-ipm"
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-7)
    assert optimality(program, ours.x, ours.row_duals).within(1e-8)


def test_water_on_its_way_for_a_day_keeps_the_chain_and_a_small_border() -> None:
    """Two months of five stations: the columns of water stay out of the border, and the factors stay thin."""
    form = standard_form(valley(1, hours=1440))
    equations = NormalEquations(form.matrix, form.stage)
    assert equations.sparse
    assert equations.border < 20
    assert equations.core_rows < 16 * 1440


def test_a_base_with_a_battery_keeps_its_narrow_band() -> None:
    form = standard_form(chain(0, hours=500))
    equations = NormalEquations(form.matrix, form.stage)
    assert not equations.sparse
    assert equations.bandwidth <= 2


@pytest.mark.parametrize("program", [chain(4), valley(2, hours=72, delays_h=(2, 7))], ids=["band", "sparse"])
def test_the_factored_system_solves_what_it_stands_for(program: LinearProgram) -> None:
    """A' dy - D dx = f and A dx + r dy = g, multiplied out."""
    form = standard_form(program)
    matrix = sp.csr_array(form.matrix)
    rng = np.random.default_rng(0)
    weight = 10.0 ** rng.uniform(-3, 3, form.cost.size)
    shift = 1e-9
    equations = NormalEquations(matrix, form.stage)
    equations.factor(weight, shift)
    f, g = rng.normal(size=form.cost.size), rng.normal(size=form.rhs.size)
    dx, dy = equations.solve(f, g)
    assert np.abs(matrix.T @ dy - dx / weight - f).max() < 1e-7
    assert np.abs(matrix @ dx + shift * dy - g).max() < 1e-6 * max(1.0, float(np.abs(dx).max()))


def test_an_analysis_serves_every_matrix_of_its_pattern_and_no_other() -> None:
    form = standard_form(valley(3, hours=72, delays_h=(2, 5)))
    analysis = analyse(sp.csr_array(form.matrix), form.stage)
    other = sp.csr_array(form.matrix).copy()
    other.data = other.data * np.random.default_rng(1).uniform(0.5, 2.0, other.data.size)
    again = NormalEquations(other, form.stage, analysis)
    fresh = NormalEquations(other, form.stage)
    weight = np.random.default_rng(2).uniform(0.1, 10.0, form.cost.size)
    for equations in (again, fresh):
        equations.factor(weight, 1e-9)
    assert again.analysis is analysis
    for mine, theirs in zip(again.solve(form.cost, form.rhs), fresh.solve(form.cost, form.rhs), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9)
    smaller = other[1:]
    assert not analysis.fits(smaller, form.stage)


def test_the_entries_of_a_weighted_product_are_gathered_where_they_belong() -> None:
    rng = np.random.default_rng(3)
    left = sp.random_array((40, 30), density=0.1, rng=rng, format="csc")
    right = sp.random_array((3, 30), density=0.5, rng=rng, format="csc")
    weight = rng.uniform(0.5, 2.0, 30)
    row, column, gather = product_pattern(left, right)
    found = np.zeros((40, 3))
    found[row, column] = gather @ weight
    np.testing.assert_allclose(found, (left @ sp.diags_array(weight) @ right.T).toarray(), atol=1e-14)


def test_prices_a_thousandfold_apart_still_solve_tightly() -> None:
    """Costs scaled by the dearest column left the hourly ones below the rounding of the duals."""
    program = valley(4, hours=240, delays_h=(3, 8))
    cost = program.cost.copy()
    cost[cost > 5.0] *= 1e3
    answer = solve(dataclasses.replace(program, cost=cost), "ipm")
    assert answer.gap <= 1e-8
    assert answer.dual_residual <= 1e-8


def test_too_many_columns_over_the_whole_horizon_are_no_chain() -> None:
    b = ProgramBuilder()
    hours = 1000
    row = b.rows(1.0, np.inf, np.arange(hours), hours)
    b.put(row, b.columns(hours, cost=1.0), 1.0)
    for start in range(450):
        b.put(row[[start, hours - 1 - start]], b.columns(1, cost=1.0), 0.5)
    with pytest.raises(SolverError) as caught:
        solve(b.program(), "ipm")
    assert caught.value.code == "lp_structure"
    assert solve(b.program()).solver == "highs (banded-ipm: structure)"


def test_blas_has_its_threads_back_after_a_solve() -> None:
    before = [get() for get, _ in _libraries()]
    with one_blas_thread():
        assert all(get() == 1 for get, _ in _libraries())
        with one_blas_thread():
            pass
        assert all(get() == 1 for get, _ in _libraries())
    assert [get() for get, _ in _libraries()] == before


@pytest.mark.slow
def test_a_year_of_a_valley_solves_to_a_gap_of_1e8() -> None:
    answer = solve(valley(0), "ipm")
    assert answer.solver == "banded-ipm"
    assert max(answer.gap, answer.primal_residual, answer.dual_residual) <= 1e-8
