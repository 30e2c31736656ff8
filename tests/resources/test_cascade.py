"""Cascades: what is known of a reservoir from few figures, and where every cubic metre of a year goes."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError
from resources.cascade import (
    ENVIRONMENTAL_SHARE,
    cascade_hydrology,
    gathered,
    local_means,
    next_below,
    storage_ceiling,
    travel_hours,
)
from resources.cascade_records import Record, proposed_station, record_of, years_of_records
from resources.cascade_run import CascadeRun, check_balance, run_cascade
from resources.cascade_storage import reservoir_of
from resources.cascade_tables import CascadeStation, cascade_stations, chosen_stations, river_months
from resources.hours import MONTH_HOURS
from resources.river_inflow import river_year
from resources.sources.contract import Place
from resources.sources.flow_series import FlowSeries

Array = NDArray[np.float64]


def station(id: str, below: str = "", **changed: object) -> CascadeStation:
    """A made run-of-river station of the Yellow: 100 m, 100 m3/s, turbines for 200 m3/s."""
    made = CascadeStation(
        id=id,
        river="yellow",
        below=below,
        name_zh=id,
        name_en=id,
        capacity_mw=200 * 1000 * 9.80665 * 100 * 0.9 / 1e6,
        rated_head_m=100.0,
        normal_level_m=1000.0,
        low_level_m=None,
        flood_level_m=None,
        flood_months=(),
        usable_storage_m3=0.0,
        total_storage_m3=1e7,
        mean_flow_m3_s=100.0,
        annual_mwh=1.0,
        simulated_mwh=1.0,
        diverts=False,
        environmental_flow_m3_s=None,
        measured_m3_per_kwh=None,
        lon_deg=101.0,
        lat_deg=36.0,
        first_year=None,
        tier="estimated",
        source="made",
        tail_water_m=None,
        levels_source="",
    )
    return dataclasses.replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def jinsha() -> CascadeRun:
    return run_cascade(cascade_hydrology(chosen_stations(("jinsha", "yalong"))))


def test_every_station_of_the_table_stands_above_the_next_and_says_its_source() -> None:
    by_id = {s.id: s for s in cascade_stations()}
    assert len(by_id) == len(cascade_stations()) == 64
    for one in by_id.values():
        assert one.source
        assert one.tier in ("official", "published", "estimated")
        assert bool(one.levels_source) == (
            one.low_level_m is not None or one.flood_level_m is not None or one.diverts
        )
        if one.below:
            assert by_id[one.below].normal_level_m < one.normal_level_m


def test_tail_water_from_the_rated_head_is_the_next_lake_where_that_reaches_up_to_the_dam() -> None:
    """The lakes of these pairs are known to meet; nothing of the lower dam goes into the upper's tail water."""
    by_id = {s.id: s for s in cascade_stations()}
    pairs = (
        "yellow-04",
        "yalong-04",
        "yalong-07",
        "jinsha-12",
        "jinsha-13",
        "jinsha-14",
        "lancang-07",
        "lancang-10",
    )
    errors = [reservoir_of(by_id[id]).tail_water_m - by_id[by_id[id].below].normal_level_m for id in pairs]
    assert np.abs(errors).max() < 5.0
    assert abs(np.mean(errors)) < 2.0


def test_a_reservoir_holds_its_usable_volume_between_its_levels() -> None:
    for one in cascade_stations():
        reservoir = reservoir_of(one)
        assert reservoir.level_m(reservoir.usable_m3) == pytest.approx(one.normal_level_m)
        assert reservoir.volume_m3(reservoir.low_level_m) == pytest.approx(
            0.0, abs=1e-3 * one.total_storage_m3
        )
        levels = reservoir.level_m(np.linspace(0, reservoir.usable_m3, 50))
        assert (np.diff(levels) >= 0).all()
        assert reservoir.volume_m3(levels) == pytest.approx(np.linspace(0, reservoir.usable_m3, 50), abs=10.0)
        if one.low_level_m is not None and one.tail_water_m is None:
            assert reservoir.low_level_m == pytest.approx(one.low_level_m, abs=0.05)
            assert reservoir.head_m(reservoir.usable_m3 / 2) == pytest.approx(one.rated_head_m, abs=0.05)


def test_a_cone_of_known_volume_by_hand() -> None:
    # Tail water 900 m given; 1/8 of the storage lies below half the depth: a cube.
    one = station("a", tail_water_m=900.0, low_level_m=950.0, total_storage_m3=8e8, usable_storage_m3=7e8)
    reservoir = reservoir_of(one)
    assert reservoir.exponent == pytest.approx(3.0)
    assert reservoir.volume_m3(975.0) == pytest.approx(8e8 * 0.75**3 - 1e8)


