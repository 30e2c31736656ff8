"""The table look-up against the formula it tabulates, and what happens hour by hour after a storm."""

from __future__ import annotations

import numpy as np
import pytest

from resources import wind_kernel
from resources.wind import BASE_TURBINE, FLEET_TURBINE, WindTurbine, unit_power_curve, wind_capacity_factor
from resources.wind_kernel import DENSITIES, SPEEDS_MS, power_table, run, stop_after_storm
from tests.resources.hourly_places import place_climate

CURVE = (np.array([3.0, 8.0, 12.0, 25.0]), np.array([0.0, 0.5, 1.0, 1.0]))


def test_the_table_is_the_curve_at_standard_density_and_zero_beyond() -> None:
    table = power_table(SPEEDS_MS, *CURVE, kept=0.9)
    speed = np.array([[0.0, 2.99, 5.5, 10.0, 24.9, 25.2, 39.0, 41.0, 90.0]], dtype=np.float32)
    # 1.224 kg/m3 is a row of the table; 1.225 lies between two.
    got = run(table, speed, np.full_like(speed, 1.224), np.ones(1))[0]
    expected = 0.9 * np.array([0.0, 0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(got, expected, atol=1e-3)


def test_thin_air_moves_the_curve_by_the_exponent_of_its_speed() -> None:
    # P(8 m/s) = 0.5 is reached at 8 (1.225/0.9)^(0.3333 + 0.5/5/3) and 12 m/s at the exponent 0.6333.
    table = power_table(SPEEDS_MS, *CURVE, kept=1.0)
    shift = 1.225 / 0.9
    speed = np.array([[8 * shift ** (1 / 3 + 0.5 / 15), 12 * shift ** (1 / 3 + 4.5 / 15)]], dtype=np.float32)
    got = run(table, speed, np.full_like(speed, 0.9), np.ones(1))[0]
    np.testing.assert_allclose(got, [0.5, 1.0], atol=1e-3)


@pytest.mark.parametrize("turbine", [BASE_TURBINE, FLEET_TURBINE], ids=["base", "fleet"])
@pytest.mark.parametrize("density", [0.72, 0.8571, 1.0333, 1.2249, 1.35])
def test_hours_are_within_two_thousandths_of_windpowerlib_away_from_steps_of_the_curve(
    turbine: WindTurbine, density: float
) -> None:
    from windpowerlib.power_output import power_curve

    bare = turbine.model_copy(
        update={"availability_loss_share": 0.0, "other_loss_share": 0.0, "wake": "none", "hub_m": 100.0}
    )
    curve = unit_power_curve(bare)
    speed = np.random.default_rng(1).uniform(0.0, 30.0, 4000)
    theirs = power_curve(speed, *curve, np.full(4000, density), density_correction=True)
    table = power_table(SPEEDS_MS, *curve, kept=1.0)
    ours = run(
        table, speed[None].astype(np.float32), np.full((1, 4000), density, dtype=np.float32), np.ones(1)
    )[0]
    edges = np.array([curve[0][0], curve[0][-1]]) * (1.225 / density) ** np.array([1 / 3, 2 / 3])
    smooth = (np.abs(speed[:, None] - edges) > 0.02).all(axis=1)
    assert smooth.mean() > 0.99
    assert np.abs(ours - theirs)[smooth].max() < 0.002
    assert abs(float((ours - theirs)[smooth].sum() / theirs.sum())) < 0.0012


def test_the_result_does_not_depend_on_which_places_share_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    speed = rng.weibull(2.0, (19, 8760)).astype(np.float32) * 8
    density = rng.uniform(0.8, 1.3, (19, 8760)).astype(np.float32)
    table = power_table(SPEEDS_MS, *CURVE, kept=0.94)
    together = run(table, speed, density, np.linspace(0.9, 1.2, 19))
    monkeypatch.setattr(wind_kernel, "_PLACES_AT_ONCE", 1)
    np.testing.assert_array_equal(run(table, speed, density, np.linspace(0.9, 1.2, 19)), together)


def test_speeds_and_densities_beyond_the_table_are_held_and_nothing_is_not_a_number() -> None:
    table = power_table(SPEEDS_MS, *CURVE, kept=1.0)
    speed = np.array([[-1.0, np.nan, np.inf, 10.0, 10.0]], dtype=np.float32)
    density = np.array([[1.2, 1.2, 1.2, 0.1, 9.0]], dtype=np.float32)
    got = run(table, speed, density, np.ones(1))[0]
    assert got[:3].tolist() == [0.0, 0.0, 0.0]
    assert got[3] == table.values[0, 1000]
    assert got[4] == table.values[len(DENSITIES) - 1, 1000]


def test_a_machine_stopped_by_storm_waits_for_the_restart_speed() -> None:
    speed = np.array([[20, 24, 26, 23, 21, 19, 23, 24.9, 10]], dtype=np.float32)
    out = np.ones_like(speed)
    stop_after_storm(speed, out, cut_out_ms=25.0, restart_ms=20.0)
    assert out[0].tolist() == [1, 1, 0, 0, 0, 1, 1, 1, 1]


def test_a_storm_at_the_years_end_reaches_into_its_beginning() -> None:
    speed = np.array([[22, 18, 15, 26], [22, 21, 15, 10]], dtype=np.float32)
    out = np.ones_like(speed)
    stop_after_storm(speed, out, cut_out_ms=25.0, restart_ms=20.0)
    assert out.tolist() == [[0, 1, 1, 0], [1, 1, 1, 1]]


def test_hysteresis_and_a_storm_ramp_act_in_the_chain() -> None:
    from dataclasses import replace

    from resources.weather import generate

    weather = generate(place_climate("Jiuquan"), 1)
    stormy = replace(weather, wind_speed_ms=weather.wind_speed_ms * np.float32(2.2))
    hard = BASE_TURBINE.model_copy(update={"hub_m": 110.0})
    stopped = hard.model_copy(update={"restart_ms": 20.0})
    ramped = hard.model_copy(update={"storm_end_ms": 32.0})
    energy = [float(wind_capacity_factor(stormy, t).sum(dtype=float)) for t in (stopped, hard, ramped)]
    assert energy[0] < 0.99 * energy[1] < 0.99 * energy[2]
    lost = wind_capacity_factor(stormy, hard) - wind_capacity_factor(stormy, stopped)
    assert lost.min() >= 0.0
