"""Water of nodes and bases: the cascades' stations in a year of the scenario's choice, at energy that can be told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_layers.errors import InputError
from planning.chain.bases import water_of_base
from planning.chain.links import first_stale
from planning.chain.run import Chain
from planning.chain.sources import water_notes, water_sources, worst_grade
from planning.chain.water import (
    RECORDED_YEAR,
    SPILL_ROOM,
    YearOfWater,
    base_water,
    fitted_inflow,
    node_water,
    node_waters,
    stations_of_bases,
    wetness_recorded,
    year_of_water,
)
from planning.scenario import Scenario, load_scenario
from planning.scenario_fields import form_fields, words_of
from planning.scenario_toml import from_toml, to_toml
from planning.tables import load_tables
from planning.words import note
from resources.cascade_tables import cascade_stations
from resources.cascade_year import cascade_year, water_ask
from resources.choice import ResourceChoice, with_entry
from resources.hours import MONTH_HOURS
from resources.hydro import routed_rain_shape
from resources.library import DataRef
from resources.served import Served
from resources.sources.contract import Place
from resources.sources.flow_series import FlowSeries
from tests.resources.library_factory import flow_entry

Array = NDArray[np.float64]
TABLES = load_tables()
RAIN = np.array([5.0, 8, 15, 30, 60, 100, 160, 150, 90, 40, 15, 6])
QINGHAI, SICHUAN, HUBEI, GUIZHOU = (TABLES.node(id) for id in ("630000", "510000", "420000", "520000"))
UPPER_YELLOW = ("yellow-04", "yellow-05", "yellow-07", "yellow-10")


def scenario(name: str = "2030-1200GW", **resource: object) -> Scenario:
    choice = ResourceChoice.model_validate(resource)
    return load_scenario(name).model_copy(update={"resource": choice})


def water_year(name: str = "2030-1200GW", **resource: object) -> YearOfWater:
    return year_of_water(scenario(name, **resource))


def design_mwh(ids: tuple[str, ...] | list[str]) -> float:
    return sum(s.design_mwh for s in TABLES.hydro_stations if s.id in ids)


def test_both_tables_know_the_same_stations() -> None:
    """The chain takes owners from one and hydrology from the other."""
    ours = {s.id: s for s in cascade_stations()}
    assert set(ours) == {s.id for s in TABLES.hydro_stations}
    for station in TABLES.hydro_stations:
        other = ours[station.id]
        assert station.mw == other.capacity_mw
        assert station.design_mwh == other.annual_mwh
        assert (other.first_year or 2019) == station.year, station.id


def test_inflow_keeps_its_energy_and_never_floods_the_turbines() -> None:
    inflow = fitted_inflow(routed_rain_shape(RAIN), annual_mwh=4.0e6, capacity_mw=1000.0)
    assert inflow.sum() == pytest.approx(4.0e6)
    assert inflow.max() <= SPILL_ROOM * 1000.0 * 1.0001
    assert inflow.min() >= 0


def test_the_water_of_a_base_in_a_mean_year_is_the_design_energy_of_its_stations() -> None:
    water = base_water(TABLES, "yellow", UPPER_YELLOW, "630000", 2030, water_year())
    assert water.capacity_mw == sum(s.mw for s in TABLES.hydro_stations if s.id in UPPER_YELLOW)
    assert water.inflow_mw.sum() == pytest.approx(design_mwh(UPPER_YELLOW))
    assert (water.inflow_mw >= 0).all()
    assert (water.least_mw <= np.minimum(water.inflow_mw, water.capacity_mw) + 1e-9).all()
    assert 0 < water.start_share <= 1
    # 193.5e8 m3 of Longyangxia through its own 122 m and the 205, 122 and 99.3 m of Laxiwa, Lijiaxia, Gongboxia, and what
    # these hold: rho g V H eta at the share of the simulated energy that the design takes.
    share = {s.id: s.use_share for s in cascade_stations()}
    heads = [122 * share["yellow-04"], 205 * share["yellow-05"], 122 * share["yellow-07"],
             99.3 * share["yellow-10"]]  # fmt: skip
    longyangxia = 1000 * 9.80665 * 19.35e9 * sum(heads) * 0.9 / 3.6e9
    assert water.reservoir_mwh.max() == pytest.approx(longyangxia, rel=0.02)


@pytest.mark.parametrize(("pct", "low", "high"), [(10.0, 1.10, 1.35), (50.0, 0.93, 1.02), (90.0, 0.65, 0.87)])
def test_a_dry_year_has_less_water_than_a_wet_one_at_every_kind_of_plant(
    pct: float, low: float, high: float
) -> None:
    mean, year = water_year(), water_year(water_exceedance_pct=pct)
    base = [
        base_water(TABLES, "yellow", UPPER_YELLOW, "630000", 2030, y).inflow_mw.sum() for y in (year, mean)
    ]
    # Upper Yellow: C_v 0.26. Turbines and lakes catch less of a wet year than the river brings.
    assert low <= base[0] / base[1] <= high
    # A node without stations of the tables: the interannual spread of inflow, 12 %, and no more.
    rest = [node_water(GUIZHOU, 20_000.0, TABLES, RAIN, y).inflow_mw.sum() for y in (year, mean)]
    z = {10.0: 1.2816, 50.0: 0.0, 90.0: -1.2816}[pct]
    assert rest[0] / rest[1] == pytest.approx(1 + 0.12 * z, abs=0.012)


def test_a_scenario_of_the_recorded_year_keeps_what_every_node_generated() -> None:
    year = water_year("2020")
    assert year.recorded
    for node in (QINGHAI, SICHUAN, HUBEI, GUIZHOU):
        water = node_water(node, node.hydro_2020_mw, TABLES, RAIN, year)
        assert water.inflow_mw.sum() == pytest.approx(node.natural_hydro_2020_mwh(), rel=1e-6), node.name_en
    # 2020 was the wettest year of the upper Yellow in decades; nothing says so but the statistics of generation.
    assert wetness_recorded(QINGHAI, TABLES) > 1.4
    assert wetness_recorded(GUIZHOU, TABLES) == 1.0


def test_the_recorded_year_is_left_by_a_choice_or_by_another_year() -> None:
    assert water_year("2020", water_exceedance_pct=75.0).recorded is False
    assert water_year("2030-1200GW").recorded is False
    assert RECORDED_YEAR == 2020


def test_no_station_is_counted_twice_or_lost_between_bases_and_nodes() -> None:
    whole, year = scenario(), water_year()
    users = {b.id: (b.cascade, b.cascade_stations, b.node) for b in whole.bases if b.cascade is not None}
    taken = stations_of_bases(TABLES, users, whole.year)
    assert set(UPPER_YELLOW) <= set(taken)
    standing = [s for s in TABLES.hydro_stations if s.year <= whole.year]
    # As much as the stations have and nothing else: the rest of every node is none.
    own_mw = np.array(
        [sum(s.mw for s in standing if s.node_id == n.node_id and s.id not in taken) for n in TABLES.nodes]
    )
    nodes = node_waters(TABLES, own_mw, np.tile(RAIN, (len(TABLES.nodes), 1)), year, taken)
    bases = [base_water(TABLES, *user, whole.year, year) for user in users.values()]
    total = sum(w.inflow_mw.sum() for w in (*nodes.values(), *bases))
    assert total == pytest.approx(sum(s.design_mwh for s in standing))
    assert sum(w.capacity_mw for w in (*nodes.values(), *bases)) == pytest.approx(sum(s.mw for s in standing))


def test_the_flood_limit_of_three_gorges_binds_the_reservoir_of_hubei_in_summer() -> None:
    water = node_water(HUBEI, sum(s.mw for s in TABLES.hydro_stations if s.node_id == "420000"), TABLES, RAIN,
                       water_year())  # fmt: skip
    july, december = (water.reservoir_mwh[MONTH_HOURS[m]] for m in (6, 11))
    assert july.max() < 0.2 * december.min()


def test_the_least_flow_of_spring_and_summer_is_above_that_of_winter() -> None:
    water = base_water(TABLES, "yellow", UPPER_YELLOW, "630000", 2030, water_year())
    winter, summer = (water.least_mw[MONTH_HOURS[m]].mean() for m in (0, 6))
    # 10 % and 30 % of the mean flow (Tennant 1976), unless the river itself brings less.
    assert 1.5 < summer / winter < 3.5


def test_a_node_with_less_than_its_stations_has_the_same_share_of_each() -> None:
    year = water_year()
    full = sum(s.mw for s in TABLES.hydro_stations if s.node_id == "420000" and s.year <= 2030)
    whole, half = (node_water(HUBEI, mw, TABLES, RAIN, year) for mw in (full, full / 2))
    np.testing.assert_allclose(half.inflow_mw, whole.inflow_mw / 2)
    np.testing.assert_allclose(half.reservoir_mwh, whole.reservoir_mwh / 2)
    assert half.start_share == pytest.approx(whole.start_share)


def test_the_same_year_is_run_once_and_its_floods_follow_the_seed() -> None:
    ask = water_ask(ResourceChoice(), 2030, 7)
    assert cascade_year(ask) is cascade_year(water_ask(ResourceChoice(), 2030, 7))
    other = cascade_year(water_ask(ResourceChoice(), 2030, 8))
    ids = list(UPPER_YELLOW)
    one, two = (y.plant(ids, 1.0).inflow_mw for y in (cascade_year(ask), other))
    assert one.sum() == pytest.approx(two.sum())
    assert np.abs(one - two).max() > 1.0


# -- the choice of a scenario --------------------------------------------------------------------


def test_the_choice_of_water_is_written_read_and_refused_beyond_its_range() -> None:
    chosen = scenario(water_exceedance_pct=75.0, flow_year=2019, flow_stations={"唐乃亥": "yellow-04"})
    text = to_toml(chosen)
    assert "water_exceedance_pct = 75.0" in text
    assert from_toml(text, "a test") == chosen
    for wrong in ("0.5", "99.5", "nan", '"75"'):
        with pytest.raises(InputError) as caught:
            from_toml(text.replace("= 75.0", f"= {wrong}"), "a test")
        (problem,) = caught.value.problems
        assert problem.field == "resource.water_exceedance_pct"


def test_the_form_has_the_year_of_water_with_its_unit_and_range() -> None:
    field = next(f for f in form_fields(scenario()) if f.key == "water_exceedance_pct")
    assert (field.unit, field.low, field.high, field.optional, field.kind) == ("%", 1.0, 99.0, True, "number")
    assert words_of(field.path, scenario()) == (
        "资源数据 · 来水频率",
        "resource data · exceedance of the year's water",
    )


def gauge(mean: float = 640.0) -> FlowSeries:
    dates = np.arange("2018-01-01", "2020-01-01", dtype="datetime64[D]")
    flow = mean * (1 + 0.8 * np.sin(2 * np.pi * (np.arange(len(dates)) % 365 - 120) / 365))
    place = Place("Tangnaihai", 100.92, 36.12)
    return FlowSeries("Tangnaihai", "Yellow", place, None, "day", dates, flow)


def test_own_discharge_reaches_the_base_and_the_sources_and_leaves_wind_and_sun_alone(tmp_path: Path) -> None:
    own = flow_entry(tmp_path, "tangnaihai", gauge())
    plain = scenario()
    with_own = plain.model_copy(update={"resource": with_entry(plain.resource, own)})
    assert first_stale(plain, with_own) == "sizing"
    before, after = Chain(plain, library=tmp_path), Chain(with_own, library=tmp_path)
    assert (after.keys.nodes, after.keys.profiles) == (before.keys.nodes, before.keys.profiles)
    base = next(b for b in plain.bases if b.cascade == "yellow")
    assert after.keys.designs[base.id] != before.keys.designs[base.id]
    water = [water_of_base(s, TABLES, base, tmp_path) for s in (plain, with_own)]
    assert water[0] is not None
    assert water[1] is not None
    assert np.abs(water[0].inflow_mw - water[1].inflow_mw).max() > 100.0

    rows = water_sources(after.water)
    mine, tables = rows
    assert (mine.entry, mine.grade, mine.period_en) == ("tangnaihai", "user", "2019")
    assert (tables.entry, tables.grade, tables.period_en) == (
        "", "reference", f"long-term mean, seed {plain.seed}",
    )  # fmt: skip
    assert sum(row.share for row in rows) == pytest.approx(1.0)
    served = sum(
        s.mw for s in TABLES.hydro_stations if s.id in ("yellow-01", "yellow-02", "yellow-03", "yellow-04")
    )
    standing = sum(s.mw for s in TABLES.hydro_stations if s.year <= plain.year)
    assert mine.share == pytest.approx(served / standing)
    assert worst_grade(Served(), rows) == "user"
    assert worst_grade(Served(), water_sources(before.water)) == "reference"


def test_discharge_that_is_not_at_hand_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    gone = ResourceChoice(flows=(DataRef(id="gone", sha256="0" * 64),))
    with pytest.raises(InputError, match="gone"):
        Chain(scenario().model_copy(update={"resource": gone}), library=tmp_path)


def test_a_chosen_year_of_water_is_told_in_both_languages() -> None:
    dry = water_year(water_exceedance_pct=95.0)
    (row,) = water_sources(dry)
    assert row.period_en.startswith("P = 95 %")
    (code,) = water_notes(dry)
    assert "95 %" in note(code, "zh")
    assert "95 %" in note(code, "en")
    assert water_notes(water_year()) == ()
    (recorded,) = water_sources(water_year("2020"))
    assert recorded.period_zh.startswith("按 2020 年实际发电")
