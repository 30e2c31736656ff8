"""What charts are fed with: dates, balances, means, correlations."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from app.desktop.charts import data
from planning.hourly import HOURS, HourlyResult


def made() -> HourlyResult:
    """Two provinces and a base of the first; the first sends what it does not use to the second."""
    hour = np.arange(HOURS)
    sun = np.maximum(np.sin((hour % 24 - 6) / 12 * np.pi), 0.0)
    zero = np.zeros(HOURS)
    pv = np.stack([100 * sun, 20 * sun, 50 * sun])
    coal = np.stack([zero + 40.0, zero + 200.0, zero])
    wind = np.stack([30 * (1 - sun), zero, 10 * (1 - sun)])
    charge = np.stack([5 * sun, zero, zero])
    made_mw = pv + coal + wind
    load = np.stack([zero + 50.0, made_mw.sum(axis=0) - charge.sum(axis=0) - 50.0, zero])
    flow = np.stack([made_mw[0] + made_mw[2] - charge[0] - load[0], made_mw[2]])
    small = np.float32
    return HourlyResult(
        node_ids=("630000", "320000", "qinghai"), node_adcodes=(630000, 320000, 630000),
        base_nodes=("qinghai",), line_ids=("qingyu", "tie-qinghai"), line_from=(0, 2), line_to=(1, 0),
        supply_mw={"coal": coal.astype(small), "wind": wind.astype(small), "pv": pv.astype(small)},
        charge_mw=charge.astype(small), load_mw=load.astype(small),
        curtailed_mw=np.stack([zero + 3.0, zero, zero]).astype(small),
        price_cny_per_mwh=np.zeros((3, HOURS), small), flow_mw=flow.astype(small),
        green_share=np.zeros((2, HOURS), small),
    )  # fmt: skip


def test_hours_are_the_dates_of_a_year_without_29_february() -> None:
    assert data.moment(0) == data.Moment(1, 1, 0)
    assert data.moment(HOURS - 1) == data.Moment(12, 31, 23)
    assert data.moment(59 * 24) == data.Moment(3, 1, 0)  # no 29 February
    start = datetime(2021, 1, 1)  # not a leap year
    for hour in range(0, HOURS, 7):
        at, then = data.moment(hour), start + timedelta(hours=hour)
        assert (at.month, at.day, at.hour) == (then.month, then.day, then.hour)
    with pytest.raises(ValueError, match="not in the year"):
        data.moment(HOURS)


@pytest.mark.parametrize(("kind", "identity"), [("nation", ""), ("province", "630000"), ("base", "qinghai")])
def test_what_comes_in_is_what_goes_out_in_every_hour(kind: data.ScopeKind, identity: str) -> None:
    b = data.balance(made(), kind, identity)
    assert b is not None
    came = sum(b.supply.values()) + b.received
    np.testing.assert_allclose(came, b.load + b.charge + b.sent, atol=50.1 if kind == "nation" else 1e-3)
    for series in (*b.supply.values(), b.received, b.sent, b.load, b.charge, b.curtailed):
        assert series.min() >= 0.0


def test_a_province_counts_its_bases_and_a_base_sends_all_it_makes() -> None:
    hourly = made()
    province, base = data.balance(hourly, "province", "630000"), data.balance(hourly, "base", "qinghai")
    assert province is not None
    assert base is not None
    np.testing.assert_allclose(province.supply["pv"], hourly.supply_mw["pv"][[0, 2]].sum(axis=0), rtol=1e-6)
    np.testing.assert_allclose(base.sent, sum(base.supply.values()), rtol=1e-6)


def test_a_place_the_run_does_not_have_has_no_balance() -> None:
    assert data.balance(made(), "province", "710000") is None
    assert data.balance(made(), "base", "nowhere") is None
    assert data.line_flow(made(), "nowhere") is None


def test_a_year_in_view_is_daily_means_that_keep_the_energy() -> None:
    year = np.random.default_rng(1).uniform(0, 100, HOURS)
    view = data.reduced({"a": year}, 0, HOURS)
    assert view.step_h == 24
    assert len(view.edges) == 366
    assert view.series["a"].sum() * 24 == pytest.approx(year.sum())


def test_a_week_in_view_is_its_hours_as_they_are() -> None:
    year = np.arange(HOURS, dtype=np.float64)
    view = data.reduced({"a": year}, 100.4, 267.6)
    assert view.step_h == 1
    np.testing.assert_array_equal(view.series["a"], year[100:268])
    np.testing.assert_array_equal(view.edges, np.arange(100, 269))


@pytest.mark.parametrize("span", [(-50.0, 3.0), (8755.0, 9000.0), (8760.0, 8761.0), (10.0, 10.0)])
def test_a_view_beyond_the_year_stays_inside_it(span: tuple[float, float]) -> None:
    view = data.reduced({"a": np.ones(HOURS)}, *span)
    assert 0 <= view.edges[0] < view.edges[-1] <= HOURS
    assert len(view.series["a"]) == len(view.edges) - 1


def test_month_by_hour_is_the_mean_of_each_hour_of_day() -> None:
    hour = np.arange(HOURS, dtype=np.float64) % 24
    table = data.month_by_hour(hour)
    np.testing.assert_allclose(table, np.tile(np.arange(24), (12, 1)))
    holes = np.where(np.arange(HOURS) < 24, np.nan, 7.0)
    np.testing.assert_allclose(data.month_by_hour(holes), 7.0)
    assert np.isnan(data.month_by_hour(np.full(HOURS, np.nan))).all()


def test_correlation_knows_same_opposite_and_unchanging() -> None:
    a = np.random.default_rng(2).normal(size=HOURS)
    assert data.correlation(a, 2 * a + 1) == pytest.approx(1.0)
    assert data.correlation(a, -a) == pytest.approx(-1.0)
    assert np.isnan(data.correlation(a, np.ones(HOURS)))
    assert data.correlation_by_month(a, -a).shape == (12,)
    np.testing.assert_allclose(data.correlation_by_month_and_hour(a, a), 1.0)


def test_the_daily_course_of_the_sun_does_not_enter_the_correlation_at_one_hour() -> None:
    rng = np.random.default_rng(3)
    course = 50 + 40 * np.sin(np.arange(HOURS) % 24 / 24 * 2 * np.pi)
    a, b = course + rng.normal(size=HOURS), -course + rng.normal(size=HOURS)
    assert data.correlation(a, b) < -0.9
    assert abs(np.nanmean(data.correlation_by_month_and_hour(a, b))) < 0.05


def test_opposites_complement_fully_and_twins_not_at_all() -> None:
    a = np.random.default_rng(4).normal(size=HOURS)
    assert data.complementarity(a, -a) == pytest.approx(1.0)
    assert data.complementarity(a, a) == pytest.approx(0.0, abs=1e-12)


def test_curtailment_is_given_back_to_wind_and_pv_in_full() -> None:
    b = data.balance(made(), "province", "630000")
    assert b is not None
    both = data.available(b, "wind") + data.available(b, "pv")
    np.testing.assert_allclose(both, b.supply["wind"] + b.supply["pv"] + b.curtailed)


def test_a_duration_curve_falls_and_keeps_its_hours() -> None:
    year = np.random.default_rng(5).normal(size=HOURS)
    curve = data.falling(year)
    assert (np.diff(curve) <= 0).all()
    assert curve.sum() == pytest.approx(year.sum())


def test_the_week_around_an_hour_stays_in_the_year() -> None:
    assert data.week_around(0) == (0, 168)
    assert data.week_around(HOURS - 1) == (HOURS - 168, HOURS)
    assert data.week_around(4000) == (3916, 4084)


@pytest.mark.parametrize("value", [0.0, -3.0, 0.013, 1.0, 173.0, 98_765.0])
def test_an_axis_ends_at_a_round_number_not_far_above(value: float) -> None:
    top = data.nice_top(value)
    assert top >= value
    assert top <= max(value * 1.35, 1.0)
