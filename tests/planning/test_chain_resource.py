"""A scenario's own wind and sun: the chain computes from them where they are, and from the atlas elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from gis_layers.grid import CLIMATE, NORTH_DEG, TERRAIN, WEST_DEG
from gis_layers.raster import cell_area_km2
from planning.base_run import size_scenario_base
from planning.chain.link_run import run_link
from planning.chain.links import first_stale, keys_of
from planning.chain.profiles import base_profiles, land_cells
from planning.chain.run import Chain
from planning.chain.store import Store
from planning.scenario import Scenario, load_scenario
from planning.scenario_toml import from_toml, to_toml
from planning.words import note
from resources import atlas
from resources.choice import ResourceChoice, choice_of_ids, moved_ref, with_entry, without_ref
from resources.eligible import rules_for, share_left
from resources.library import Entry, entries, remove
from resources.resource_data import EMBEDDED, open_resource
from resources.weather import HourlyWeather
from tests.resources.library_factory import raster_entry, weather_entry
from tests.resources.rasters_made import imported

BASE, OTHER = "zhangbei", "kubuqi"
STRONG_MS = 16.0
AROUND_ZHANGBEI = (113.0, 40.0, 117.0, 43.0)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Two bases, one of which gets data of its own."""
    whole = load_scenario("2030-1200GW")
    return whole.model_copy(update={"bases": tuple(b for b in whole.bases if b.id in (BASE, OTHER))})


def steady(scenario: Scenario, base_id: str = BASE, wind_ms: float = STRONG_MS) -> HourlyWeather:
    """The atlas's year at the sites of a base, with a wind that never changes."""
    base = scenario.base(base_id)
    sites = [*base.wind_sites, *base.pv_sites]
    climate = EMBEDDED.climate_at(np.array([s.lon_deg for s in sites]), np.array([s.lat_deg for s in sites]))
    year = EMBEDDED.weather_at(climate, 1).weather
    return HourlyWeather(
        year.lon_deg, year.lat_deg, year.elevation_m, year.ghi_w_per_m2, year.dni_w_per_m2, year.dhi_w_per_m2,
        year.temperature_c, np.full_like(year.wind_speed_ms, wind_ms), year.air_density_kg_per_m3,
    )  # fmt: skip


def using(scenario: Scenario, *used: Entry, **more: object) -> Scenario:
    choice = ResourceChoice.model_validate(more)
    for entry in used:
        choice = with_entry(choice, entry)
    return scenario.model_copy(update={"resource": choice})


