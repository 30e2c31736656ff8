"""A workspace holds one of each and nothing crooked; fields of forms cover every input."""

from __future__ import annotations

import pytest
import shapely
from pydantic import ValidationError
from pyproj import Geod

from gis_layers.crs import area_km2
from gis_layers.errors import InputError
from planning.drawn import (
    LINE_TYPES,
    base_from_polygon,
    detour,
    geodesic_outline,
    line_between,
    line_km,
    moved_base,
    moved_line,
)
from planning.scenario import _PARTS, Scenario, load_scenario
from planning.scenario_fields import WORDS, form_fields, unit_of, words_of
from planning.tables import load_tables
from planning.workspace import Drawing, Pin, Workspace, new_workspace

SQUARE = ((94.0, 36.0), (96.0, 36.0), (96.0, 37.0), (94.0, 37.0), (94.0, 36.0))


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("2030-1200GW")


def test_a_new_workspace_works_on_its_scenario(scenario: Scenario) -> None:
    workspace = new_workspace(scenario)
    assert workspace.scenario() is scenario
    with pytest.raises(KeyError):
        workspace.scenario("other")


def test_a_workspace_survives_its_own_text(scenario: Scenario) -> None:
    workspace = Workspace(
        scenarios=(scenario,),
        active=scenario.id,
        drawings=(Drawing(id="d", name="格尔木", kind="polygon", rings=(SQUARE,)),),
        pins=(Pin(id="p", name="p", lon_deg=94.9, lat_deg=36.4),),
    )
    assert Workspace.model_validate_json(workspace.model_dump_json()) == workspace


def test_double_ids_and_an_unknown_active_scenario_are_refused(scenario: Scenario) -> None:
    with pytest.raises(ValidationError, match="2 times"):
        Workspace(scenarios=(scenario, scenario), active=scenario.id)
    with pytest.raises(ValidationError, match="no scenario other"):
        Workspace(scenarios=(scenario,), active="other")


@pytest.mark.parametrize(
    ("kind", "ring"),
    [("polygon", SQUARE[:-1]), ("circle", SQUARE[:2]), ("point", SQUARE[:2]), ("line", SQUARE[:1])],
)
def test_a_crooked_shape_is_refused(kind: str, ring: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValidationError):
        Drawing.model_validate({"id": "d", "name": "d", "kind": kind, "rings": [ring]})


def test_a_drawing_is_geojson() -> None:
    area = Drawing(id="d", name="d", kind="rectangle", rings=(SQUARE,))
    assert area.geojson() == {"type": "Polygon", "coordinates": (SQUARE,)}
    assert Drawing(id="d", name="d", kind="point", rings=(SQUARE[:1],)).geojson()["coordinates"] == (
        94.0,
        36.0,
    )


def test_every_key_of_a_scenario_has_words(scenario: Scenario) -> None:
    keys = {name for part in _PARTS for name in part.model_fields} - {"id", "schema_version"}
    assert keys <= set(WORDS)
    for field in form_fields(scenario):
        zh, en = words_of(field.path, scenario)
        assert zh
        assert en
        own = {"fixed_mw": "MW", "wind_sites": "°E, °N", "pv_sites": "°E, °N"}
        assert field.unit == own.get(field.key, unit_of(field.key))


def test_forms_know_limits_choices_and_sources(scenario: Scenario) -> None:
    fields = {field.path: field for field in form_fields(scenario)}
    hours = fields["bases.kubuqi.channel_full_load_hours"]
    assert (hours.low, hours.low_open, hours.high, hours.unit) == (0.0, True, 8760.0, "h/a")
    assert fields["prices.sale_rule"].choices == ("receiving_benchmark", "sending_benchmark", "split")
    assert fields["fleet.wind.weights.land"].source == scenario.fleet["wind"].source
    assert fields["fleet.wind.total_gw"].tier == "estimated"
    assert fields["bases.kubuqi.wind_mw"].optional
    assert not fields["bases.kubuqi.channel_mw"].optional


def test_a_base_drawn_at_golmud_has_its_sites_inside_and_lies_in_qinghai() -> None:
    drawing = Drawing(id="d", name="格尔木", kind="polygon", rings=(SQUARE,))
    base = base_from_polygon(drawing, "golmud", "格尔木", "Golmud", channel_mw=8000.0)
    assert base.node == "630000"
    for site in (*base.wind_sites, *base.pv_sites):
        assert 94.0 <= site.lon_deg <= 96.0
        assert 36.0 <= site.lat_deg <= 37.0
    # Two degrees by one at 36.5 N are about 19,900 km2; what may be built on is a part of it.
    assert 0 < (base.land_max_km2 or 0) < 19_900


def test_an_outline_smaller_than_a_climate_cell_still_makes_a_base() -> None:
    small = tuple((94.5 + (x - 94.0) / 20, 36.5 + (y - 36.0) / 20) for x, y in SQUARE)
    drawing = Drawing(id="d", name="d", kind="rectangle", rings=(small,))
    base = base_from_polygon(drawing, "small", "小", "small", corridor_id=None, channel_mw=100.0)
    assert 94.5 <= base.wind_sites[0].lon_deg <= 94.6


