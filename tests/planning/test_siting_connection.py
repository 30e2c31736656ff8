"""Lines from sites to the grid: cost by hand, ways over made ground, ends that are named or near."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gis_layers.crs import distance_km, from_albers, to_albers
from gis_layers.errors import InputError
from planning.siting.connection import connect, dear_km_at, network_for
from planning.siting.cost_surface import surface_for
from planning.siting.least_cost import MOST_DETOUR
from planning.siting.line_costs import FILE, cheapest_line, connection_costs
from planning.siting.roads import road_distance_km
from planning.siting.targets import channel_target, grid_targets, place_target
from planning.table_rows import DATA
from planning.tables import load_tables
from planning.technology import annuity_factor
from tests.planning.siting_land import made_land

COSTS = connection_costs()
TABLES = load_tables()
KUBUQI = (108.5, 40.3)


def test_a_line_costs_what_the_table_says_by_hand() -> None:
    # 600 MW over 100 km of which hills make 120: 2 circuits of 220 kV for 1.2 m CNY/km and 10 m CNY a circuit.
    line = cheapest_line(600.0, 100.0, 120.0, 0.05, False, COSTS)
    assert (line.kv, line.circuits, line.capability_mw) == (220, 2, 700.0)
    investment = 2 * (1.2e6 * 120 + 10e6)
    assert line.investment_cny == pytest.approx(investment)
    assert line.cny_per_year == pytest.approx(investment * (annuity_factor(0.05, 30) + 0.015))
    assert line.rated_loss_share == pytest.approx(0.03)
    assert not line.beyond_practice
    # At 350 MW all year: half of the lines' power, so half of the rated loss.
    assert line.loss_share(350.0, 350.0**2) == pytest.approx(0.015)


def test_more_power_or_a_longer_way_take_a_higher_voltage_and_the_grid_of_the_north_west_its_own() -> None:
    assert (
        cheapest_line(2000.0, 100.0, 100.0, 0.05, False, COSTS).kv == 500
    )  # six circuits of 220 kV are too many
    assert cheapest_line(300.0, 200.0, 200.0, 0.05, False, COSTS).kv == 500  # 220 kV does not reach
    assert cheapest_line(300.0, 200.0, 200.0, 0.05, True, COSTS).kv == 330
    far = cheapest_line(300.0, 900.0, 900.0, 0.05, True, COSTS)
    assert far.beyond_practice
    powers = [cheapest_line(p, 80.0, 90.0, 0.05, True, COSTS).cny_per_year for p in range(100, 4000, 100)]
    assert (np.diff(powers) >= 0).all()


@pytest.mark.parametrize(
    "bad", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 1.0, float("inf"))]
)
def test_a_line_without_power_or_way_is_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="connection"):
        cheapest_line(*bad, 0.05, False, COSTS)


def test_every_fault_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    text = (DATA / FILE).read_text("utf-8")
    text = text.replace("line_220kv_mw,350", "line_220kv_mw,0").replace(
        "factor_desert,1.1", "factor_desert,0.9"
    )
    kept = [row for row in text.splitlines() if not row.startswith("line_life_years")]
    (tmp_path / FILE).write_text("\n".join(kept), "utf-8")
    with pytest.raises(InputError) as refused:
        connection_costs(tmp_path)
    assert {p.field for p in refused.value.problems} == {"line_life_years", "line_220kv_mw", "factor_desert"}


def test_a_way_over_open_ground_is_as_long_as_the_line_within_the_stated_error() -> None:
    land = made_land(*KUBUQI, {"wind": np.full((30, 30), 0.3)})
    network = network_for(land, [place_target(110.0, 40.2, TABLES)])
    x, y = to_albers(108.7, 40.2)
    link = connect(network, float(x), float(y), 500.0, 0.05)
    assert link is not None
    straight = float(distance_km(108.7, 40.2, 110.0, 40.2))
    assert link.straight_km == pytest.approx(straight, rel=1e-9)
    # Its ends are true, its corners middles of cells of a kilometre: two half diagonals more than the sweep's error.
    assert straight <= link.km <= straight * MOST_DETOUR + 1.5
    assert (link.lon_deg[0], link.lat_deg[0]) == pytest.approx((108.7, 40.2))
    assert (link.lon_deg[-1], link.lat_deg[-1]) == (110.0, 40.2)
    assert link.km <= link.dear_km <= 2.0 * 1.1 * link.km
    assert dear_km_at(network, np.array([[x]]), np.array([[y]]))[0, 0] == pytest.approx(
        link.dear_km, rel=0.03
    )


def test_no_line_crosses_a_large_lake() -> None:
    # From the western to the eastern shore of Qinghai lake (99.6 to 100.8E at 36.9N).
    land = made_land(99.2, 37.0, {"wind": np.full((10, 10), 0.3)})
    network = network_for(land, [place_target(100.95, 36.95, TABLES)])
    x, y = to_albers(99.4, 36.95)
    link = connect(network, float(x), float(y), 500.0, 0.05)
    assert link is not None
    assert network.surface.forbidden_share > 0.02
    import shapely

    from gis_layers.boundary import table

    water = shapely.union_all(
        [g for g in table("lake").geometry if shapely.intersects(g, shapely.box(99, 36, 101.5, 38))]
    )
    way = shapely.LineString(np.column_stack([link.lon_deg, link.lat_deg]))
    assert shapely.length(shapely.intersection(way, water)) < 0.05
    straight = shapely.LineString([(99.4, 36.95), (100.95, 36.95)])
    assert shapely.length(shapely.intersection(straight, water)) > 0.5
    assert link.km > 1.05 * link.straight_km


def test_steep_ground_of_the_area_itself_makes_its_lines_dearer() -> None:
    flat = made_land(*KUBUQI, {"wind": np.full((30, 30), 0.3)}, slope_percent=np.zeros((30, 30)))
    hills = made_land(*KUBUQI, {"wind": np.full((30, 30), 0.3)}, slope_percent=np.full((30, 30), 40.0))
    target = [place_target(108.6, 40.2, TABLES)]
    one, two = (surface_for(land, target, COSTS) for land in (flat, hills))
    inside = one.cell_of(*to_albers([108.65], [40.2]))
    # The plateau is flat on the atlas's own 5' elevation: 1.1 for sand; 40 % is the steepest class, twice the cost.
    assert one.factor.ravel()[inside] == pytest.approx(COSTS.desert_factor)
    assert two.factor.ravel()[inside] == pytest.approx(2.0 * COSTS.desert_factor)


def test_ends_are_named_by_place_or_line_and_their_grid_is_known() -> None:
    assert channel_target("kubuqi-shanghai", TABLES).lon_deg == pytest.approx(108.7)
    assert channel_target("库布齐-上海", TABLES).id == "kubuqi-shanghai"
    assert not channel_target("kubuqi-shanghai", TABLES).north_west
    assert channel_target("96.2, 40.4", TABLES).north_west
    assert channel_target("祁韶", TABLES).north_west
    for words in ("nowhere", "200,40", "91", "5,5"):
        with pytest.raises(InputError):
            channel_target(words, TABLES)


def test_ends_near_an_area_are_the_nearest_first_and_none_twice() -> None:
    near = grid_targets(*KUBUQI, 40.0, TABLES)
    km = distance_km([t.lon_deg for t in near], [t.lat_deg for t in near], *KUBUQI)
    assert (np.diff(km) >= 0).all()
    everything = [(n.lon_deg, n.lat_deg) for n in TABLES.nodes]
    assert km[0] <= min(float(distance_km(lon, lat, *KUBUQI)) for lon, lat in everything)
    # Planned lines are no grid: the sending end of Kubuqi-Shanghai stands on paper.
    assert all("kubuqi-shanghai" not in t.id for t in near)
    apart = distance_km(
        [near[0].lon_deg], [near[0].lat_deg], [t.lon_deg for t in near[1:]], [t.lat_deg for t in near[1:]]
    )
    assert (apart >= 5.0).all()


def test_cells_know_how_far_they_lie_from_a_road(tmp_path: Path) -> None:
    land = made_land(*KUBUQI, {"wind": np.full((20, 20), 0.3)})
    # A road down the middle of column 5, from north to south and beyond.
    lon, lat = from_albers(np.full(2, land.x_m[5]), np.array([land.north_m + 5000.0, land.north_m - 25000.0]))
    line = {"type": "LineString", "coordinates": np.column_stack([lon, lat]).tolist()}
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": line}), "utf-8")
    found = road_distance_km(path, land)
    assert found[10].tolist() == pytest.approx(np.abs(np.arange(20) - 5.0).tolist())
    path.write_text(path.read_text("utf-8").replace("108.", "88."), "utf-8")
    with pytest.raises(InputError, match="within 60 km"):
        road_distance_km(path, land)
    with pytest.raises(InputError):
        road_distance_km(tmp_path / "none.gpkg", land)
