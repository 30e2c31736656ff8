"""One corridor from its base to the grid that receives it: every stage with its figures; no Qt here.

A figure is of the hour shown, of the year, or of the line itself; what is not known is None and shown as missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.desktop.charts.data import Array, line_flow
from app.desktop.charts.national import nation_of
from planning.corridor_figures import corridor_figures
from planning.corridors import Corridor, Interface, loss_share
from planning.hourly import HOURS, HourlyResult
from planning.results import BaseResult, CorridorResult, Summary
from planning.tables import Tables

StageKey = Literal["source", "send", "line", "receive", "grid"]
MADE = ("wind", "pv", "hydro", "coal", "gas", "nuclear")
STORED = ("battery", "pumped")


@dataclass(frozen=True, slots=True)
class Item:
    """One figure; `hour` and `year` in the base units of their kinds."""

    key: str
    """Of the words: `single.<key>`, or a technology."""
    kind: str
    """Of the hour's figure or the fixed one: a key of `planning.words.QUANTITIES`, "share", or a plain unit."""
    hour: float | None
    year: float | None = None
    year_kind: str = ""
    """"" : no figure of the year belongs to it."""
    fixed: float | str | None = None
    """Of the line itself, whatever the hour; then `hour` is not shown."""
    is_fixed: bool = False
    source: str = ""
    tier: str = ""
    main: bool = True
    """Drawn in the diagram; the table has all."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way."""

    key: StageKey
    name_zh: str
    name_en: str
    items: tuple[Item, ...]
    symbol: Literal["base", "grid", "lcc", "vsc", "substation", "dc", "ac"]


@dataclass(frozen=True, slots=True)
class SingleLine:
    """The whole way; `hour_mw` is what leaves the first end, < 0 where it flows back."""

    line_id: str
    name_zh: str
    name_en: str
    stages: tuple[Stage, ...]
    hour_mw: float | None
    loading: float | None
    green_share: float | None


def single_line(
    summary: Summary, hourly: HourlyResult | None, tables: Tables, line_id: str, hour: int
) -> SingleLine | None:
    """The way of a corridor of a result; None where the result has no such corridor.

    Parameters
    ----------
    tables
        With the scenario's own lines and changes (`scenario_lines.with_own_lines`).
    hour
        Of the year, 0..8759.
    """
    line = summary.corridors.get(line_id)
    if line is None:
        return None
    row = tables.corridor_by_id.get(line_id)
    tie = next((t for t in tables.interfaces if t.id == line_id), None)
    flow = None if hourly is None else line_flow(hourly, line_id)
    now = None if flow is None else float(flow[hour])
    index = None if hourly is None else hourly.line(line_id)
    green = None if hourly is None or index is None else float(hourly.green_share[index, hour])
    converter: Literal["lcc", "vsc", "substation"] = "substation"
    if row is not None and line.kind != "ac":
        converter = "vsc" if row.kind == "vsc" else "lcc"
    base = next((b for b in summary.bases.values() if b.corridor_id == line_id), None)
    return SingleLine(
        line_id, line.name_zh, line.name_en,
        (
            _source(summary, hourly, line, base, row, hour),
            Stage("send", "", "", _end_items(line, row, now, sending=True), converter),
            Stage("line", line.name_zh, line.name_en, _line_items(summary, line, row, tie, flow, hour),
                  "ac" if line.kind == "ac" else "dc"),
            Stage("receive", "", "", _end_items(line, row, now, sending=False), _far(row, converter)),
            _grid(summary, hourly, line, hour),
        ),
        now, None if now is None or line.capacity_mw <= 0 else abs(now) / line.capacity_mw, green,
    )  # fmt: skip


def _far(
    row: Corridor | None, converter: Literal["lcc", "vsc", "substation"]
) -> Literal["lcc", "vsc", "substation"]:
    """A hybrid line is rectified by LCC and inverted by VSC (Kun-Liu-Long)."""
    return "vsc" if row is not None and row.kind == "hybrid" else converter


def _at(values: Array | None, hour: int) -> float | None:
    return None if values is None else float(values[hour])