@pytest.fixture(scope="module")
def library(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    weather_entry(folder, "mast", steady(scenario), "hourly-place")
    weather_entry(folder, "hours", steady(scenario))
    raster_entry(
        folder, "gwa", "wind_speed_ms", np.full((1, 180, 240), 20.0), AROUND_ZHANGBEI, height_m=100.0
    )
    return folder


def entry(library: Path, id: str) -> Entry:
    return next(e for e in entries(library)[0] if e.manifest.id == id)


def test_hours_of_a_base_are_those_of_its_own_weather_and_of_no_other_base(
    scenario: Scenario, library: Path
) -> None:
    own = using(scenario, entry(library, "hours"), level="own")
    chain = Chain(own, until="resource", library=library)
    plain = base_profiles(scenario.bases, scenario.seed)
    # In a wind above rated speed all year the farm stands at its rated power less 3 % and 3 % of losses.
    assert chain.profile(BASE).wind.sum() == pytest.approx(8760 * 0.97 * 0.97, rel=1e-6)
    assert plain[BASE].wind.sum() < 4000
    assert chain.profile(OTHER).wind.tobytes() == plain[OTHER].wind.tobytes()
    assert chain.profile(OTHER).pv.tobytes() == plain[OTHER].pv.tobytes()


def test_the_sizing_is_of_the_same_wind(scenario: Scenario, library: Path) -> None:
    strong = using(scenario, entry(library, "hours"), level="own")
    own = size_scenario_base(strong, BASE, library=library)
    without = size_scenario_base(scenario, BASE)
    assert own["lcoe_cny_per_mwh"] < 0.8 * without["lcoe_cny_per_mwh"]
    assert own["grade"] == "measured"
    assert without["grade"] == "reference"
    assert {row["entry"] for row in own["resource"] if row["what_en"] == "hourly weather"} == {"hours"}


def test_without_a_choice_nothing_changes_by_a_bit(scenario: Scenario, tmp_path: Path) -> None:
    plain = base_profiles(scenario.bases, scenario.seed)
    chain = Chain(scenario, until="resource", library=tmp_path / "nowhere")
    for base in scenario.bases:
        assert chain.profile(base.id).wind.tobytes() == plain[base.id].wind.tobytes()
        assert chain.profile(base.id).pv.tobytes() == plain[base.id].pv.tobytes()
    assert "[resource]" not in to_toml(scenario)


def test_hours_are_moved_to_the_level_of_an_own_raster_and_a_note_says_by_how_much(
    scenario: Scenario, library: Path
) -> None:
    own = using(scenario, entry(library, "gwa"), entry(library, "hours"))
    answer = run_link(own, "sizing", library=library)
    said = [code for code in answer.notes if code.startswith("wind_level_moved")]
    # 16 m/s moved to 20 m/s: a quarter more; months of unequal length leave a little.
    assert said == ["wind_level_moved|+25%|+25%"]
    assert "+25%" in note(said[0], "zh")
    assert "+25%" in note(said[0], "en")
    served = {(row.what_en, row.source_en): row for row in answer.sources if row.share is not None}
    assert any("gwa" in source for _, source in served)
    mixed = [code for code in answer.notes if code.startswith("weather_mixed")]
    sites = [len(b.wind_sites) + len(b.pv_sites) for b in (scenario.base(BASE), scenario.base(OTHER))]
    share = sites[0] / sum(sites)
    assert mixed == [f"weather_mixed|{share:.0%}|{1 - share:.0%}"]
    assert answer.grade == "reference"  # the other base still rests on the atlas


def test_a_mast_needs_no_speed_up_and_keeps_its_level(scenario: Scenario, library: Path) -> None:
    own = using(scenario, entry(library, "gwa"), entry(library, "mast"))
    data = open_resource(own.resource, library)
    base = scenario.base(BASE)
    climate = data.climate_at(np.array([base.wind_sites[0].lon_deg]), np.array([base.wind_sites[0].lat_deg]))
    found = data.weather_at(climate, 1)
    assert found.speedup.tolist() == [1.0]
    assert found.wind_level.tolist() == [1.0]
    assert float(found.weather.wind_speed_ms.mean()) == STRONG_MS


def test_keys_hold_the_hash_of_the_data_and_what_its_manifest_says(scenario: Scenario, library: Path) -> None:
    own = using(scenario, entry(library, "hours"))
    assert first_stale(scenario, own) == "resource"
    other = own.model_copy(
        update={"resource": ResourceChoice(weather=(own.resource.weather[0].model_copy(
            update={"sha256": "0" * 64}),))}
    )  # fmt: skip
    assert first_stale(own, other) == "resource"
    assert Chain(own, library=library).keys != keys_of(own, "g")


def test_an_entry_imported_anew_with_other_answers_is_computed_anew(
    scenario: Scenario, tmp_path: Path
) -> None:
    values = np.full((1, 180, 240), 9.0)
    first = raster_entry(tmp_path, "gwa", "wind_speed_ms", values, AROUND_ZHANGBEI, height_m=100.0)
    low = Chain(using(scenario, first), library=tmp_path).keys
    again = raster_entry(tmp_path, "gwa", "wind_speed_ms", values, AROUND_ZHANGBEI, height_m=50.0)
    assert again.ref == first.ref  # the same bytes, and yet another wind at 100 m
    assert Chain(using(scenario, again), library=tmp_path).keys.profiles != low.profiles


def test_what_is_missing_is_refused_at_once_and_in_one_message(scenario: Scenario, tmp_path: Path) -> None:
    gone = [weather_entry(tmp_path, name, steady(scenario), "hourly-place") for name in ("mast-1", "mast-2")]
    own = using(scenario, *gone)
    for each in gone:
        remove(each)
    assert from_toml(to_toml(own), "x") == own  # the project still opens
    with pytest.raises(InputError) as refused:
        Chain(own, library=tmp_path)
    assert [(p.field, p.found) for p in refused.value.problems] == [
        ("mast-1", "not in the library"),
        ("mast-2", "not in the library"),
    ]


def test_a_stored_answer_tells_what_served_as_the_computed_one(
    scenario: Scenario, library: Path, tmp_path: Path
) -> None:
    own = using(scenario, entry(library, "hours"))
    store = Store(tmp_path / "links")
    first = Chain(own, store=store, until="sizing", base=BASE, library=library).profile(BASE)
    again = Chain(own, store=store, until="sizing", base=BASE, library=library).profile(BASE)
    assert again.served == first.served
    assert {row.entry for row in first.served.rows if row.what == "weather"} == {"hours"}
    assert first.served.grade == "measured"


def test_a_choice_is_written_and_read_as_it_was(scenario: Scenario, library: Path) -> None:
    own = using(scenario, entry(library, "gwa"), entry(library, "hours"), weather_year=2021, level="climate")
    text = to_toml(own)
    assert from_toml(text, "x") == own
    assert "[resource]" in text
    assert 'rasters = [{ id = "gwa", sha256 = "' in text


def test_entries_go_where_they_serve_and_can_be_ordered(library: Path) -> None:
    choice = choice_of_ids(["hours", "gwa", "mast"], library)
    assert [ref.id for ref in choice.rasters] == ["gwa"]
    assert [ref.id for ref in choice.weather] == ["hours", "mast"]
    assert [ref.id for ref in moved_ref(choice, "weather", "mast", -1).weather] == ["mast", "hours"]
    assert moved_ref(choice, "weather", "mast", 1) == choice
    assert [ref.id for ref in without_ref(choice, "weather", "hours").weather] == ["mast"]
    with pytest.raises(InputError, match="not in the library"):
        choice_of_ids(["hours", "era6"], library)


def test_imported_areas_are_kept_free_of_sites_and_taken_out_of_the_potential(tmp_path: Path) -> None:
    west, south, east, north = 114.0, 41.0, 115.0, 42.0
    box = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {"type": "Feature", "properties": {"name": "park"},
               "geometry": {"type": "Polygon", "coordinates": [box]}}  # fmt: skip
    file = tmp_path / "park.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    park = imported([file], tmp_path / "library", "areas")
    choice = with_entry(ResourceChoice(), park)
    assert choice.excluded == (park.ref,)
    free, kept = land_cells(), land_cells(open_resource(choice, tmp_path / "library"))
    lon, lat = free.climate.lon_deg, free.climate.lat_deg
    inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    assert inside.sum() == 16  # four by four climate cells
    for kind in ("wind", "pv"):
        assert free.eligible_km2[kind][inside].sum() > 0
        assert kept.eligible_km2[kind][inside].sum() == pytest.approx(0.0, abs=1e-6)
        assert kept.eligible_km2[kind][~inside] == pytest.approx(free.eligible_km2[kind][~inside], rel=1e-6)


def test_land_of_the_chain_is_that_of_the_shared_rules() -> None:
    """The chain adds up per climate cell what the rules leave of each 5' cell: the sums are the same."""
    land = land_cells()
    lon, lat = land.climate.lon_deg, land.climate.lat_deg
    row = np.floor((NORTH_DEG - lat) / CLIMATE.step_deg).astype(int)
    col = np.floor((lon - WEST_DEG) / CLIMATE.step_deg).astype(int)
    per_cell = cell_area_km2(TERRAIN) * atlas.read("land_share").values[0] * share_left(rules_for("pv"))
    for at in (0, len(lon) // 3, len(lon) // 2):
        block = per_cell[3 * row[at] : 3 * row[at] + 3, 3 * col[at] : 3 * col[at] + 3]
        assert land.eligible_km2["pv"][at] == pytest.approx(np.nansum(block), rel=1e-12)
