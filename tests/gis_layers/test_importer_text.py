"""Encodings and typed coordinates."""

from __future__ import annotations

import math

import pytest

from gis_layers.importer.coordinates import names_latitude, names_longitude, parse
from gis_layers.importer.encoding import detect, from_code_page, from_language_driver

CHINESE = "名称,经度,纬度\n溪洛渡水电站,103.65,28.26\n锦屏一级,101.63,28.19\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_chinese_text_is_read_whatever_it_is_written_in(encoding: str, found: str) -> None:
    data = CHINESE.encode(encoding)
    guess = detect(data)
    assert guess.value == found
    assert guess.confidence > 0.9
    assert data.decode(guess.value) == CHINESE


def test_a_piece_cut_inside_a_character_is_still_known() -> None:
    for encoding in ("utf-8", "gb18030"):
        data = CHINESE.encode(encoding)
        for end in range(40, 50):
            assert detect(data[:end]).value == encoding


def test_rare_byte_pairs_are_less_sure_than_everyday_chinese() -> None:
    everyday = detect("内蒙古库布其风电光伏基地".encode("gbk"))
    odd = detect(bytes([0x81, 0x52, 0x82, 0x61, 0x8A, 0x93, 0x9C, 0x45]))
    assert everyday.value == odd.value == "gb18030"
    assert everyday.confidence > 0.9 > 0.5 > odd.confidence


def test_a_wrong_declaration_is_overruled_by_the_bytes() -> None:
    assert detect(CHINESE.encode("gbk"), "utf-8").value == "gb18030"
    assert detect(CHINESE.encode("gbk"), "utf-8").how == "trial_against_declared"
    assert detect(CHINESE.encode("utf-8"), "gb18030").value == "utf-8"
    assert detect(CHINESE.encode("gbk"), "gb18030").how == "declared"


def test_code_pages_are_known_in_all_their_spellings() -> None:
    for said in ("GBK", "936", "CP936", "ANSI 936", "gb2312", "GB18030\n"):
        assert from_code_page(said) == "gb18030"
    for said in ("UTF-8", "65001", "utf8"):
        assert from_code_page(said) == "utf-8"
    assert from_code_page("ISO88591") == "iso8859-1"
    assert from_code_page("nonsense") is None
    assert from_language_driver(0x4D) == "gb18030"
    assert from_language_driver(0x00) is None


@pytest.mark.parametrize(
    "text",
    [
        "116.391666666666667",
        "116,391666666666667",
        "116°23′30″E",
        "E116 23 30",
        "116:23:30",
        "东经116度23分30秒",
        "116°23.5'",
        " 116° 23' 30\" ",
        "1.16391666666666667e2",
    ],
)
def test_one_longitude_in_all_its_spellings(text: str) -> None:
    assert parse(text) == pytest.approx(116.39166666, abs=1e-7)


def test_west_and_south_are_negative() -> None:
    assert parse("西经12°30′") == -12.5
    assert parse("12.5S") == -12.5
    assert parse("-12.5") == -12.5


@pytest.mark.parametrize("text", ["", "abc", "116°75′", "116 23 61", "E116W", "nan", "inf", "1,2,3"])
def test_what_is_no_coordinate_is_none(text: str) -> None:
    assert math.isnan(parse(text))


def test_column_names_are_known_in_chinese_and_english() -> None:
    for name in ("经度", "经度(°)", "lon", "LNG", "Longitude_deg", "X", "wgs84_lng"):
        assert names_longitude(name)
        assert not names_latitude(name)
    for name in ("纬度", "Lat", "latitude", "y"):
        assert names_latitude(name)
        assert not names_longitude(name)