def _source(
    summary: Summary, hourly: HourlyResult | None, line: CorridorResult, base: BaseResult | None,
    row: Corridor | None, hour: int,
) -> Stage:  # fmt: skip
    if base is None:
        code = str(line.from_adcode)
        province = summary.provinces.get(code)
        items: list[Item] = []
        if row is not None and row.supply:
            items.append(Item("matched", "supply", None, fixed=row.supply, is_fixed=True, source=row.source,
                              tier=row.tier, main=False))  # fmt: skip
        items += _of_province(summary, hourly, code, hour, ("net_export", "price"))
        names = (code, code) if province is None else (province.name_zh, province.name_en)
        return Stage("source", *names, tuple(items), "grid")
    node = None
    if hourly is not None and base.id in hourly.node_ids:
        node = hourly.node_ids.index(base.id)
    items = []
    for technology in (*MADE, *STORED):
        mw = base.capacity_mw.get(technology, 0.0)
        if mw <= 0:
            continue
        made = None
        if hourly is not None and node is not None:
            given = hourly.supply_mw.get(technology)
            made = 0.0 if given is None else float(given[node, hour])
        items.append(
            Item(technology, "power_mw", made, base.generation_mwh.get(technology), "energy_mwh"
                 if technology in MADE else "")
        )  # fmt: skip
        items.append(Item(f"{technology}.installed", "power_mw", None, fixed=mw, is_fixed=True, main=False))
    if base.storage_mwh > 0:
        items.append(Item("storage", "storage_mwh", None, fixed=base.storage_mwh, is_fixed=True, main=False))
    if hourly is not None and node is not None:
        lost = hourly.curtailed_mw[node]
        items.append(
            Item("curtailed", "power_mw", float(lost[hour]), float(lost.sum(dtype=np.float64)), "energy_mwh")
        )
        charge = hourly.charge_mw[node]
        if base.storage_mwh > 0:
            items.append(Item("charge", "power_mw", float(charge[hour]), float(charge.sum(dtype=np.float64)),
                              "energy_mwh", main=False))  # fmt: skip
    return Stage("source", base.name_zh, base.name_en, tuple(items), "base")


def _end_items(
    line: CorridorResult, row: Corridor | None, now: float | None, *, sending: bool
) -> tuple[Item, ...]:
    """Power at an end: what the first sends, what the second receives; < 0 the other way."""
    kept = 1.0 - line.loss_share
    forward_mwh, back_mwh = line.sent_mwh - line.reverse_sent_mwh, line.reverse_sent_mwh
    if sending:
        power = None if now is None else now if now >= 0 else now * kept
        year = forward_mwh - back_mwh * kept
        rules = (
            ()
            if line.kind == "ac"
            else (
                _rule_item(row, "min_power_share", "min_power", line.capacity_mw, "power_mw"),
                _rule_item(row, "ramp_share_per_h", "ramp", line.capacity_mw, "MW/h"),
            )
        )
        return (
            Item("sent", "power_mw", power, year, "energy_mwh"),
            Item(
                "rated",
                "power_mw",
                None,
                fixed=line.capacity_mw,
                is_fixed=True,
                source=_source_of(row),
                tier=line.tier,
            ),
            *rules,
        )
    power = None if now is None else now * kept if now >= 0 else now
    return (Item("received", "power_mw", power, forward_mwh * kept - back_mwh, "energy_mwh"),)


def _source_of(row: Corridor | None) -> str:
    return "" if row is None else row.source


def _rule_item(row: Corridor | None, figure: str, key: str, scale: float, kind: str) -> Item:
    """An operating rule of the line in MW; missing where nothing is known of it."""
    found = None if row is None else corridor_figures(row).get(figure)
    share = None if found is None or not isinstance(found.value, int | float) else float(found.value)
    return Item(
        key, kind, None, fixed=None if share is None else share * scale, is_fixed=True, main=False,
        source="" if found is None else found.source, tier="" if found is None or found.tier is None else found.tier,
    )  # fmt: skip


