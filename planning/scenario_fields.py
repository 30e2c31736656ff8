"""Every input of a scenario as a form shows it: path, words, unit, range, source; read from the models.

Paths name parts of lists by id: `bases.kubuqi.wind_mw`, `fleet.wind.total_gw`, `lines.own.my-line.km`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gis_layers.errors import InputError, Problem
from planning.base_words import BASE_CHOICES
from planning.day_curve import curve_text
from planning.line_choice import CHANGEABLE_OF_TIE
from planning.line_defaults import table_value
from planning.line_words import LINE_CHOICES, LINE_WORDS
from planning.market import BY_LINE, NUMBERS, numbers_text
from planning.market_words import MARKET_CHOICES, MARKET_WORDS
from planning.optimum_words import OPTIMUM_WORDS
from planning.plant_words import AS_SCENARIO, BASE_INPUTS, PLANT_CHOICES, PLANT_WORDS, source_of
from planning.scenario import Part, Scenario, Site, Sourced, Technology
from planning.scenario_lines import line_name
from planning.tables import load_tables
from planning.words import TERMS
from resources.plant_choice import PlantChoice

Value = float | int | str | bool | tuple[str, ...] | None
Kind = Literal["number", "integer", "text", "choice", "flag", "ids"]

WORDS: dict[str, tuple[str, str]] = {
    "name_zh": ("中文名", "Chinese name"),
    "name_en": ("英文名", "English name"),
    "description": ("说明", "description"),
    "year": ("年份", "year"),
    "price_year": ("价格年", "price year"),
    "seed": ("气象年种子", "seed of the weather year"),
    "load": ("负荷", "load"),
    "fleet": ("装机", "fleet"),
    "lines": ("线路", "lines"),
    "own": ("自定通道", "own lines"),
    "bases": ("基地", "bases"),
    "prices": ("价格", "prices"),
    "claim": ("主张", "claim"),
    "consumption_twh": ("全社会用电量", "consumption"),
    "shares_of_year": ("分省份额取自", "shares of the year"),
    "source": ("来源", "source"),
    "tier": ("可信度", "tier"),
    "total_gw": ("全国装机", "national capacity"),
    "weights": ("分配权重", "weights"),
    "existing": ("按既有装机", "by existing capacity"),
    "recent": ("按近年新增", "by recent additions"),
    "by_load": ("按用电量", "by consumption"),
    "by_resource": ("按资源", "by resource"),
    "land": ("按可用土地", "by land"),
    "wind_pv": ("按风光装机", "by wind and PV"),
    "rank_power": ("资源排序指数", "power of the resource rank"),
    "nodes": ("可新增的地区", "nodes that may receive"),
    "fixed_mw": ("指定新增", "fixed additions"),
    "duration_h": ("储能时长", "hours of storage"),
    "operation": ("通道运行", "operation of lines"),
    "opening_gw": ("年初装机", "capacity at the start of the year"),
    "yields": ("发电小时", "full-load hours"),
    "taken": ("省内消纳", "taken up inside provinces"),
    "in_service_by": ("投运截止年", "in service by"),
    "also": ("另计入的线路", "lines also counted"),
    "without": ("不计入的线路", "lines left out"),
    "outages": ("停运的直流线路", "DC lines out of service"),
    "node": ("所在电网", "home grid"),
    "lon_deg": ("经度", "longitude"),
    "lat_deg": ("纬度", "latitude"),
    "wind_sites": ("风电场址", "wind sites"),
    "pv_sites": ("光伏场址", "PV sites"),
    "corridor_id": ("外送通道", "corridor"),
    "channel_mw": ("通道容量", "channel capacity"),
    "channel_full_load_hours": ("通道利用小时", "full-load hours of the channel"),
    "capacity": ("定容方式", "capacity"),
    "wind_mw": ("风电装机", "wind capacity"),
    "pv_mw": ("光伏装机", "PV capacity"),
    "battery_mw": ("储能功率", "battery power"),
    "battery_mwh": ("储能容量", "battery energy"),
    "coal_mw": ("煤电装机", "coal capacity"),
    "wind_max_mw": ("风电上限", "most wind"),
    "pv_max_mw": ("光伏上限", "most PV"),
    "land_max_km2": ("用地上限", "most land"),
    "renewable_share_min": ("可再生占比下限", "least renewable share"),
    "curtailment_share_max": ("弃电率上限", "most curtailment"),
    "cascade": ("配套梯级水电", "river cascade"),
    "cascade_stations": ("梯级电站", "stations of the cascade"),
    "in_fleet_2020_wind_mw": ("其中 2020 年已有风电", "wind that stood in 2020"),
    "in_fleet_2020_pv_mw": ("其中 2020 年已有光伏", "PV that stood in 2020"),
    "published": ("公布方案", "published design"),
    "design": ("方案原文", "design as announced"),
    "storage_mwh": ("储能容量", "storage"),
    "delivered_twh": ("送电量", "delivered"),
    "renewable_share": ("可再生占比", "renewable share"),
    "sale_rule": ("售电价规则", "sale price rule"),
    "surplus_share": ("送端分得价差", "sender's share of the difference"),
    "certificate_cny_per_mwh": ("绿证价格", "certificate price"),
    "carbon_cny_per_t": ("碳价", "carbon price"),
    "carbon_to_sender_share": ("碳收益归送端", "carbon value to the sender"),
    "discount_rate": ("折现率（实际）", "discount rate (real)"),
    "export_tariff": ("计收送出省输电价", "charge the export tariff"),
    "sending_nodes": ("送端地区", "sending nodes"),
    "target_share": ("主张的 GDP 占比", "share of GDP claimed"),
    "gdp_year": ("GDP 年份", "GDP of the year"),
    "text": ("主张原文", "text of the claim"),
    "kind": ("型式", "kind"),
    "kv": ("电压", "voltage"),
    "mw": ("额定功率", "rated power"),
    "circuits": ("回数", "circuits"),
    "km": ("长度", "length"),
    "from_node": ("送端电网", "from grid"),
    "to_node": ("受端电网", "to grid"),
    "from_lon_deg": ("送端经度", "longitude of the sending end"),
    "from_lat_deg": ("送端纬度", "latitude of the sending end"),
    "to_lon_deg": ("受端经度", "longitude of the receiving end"),
    "to_lat_deg": ("受端纬度", "latitude of the receiving end"),
    "bidirectional": ("双向", "both ways"),
    "loss_share": ("线损率", "loss share"),
    "tariff_cny_per_mwh": ("输电价", "transmission tariff"),
    "resource": ("资源数据", "resource data"),
    "rasters": ("资源栅格", "rasters"),
    "weather": ("逐时气象", "hourly weather"),
    "weather_year": ("气象年", "weather year"),
    "level": ("逐时数据的水平", "level of the hours"),
    "land_cover": ("土地覆盖", "land cover"),
    "excluded": ("禁建区", "areas kept free"),
    **PLANT_WORDS,
    **MARKET_WORDS,
    **LINE_WORDS,
    **OPTIMUM_WORDS,
    "water_exceedance_pct": ("来水频率", "exceedance of the year's water"),
    "flows": ("河川流量", "discharge of rivers"),
    "flow_year": ("流量年", "year of the discharge"),
    "flow_stations": ("流量所对应的电站", "stations of the discharge"),
}
"""Chinese and English of every key of a scenario."""

CHOICES: dict[str, tuple[str, str]] = {
    "sized": ("优化定容", "sized by the program"),
    "fixed": ("给定", "given"),
    "modelled": ("按模型", "as modelled"),
    "as_measured": ("校准到 2019 年统计", "moved to the statistics of 2019"),
    "all": ("全部可送出", "all of it"),
    "by_cost": ("按成本", "by cost"),
    "by_contract": ("按送电协议", "by contract"),
    "as_published": ("按公布利用率", "as published utilisation"),
    "receiving_benchmark": ("受端煤电基准价倒推", "netback of the receiving benchmark"),
    "sending_benchmark": ("送端煤电基准价", "sending benchmark"),
    "split": ("两端分享价差", "difference shared"),
    "lcc": ("常规直流", "LCC DC"),
    "vsc": ("柔性直流", "VSC DC"),
    "hybrid": ("混合直流", "hybrid DC"),
    "b2b": ("背靠背", "back-to-back"),
    "ac": ("交流", "AC"),
    "auto": ("自动：有自备气候栅格时对齐", "automatic: to own rasters of the climate where there are any"),
    "climate": ("对齐气候图层", "moved to the climate"),
    "own": ("保持原值", "left as read"),
    "official": TERMS["official"],
    "published": TERMS["published_tier"],
    "estimated": TERMS["estimated"],
    **PLANT_CHOICES,
    **MARKET_CHOICES,
    **LINE_CHOICES,
    **BASE_CHOICES,
}
"""Words of the values one chooses from; a number stands for itself."""

_UNITS = (
    ("_cny_per_mwh", "CNY/MWh"), ("_cny_per_t", "CNY/t"), ("_cny", "CNY"), ("_mw_per_km2", "MW/km²"), ("_km2", "km²"),
    ("_mwh", "MWh"), ("_twh", "TWh"),
    ("_gw", "GW"), ("_mw", "MW"), ("_mt", "Mt"), ("_deg", "°"), ("_pct", "%"), ("_full_load_hours", "h/a"), ("_share_per_h", ""), ("_h", "h"),
    ("_days", "d"), ("_m", "m"), ("_ms", "m/s"),
)  # fmt: skip
_LEFT_OUT = ("schema_version", "id", "published")
"""Not typed in a form: identity, and what is quoted."""
SITES = ("wind_sites", "pv_sites")
"""Places, typed as `sites_text` writes them."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One input."""

    path: str
    section: str
    """`scenario`, `load`, `fleet.wind`, `lines`, `lines.own.<id>`, `lines.changed.<id>`, `bases.<id>`, `prices`,
    `market`, `claim`, `optimum`, `resource`, `plant.pv`, `plant.wind`."""
    key: str
    kind: Kind
    value: Value
    unit: str
    optional: bool
    """May be left empty."""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    choices: tuple[str | int, ...] = ()
    source: str = ""
    tier: str = ""


