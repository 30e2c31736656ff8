"""China on the map: complete, without gaps between its parts, and places found where they are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_layers import boundary
from gis_layers.crs import area_km2
from gis_layers.errors import InputError
from gis_layers.province import MENGDONG, MENGXI, NODE_NAMES, NOT_DISPATCHED, PROVINCES, node_of_city


def test_all_34_provinces_are_there_once_with_valid_outlines() -> None:
    for detail in (0, 1, 2):
        found = boundary.regions("province", detail)  # type: ignore[arg-type]
        assert sorted(found.ids) == sorted(PROVINCES)
        assert shapely.is_valid(found.geometry).all()


def test_the_whole_is_the_sum_of_its_provinces_and_as_large_as_china() -> None:
    parts = sum(area_km2(g) for g in boundary.regions("province", 1).geometry)
    assert parts == pytest.approx(area_km2(boundary.china(1)), rel=1e-6)
    assert parts == pytest.approx(9.6e6, rel=0.02)  # the land area China states


def test_provinces_do_not_overlap() -> None:
    shapes = boundary.regions("province", 1).geometry
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    pairs = first < second
    common = shapely.area(shapely.intersection(shapes[first[pairs]], shapes[second[pairs]]))
    assert pairs.sum() > 50
    assert common.max() < 1e-6


def test_taiwan_and_the_ten_strokes_are_drawn() -> None:
    assert boundary.province_at(121.0, 23.8) is PROVINCES["710000"]
    assert len(boundary.ten_stroke_line()) == 10
    assert list(boundary.ten_stroke_line()["number"]) == list(range(1, 11))


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (116.40, 39.90, "110000"),
        (121.47, 31.23, "310000"),
        (87.62, 43.83, "650000"),
        (91.13, 29.65, "540000"),
        (114.17, 22.32, "810000"),
        (110.35, 20.02, "460000"),
    ],
)
def test_a_city_is_found_in_its_province(lon: float, lat: float, code: str) -> None:
    assert boundary.require_in_china(lon, lat).adcode == code


def test_a_place_abroad_or_at_sea_is_in_no_province() -> None:
    found = boundary.locate([126.98, 105.85, 77.2, 125.0], [37.57, 21.03, 28.6, 30.0])
    assert list(found) == ["", "", "", ""]


def test_a_swapped_place_is_said_to_be_swapped() -> None:
    with pytest.raises(InputError, match=r"swapped: 94\.9 36\.4 is in Qinghai"):
        boundary.require_in_china(36.4, 94.9)


def test_a_place_that_is_no_number_is_in_no_province() -> None:
    assert list(boundary.locate([np.nan, 116.4], [39.9, np.nan])) == ["", ""]


def test_cities_provinces_and_dispatch_nodes_agree_on_where_a_point_is() -> None:
    draw = np.random.default_rng(7)
    lon, lat = draw.uniform(75, 133, 3000), draw.uniform(18, 53, 3000)
    provinces = boundary.locate(lon, lat)
    cities = boundary.locate(lon, lat, "city")
    nodes = boundary.locate(lon, lat, "dispatch_region")
    assert (provinces != "").sum() > 800
    for province, city, node in zip(provinces, cities, nodes, strict=True):
        assert (province == "") == (city == "")
        assert city[:2] == province[:2]
        assert node == ("" if not city or province in NOT_DISPATCHED else node_of_city(city))
    assert {MENGXI, MENGDONG} <= set(nodes)


def test_the_nodes_of_the_dispatch_are_those_with_names() -> None:
    assert sorted(boundary.regions("dispatch_region").ids) == sorted(NODE_NAMES)


def test_every_layer_names_its_source_licence_and_date() -> None:
    sources = boundary.layer_sources()
    assert {"province_1", "ten_stroke_line", "dispatch_region"} <= set(sources)
    for row in sources.values():
        assert all(value not in ("", "None") for value in row.values())


def test_every_place_has_a_chinese_name_and_no_more_people_than_its_province_can_have() -> None:
    places = boundary.city_points()
    assert places.name_zh.notna().all()
    assert places.name_zh.str.fullmatch("[\u4e00-\u9fff]+").all()
    # Ningxia had 7,202,654 people in 2020; once its whole sum stood at Wuzhong.
    ningxia = places[places.province_adcode == "640000"]
    assert ningxia.population.sum() < 7_202_654
