"""Names and codes of China's provinces, the synchronous-grid regions and the dispatch nodes.

Plain constants without any geometry, for everybody who needs a name or a code and not a map.
Codes are the six-digit administrative codes of GB/T 2260, kept as text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProvinceRef:
    """A province (or autonomous region, municipality, special administrative region)."""

    adcode: str
    name_zh: str
    name_en: str


PROVINCES: dict[str, ProvinceRef] = {
    ref.adcode: ref
    for ref in (
        ProvinceRef("110000", "北京市", "Beijing"),
        ProvinceRef("120000", "天津市", "Tianjin"),
        ProvinceRef("130000", "河北省", "Hebei"),
        ProvinceRef("140000", "山西省", "Shanxi"),
        ProvinceRef("150000", "内蒙古自治区", "Inner Mongolia"),
        ProvinceRef("210000", "辽宁省", "Liaoning"),
        ProvinceRef("220000", "吉林省", "Jilin"),
        ProvinceRef("230000", "黑龙江省", "Heilongjiang"),
        ProvinceRef("310000", "上海市", "Shanghai"),
        ProvinceRef("320000", "江苏省", "Jiangsu"),
        ProvinceRef("330000", "浙江省", "Zhejiang"),
        ProvinceRef("340000", "安徽省", "Anhui"),
        ProvinceRef("350000", "福建省", "Fujian"),
        ProvinceRef("360000", "江西省", "Jiangxi"),
        ProvinceRef("370000", "山东省", "Shandong"),
        ProvinceRef("410000", "河南省", "Henan"),
        ProvinceRef("420000", "湖北省", "Hubei"),
        ProvinceRef("430000", "湖南省", "Hunan"),
        ProvinceRef("440000", "广东省", "Guangdong"),
        ProvinceRef("450000", "广西壮族自治区", "Guangxi"),
        ProvinceRef("460000", "海南省", "Hainan"),
        ProvinceRef("500000", "重庆市", "Chongqing"),
        ProvinceRef("510000", "四川省", "Sichuan"),
        ProvinceRef("520000", "贵州省", "Guizhou"),
        ProvinceRef("530000", "云南省", "Yunnan"),
        ProvinceRef("540000", "西藏自治区", "Tibet"),
        ProvinceRef("610000", "陕西省", "Shaanxi"),
        ProvinceRef("620000", "甘肃省", "Gansu"),
        ProvinceRef("630000", "青海省", "Qinghai"),
        ProvinceRef("640000", "宁夏回族自治区", "Ningxia"),
        ProvinceRef("650000", "新疆维吾尔自治区", "Xinjiang"),
        ProvinceRef("710000", "台湾省", "Taiwan"),
        ProvinceRef("810000", "香港特别行政区", "Hong Kong"),
        ProvinceRef("820000", "澳门特别行政区", "Macau"),
    )
}
"""All 34, by code, in the order of the codes."""

NOT_DISPATCHED = frozenset({"710000", "810000", "820000"})
"""Taiwan, Hong Kong and Macau: on every map, outside the dispatch for want of data."""

INNER_MONGOLIA = "150000"
MENGXI = "150000W"
MENGDONG = "150000E"
MENGDONG_CITIES = frozenset({"150400", "150500", "150700", "152200"})
"""Chifeng, Tongliao, Hulunbuir, Hinggan: eastern Inner Mongolia, on the north-east grid."""

NODE_NAMES: dict[str, tuple[str, str]] = {
    **{
        code: (ref.name_zh, ref.name_en)
        for code, ref in PROVINCES.items()
        if code not in NOT_DISPATCHED and code != INNER_MONGOLIA
    },
    MENGXI: ("内蒙古西部", "West Inner Mongolia"),
    MENGDONG: ("内蒙古东部", "East Inner Mongolia"),
}
"""Node id -> (name_zh, name_en) of the 32 dispatch nodes: 31 provinces, Inner Mongolia as two."""

GRID_REGIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "NC": ("华北", "North China", ("110000", "120000", "130000", "140000", "370000", MENGXI)),
    "NE": ("东北", "North-east China", ("210000", "220000", "230000", MENGDONG)),
    "NW": ("西北", "North-west China", ("610000", "620000", "630000", "640000", "650000")),
    "C": ("华中", "Central China", ("360000", "410000", "420000", "430000")),
    "E": ("华东", "East China", ("310000", "320000", "330000", "340000", "350000")),
    "SW": ("西南", "South-west China", ("500000", "510000", "540000")),
    "S": ("南方", "China Southern", ("440000", "450000", "460000", "520000", "530000")),
}
"""Synchronous grid -> (name_zh, name_en, dispatch nodes in it); every node is in exactly one."""


def province_of_node(node_id: str) -> str:
    """Province code of a dispatch node: `150000W` and `150000E` are both `150000`."""
    return node_id[:6]


def node_of_city(city_adcode: str) -> str | None:
    """Dispatch node a city (prefecture) belongs to; None where the city is not dispatched."""
    province = city_adcode[:2] + "0000"
    if province in NOT_DISPATCHED:
        return None
    if province == INNER_MONGOLIA:
        return MENGDONG if city_adcode in MENGDONG_CITIES else MENGXI
    return province
