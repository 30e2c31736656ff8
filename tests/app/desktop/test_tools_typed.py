"""What a planner types for a place is understood, or refused with a reason."""

from __future__ import annotations

import pytest

from app.desktop.tools.typed import Offset, TypedError, parse


@pytest.mark.parametrize(
    "words",
    [
        "116.5 39.9",
        "116.5,39.9",
        "116.5， 39.9",
        "116.5、39.9",
        "116.5；39.9",
        " 116.5\t39.9 ",
        "39.9 116.5",
        "116.5E 39.9N",
        "39.9N, 116.5E",
        "N39.9 E116.5",
        "e116.5 n39.9",
        "116°30' 39°54'",
        "116°30'E 39°54'N",
        "116°30′00″E，39°54′0″N",
        "116:30:00 39:54:00",
        "116 30 39 54",
        "116 30 0 39 54 0",
        "东经116度30分 北纬39度54分",
        "东经116.5度，北纬39.9度",
        "北纬39度54分0秒 东经116度30分0秒",
        "116.5°, 39.9°",
    ],
)
def test_all_ways_to_write_a_place_are_one_place(words: str) -> None:
    assert parse(words) == pytest.approx((116.5, 39.9), abs=1e-9)


def test_seconds_and_the_other_hemispheres_count() -> None:
    assert parse("""116°24'36"E 39°0'0"N""") == pytest.approx((116.41, 39.0))
    assert parse("70W 33S") == (-70.0, -33.0)
    assert parse("-70.5 -33.25") == (-70.5, -33.25)
    assert parse("-0 30 0 -33 15 0") == (-0.5, -33.25)


@pytest.mark.parametrize(
    "words",
    ["@100 45", "@100<45", "100km 45", "100 km 45°", "100公里，45度", "100千米 方位角45度", "距离100 方位45"],
)
def test_an_offset_is_a_distance_and_an_azimuth(words: str) -> None:
    assert parse(words) == Offset(100.0, 45.0)


def test_a_radius_needs_no_azimuth() -> None:
    assert parse("50 km") == parse("50公里") == parse("@50") == Offset(50.0, None)


def test_an_offset_is_walked_from_the_last_place() -> None:
    lon, lat = Offset(111.3195, 90.0).from_place((100.0, 0.0))
    assert (lon, lat) == pytest.approx((101.0, 0.0), abs=1e-5)
    with pytest.raises(TypedError) as first:
        Offset(10.0, 90.0).from_place(None)
    assert first.value.key == "tool.type.no_last"
    with pytest.raises(TypedError) as second:
        Offset(10.0, None).from_place((100.0, 0.0))
    assert second.value.key == "tool.type.no_azimuth"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "116",
        "北京",
        "116.5 39.9 12",
        "116.5 39.9 12 3",
        "116E 39E",
        "E116E 39N",
        "1,2,3,4,5",
        "-116E 39N",
        "@",
        "@a b",
        "nan nan",
    ],
)
def test_what_is_no_place_is_refused(words: str) -> None:
    with pytest.raises(TypedError) as caught:
        parse(words)
    assert caught.value.key == "tool.type.bad"


@pytest.mark.parametrize(
    "words", ["190 39", "95 95", "116°70' 39°0'", "116 30 60 39 0 0", "@0 45", "@30000 1", "@5 400"]
)
def test_what_is_out_of_range_is_refused(words: str) -> None:
    with pytest.raises(TypedError) as caught:
        parse(words)
    assert caught.value.key == "tool.type.range"