def test_a_base_at_sea_or_without_a_channel_is_refused() -> None:
    sea = tuple((x + 31.0, y - 8.0) for x, y in SQUARE)
    with pytest.raises(InputError, match="place"):
        base_from_polygon(Drawing(id="d", name="海", kind="polygon", rings=(sea,)), "s", "s", "s", None, 1.0)
    with pytest.raises(InputError, match="channel_mw"):
        base_from_polygon(Drawing(id="d", name="d", kind="polygon", rings=(SQUARE,)), "s", "s", "s")


def test_a_line_between_two_places_is_as_much_longer_than_the_distance_as_built_ones() -> None:
    line = line_between((94.9, 36.4), (114.3, 30.6), "g-w", "格尔木—武汉", "Golmud-Wuhan", 8000.0)
    assert (line.from_node, line.to_node) == ("630000", "420000")
    assert 1.0 < detour(load_tables()) < 1.5
    assert line.km == pytest.approx(1910 * detour(load_tables()), rel=0.02)


def test_an_edge_of_1000_km_at_45_n_bulges_as_its_geodesic_does() -> None:
    geod = Geod(ellps="WGS84")
    east = geod.fwd(95.0, 45.0, 90.0, 1e6)[0]
    ring = ((95.0, 40.0), (east, 40.0), (east, 45.0), (95.0, 45.0), (95.0, 40.0))
    outline = geodesic_outline([ring])
    lon, lat = geod.npts(95.0, 45.0, east, 45.0, 1)[0]
    # L^2 tan(lat) / 8 R: 19.6 km, 0.176 degrees north of the parallel.
    assert lat - 45.0 == pytest.approx(0.176, abs=0.003)
    assert outline.distance(shapely.Point(lon, lat)) < 1e-4
    assert outline.covers(shapely.Point(lon, lat - 0.01))
    assert not shapely.Polygon(ring).covers(shapely.Point(lon, lat - 0.01))
    # What is searched is what was told while drawing.
    assert area_km2(outline) == pytest.approx(area_km2(shapely.Polygon(ring)), rel=1e-6)


def test_an_outline_keeps_its_holes() -> None:
    hole = tuple((94.5 + (x - 94.0) / 4, 36.2 + (y - 36.0) / 4) for x, y in SQUARE)
    assert len(geodesic_outline([SQUARE, hole]).interiors) == 1


def test_an_ac_line_begins_with_what_its_circuits_carry() -> None:
    types = {kind.id: kind for kind in LINE_TYPES}
    # (2 - 1) circuit at 4,600 MW times the St Clair multiple of 480 km, 1.0; 500 kV: 950 MW.
    assert types["ac1000"].mw(480.0) == 4600.0
    assert types["ac500"].mw(480.0) == 950.0
    assert types["dc800"].mw(2000.0) == 8000.0
    line = line_between((106.3, 38.5), (103.8, 36.1), "n-g", "宁—甘", "N-G", 4000.0, types["ac1000"])
    assert (line.kind, line.kv, line.circuits) == ("ac", 1000.0, 2)


def test_a_moved_line_has_other_nodes_and_length_and_the_same_power() -> None:
    line = line_between((94.9, 36.4), (114.3, 30.6), "g-w", "格—武", "G-W", 6000.0)
    moved = moved_line(line, (94.9, 36.4), (112.9, 28.2))
    assert (moved.from_node, moved.to_node, moved.mw) == ("630000", "430000", 6000.0)
    assert moved.km == line_km((94.9, 36.4), (112.9, 28.2)) != line.km
    with pytest.raises(InputError, match="place"):
        moved_line(line, (94.9, 36.4), (135.0, 20.0))


def test_the_sites_of_a_moved_base_move_along_by_as_much() -> None:
    drawing = Drawing(id="d", name="格尔木", kind="polygon", rings=(SQUARE,))
    base = base_from_polygon(drawing, "golmud", "格尔木", "Golmud", channel_mw=8000.0)
    moved = moved_base(base, (base.lon_deg + 0.1, base.lat_deg))
    assert moved.lon_deg == pytest.approx(base.lon_deg + 0.1)
    for old, new in zip(
        (*base.wind_sites, *base.pv_sites), (*moved.wind_sites, *moved.pv_sites), strict=True
    ):
        assert (new.lon_deg, new.lat_deg) == (pytest.approx(old.lon_deg + 0.1), pytest.approx(old.lat_deg))
    assert (moved.node, moved.channel_mw) == ("630000", 8000.0)


def test_a_base_does_not_move_where_it_cannot_be_built_or_away_from_its_line(scenario: Scenario) -> None:
    kubuqi = scenario.base("kubuqi")
    with pytest.raises(InputError) as caught:
        moved_base(kubuqi, (104.1, 30.7))  # Chengdu: another province than its line's
    fields = {p.field for p in caught.value.problems}
    assert "corridor_id" in fields
    drawing = Drawing(id="d", name="格尔木", kind="polygon", rings=(SQUARE,))
    base = base_from_polygon(drawing, "golmud", "格尔木", "Golmud", channel_mw=8000.0)
    with pytest.raises(InputError) as caught:
        moved_base(base, (121.2, 23.8))  # no dispatched province, or no land
    assert caught.value.problems