def _line_items(
    summary: Summary, line: CorridorResult, row: Corridor | None, tie: Interface | None, flow: Array | None,
    hour: int,
) -> tuple[Item, ...]:  # fmt: skip
    own = row if row is not None else tie
    kv = None if own is None else own.kv
    km = None if own is None else own.km
    source, tier = ("", "") if own is None else (own.source, str(own.tier))
    circuits = None if own is None else own.circuits
    now = _at(flow, hour)
    items = [
        Item("kv", "kV", None, fixed=kv, is_fixed=True, source=source, tier=tier),
        Item("km", "km", None, fixed=km, is_fixed=True, source=source, tier=tier),
    ]
    if line.kind == "ac":
        items.append(
            Item("circuits", "", None, fixed=circuits, is_fixed=True, source=source, tier=tier, main=False)
        )
    loading = None if now is None or line.capacity_mw <= 0 else abs(now) / line.capacity_mw
    items.append(Item("loading", "share", loading, line.sent_mwh / (HOURS * line.capacity_mw), "share"))
    settled = None if now is None else abs(now) * line.loss_share
    items.append(
        Item("settled_loss", "power_mw", settled, line.loss_mwh, "energy_mwh", source=line.loss_source)
    )
    physics = None
    if row is not None:
        found = corridor_figures(row)["physics_loss_share"]
        physics = float(found.value) if isinstance(found.value, int | float) else None
        why, grade = found.source, str(found.tier or "")
    elif tie is not None:
        estimate = loss_share(tie)
        physics, why, grade = estimate.share, estimate.source, str(estimate.tier)
    else:
        why = grade = ""
    of_year = summary.power_flow.year
    solved = of_year.ties.get(line.id) if of_year is not None else None
    told = of_year.losses.get(line.id) if of_year is not None else None
    if solved is not None or told is not None:
        # The power flow knows the year's; of a tie's hours it keeps none.
        year_mwh = (
            told.physics_loss_mwh if told is not None else solved.loss_mwh if solved is not None else None
        )
        mw = None if physics is None or now is None or solved is not None else abs(now) * physics
        items.append(Item("physics_loss", "power_mw", mw, year_mwh, "energy_mwh", source=why, tier=grade))
    else:
        mw = None if physics is None or now is None else abs(now) * physics
        year = None if physics is None else line.sent_mwh * physics
        items.append(Item("physics_loss", "power_mw", mw, year, "energy_mwh", source=why, tier=grade))
    items.append(Item("settled_share", "share", None, fixed=line.loss_share, is_fixed=True, source=line.loss_source,
                      tier=line.tier, main=False))  # fmt: skip
    items.append(
        Item("physics_share", "share", None, fixed=physics, is_fixed=True, source=why, tier=grade, main=False)
    )
    items.append(
        Item("tariff", "price_cny_per_mwh", None, fixed=line.tariff_cny_per_mwh, is_fixed=True,
             source=line.tariff_source, tier=line.tier, main=False)
    )  # fmt: skip
    return tuple(items)


def _grid(summary: Summary, hourly: HourlyResult | None, line: CorridorResult, hour: int) -> Stage:
    code = str(line.to_adcode)
    province = summary.provinces.get(code)
    names = (code, code) if province is None else (province.name_zh, province.name_en)
    items = _of_province(summary, hourly, code, hour, ("load", "net_export", "price"))
    return Stage("grid", *names, items, "grid")


def _of_province(
    summary: Summary, hourly: HourlyResult | None, code: str, hour: int, which: Sequence[str]
) -> tuple[Item, ...]:
    province = summary.provinces.get(code)
    load = export = price = None
    mean = None
    if hourly is not None:
        nation = nation_of(summary, hourly)
        row = nation.province(code)
        nodes = hourly.nodes_of(int(code))
        if row is not None:
            export = float(nation.net_export_mw[row, hour])
            price = float(nation.price_cny_per_mwh[row, hour])
            mean = float(nation.price_cny_per_mwh[row].mean(dtype=np.float64))
            load = float(hourly.load_mw[nodes, hour].sum())
    made = {
        "load": Item("load", "power_mw", load, None if province is None else province.load_mwh, "energy_mwh"),
        "net_export": Item(
            "net_export", "power_mw", export,
            None if province is None else province.export_mwh - province.import_mwh, "energy_mwh",
        ),
        "price": Item("price", "price_cny_per_mwh", price, mean, "price_cny_per_mwh"),
    }  # fmt: skip
    return tuple(made[name] for name in which)