def unit_of(key: str) -> str:
    """The unit a key's name ends with; empty where it has none."""
    if key in ("kv", "mw", "km", "rated_mw"):
        # The power of a single machine is told in MW, whatever the units of plants.
        return {"kv": "kV", "mw": "MW", "km": "km", "rated_mw": "MW/unit"}[key]
    return next((unit for end, unit in _UNITS if key.endswith(end)), "")


def sites_text(sites: Iterable[Site]) -> str:
    """Places as one types them: longitude, latitude, the next behind a semicolon."""
    return "; ".join(f"{site.lon_deg:.10g}, {site.lat_deg:.10g}" for site in sites)


def sites_typed(typed: str, where: str) -> list[dict[str, float]]:
    """Places from text, for `Site`; InputError names the one that is no place."""
    sites, problems = [], []
    for place in re.split(r"[;；\n]", typed):
        numbers = re.fullmatch(r"\s*(-?[\d.]+)\s*°?E?\s*[,，\s]\s*(-?[\d.]+)\s*°?N?\s*", place)
        try:
            if numbers is None:
                raise ValueError(place)
            sites.append({"lon_deg": float(numbers[1]), "lat_deg": float(numbers[2])})
        except ValueError:
            problems.append(Problem("scenario", where, place.strip(), "longitude, latitude; ..."))
    if problems:
        raise InputError(problems)
    return sites


