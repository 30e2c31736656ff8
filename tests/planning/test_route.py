"""Ways of new lines: over made ground by hand, over China by what must hold, beside published lines."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis_layers.boundary import table
from gis_layers.crs import distance_km, geometry_to_albers, length_km
from gis_layers.errors import InputError
from planning.corridors import interface_capability_mw, tariff
from planning.drawn import moved_line
from planning.route.avoid import excluded_areas
from planning.route.document import route_document, write_geojson
from planning.route.ends import End, end_at, end_of
from planning.route.figures import FILE, route_costs
from planning.route.ground import GROUNDS, Ground, crossing_km
from planning.route.own import routed_line
from planning.route.plan import Route, plan_route
from planning.route.validation import beside, fitted, lines_to_compare
from planning.route.way import cheapest_way
from planning.scenario import load_scenario, parse_scenario
from planning.scenario_lines import own_corridor
from planning.scenario_toml import from_toml, to_toml
from planning.table_rows import DATA
from planning.tables import load_tables
from resources.resource_data import EMBEDDED

TABLES = load_tables()
COSTS = route_costs()


def made_ground(factor: np.ndarray, river: np.ndarray | None = None) -> Ground:
    """Cells of 1 km whose north-west corner is (0, 0)."""
    flags = np.zeros(factor.shape, dtype=bool)
    return Ground(
        0.0, 0.0, 1000.0, np.zeros(factor.shape, dtype=np.int8), np.zeros(factor.shape), flags, flags,
        factor, np.zeros(factor.shape) if river is None else river,
    )  # fmt: skip


def way_over(
    factor: np.ndarray, start: tuple[float, float], end: tuple[float, float], **more: np.ndarray
) -> list:
    x, y = np.array([start, end]).T * 1000.0
    found = cheapest_way(made_ground(factor, **more), x, -y)
    assert found is not None
    return [(a / 1000.0, -b / 1000.0) for a, b in zip(*found, strict=True)]


def test_on_even_ground_the_way_is_the_straight_line() -> None:
    for end in ((37.2, 5.9), (20.1, 33.8), (38.5, 38.5)):
        corners = way_over(np.ones((40, 40)), (0.5, 0.5), end)
        assert np.array(corners) == pytest.approx(np.array([(0.5, 0.5), end]))


def test_a_wall_is_passed_through_its_gap_by_hand() -> None:
    factor = np.ones((41, 41))
    factor[:, 20] = np.inf
    factor[30, 20] = 1.0  # the gap: x 20 to 21, y 30 to 31
    corners = way_over(factor, (0.5, 10.5), (40.5, 10.5))
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(corners))
    # There and back over the nearer side of the gap: at least to (20, 30) and from (21, 30).
    least = math.dist((0.5, 10.5), (20, 30)) + 1 + math.dist((21, 30), (40.5, 10.5))
    assert least <= length <= 1.02 * least
    assert max(y for _, y in corners) <= 31.0


def test_a_way_goes_through_dear_ground_only_where_round_it_costs_more() -> None:
    def across(dear: float) -> bool:
        factor = np.ones((41, 81))
        factor[:31, 40] = dear  # a ridge one cell wide, open to the south; round it is some 12 km longer
        corners = way_over(factor, (20.5, 20.5), (60.5, 20.5))
        return max(y for _, y in corners) < 21.0

    # Round it: 2 sqrt(20^2 + 10.5^2) = 45.2 km for 40.
    assert across(4.0)
    assert not across(9.0)


def test_a_river_is_crossed_once_rather_than_followed() -> None:
    river = np.zeros((41, 41))
    river[20, :] = 3.0
    corners = way_over(np.ones((41, 41)), (2.5, 19.5), (38.5, 21.5), river=river)
    on_river = shapely.intersection(shapely.LineString(corners), shapely.box(0, 20, 41, 21)).length
    assert on_river < 8.0  # the straight line would lie on it for 18 km


@pytest.fixture(scope="module")
def short() -> Route:
    """Beijing to Tianjin over 100 km of plain."""
    return plan_route(end_of("北京", TABLES), end_of("120000", TABLES), "ac", 500, 2000.0)


def test_the_parts_of_a_cost_add_up_by_hand(short: Route) -> None:
    value = COSTS.value
    assert interface_capability_mw(500, short.circuits, short.km) >= 2000.0
    assert interface_capability_mw(500, short.circuits - 1, short.km) < 2000.0
    per_km = short.circuits * value["ac_500kv_cny_per_km"] * value["length_factor"]
    assert short.line_cny == pytest.approx(per_km * sum(s.way_km * s.factor for s in short.segments))
    assert short.stations_cny == pytest.approx(2 * short.circuits * value["ac_500kv_end_cny"])
    assert short.investment_cny == pytest.approx(short.line_cny + short.crossings_cny + short.stations_cny)
    assert sum(s.way_km for s in short.segments) == pytest.approx(short.way_km)
    assert sum(short.ground_km[name] for name in GROUNDS) == pytest.approx(short.way_km)


def test_length_is_that_of_the_way_on_the_ellipsoid(short: Route) -> None:
    way = shapely.LineString(np.column_stack([short.lon_deg, short.lat_deg]))
    assert short.way_km == pytest.approx(length_km(way), rel=1e-9)
    assert short.km == pytest.approx(short.way_km * COSTS.value["length_factor"])
    apart = float(distance_km(short.lon_deg[0], short.lat_deg[0], short.lon_deg[-1], short.lat_deg[-1]))
    assert short.straight_km == pytest.approx(apart)
    assert short.way_km >= short.straight_km * (1 - 1e-12)
    assert short.provinces[0] == "110000"
    assert short.provinces[-1] == "120000"
    assert not short.lon_deg.flags.writeable


def test_dc_costs_its_stations_by_power_and_kind_and_prices_rise_with_the_years() -> None:
    start, end = end_of("北京", TABLES), end_of("天津", TABLES)
    lcc = plan_route(start, end, "lcc", 800, 8000.0)
    vsc = plan_route(start, end, "vsc", 800, 8000.0)
    assert lcc.stations_cny == pytest.approx(COSTS.value["stations_lcc_cny_per_kw"] * 8e6)
    assert vsc.stations_cny / lcc.stations_cny == pytest.approx(
        COSTS.value["stations_vsc_cny_per_kw"] / COSTS.value["stations_lcc_cny_per_kw"]
    )
    later = plan_route(start, end, "lcc", 800, 8000.0, price_year=2034)
    assert later.investment_cny / lcc.investment_cny == pytest.approx(1.02**10)
    assert plan_route(start, end, "lcc", 800, 20_000.0).circuits == 2  # 10 GW a bipole


def test_a_line_along_the_border_stays_in_china() -> None:
    # The straight line from Yining to Tacheng runs through Kazakhstan for half of its way.
    route = plan_route(end_at(81.2, 43.9, TABLES), end_at(82.9, 46.75, TABLES), "ac", 750, 1000.0)
    abroad = table("neighbour_land").geometry
    straight = shapely.LineString([(81.2, 43.9), (82.9, 46.75)])
    way = shapely.LineString(np.column_stack([route.lon_deg, route.lat_deg]))
    assert shapely.length(shapely.intersection(abroad, straight)).sum() > 0.2
    on_map = geometry_to_albers(way)
    assert shapely.length(shapely.intersection(geometry_to_albers(abroad), on_map)).sum() == 0.0
    assert route.provinces == ("650000",)


def test_a_strait_is_crossed_by_cable_and_only_there() -> None:
    route = plan_route(end_of("海南", TABLES), end_of("广东", TABLES), "ac", 500, 600.0)
    assert 15.0 < route.ground_km["sea"] < 40.0  # the Qiongzhou Strait is some 19 to 39 km wide
    sea = [s for s in route.segments if s.ground == "sea"]
    assert all(s.factor == COSTS.value["factor_sea"] for s in sea)


def test_rivers_cost_by_their_size_and_a_brook_nothing() -> None:
    assert crossing_km(299.0, COSTS) == 0.0
    assert crossing_km(300.0, COSTS) == COSTS.value["river_middle_km"]
    assert crossing_km(3000.0, COSTS) == COSTS.value["river_large_km"]
    # Wuhan to Changsha crosses the Yangtze.
    route = plan_route(end_at(114.3, 30.75, TABLES), end_at(112.95, 28.25, TABLES), "ac", 1000, 3000.0)
    yangtze = [c for c in route.crossings if "Yangtze" in c.name_en or "Chang Jiang" in c.name_en]
    assert yangtze
    per_km = route.circuits * COSTS.value["ac_1000kv_cny_per_km"]
    assert yangtze[0].cost_cny == pytest.approx(per_km * COSTS.value["river_large_km"])


def test_excluded_land_is_gone_round_and_where_it_encloses_an_end_no_way_is_said(tmp_path: Path) -> None:
    start, end = end_at(115.0, 36.5, TABLES), end_at(117.0, 36.5, TABLES)
    block = shapely.box(115.8, 36.0, 116.2, 37.0)
    file = tmp_path / "block.geojson"
    file.write_text(shapely.to_geojson(block))
    shapes = excluded_areas([file], EMBEDDED)
    free = plan_route(start, end, "ac", 500, 800.0)
    round_it = plan_route(start, end, "ac", 500, 800.0, avoid=shapes)
    way = shapely.LineString(np.column_stack([round_it.lon_deg, round_it.lat_deg]))
    assert shapely.intersects(shapely.LineString(np.column_stack([free.lon_deg, free.lat_deg])), block)
    assert not shapely.intersects(way, block.buffer(-0.01))
    assert round_it.line_cny > free.line_cny
    ring = shapely.Point(117.0, 36.5).buffer(0.6).difference(shapely.Point(117.0, 36.5).buffer(0.3))
    with pytest.raises(InputError, match="none from"):
        plan_route(start, end, "ac", 500, 800.0, avoid=[geometry_to_albers(ring)])
    with pytest.raises(InputError) as error:
        excluded_areas([tmp_path / "a.gpkg", tmp_path / "b.gpkg"], EMBEDDED)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("atlantis", "a node by id or name"),
        ("", "a node by id or name"),
        ("jiquan/middle", "a node by id or name"),
        ("139.7,35.7", "a place in China"),
        ("125,30", "a place in China"),  # at sea
        ("39.9,116.4", "look swapped"),
        ("100.1,36.9", "not in a lake"),  # Qinghai Lake
        ("nan,30", "a node by id or name"),
    ],
)
def test_an_end_that_is_none_is_named(words: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        end_of(words, TABLES, "--to")


def test_an_end_is_a_place_a_node_or_a_station_of_a_line() -> None:
    place = end_of(" 108.5，40.3 ", TABLES)
    assert (place.kind, place.node) == ("place", "150000W")
    node = end_of("qinghai", TABLES)
    assert (node.kind, node.node, node.name_zh) == ("node", "630000", "青海")
    line = TABLES.corridor_by_id["jiquan"]
    assert end_of("jiquan", TABLES).lon_deg == line.from_lon_deg
    assert (end_of("jiquan/to", TABLES).lon_deg, end_of("jiquan/to", TABLES).node) == (
        line.to_lon_deg,
        "340000",
    )


def test_all_that_is_wrong_with_a_line_is_said_at_once() -> None:
    here = end_of("北京", TABLES)
    with pytest.raises(InputError) as error:
        plan_route(here, replace(here, name_en="x"), "lcc", 90, -1.0, circuits=0, price_year=1066)
    assert [p.field for p in error.value.problems] == ["kv", "mw", "circuits", "price_year", "ends"]
    with pytest.raises(InputError, match="500, 750 or 1000 kV"):
        plan_route(here, end_of("天津", TABLES), "ac", 800, 100.0)
    with pytest.raises(InputError, match="with 8 circuits"):
        plan_route(here, end_of("天津", TABLES), "ac", 500, 90_000.0)


def test_a_table_of_costs_that_lacks_or_breaks_figures_is_refused(tmp_path: Path) -> None:
    text = (DATA / FILE).read_text(encoding="utf-8")
    text = text.replace("length_factor,1.14", "length_factor,0.9").replace("factor_sea,12", "factor_see,12")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        route_costs(tmp_path)
    assert {p.field for p in error.value.problems} == {"length_factor", "factor_sea"}


def test_the_document_and_the_geojson_hold_the_whole_route(short: Route, tmp_path: Path) -> None:
    import json

    document = route_document(short)
    assert document["investment_cny"] == round(short.investment_cny)
    assert document["investment_low_cny"] < document["investment_cny"] < document["investment_high_cny"]
    assert document["tier"] == "estimated"
    held = json.loads(write_geojson(tmp_path / "way.geojson", short).read_text(encoding="utf-8"))
    line = held["features"][0]
    assert line["geometry"]["coordinates"] == document["route"]
    assert line["properties"]["km"] == document["km"]
    json.dumps(document, allow_nan=False)


def test_a_way_is_the_same_from_either_end() -> None:
    a, b = end_at(104.0, 36.0, TABLES), end_at(106.5, 34.5, TABLES)
    there, back = (plan_route(*ends, "ac", 750, 1000.0) for ends in ((a, b), (b, a)))
    assert there.way_km == pytest.approx(back.way_km, rel=0.005)
    assert there.investment_cny == pytest.approx(back.investment_cny, rel=0.005)


def test_three_published_lines_are_found_within_the_stated_error() -> None:
    lines = [TABLES.corridor_by_id[name] for name in ("qingdong", "shanwu", "debao")]
    for row in beside(lines, TABLES):
        assert abs(row.length_error) < 0.10, row.id
        if row.cost_error is not None:
            assert abs(row.cost_error) < COSTS.value["cost_error_share"], row.id


@pytest.mark.slow
def test_published_lines_bound_the_error_and_the_table_holds_what_they_were_fitted_to() -> None:
    rows = beside(lines_to_compare(TABLES), TABLES)
    assert len(rows) >= 30
    length = np.abs([row.length_error for row in rows])
    cost = np.abs([row.cost_error for row in rows if row.cost_error is not None])
    assert np.median(length) < 0.05
    assert length.max() < 0.15
    assert len(cost) >= 20
    assert np.median(cost) < 0.09
    assert cost.max() < 0.20
    found = fitted(rows)
    assert found["cost_error_share"] <= COSTS.value["cost_error_share"]
    for name in ("dc_800kv_cny_per_km", "stations_lcc_cny_per_kw", "length_factor"):
        assert COSTS.value[name] == pytest.approx(found[name], rel=0.01), name


def test_an_end_without_a_node_of_the_dispatch_has_none() -> None:
    taipei = end_at(121.5, 25.03, TABLES)
    assert isinstance(taipei, End)
    assert taipei.node == ""


def test_a_routed_line_is_a_line_of_a_scenario_with_its_way_and_its_price() -> None:
    start, end = end_of("102.6,37.9", TABLES), end_of("宁夏", TABLES)
    line = routed_line(start, end, "mine", "新线", "new line", kind="ac", kv=750, mw=2000.0, price_year=2030)
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"]["own"] = [line.model_dump(mode="json")]
    held = from_toml(to_toml(parse_scenario(data, "mine")), "mine").lines.own[0]
    assert held == line
    assert (line.from_node, line.to_node) == ("620000", "640000")
    assert line.way == line.route
    assert line.route[0] == (102.6, 37.9)
    row = own_corridor(line, 2030)
    assert row.investment_cny == line.investment_cny
    price = tariff(row)
    assert price is not None
    assert line.investment_cny is not None
    annuity = 0.05 / (1 - 1.05**-35)
    assert price.cny_per_mwh == pytest.approx(
        line.investment_cny * (annuity + 0.02) / (2000 * 4500), abs=0.01
    )
    # Moved ends leave the way, and what it cost, behind.
    moved = moved_line(line, (102.8, 38.0), (line.to_lon_deg, line.to_lat_deg))
    assert moved.route == ()
    assert moved.investment_cny is None
    stale = line.model_copy(update={"from_lon_deg": 103.0})
    assert stale.way == ((103.0, 37.9), (line.to_lon_deg, line.to_lat_deg))
