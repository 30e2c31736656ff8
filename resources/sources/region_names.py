"""Regions of users' files: which province a name means, and where its middle is."""

from __future__ import annotations

import functools
import re

from gis_layers.province import PROVINCES
from resources.sources.contract import Place


@functools.cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, ref in PROVINCES.items():
        for name in (ref.name_en, ref.name_zh, ref.name_zh[:2], code):
            codes[_bare(name)] = code
    codes |= {
        "neimenggu": "150000",
        "xizang": "540000",
        "innermongolia": "150000",
        "黑龙江": "230000",
        "内蒙古": "150000",
    }
    return codes


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def code_of_region(name: str) -> str:
    """Administrative code of a province's name in Chinese, English or one word; '' where it is none."""
    return _codes().get(_bare(name), "")


@functools.cache
def _centres() -> dict[str, tuple[float, float]]:
    import shapely

    from gis_layers.boundary import regions

    provinces = regions("province", 1)
    points = shapely.get_coordinates(shapely.centroid(provinces.geometry))
    return {code: (float(x), float(y)) for code, (x, y) in zip(provinces.ids, points, strict=True)}


def place_of_region(name: str) -> Place:
    """The centre of a region that is a province; NaN where the name is none."""
    lon, lat = _centres().get(code_of_region(name), (float("nan"), float("nan")))
    return Place(name, lon, lat)
