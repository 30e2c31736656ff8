"""The year of the cascades as a run asks for it: whose energy is whose, frequencies, and a user's own discharge."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_layers.errors import InputError
from resources.cascade import gathered
from resources.cascade_energy import cascade_plant, worth_mwh_per_m3
from resources.cascade_tables import cascade_stations, chosen_stations
from resources.cascade_year import WaterAsk, cascade_year
from resources.choice import ResourceChoice, find_entries, part_of, with_entry
from resources.hours import MONTH_OF_DAY
from resources.library import Entry
from resources.sources.contract import Place
from resources.sources.flow_series import FlowSeries
from resources.validation_cascade import CASCADES, station_years
from tests.resources.library_factory import flow_entry

Array = NDArray[np.float64]
LONGYANGXIA = (100.92, 36.12)
TABLE = {station.id: station for station in cascade_stations()}


def series(
    name: str = "Tangnaihai",
    mean: float = 640.0,
    years: range = range(2018, 2021),
    place: tuple[float, float] | None = LONGYANGXIA,
    regulated: bool = False,
) -> FlowSeries:
    """Days of a river that carries 2.5 times as much from June to October; each year a tenth more than the last."""
    dates = np.arange(f"{years[0]}-01-01", f"{years[-1] + 1}-01-01", dtype="datetime64[D]")
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    flow = np.where((month >= 5) & (month <= 9), 2.5, 1.0) * 1.1 ** (year - years[0])
    flow *= mean / flow.mean()
    at = None if place is None else Place(name, *place)
    return FlowSeries(name, "", at, None, "day", dates, flow, regulated)


def asked(*entries: Entry, year: int = 2030, seed: int = 3, **more: object) -> WaterAsk:
    return WaterAsk(year, seed, flows=tuple(entry.ref for entry in entries), **more)  # type: ignore[arg-type]


# -- whose energy --------------------------------------------------------------------------------


def test_owners_share_the_energy_of_the_river_and_none_is_counted_twice() -> None:
    year = cascade_year(WaterAsk(2030, 3))
    run, h = year.run, year.run.hydrology
    use = np.array([s.use_share for s in h.stations])
    odd, even = h.ids[::2], h.ids[1::2]
    for owned in (odd, even):
        plant = cascade_plant(run, owned, use)
        inside = np.array([id in owned for id in h.ids])
        worth = worth_mwh_per_m3(h, owned, use)
        made = float((use * inside) @ run.annual_mwh)
        assert plant.inflow_mw.sum() == pytest.approx(made + float(worth @ run.stored_change_m3))
        assert plant.capacity_mw == pytest.approx(h.capacity_mw[inside].sum())
        assert (worth[~inside] == 0).all()
    # Generation is the owners' own, whoever lets the water go.
    both = sum(float((use * [id in o for id in h.ids]) @ run.annual_mwh) for o in (odd, even))
    assert both == pytest.approx(float(use @ run.annual_mwh))


def test_water_of_another_owner_is_worth_nothing_to_one_below() -> None:
    h = cascade_year(WaterAsk(2030, 3)).run.hydrology
    at = {id: n for n, id in enumerate(h.ids)}
    worth = worth_mwh_per_m3(h, ["yellow-04", "yellow-07"])
    per_m3 = h.mw_per_m3_s / 3600.0
    # Longyangxia's cubic metre passes Laxiwa and Nina, which are another's, and then Lijiaxia, which is ours.
    assert worth[at["yellow-04"]] == pytest.approx(per_m3[at["yellow-04"]] + per_m3[at["yellow-07"]])
    assert worth[at["yellow-05"]] == 0.0
    assert worth[at["yellow-07"]] == pytest.approx(per_m3[at["yellow-07"]])


def test_a_factor_brings_stations_to_their_design_energy_exactly() -> None:
    year = cascade_year(WaterAsk(2030, 3))
    ids = [s.id for s in year.stations if s.river == "dadu"]
    design = sum(TABLE[id].annual_mwh for id in ids)
    assert year.plant(ids, 1.0).inflow_mw.sum() == pytest.approx(design)
    assert year.plant(ids, 1.2).inflow_mw.sum() == pytest.approx(1.2 * design)
    # The smooth mean year's simulation alone lies near it, for the shares are those of ten years.
    assert year.plant(ids).inflow_mw.sum() == pytest.approx(design, rel=0.03)
    np.testing.assert_array_equal(year.plant(ids, 1.2).stored_high_mwh, year.plant(ids).stored_high_mwh)


def test_a_station_that_does_not_stand_yet_runs_in_no_year() -> None:
    ids_2020 = {s.id for s in cascade_year(WaterAsk(2020, 3)).stations}
    late = {s.id for s in cascade_stations() if (s.first_year or 0) > 2020}
    assert late
    assert not late & ids_2020
    assert cascade_year(WaterAsk(2020, 3)).plant(sorted(late)).capacity_mw == 0.0


@pytest.mark.parametrize(
    "group", [CASCADES[4], *(pytest.param(c, marks=pytest.mark.slow) for c in CASCADES[:4])]
)
def test_the_simulated_energy_of_the_table_is_what_ten_years_give(
    group: tuple[tuple[str, ...], str, str],
) -> None:
    for one in station_years(group[0]):  # type: ignore[arg-type]
        assert one.station.simulated_mwh == pytest.approx(one.mwh, abs=51.0), one.station.id


def test_wetter_years_give_more_and_a_year_is_wet_everywhere_at_once() -> None:
    ids = [s.id for s in chosen_stations(year=2030)]
    energy = [
        cascade_year(WaterAsk(2030, 3, pct)).plant(ids).inflow_mw.sum()
        for pct in (10.0, 25.0, 50.0, 75.0, 95.0)
    ]
    assert all(a > b for a, b in itertools.pairwise(energy))


# -- own discharge -------------------------------------------------------------------------------


def test_discharge_at_a_gauge_is_the_natural_flow_there_and_others_keep_the_tables(tmp_path: Path) -> None:
    own = flow_entry(tmp_path, "tangnaihai", series())
    year = cascade_year(asked(own), tmp_path)
    (gauge,) = year.gauges
    assert (gauge.station, gauge.year, gauge.series) == ("yellow-04", 2020, "Tangnaihai")
    assert set(gauge.serves) == {"yellow-01", "yellow-02", "yellow-03", "yellow-04"}
    h = year.run.hydrology
    at = h.ids.index("yellow-04")
    natural = gathered(h.below, h.local_inflow_m3_s)[at]
    recorded = np.repeat(np.delete(series().flow_m3_s[-366:], 59), 24)
    assert natural.mean() == pytest.approx(recorded.mean())
    # Hours of travel between the stations above are all that lies between the record and the sum of its shares.
    np.testing.assert_allclose(natural, recorded, rtol=1e-9)
    plain = cascade_year(asked(), tmp_path)
    below = h.ids.index("yellow-14")
    local = slice(below, below + 1)
    np.testing.assert_array_equal(h.local_inflow_m3_s[local], plain.run.hydrology.local_inflow_m3_s[local])
    jinsha = h.ids.index("jinsha-13")
    np.testing.assert_array_equal(year.run.power_mw[jinsha], plain.run.power_mw[jinsha])


def test_recorded_stations_are_not_brought_to_their_design_energy(tmp_path: Path) -> None:
    """A record says how wet the year was; only the others are brought to a mean year."""
    dry = flow_entry(tmp_path, "dry", series(mean=400.0))
    said = (("Tangnaihai", "yellow-04"),)
    year = cascade_year(asked(dry, flow_stations=said), tmp_path)
    design = TABLE["yellow-04"].annual_mwh
    assert year.plant(["yellow-04"], 1.0).inflow_mw.sum() < 0.8 * design
    below = year.plant(["dadu-01"], 1.0).inflow_mw.sum()
    assert below == pytest.approx(TABLE["dadu-01"].annual_mwh)


def test_the_year_asked_for_is_taken_and_else_the_last_that_all_series_have(tmp_path: Path) -> None:
    upper = flow_entry(tmp_path, "upper", series())
    lower = flow_entry(tmp_path, "lower", series("Xiaochuan", 840.0, range(2015, 2020), (103.35, 35.93)))
    year = cascade_year(asked(upper, lower), tmp_path)
    assert {(g.station, g.year) for g in year.gauges} == {("yellow-04", 2019), ("yellow-14", 2019)}
    early = cascade_year(asked(upper, lower, flow_year=2018), tmp_path)
    assert {g.year for g in early.gauges} == {2018}


@pytest.mark.parametrize(
    ("made", "more", "field", "found"),
    [
        (series(mean=12.0), {}, "resource.flows", "mean 12 m3/s"),  # a brook beside the river
        (series(place=(116.4, 39.9)), {}, "resource.flows", "116.4, 39.9"),  # nowhere near a cascade
        (series(place=None), {}, "resource.flows", "without a place"),
        (series(), {"flow_year": 1998}, "resource.flow_year", "1998"),
        (series(), {"flow_stations": (("Tangnaihai", "yangtze-01"),)}, "resource.flow_stations", "mean 639"),
        (series(), {"flow_stations": (("Tangnaihai", "yellow-99"),)}, "resource.flow_stations", "yellow-99"),
        (series(), {"flow_stations": (("Lanzhou", "yellow-04"),)}, "resource.flow_stations", "no such series"),
        (series(), {"flow_stations": (("Tangnaihai", "yellow-03"),), "year": 2020}, "resource.flow_stations",
         "yellow-03"),
        (series(regulated=True), {}, "Tangnaihai", "regulated"),
    ],
)  # fmt: skip
def test_discharge_of_the_wrong_river_or_year_is_one_clear_refusal(
    tmp_path: Path, made: FlowSeries, more: dict[str, object], field: str, found: str
) -> None:
    own = flow_entry(tmp_path, "own", made)
    with pytest.raises(InputError) as caught:
        cascade_year(asked(own, **more), tmp_path)  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert field in (problem.where, problem.field)
    assert found in f"{problem.field} {problem.found}"
    assert problem.expected


def test_two_series_at_one_station_and_series_without_a_year_in_common_are_refused_at_once(
    tmp_path: Path,
) -> None:
    one = flow_entry(tmp_path, "one", series())
    two = flow_entry(tmp_path, "two", series("Guide", 650.0, range(1990, 1993)))
    with pytest.raises(InputError) as caught:
        cascade_year(asked(one, two), tmp_path)
    (problem,) = caught.value.problems
    assert "2018-2020" in problem.found
    assert "1990-1992" in problem.found
    same = flow_entry(tmp_path, "same", series("Guide", 650.0))
    with pytest.raises(InputError, match="one series a station"):
        cascade_year(asked(one, same), tmp_path)


def test_discharge_is_a_part_of_a_choice_and_serves_neither_wind_nor_sun(tmp_path: Path) -> None:
    own = flow_entry(tmp_path, "own", series())
    choice = with_entry(ResourceChoice(), own)
    assert part_of(own) == "flows"
    assert choice.flows == (own.ref,)
    assert choice.empty
    assert choice.refs == (own.ref,)
    assert find_entries(choice, tmp_path).flows[0].manifest.id == "own"
    assert find_entries(choice, tmp_path).of_places == ()
    wrong = ResourceChoice(rasters=choice.flows)
    with pytest.raises(InputError, match="a raster of the climate"):
        find_entries(wrong, tmp_path)


def test_a_monthly_series_gives_the_hours_between_its_months(tmp_path: Path) -> None:
    dates = np.arange("2019-01", "2021-01", dtype="datetime64[M]").astype("datetime64[D]")
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    flow = np.where((month >= 5) & (month <= 9), 1000.0, 400.0)
    made = FlowSeries("Tangnaihai", "", Place("Tangnaihai", *LONGYANGXIA), None, "month", dates, flow)
    own = flow_entry(tmp_path, "own", made)
    h = cascade_year(asked(own), tmp_path).run.hydrology
    natural = gathered(h.below, h.local_inflow_m3_s)[h.ids.index("yellow-04")]
    by_month = [natural[np.repeat(MONTH_OF_DAY, 24) == m].mean() for m in range(12)]
    np.testing.assert_allclose(by_month, flow[:12], rtol=1e-9)
