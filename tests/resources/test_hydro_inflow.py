"""Inflow of rivers: Pearson III years, floods that keep the months, and the rule that evens a year."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.errors import InputError
from resources.cascade_rule import DAY_S, rule_curve, stretched_thread
from resources.cascade_tables import RIVERS, river_months
from resources.hours import MONTH_HOURS
from resources.river_inflow import FREQUENCY, flood_pulses, frequency_factor, recorded_year, river_year

RAIN = np.array([1.0, 2, 8, 20, 60, 100, 120, 110, 80, 30, 5, 1])


def test_frequency_factors_are_those_of_the_printed_pearson_tables() -> None:
    """Phi_p of C_s = 0.4: 1.317 at 10 %, -0.066 at 50 %, -1.231 at 90 % (Foster's table, in every text)."""
    for exceedance, phi in ((0.10, 1.317), (0.50, -0.0665), (0.90, -1.231)):
        assert frequency_factor(0.2, 2.0, exceedance) == pytest.approx(1 + 0.2 * phi, abs=2e-4)
    assert frequency_factor(0.0, 2.0, 0.3) == 1.0
    with pytest.raises(InputError) as caught:
        frequency_factor(-1.0, 20.0, 1.0)
    assert len(caught.value.problems) == 3


def test_frequencies_of_a_river_average_to_its_mean() -> None:
    """Mean of K_p over all p is 1: half a percent is left at the ends of 200 slices."""
    grid = (np.arange(200) + 0.5) / 200
    assert np.mean([frequency_factor(0.26, 2.0, float(p)) for p in grid]) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("river", RIVERS)
def test_wet_is_above_normal_above_dry_and_all_keep_the_gauges_shape(river: str) -> None:
    years = {name: river_year(river, exceedance=p) for name, p in FREQUENCY.items()}  # type: ignore[arg-type]
    assert years["wet"].factor > 1 > years["normal"].factor > years["dry"].factor > 0
    for name, year in years.items():
        assert year.kind == name
        assert year.share.mean() == pytest.approx(year.factor)
        assert year.share / year.factor == pytest.approx(river_year(river).share)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rain=st.lists(st.floats(0, 500), min_size=12, max_size=12))
def test_floods_keep_each_months_water_and_never_run_dry(seed: int, rain: list[float]) -> None:
    smooth = river_year("yellow")
    year = river_year("yellow", rain_monthly_mm=np.array(rain), seed=seed)
    assert (year.share >= 0).all()
    for hours in MONTH_HOURS:
        assert year.share[hours].mean() == pytest.approx(smooth.share[hours].mean(), rel=1e-9)


def test_floods_come_in_the_rain_not_in_winter_and_by_their_seed() -> None:
    one, same, other = (river_year("yellow", rain_monthly_mm=RAIN, seed=s).share for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)
    spread = [
        np.mean(
            [
                (days := river_year("yellow", rain_monthly_mm=RAIN, seed=s).share[MONTH_HOURS[m]]).std()
                / days.mean()
                for s in range(20)
            ]
        )
        for m in (0, 6)
    ]
    assert spread[0] < 0.1 < spread[1] < 0.5
    assert flood_pulses(RAIN, 3).min() > 0
    with pytest.raises(InputError):
        flood_pulses(RAIN[:5], 0)


def test_rivers_of_one_seed_have_their_floods_together() -> None:
    jinsha, yalong = (river_year(r, rain_monthly_mm=RAIN, seed=4).share for r in ("jinsha", "yalong"))  # type: ignore[arg-type]
    smooth = [river_year(r).share for r in ("jinsha", "yalong")]  # type: ignore[arg-type]
    summer = MONTH_HOURS[6]
    assert np.corrcoef((jinsha / smooth[0])[summer], (yalong / smooth[1])[summer])[0, 1] > 0.95


def test_a_record_of_days_stands_in_place_of_the_months_and_bad_ones_are_named() -> None:
    flow = np.full(365, 130.0)
    year = recorded_year("yellow", "gauge 2001", flow, 100.0)
    assert (year.factor, year.kind) == (pytest.approx(1.3), "gauge 2001")
    assert year.share.shape == (8760,)
    flow[5] = np.nan
    with pytest.raises(InputError) as caught:
        recorded_year("yellow", "gauge", flow[:100], 0.0)
    assert len(caught.value.problems) == 3


def test_every_rivers_spread_says_its_source() -> None:
    for flow in river_months().values():
        assert 0.05 < flow.cv < 0.4
        assert flow.spread_source
        assert flow.spread_tier == "estimated"


def test_the_thread_bends_only_where_a_wall_holds_it() -> None:
    low, high = np.array([0.0, 0, 0, 0, 4]), np.array([0.0, 9, 9, 9, 4])
    assert stretched_thread(low, high) == pytest.approx([0, 1, 2, 3, 4])
    low[2] = 3.0  # pushes it up in the middle
    assert stretched_thread(low, high) == pytest.approx([0, 1.5, 3, 3.5, 4])
    high[3] = 3.2  # and down again
    assert stretched_thread(low, high) == pytest.approx([0, 1.5, 3, 3.2, 4])
    with pytest.raises(InputError):
        stretched_thread(np.array([0.0, 2, 1]), np.array([0.0, 1, 1]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_no_path_between_the_walls_is_shorter_than_the_thread(seed: int) -> None:
    rng = np.random.default_rng(seed)
    middle = np.cumsum(rng.normal(size=40))
    low, high = middle - 2 * rng.random(40), middle + 2 * rng.random(40)
    low[[0, -1]] = high[[0, -1]] = middle[[0, -1]]
    path = stretched_thread(low, high)
    assert (path >= low - 1e-9).all()
    assert (path <= high + 1e-9).all()

    def length(y: np.ndarray) -> float:
        return float(np.hypot(1, np.diff(y)).sum())

    for _ in range(20):
        other = np.clip(path + rng.normal(scale=0.2, size=40), low, high)
        assert length(other) >= length(path) - 1e-9


def test_a_lake_large_enough_makes_the_year_even_and_a_small_one_fills_and_empties() -> None:
    inflow = 100 * river_year("yellow").share.reshape(365, 24).mean(axis=1)
    large = np.full(365, 1e11)
    storage, release = rule_curve(inflow, large)
    assert release == pytest.approx(np.full(365, inflow.mean()))
    small = np.full(365, 2e8)
    storage, release = rule_curve(inflow, small)
    assert storage.min() == pytest.approx(0.0, abs=1.0)
    assert storage.max() == pytest.approx(2e8)
    assert release.sum() == pytest.approx(inflow.sum())
    change = np.diff(np.concatenate([storage[-1:], storage]))
    assert change == pytest.approx((inflow - release) * DAY_S, abs=1.0)
