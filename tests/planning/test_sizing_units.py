"""Sizing: backup in whole units, by hand, against its bound and against all commitments there are."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest

from gis_layers.errors import InfeasibleError
from planning.lp import solve
from planning.sizing import BaseCase, size_base
from planning.sizing.integer import held
from planning.sizing.model import build_model
from tests.planning.sizing_cases import COAL, WIND, given, toy

UNITS = COAL | {"capacity_mw": 100.0, "unit_mw": 50.0, "min_load_share": 0.5, "no_load_share": 0.2}


def case(commitment: str, **changes: object) -> BaseCase:
    thermal = UNITS | {"commitment": commitment, "start_cost_cny_per_mw": 60.0} | changes
    if commitment == "relaxed":
        thermal.pop("unit_mw")
    return toy(flat_mw=100, wind=WIND | {"capacity_mw": 100}, thermal=thermal)


def test_a_need_of_a_unit_and_a_fifth_turns_two_units() -> None:
    """60 MW are missing in one hour: 60 turn when relaxed, two units of 50 when whole."""
    resource = given(wind=[1.0, 0.4, 1.0])
    relaxed = size_base(case("relaxed"), resource)
    whole = size_base(case("integer", mip_gap_share=1e-4), resource)
    np.testing.assert_allclose(relaxed.hourly_mw["online"], [0, 60, 0], atol=1e-2)
    np.testing.assert_allclose(whole.hourly_mw["online"], [0, 100, 0], atol=1e-2)
    # No-load fuel of 40 MW more, at 20 % of 300, and their start.
    assert whole.annual_cost_cny - relaxed.annual_cost_cny == pytest.approx(40 * (0.2 * 300 + 60), rel=1e-3)
    assert whole.status == "optimal"
    assert whole.solver.endswith("whole units")


def all_commitments(asked: BaseCase, wind: list[float]) -> float:
    """Least cost over every number of units in every hour."""
    model = build_model(asked, given(wind=wind))
    online = model.columns["thermal_online"]
    best = np.inf
    for units in product(range(3), repeat=len(wind)):
        lower, upper = model.program.lower.copy(), model.program.upper.copy()
        lower[online] = upper[online] = np.array(units) * 0.05
        try:
            found = solve(dataclasses.replace(model.program, lower=lower, upper=upper), "highs")
        except InfeasibleError:
            continue
        best = min(best, found.objective)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_commitment_is_cheaper_than_the_one_found_by_more_than_its_gap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wind = rng.uniform(0.1, 1.0, 4).round(2).tolist()
    asked = case("integer", mip_gap_share=1e-4, min_up_h=2)
    design = size_base(asked, given(wind=wind))
    least = all_commitments(asked, wind) * 1e6
    assert design.objective_cny >= least * (1 - 1e-6)
    assert design.objective_cny <= least * (1 + 2e-4)
    units = design.hourly_mw["online"] / 50
    np.testing.assert_allclose(units, np.round(units), atol=1e-6)
    assert design.max_balance_residual_mw < 1e-6


def test_a_wide_gap_is_met_by_rounding_alone_and_told() -> None:
    hour = np.arange(240)
    wind = (0.5 + 0.45 * np.sin(hour / 7.0)).tolist()
    design = size_base(case("integer", mip_gap_share=0.2, min_up_h=6), given(wind=wind))
    relaxed = size_base(case("relaxed", min_up_h=6), given(wind=wind))
    assert design.status == "optimal"
    assert relaxed.objective_cny <= design.objective_cny
    assert design.gap == pytest.approx(1 - relaxed.objective_cny / design.objective_cny, abs=1e-6)
    assert 0 < design.gap <= 0.2


def test_units_are_held_for_their_hours() -> None:
    np.testing.assert_array_equal(held(np.array([0.0, 2, 0, 0, 1, 0]), 3), [0, 2, 2, 2, 1, 1])
    np.testing.assert_array_equal(held(np.array([1.0, 0]), 1), [1, 0])