def words_of(path: str, scenario: Scenario) -> tuple[str, str]:
    """Path in the field's words, Chinese and English: ('库布齐 · 风电装机', 'Kubuqi · wind capacity')."""
    zh, en, parts = [], [], path.split(".")
    names = {base.id: (base.name_zh, base.name_en) for base in scenario.bases}
    names |= {line.id: (line.name_zh, line.name_en) for line in scenario.lines.own}
    names |= changed_names(scenario)
    for number, key in enumerate(parts):
        # The list's own name says nothing once a part of it is named.
        listed = key in ("bases", "lines", "own", "changed")
        if number + 1 < len(parts) and listed and parts[-1] not in ("own", "changed"):
            continue
        if key in ("load", "resource") and number and parts[number - 1] == "weights":
            key = f"by_{key}"
        pair = names.get(key) or TERMS.get(key if key in get_args(Technology) else "") or WORDS.get(key)
        zh.append(pair[0] if pair else key)
        en.append(pair[1] if pair else key)
    return " · ".join(zh), " · ".join(en)


def changed_names(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Names of the lines a scenario changes, by id: of a corridor its own, of an AC tie its ends and voltage."""
    if not scenario.lines.changed:
        return {}
    return {line.id: line_name(line.id, load_tables()) for line in scenario.lines.changed}


def form_fields(scenario: Scenario) -> tuple[FormField, ...]:
    """Every input, section by section, in the order of the models."""
    fields = [*_of(scenario, "", "scenario"), *_of(scenario.load, "load.", "load")]
    for technology, target in scenario.fleet.items():
        fields += _of(target, f"fleet.{technology}.", f"fleet.{technology}")
    fields += _of(scenario.lines, "lines.", "lines")
    for line in scenario.lines.own:
        fields += _of(line, f"lines.own.{line.id}.", f"lines.own.{line.id}")
    for changed in scenario.lines.changed:
        prefix = f"lines.changed.{changed.id}"
        shown = _of(changed, f"{prefix}.", prefix)
        tie = changed.id in (tie.id for tie in load_tables().interfaces)
        for field in shown:
            if not tie or field.key in (*CHANGEABLE_OF_TIE, "source", "tier"):
                fields.append(field if field.value not in (None, "") else _as_table(field, changed.id))
    for base in scenario.bases:
        fields += _of(base, f"bases.{base.id}.", f"bases.{base.id}")
        fields += _of_plant(base.plant, f"bases.{base.id}.plant.", f"bases.{base.id}", BASE_INPUTS)
    fields += [*_of(scenario.prices, "prices.", "prices"), *_of(scenario.market, "market.", "market")]
    fields += _of(scenario.claim, "claim.", "claim")
    fields += _of(scenario.optimum, "optimum.", "optimum")
    fields += _of(scenario.resource, "resource.", "resource")
    fields += _of_plant(scenario.plant, "plant.", "plant")
    return tuple(fields)


def _as_table(field: FormField, line_id: str) -> FormField:
    """An input of a changed line that is left as the table has it."""
    source, tier = table_value(line_id, field.key)
    return replace(field, source=source, tier=tier)


def _of_plant(
    plant: PlantChoice, prefix: str, section: str, shown: Mapping[str, tuple[str, ...]] | None = None
) -> Iterator[FormField]:
    """Machines: of a scenario all inputs in two sections; of a base those of `shown` and what is set."""
    for kind, part in (("pv", plant.pv), ("wind", plant.wind)):
        for field in _of(part, f"{prefix}{kind}.", section if shown else f"{section}.{kind}"):
            if shown is None or field.key in shown[kind] or field.value is not None:
                follows = shown is not None and field.value is None
                source, tier = (AS_SCENARIO, "") if follows else source_of(field.key, field.value)
                yield replace(field, source=source, tier=tier)


def _of(part: BaseModel, prefix: str, section: str) -> Iterator[FormField]:
    source, tier = str(getattr(part, "source", "")), str(getattr(part, "tier", ""))
    for key, info in type(part).model_fields.items():
        value = getattr(part, key)
        if key in _LEFT_OUT:
            continue
        if key in SITES:
            yield FormField(f"{prefix}{key}", section, key, "text", sites_text(value), "°E, °N", False)
            continue
        if key == "day_curve":
            yield FormField(f"{prefix}{key}", section, key, "text", curve_text(value), "", True,
                            source=source, tier=tier)  # fmt: skip
            continue
        if key in NUMBERS:
            yield FormField(f"{prefix}{key}", section, key, "text", numbers_text(value), unit_of(key), True,
                            source=source, tier=tier)  # fmt: skip
            continue
        if key in BY_LINE:
            high = 1.0 if key.endswith("share") else None
            for line, amount in value.items():
                yield FormField(
                    f"{prefix}{key}.{line}", section, key, "number", amount, unit_of(key), True, low=0.0,
                    high=high, source=source, tier=tier,
                )  # fmt: skip
            continue
        if key == "fixed_mw":
            for node, amount in value.items():
                yield FormField(
                    f"{prefix}{key}.{node}", section, key, "number", amount, "MW", True, low=0.0,
                    source=source, tier=tier,
                )  # fmt: skip
            continue
        if isinstance(value, BaseModel):
            if (
                isinstance(value, Part)
                and not isinstance(value, Sourced)
                and key not in ("lines", "claim", "optimum")
            ):
                for inner in _of(value, f"{prefix}{key}.", section):
                    yield replace(inner, source=source, tier=tier)
            continue
        spec = kind_of(info)
        if spec is not None:
            kind, choices, limits, optional = spec
            yield FormField(
                f"{prefix}{key}", section, key, kind, value, unit_of(key), optional, *limits, choices,
                source, tier,
            )  # fmt: skip


Limits = tuple[float | None, float | None, bool, bool]


def kind_of(info: FieldInfo) -> tuple[Kind, tuple[str | int, ...], Limits, bool] | None:
    """What a field takes; None for parts that have forms of their own."""
    inner, marks, optional = _bare(info.annotation, list(info.metadata))
    if get_origin(inner) is Literal:
        return "choice", get_args(inner), (None, None, False, False), optional
    if get_origin(inner) is tuple:
        return ("ids", (), (None, None, False, False), True) if get_args(inner)[0] is str else None
    if inner is bool:
        return "flag", (), (None, None, False, False), optional
    if inner is str:
        return "text", (), (None, None, False, False), optional or info.default == ""
    if inner in (int, float):
        return ("integer" if inner is int else "number"), (), _limits(marks), optional
    return None


def _bare(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any], bool]:
    """The type without Annotated and None, all constraints met on the way, and whether None may be."""
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif origin in (Union, types.UnionType):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            optional, annotation = True, rest[0]
        else:
            return annotation, marks, optional


def _limits(marks: list[Any]) -> Limits:
    low = high = None
    low_open = high_open = False
    flat = [m for mark in marks for m in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
    for mark in flat:
        if isinstance(mark, Ge):
            low = float(mark.ge)  # type: ignore[arg-type]
        elif isinstance(mark, Gt):
            low, low_open = float(mark.gt), True  # type: ignore[arg-type]
        elif isinstance(mark, Le):
            high = float(mark.le)  # type: ignore[arg-type]
        elif isinstance(mark, Lt):
            high, high_open = float(mark.lt), True  # type: ignore[arg-type]
    return low, high, low_open, high_open