def test_impossible_storage_is_named_with_all_that_is_wrong() -> None:
    with pytest.raises(InputError) as caught:
        reservoir_of(station("a", usable_storage_m3=2e7, low_level_m=1001.0, tail_water_m=1000.0))
    assert [p.field for p in caught.value.problems] == ["storage", "low_level_m", "tail_water_m"]


def test_local_inflows_add_up_to_the_published_flow_of_a_branching_cascade() -> None:
    chosen = chosen_stations(("jinsha", "yalong"))
    mean = gathered(next_below(chosen), local_means(chosen))
    by_id = dict(zip((s.id for s in chosen), mean, strict=True))
    assert by_id["jinsha-12"] == 3830.0  # the Yalong joins above it
    assert by_id["yalong-08"] == 1920.0
    assert (local_means(chosen) >= 0).all()


def test_the_water_of_a_station_left_out_goes_on_to_the_next_that_stands() -> None:
    early = chosen_stations(("yellow",), year=2020)
    assert "yellow-01" not in {s.id for s in early}
    pair = chosen_stations(ids=("yellow-04", "yellow-07"))
    assert (pair[0].below, pair[1].below) == ("yellow-07", "")
    assert gathered(next_below(pair), local_means(pair))[1] == 664.0
    with pytest.raises(InputError, match="river: found elbe"):
        chosen_stations(("elbe",))


def test_a_run_of_river_station_turbines_what_comes_up_to_its_turbines() -> None:
    run = run_cascade(cascade_hydrology((station("a"),)))
    flow = 100.0 * river_year("yellow").share
    assert run.turbined_m3_s[0] == pytest.approx(np.minimum(flow, 200.0))
    assert run.power_mw[0] == pytest.approx(1000 * 9.80665 * np.minimum(flow, 200.0) * 100 * 0.9 / 1e6)
    assert run.spilt_m3_s[0].sum() == pytest.approx(np.maximum(flow - 200.0, 0).sum())


def test_flow_arrives_below_after_the_way_between_them() -> None:
    upper, lower = station("a", "b"), station("b", normal_level_m=900.0, lat_deg=36.5, mean_flow_m3_s=100.0)
    hydrology = cascade_hydrology((upper, lower))
    # Lakes meet: the wave runs through the lower one at (g 50 m)^1/2 = 22.1 m/s; 55.5 km straight, 1.4 times along.
    assert hydrology.travel_h[0] == pytest.approx(1.4 * 55_488 / (9.80665 * 50) ** 0.5 / 3600, rel=1e-3)
    bare = travel_hours(
        (upper, dataclasses.replace(lower, normal_level_m=850.0)),
        [reservoir_of(s) for s in (upper, dataclasses.replace(lower, normal_level_m=850.0))],
    )
    # A third of the fall of 150 m is free river, at 3 m/s.
    assert bare[0] == pytest.approx(
        1.4 * 55_488 * (1 / 3 / 3.0 + 2 / 3 / (9.80665 * 50) ** 0.5) / 3600, rel=1e-3
    )
    run = run_cascade(hydrology)
    lag = int(hydrology.travel_steps[0])
    assert lag == 1
    assert run.inflow_m3_s[1, lag:] == pytest.approx(run.release_m3_s[0, :-lag])
    assert run.inflow_m3_s[1, 0] == hydrology.release_before_m3_s[0]


def test_a_diversion_leaves_the_environmental_flow_in_its_bend() -> None:
    one = station("a", diverts=True, environmental_flow_m3_s=30.0)
    run = run_cascade(cascade_hydrology((one,)))
    flow = 100.0 * river_year("yellow").share
    assert run.spilt_m3_s[0] == pytest.approx(np.maximum(np.minimum(flow, 30.0), flow - 200.0))
    assert flow.min() < 30  # January brings 26 m3/s, and no more is asked for
    assert run.hydrology.environmental_m3_s[0] == pytest.approx(np.minimum(30.0, flow))
    assert run.environmental_shortfall_m3_s.max() == pytest.approx(0.0, abs=1e-9)


