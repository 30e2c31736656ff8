"""Coordinates as people type them: degrees, degrees-minutes-seconds, decimal comma, 东经 and 北纬."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LON_NAMES = {"lon", "lng", "long", "longitude", "经度", "东经", "经", "x", "横坐标", "easting"}
_LAT_NAMES = {"lat", "latitude", "纬度", "北纬", "纬", "y", "纵坐标", "northing"}
_BESIDE_NAMES = re.compile(r"wgs84|gcj02|gcj|bd09|bd|deg(rees?)?|coord(inate)?|point|坐标|地理")
"""What may stand in a column's name beside the coordinate itself."""
_NUMBER = r"\d+(?:[.,]\d+)?"
_PARTS = re.compile(
    rf"^\s*(?P<sign>[-+])?\s*(?P<d>{_NUMBER})\s*(?:[°º度:\s]\s*(?:(?P<m>{_NUMBER})\s*(?:['′’分:\s]\s*(?:(?P<s>{_NUMBER})\s*(?:[\"″”秒]|'')?)?)?)?)?\s*$"
)
_BEFORE_OR_AFTER = re.compile(r"东经|西经|北纬|南纬|[EWNSewns]")
_NEGATIVE = frozenset(("西经", "南纬", "W", "S"))


def names_longitude(name: str) -> bool:
    """Whether a column of this name holds longitudes (or eastings)."""
    return _plain(name) in _LON_NAMES


def names_latitude(name: str) -> bool:
    """Whether a column of this name holds latitudes (or northings)."""
    return _plain(name) in _LAT_NAMES


def parse(text: str) -> float:
    """One coordinate as a number; NaN where the text is none.

    Reads `116.39`, `116,39`, `116°23′30″E`, `E116 23 30`, `116:23:30`, `东经116度23分30秒`; minutes and seconds
    at or beyond 60 make it none.
    """
    with contextlib.suppress(ValueError):
        value = float(text)
        return value if math.isfinite(value) else float("nan")
    marks = _BEFORE_OR_AFTER.findall(text)
    found = _PARTS.match(_BEFORE_OR_AFTER.sub(" ", text)) if len(marks) < 2 else None
    if not found:
        return float("nan")
    degrees, minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("d", "m", "s"))
    if minutes >= 60.0 or seconds >= 60.0:
        return float("nan")
    value = degrees + minutes / 60.0 + seconds / 3600.0
    negative = found["sign"] == "-" or bool(marks and marks[0].upper() in _NEGATIVE)
    return -value if negative else value


def parse_all(texts: Iterable[str]) -> Array:
    """(row,) coordinates; NaN where a text is none."""
    return np.fromiter((parse(text) for text in texts), dtype=np.float64)


def is_longitude_of_china(values: Array) -> float:
    """Share of the values that lie in China's range of longitude. [-]"""
    return float(np.mean((values >= 73.0) & (values <= 136.0))) if values.size else 0.0


def is_latitude_of_china(values: Array) -> float:
    """Share of the values that lie in China's range of latitude. [-]"""
    return float(np.mean((values >= 3.0) & (values <= 54.0))) if values.size else 0.0


def _plain(name: str) -> str:
    """A column's name without case, spaces, signs, brackets and words beside the coordinate."""
    bare = re.sub(r"[\W_]+", "", re.sub(r"[(（\[].*?[)）\]]", "", name.strip().lower()))
    return bare if bare in _LON_NAMES | _LAT_NAMES else _BESIDE_NAMES.sub("", bare)
