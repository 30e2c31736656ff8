"""Water: power by hand, energy conserved, a cascade that adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis_layers.errors import InputError
from resources.hydro import (
    HOURS,
    MONTH_HOURS,
    Station,
    cascade_energy,
    hourly_from_monthly,
    power_mw,
    routed_rain_shape,
    stored_mwh,
)

TANGNAIHAI = np.array([168, 165, 220, 350, 580, 890, 1280, 1090, 1190, 960, 480, 230.0])


def test_a_hundred_cubic_metres_through_a_hundred_metres_make_88_mw() -> None:
    assert float(power_mw(100.0, 100.0)) == pytest.approx(88.26, abs=0.01)


def test_a_cubic_kilometre_through_a_hundred_metres_is_245_gwh() -> None:
    assert stored_mwh(1e9, 100.0) == pytest.approx(245_166, rel=1e-4)


@given(arrays(np.float64, 12, elements=st.floats(0, 1e5)))
def test_monthly_means_are_kept_and_nothing_is_negative(mean: np.ndarray) -> None:
    year = hourly_from_monthly(mean)
    assert year.shape == (HOURS,)
    assert year.min() >= 0
    month = np.repeat(np.arange(12), MONTH_HOURS)
    got = np.bincount(month, year) / MONTH_HOURS
    np.testing.assert_allclose(got, mean, atol=1e-6 * max(mean.max(), 1.0))


def test_a_river_has_no_jumps_between_months() -> None:
    year = hourly_from_monthly(TANGNAIHAI)
    assert np.abs(np.diff(year)).max() < 3.0


def test_eleven_months_are_refused() -> None:
    with pytest.raises(InputError, match="twelve"):
        hourly_from_monthly(np.ones(11))


def test_water_stored_high_up_is_worth_every_head_below() -> None:
    upper = Station("upper", 100.0, 50.0, 100.0, 1e8, 0.0)
    lower = Station("lower", 200.0, 150.0, 100.0, 0.0, 0.0)
    cascade = cascade_energy([upper, lower], TANGNAIHAI)
    assert cascade.reservoir_mwh == pytest.approx(stored_mwh(1e8, 200.0))
    assert cascade.capacity_mw == 300.0
    assert cascade.inflow_mw.mean() == pytest.approx(float(power_mw(100.0, 200.0)))


def test_routed_rain_comes_later_than_rain_and_keeps_its_mean() -> None:
    rain = np.zeros(12)
    rain[6] = 100.0
    shape = routed_rain_shape(rain)
    assert shape.mean() == pytest.approx(1.0)
    assert shape[6] > shape[7] > shape[8] > shape[5]