def test_a_reservoir_evens_its_river_and_stays_within_its_flood_limit() -> None:
    plain = station("a", capacity_mw=0.6 * station("a").capacity_mw)  # turbines for 120 m3/s
    one = dataclasses.replace(
        plain, usable_storage_m3=1e9, total_storage_m3=1.5e9, flood_level_m=990.0, flood_months=(6, 7)
    )
    hydrology = cascade_hydrology((one,))
    assert hydrology.regulates.all()
    limit = float(hydrology.reservoirs[0].volume_m3(990.0))
    for month in (6, 7):
        hours = MONTH_HOURS[month]
        assert hydrology.storage_high_m3[0, hours][24:] == pytest.approx(limit)
    assert hydrology.storage_high_m3[0].max() == pytest.approx(1e9)
    run = run_cascade(hydrology)
    assert (run.storage_m3 <= hydrology.storage_high_m3 + 1.0).all()
    natural = 100.0 * river_year("yellow").share
    assert run.release_m3_s.std() < 0.5 * natural.std()
    unregulated = run_cascade(cascade_hydrology((plain,)))
    assert unregulated.spilt_share[0] > 0.05
    assert run.spilt_share[0] < 0.2 * unregulated.spilt_share[0]
    assert abs(run.stored_change_m3[0]) < 0.01 * 1e9


def test_the_flood_ramp_ends_at_the_limit_on_the_first_day_of_its_month() -> None:
    one = station("a", usable_storage_m3=1e9, total_storage_m3=1.5e9, flood_level_m=980.0, flood_months=(6,))
    ceiling = storage_ceiling(one, reservoir_of(one))
    limit = float(reservoir_of(one).volume_m3(980.0))
    assert ceiling[181] == ceiling[211] == pytest.approx(limit)
    assert ceiling[180] == pytest.approx(limit + (1e9 - limit) / 21)
    assert ceiling[160] == ceiling[232] == pytest.approx(1e9)


def test_storage_is_never_made_from_nothing_however_the_river_falls_dry() -> None:
    one = station("a", usable_storage_m3=1e9, total_storage_m3=1.5e9)
    dry = dataclasses.replace(river_year("yellow"), share=np.zeros(8760), factor=0.0)
    run = run_cascade(cascade_hydrology((one,), {"yellow": dry}))
    let_m3 = run.release_m3_s.sum() * 3600
    assert let_m3 == pytest.approx(-run.stored_change_m3[0])
    assert let_m3 <= run.hydrology.storage_start_m3[0] * (1 + 1e-9)


def test_water_energy_and_bounds_are_kept_in_the_jinsha_and_yalong_every_hour(jinsha: CascadeRun) -> None:
    h = jinsha.hydrology
    outlet = h.ids.index("jinsha-15")
    lost = sum(
        (
            h.release_before_m3_s[at] * int(h.travel_steps[at])
            - jinsha.release_m3_s[at, 8760 - int(h.travel_steps[at]) :].sum()
        )
        for at in range(len(h.ids))
        if h.below[at] >= 0
    )
    came = h.local_inflow_m3_s.sum() + lost
    assert came * 3600 == pytest.approx(
        jinsha.release_m3_s[outlet].sum() * 3600 + jinsha.stored_change_m3.sum(), rel=1e-9
    )
    hydraulic = 9.80665 * jinsha.turbined_m3_s * jinsha.head_m * 0.9 / 1e3
    assert jinsha.power_mw == pytest.approx(hydraulic)
    assert (jinsha.power_mw <= h.capacity_mw[:, None] * (1 + 1e-9)).all()
    assert (jinsha.spilt_m3_s >= 0).all()
    assert (jinsha.level_m <= np.array([s.normal_level_m for s in h.stations])[:, None] + 1e-6).all()


def test_a_cubic_metre_taken_away_is_found_and_named(jinsha: CascadeRun) -> None:
    spilt = jinsha.spilt_m3_s.copy()
    spilt[3, 4000] += 1.0
    with pytest.raises(BalanceError, match="cascade_water") as caught:
        check_balance(dataclasses.replace(jinsha, spilt_m3_s=spilt))
    assert caught.value.params["station"] == jinsha.hydrology.ids[3]
    assert caught.value.params["step"] == 4000
    power = jinsha.power_mw.copy()
    power[5, 7] *= 1.001
    with pytest.raises(BalanceError, match="cascade_power"):
        check_balance(dataclasses.replace(jinsha, power_mw=power))


