"""Shifted coordinates there and back, against published pairs."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_layers.crs import distance_km
from gis_layers.importer.datum import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    national_datum,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

# lat, lon of WGS84, then of GCJ-02: the pairs public implementations of the formula test themselves with.
PAIRS = (
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
)
china_lon = st.floats(74.0, 135.0)
china_lat = st.floats(4.0, 54.0)


@pytest.mark.parametrize(("lat", "lon", "shifted_lat", "shifted_lon"), PAIRS)
def test_gcj02_agrees_with_published_pairs(
    lat: float, lon: float, shifted_lat: float, shifted_lon: float
) -> None:
    x, y = wgs84_to_gcj02(lon, lat)
    assert float(x) == pytest.approx(shifted_lon, abs=1e-12)
    assert float(y) == pytest.approx(shifted_lat, abs=1e-12)


def test_bd09_agrees_with_a_published_pair() -> None:
    x, y = wgs84_to_bd09(*gcj02_to_wgs84(116.404, 39.915))
    assert float(x) == pytest.approx(116.41036949371029, abs=1e-9)
    assert float(y) == pytest.approx(39.92133699351021, abs=1e-9)


@given(lon=china_lon, lat=china_lat)
def test_there_and_back_moves_a_place_by_less_than_a_millimetre(lon: float, lat: float) -> None:
    for forward, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        x, y = back(*forward(lon, lat))
        assert float(distance_km(lon, lat, x, y)) < 1e-6


def test_the_shift_in_china_is_some_hundred_metres_and_none_abroad() -> None:
    lon, lat = np.meshgrid(np.linspace(80.0, 130.0, 20), np.linspace(20.0, 50.0, 20))
    metres = distance_km(lon, lat, *wgs84_to_gcj02(lon, lat)) * 1000.0
    assert metres.min() > 20.0
    assert metres.max() < 1200.0
    x, y = wgs84_to_gcj02(2.35, 48.85)
    assert (float(x), float(y)) == (2.35, 48.85)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (4490, "cgcs2000"),
        (4509, "cgcs2000"),
        (4526, "cgcs2000"),
        (4214, "beijing54"),
        (2436, "beijing54"),
        (4610, "xian80"),
        (2327, "xian80"),
        (4326, None),
        (3857, None),
    ],
)
def test_national_datums_are_known_by_name(code: int, expected: str | None) -> None:
    assert national_datum(pyproj.CRS.from_epsg(code)) == expected


def test_national_datums_are_known_in_the_words_of_shapefiles() -> None:
    for code, expected in ((4490, "cgcs2000"), (2436, "beijing54"), (2327, "xian80")):
        wkt = pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")
        assert national_datum(pyproj.CRS.from_wkt(wkt)) == expected
