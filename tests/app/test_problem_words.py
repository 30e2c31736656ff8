"""A Chinese reader is told in Chinese what was found and what is expected, whatever floor raised it."""

from __future__ import annotations

import re

import pytest

from app.messages import say
from app.problem_words import _table, in_chinese
from gis_layers.errors import InputError, Problem
from tests.app.problem_phrases import Phrase, phrases

LAYERS = frozenset(("basin", "complementarity", "elevation", "regulated", "runoff"))
"""Keys of layers and columns, as files have them."""
NAMES = frozenset(
    # formats, standards, persons, programs and what is typed as it stands
    re.findall(r"\w+", """
    CSV EPW GeoJSON GeoPackage GeoTIFF GDAL JSON NetCDF NetCDF4 PROJ RFC TOML UTC UTF XML zip shapefile shx
    Excel Markdown Polygon MultiPolygon type LOCATION END HEADER WGS84 EPSG GCJ GRDC SAM GHI GDP Paco Pdco Pso
    Dask tcp host local Erbs Klein Duffie Long Dutton Saaty windpowerlib Betz inf end parquet csv NOAA
    http https none all yes help full url years base KIND hours since standard noleap true clip manifest json
    wind coal battery hydro name lon lat technology data inspect profile time bus potential library proxy
    YYYY utc_offset_h yellow hexadecimal sha256 swapped capacity fixed sized flow hours_since hourly example
    study base BASE modelled bidirectional rule Clair
    utf gb18030 GB18030
    MATPOWER PyPSA pandapower mpc peak trough transfer fbus bus0 format out read
    cash_flow MIT BSD Clause Apache pvlib itur oedb ODbL COADS CEA Natural Earth ITU kubuqi bases
    """)
)  # fmt: skip
UNITS = frozenset(("km2", "MWh", "kWh", "kWp", "GWh", "TWh", "CNY", "mm", "hh", "MM", "DD", "HH", "ms"))


def left(chinese: str) -> list[str]:
    """English words that are neither names nor units nor the keys and files a user sees written so."""
    plain = re.sub(r"\S*[_/]\S*|\S+\.(?:csv|json|shx|toml|also)\b|X7|UTC7|'[^']*'", " ", chinese)
    return [
        w for w in re.findall("[A-Za-z]{2,}[0-9]*", plain) if len(w) > 2 and w not in NAMES | UNITS | LAYERS
    ]


@pytest.fixture(scope="module")
def said() -> list[Phrase]:
    return phrases()[0]


def test_the_source_is_read(said: list[Phrase]) -> None:
    texts = {(phrase.part, phrase.text) for phrase in said}
    assert len(texts) > 800
    assert ("expected", "a TOML file") in texts
    assert ("expected", "local or local:1 to local:256") in texts  # a plain argument
    assert (
        "expected",
        "a Dask scheduler that answers, such as tcp://host:8786, or local",
    ) in texts  # by a name
    assert ("expected", "at most X7 series") in texts  # with a figure in it


def test_every_phrase_of_the_source_has_its_chinese(said: list[Phrase]) -> None:
    without = {
        f"{phrase.where} {phrase.part}: {phrase.text}": words
        for phrase in said
        if (words := left(in_chinese(phrase.text)))
    }
    assert without == {}, "put these into app/problem_expected.py or app/problem_found.py"


def test_the_chinese_of_a_phrase_holds_all_its_values() -> None:
    for english, chinese in _table().items():
        count = english.count("{}")
        assert {int(n) for n in re.findall(r"\{(\d+)\}", chinese)} == set(range(count)), english


@pytest.mark.parametrize(
    ("phrase", "chinese"),
    [
        ("a TOML file", "TOML 文件"),
        ("0 to 1", "0 至 1"),
        ("0 to 60 days", "0 至 60 天"),
        ("-1 to 0 %/K", "-1 至 0 %/K"),
        ("one of wind, pv", "wind, pv 之一"),
        ("Input should be greater than or equal to 0", "应为 不小于 0"),
        ("12 h missing in short gaps", "短空缺共缺 12 小时"),
        ("4.2 km from 榆林", "距 榆林 4.2 km"),
    ],
)
def test_phrases_are_said_with_their_values(phrase: str, chinese: str) -> None:
    assert in_chinese(phrase) == chinese


@pytest.mark.parametrize(
    "words",
    [
        "No such file or directory",
        "C:\\data\\wind and sun.csv",
        "库布其",
        "12.5",
        "Invalid value to parse in row",
    ],
)
def test_words_that_are_not_ours_stay_as_they_are(words: str) -> None:
    assert in_chinese(words) == words


def test_an_error_is_told_in_one_language() -> None:
    error = InputError(Problem("a.toml", "lat", "no value", "a number, 0 or more"))
    assert say(error, "zh").splitlines()[1] == "  a.toml: lat: 读到 没有值; 应为 不小于 0 的数"
    assert say(error, "en").splitlines()[1] == "  a.toml: lat: found no value; expected a number, 0 or more"
