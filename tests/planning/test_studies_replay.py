"""The replay: energy adds up in every hour, no error costs nothing, errors cost something and are as large as stated."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InputError
from planning.sizing import BaseDesign, size_base
from planning.sizing.resource import BaseResource, wind_and_pv
from planning.sizing.studies import replay_year
from planning.sizing.studies.forecast import Forecaster, ar1, forecasters, load_errors
from planning.sizing.studies.replay import Replay
from tests.planning.sizing_cases import plain_base as base
from tests.planning.sizing_cases import random_case
from tests.planning.test_studies import WEEK, profiles, week

_DESIGN: dict[str, BaseDesign] = {}


def design() -> BaseDesign:
    if "week" not in _DESIGN:
        _DESIGN["week"] = size_base(base(), week())
    return _DESIGN["week"]


def replay(**changes: object) -> Replay:
    return replay_year(base(), design(), week(), horizon_h=24, **changes)  # type: ignore[arg-type]


def test_without_errors_the_replay_costs_what_perfect_foresight_costs() -> None:
    found = replay(error_scale=0.0)
    assert found.forecast.unmet_mwh == pytest.approx(0.0, abs=1e-3)
    assert found.forecast.cost_cny == pytest.approx(found.foresight.cost_cny, rel=1e-6)
    assert found.forecast.curtailed_mwh == pytest.approx(found.foresight.curtailed_mwh, rel=1e-3)


def test_errors_never_make_the_year_cheaper_than_foresight_where_all_is_delivered_or_paid_for() -> None:
    found = replay(seed=3)
    # What is missing would have cost its price: with it, nothing beats perfect foresight.
    priced = found.forecast.cost_cny + 10_000.0 * found.forecast.unmet_mwh
    assert priced >= found.foresight.cost_cny * (1 - 1e-6)
    assert priced > found.foresight.cost_cny * (1 + 1e-4)


def test_supply_and_use_agree_in_every_hour_of_the_replay() -> None:
    found = replay(seed=1)
    h = found.hourly_mw
    supply = h["wind"] + h["pv"] + h["thermal"] + h["battery_discharge"] - h["battery_charge"]
    np.testing.assert_allclose(supply, h["delivered"], atol=1e-6)
    assert found.max_residual_mw < 1e-6
    wind, pv = profiles()
    assert (h["wind"] <= design().capacity_mw["wind"] * wind + 1e-6).all()
    assert (h["pv"] <= design().capacity_mw["pv"] * pv + 1e-6).all()
    assert (h["unmet"] >= -1e-9).all()


def test_the_battery_of_the_replay_keeps_its_energy() -> None:
    found = replay(seed=1)
    level, h = found.levels_mwh["battery_level"], found.hourly_mw
    one_way = np.sqrt(0.86)
    before = np.concatenate([[found.guide_mwh["battery_level"][-1]], level[:-1]])
    np.testing.assert_allclose(
        level, before + one_way * h["battery_charge"] - h["battery_discharge"] / one_way, atol=1e-6
    )
    assert level.min() >= -1e-6
    assert level.max() <= design().storage_mwh + 1e-6


def test_the_same_seed_gives_the_same_year_and_another_a_different_one() -> None:
    first, second, other = replay(seed=5), replay(seed=5), replay(seed=6)
    np.testing.assert_array_equal(first.hourly_mw["wind"], second.hourly_mw["wind"])
    assert np.abs(first.hourly_mw["wind"] - other.hourly_mw["wind"]).max() > 1.0


def test_a_unit_that_commits_with_least_hours_and_ramps_keeps_them_in_the_replay() -> None:
    thermal = base().thermal
    assert thermal is not None
    case = base(
        thermal={**thermal.model_dump(), "commitment": "relaxed", "min_up_h": 4, "ramp_share_per_h": 0.3,
                 "start_cost_cny_per_mw": 300.0, "no_load_share": 0.1}
    )  # fmt: skip
    sized = size_base(case, week())
    calm = replay_year(case, sized, week(), horizon_h=24, error_scale=0.0)
    assert calm.forecast.cost_cny == pytest.approx(calm.foresight.cost_cny, rel=5e-3)
    found = replay_year(case, sized, week(), horizon_h=24, seed=2)
    assert found.max_residual_mw < 1e-6
    supply = sum(found.hourly_mw[name] for name in ("wind", "pv", "thermal", "battery_discharge"))
    np.testing.assert_allclose(
        supply - found.hourly_mw["battery_charge"], found.hourly_mw["delivered"], atol=1e-6
    )


def test_a_reservoir_and_pumped_hydro_are_replayed_too() -> None:
    case = base(
        hydro={"capacity_mw": 200.0, "inflow_monthly_mw": [60.0] * 12, "reservoir_mwh": 5000.0,
               "cost_cny_per_mwh": 5.0, "min_flow_mw": 10.0},
        pumped={"capacity_mw": 100.0, "duration_h": 6.0, "capex_cny_per_kw": 6000.0, "life_years": 40.0,
                "fixed_om_share_of_capex_per_year": 0.01, "efficiency_round_trip_share": 0.75},
    )  # fmt: skip
    sized = size_base(case, week())
    sure = replay_year(case, sized, week(), horizon_h=24, error_scale=0.0)
    assert sure.forecast.cost_cny == pytest.approx(sure.foresight.cost_cny, rel=1e-5)
    found = replay_year(case, sized, week(), horizon_h=24)
    h, level = found.hourly_mw, found.levels_mwh["reservoir"]
    before = np.concatenate([[found.guide_mwh["reservoir"][-1]], level[:-1]])
    np.testing.assert_allclose(level, before + 60.0 - h["hydro"] - h["spill"], atol=1e-6)
    assert found.max_residual_mw < 1e-6


@pytest.mark.parametrize("seed", [1, 4, 6, 8, 11])
def test_bases_of_all_technologies_are_replayed_and_cost_the_same_without_errors(seed: int) -> None:
    # Salt, pumps, water of a river, hydrogen, units that start: whatever a random base has.
    case, resource = random_case(seed)
    sized = size_base(case, resource)
    sure = replay_year(case, sized, resource, horizon_h=24, error_scale=0.0)
    # Interior dust of what is missing, below a kilowatt an hour in the reference, comes together in single hours.
    assert sure.forecast.unmet_mwh < 1e-4 * sure.forecast.delivered_mwh
    assert sure.forecast.cost_cny == pytest.approx(sure.foresight.cost_cny, rel=1e-3)
    found = replay_year(case, sized, resource, horizon_h=24)
    assert found.max_residual_mw < 1e-6
    lost = found.forecast.unmet_mwh + found.forecast.delivered_mwh
    assert lost == pytest.approx(found.foresight.unmet_mwh + found.foresight.delivered_mwh, rel=1e-6)


def test_a_store_ends_the_year_no_lower_than_it_began_where_nothing_is_missing() -> None:
    found = replay(error_scale=0.0)
    assert found.stored_change_mwh["battery_level"] >= -1e-3


def test_a_replay_is_cancelled_by_its_progress() -> None:
    def stop(share: float, what: str) -> None:
        if what.startswith("replay"):
            raise Cancelled

    with pytest.raises(Cancelled):
        replay_year(base(), design(), week(), stop, horizon_h=24)


def test_a_horizon_longer_than_half_the_year_is_refused() -> None:
    with pytest.raises(InputError, match="horizon_h"):
        replay_year(base(), design(), week(), horizon_h=WEEK)


# -- forecasts -------------------------------------------------------------------------------------


def year_of_forecasts(**changes: object) -> dict[str, Forecaster]:
    return forecasters(wind_and_pv(*profiles(8760)), 48, 7, **changes)  # type: ignore[arg-type]


def test_day_ahead_forecasts_err_as_the_table_says() -> None:
    found = year_of_forecasts()
    for name in ("wind", "pv"):
        seer = found[name]
        ahead = np.array([seer.at(hour)[24] for hour in range(8760)])
        miss = ahead - np.roll(seer.actual, -24)
        lit = np.roll(seer.ceiling, -24) > 1e-3
        rmse = float(np.sqrt(np.mean(miss[lit] ** 2)))
        assert rmse == pytest.approx(load_errors()[name].day_ahead_rmse_share, rel=1e-3)
        assert seer.rmse == pytest.approx(rmse, rel=1e-6)


def test_errors_grow_with_the_lead_and_the_hour_itself_is_known() -> None:
    seer = year_of_forecasts()["wind"]
    issued = np.array([seer.at(hour) for hour in range(8700)])
    actual = np.lib.stride_tricks.sliding_window_view(np.r_[seer.actual, seer.actual[:48]], 48)[:8700]
    rmse = np.sqrt(np.mean((issued - actual) ** 2, axis=0))
    assert rmse[0] == 0.0
    assert (np.diff(rmse[:25]) > 0).all()
    assert issued.min() >= 0.0
    assert issued.max() <= 1.0


def test_nobody_forecasts_sun_at_night() -> None:
    seer = year_of_forecasts()["pv"]
    dark = np.flatnonzero(np.arange(8760) % 24 == 2)
    assert all(seer.at(int(hour))[0] == 0.0 for hour in dark[:20])
    assert all(seer.at(int(hour) - 20)[20] == 0.0 for hour in dark[1:20])


def test_without_scale_the_forecast_is_what_comes() -> None:
    seer = year_of_forecasts(scale=0.0)["wind"]
    np.testing.assert_array_equal(seer.at(100), seer.actual[100:148])


def test_the_error_series_has_unit_variance_and_its_correlation() -> None:
    series = ar1(np.random.Generator(np.random.PCG64(1)).standard_normal(200_000), 0.95)
    assert series.std() == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(series[1:], series[:-1])[0, 1] == pytest.approx(0.95, abs=0.005)


@pytest.mark.slow
def test_a_whole_year_is_replayed_hour_by_hour_and_adds_up() -> None:
    resource: BaseResource = wind_and_pv(*profiles(8760))
    sized = size_base(base(), resource)
    found = replay_year(base(), sized, resource, horizon_h=24, seed=1)
    assert found.max_residual_mw < 1e-6
    assert found.foresight.unmet_mwh < 1.0
    assert 0 < found.forecast.unmet_mwh < 0.05 * found.forecast.delivered_mwh
    assert found.seconds < 120