def test_environmental_flow_follows_the_stated_shares_of_the_mean(jinsha: CascadeRun) -> None:
    h = jinsha.hydrology
    at = h.ids.index("jinsha-13")
    for month in (0, 6):
        assert h.environmental_m3_s[at, MONTH_HOURS[month]] == pytest.approx(
            4170 * ENVIRONMENTAL_SHARE[month]
        )
    assert h.environmental_m3_s[h.ids.index("yalong-05")].max() == 45.0
    assert jinsha.environmental_shortfall_m3_s.max() == 0.0


def test_days_give_the_year_of_the_hours_within_a_few_thousandths_in_sum(jinsha: CascadeRun) -> None:
    daily = run_cascade(cascade_hydrology(jinsha.hydrology.stations, step_h=24))
    assert daily.power_mw.shape == (23, 365)
    assert daily.annual_mwh == pytest.approx(jinsha.annual_mwh, rel=0.015)
    assert daily.annual_mwh.sum() == pytest.approx(jinsha.annual_mwh.sum(), rel=3e-3)


def test_a_year_of_eighteen_stations_takes_less_than_a_second() -> None:
    hydrology = cascade_hydrology(chosen_stations(("yellow",)))
    started = time.process_time()
    run_cascade(hydrology)
    assert time.process_time() - started < 1.0


def test_a_record_at_two_gauges_is_the_natural_flow_there() -> None:
    a, b = station("a", "b"), station("b", "c", mean_flow_m3_s=150.0, normal_level_m=900.0)
    c = station("c", mean_flow_m3_s=200.0, normal_level_m=800.0)
    rng = np.random.default_rng(1)
    upper, lower = 80 + 20 * rng.random(365), 140 + 20 * rng.random(365)
    years = years_of_records((a, b, c), {"a": Record("A 2001", upper), "b": Record("B 2001", lower)})
    assert set(years) == {"a", "b"}  # c has no gauge at or below it
    h = cascade_hydrology((a, b, c), station_years=years)
    natural = gathered(h.below, h.local_inflow_m3_s)
    assert natural[0] == pytest.approx(np.repeat(upper, 24))
    assert natural[1] == pytest.approx(np.repeat(lower, 24))
    assert h.year_kinds == ("A 2001", "B 2001", "mean")
    with pytest.raises(InputError, match="no less water"):
        years_of_records((a, b, c), {"a": Record("A", upper * 3), "b": Record("B", lower)})


def test_an_imported_gauge_finds_its_station_and_gives_its_year() -> None:
    dates = np.arange(np.datetime64("2001-01-01"), np.datetime64("2002-01-01"))
    gauge = FlowSeries("g", "", Place("g", 103.6, 28.3), None, "day", dates, np.full(365, 4600.0))
    chosen = chosen_stations(("jinsha", "yalong"))
    found = proposed_station(gauge, chosen)
    assert found is not None
    assert found.id == "jinsha-14"
    assert proposed_station(dataclasses.replace(gauge, flow_m3_s=np.full(365, 46.0)), chosen) is None
    record = record_of(gauge, 2001)
    h = cascade_hydrology(chosen, station_years=years_of_records(chosen, {found.id: record}))
    natural = gathered(h.below, h.local_inflow_m3_s)[h.ids.index(found.id)]
    assert natural == pytest.approx(np.full(8760, 4600.0))
    assert h.year_kinds[h.ids.index("jinsha-15")] == "mean"  # below the gauge
    with pytest.raises(InputError, match="regulated"):
        record_of(dataclasses.replace(gauge, regulated=True), 2001)
    with pytest.raises(InputError, match="year 2002"):
        record_of(gauge, 2002)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"step_h": 3}, "step_h"),
        ({"efficiency": 1.2}, "efficiency"),
        ({"environmental_share": (0.1,)}, "environmental"),
    ],
)
def test_impossible_settings_are_refused(arguments: dict[str, float], field: str) -> None:
    with pytest.raises(InputError, match=field):
        cascade_hydrology((station("a"),), **arguments)  # type: ignore[arg-type]


def test_monthly_flow_at_the_gauges_is_that_of_the_table_where_one_river_is_all() -> None:
    for river in ("yellow", "yalong", "dadu", "lancang", "yangtze"):
        gauge = river_months()[river]
        chosen = chosen_stations((river,))
        h = cascade_hydrology(chosen)
        natural = gathered(h.below, h.local_inflow_m3_s)[h.ids.index(gauge.station)]
        months = np.array([natural[hours].mean() for hours in MONTH_HOURS])
        table = np.array(gauge.monthly_m3_s)
        assert months / natural.mean() == pytest.approx(
            table / (table * [h.stop - h.start for h in MONTH_HOURS]).sum() * 8760, rel=1e-6
        )
