"""The tables of studies of a sized base, and their rows as the charts draw them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.desktop.charts.front import Point
from app.desktop.charts.ranges import Range
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.sized_tables import money_words, quantity, technology_words
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import TEXTS, text
from app.messages import Language
from planning.words import UnitSystem, percent, plain_unit, unit

REPLAYED: tuple[tuple[str, str], ...] = (
    ("unmet_mwh", "storage_mwh"),
    ("unmet_hours", "h"),
    ("delivered_mwh", "energy_mwh"),
    ("curtailed_mwh", "energy_mwh"),
    ("curtailment_rate", "%"),
    ("thermal_mwh", "energy_mwh"),
    ("renewable_share", "%"),
    ("co2_t", "co2_t"),
    ("cost_cny", "money_cny"),
    ("lcoe_cny_per_mwh", "price_cny_per_mwh"),
)
Document = Mapping[str, Any]


def _headed(key: str, kind: str, c: Columns) -> str:
    return f"{text(key, c.language)}\n{unit(kind, c.units, c.language)}"


def front_points(document: Document) -> list[Point]:
    share = document["quality"] == "renewable_share"
    return [
        Point(p["value_share" if share else "value_t"], p["cost_cny_per_year"]) for p in document["points"]
    ]


def front_table(document: Document, c: Columns) -> TableContent:
    """A row a point: what it reaches, costs and is built of, and what the step to it cost."""
    share = document["quality"] == "renewable_share"
    steps = document.get("step_cny_per_percentage_point" if share else "step_cny_per_t", ())
    names = [
        n
        for n in _sizes(document)
        if any(p["design"]["capacity_mw"].get(n, 0) > 0.5 for p in document["points"])
    ]
    rows = []
    for number, point in enumerate(document["points"]):
        design = point["design"]
        step = steps[number - 1] if 0 < number <= len(steps) else None
        rows.append(
            (
                c.share(point["value_share"], 2) if share else c.figure(point["value_t"], "co2_t"),
                c.figure(point["cost_cny_per_year"], "money_cny"),
                c.figure(design["lcoe_cny_per_mwh"], "price_cny_per_mwh"),
                _step(step, share, c),
                *(c.figure(design["capacity_mw"].get(name, 0.0), "power_mw") for name in names),
                c.figure(design["storage_mwh"], "storage_mwh"),
                c.share(design["curtailment_rate"]),
            )
        )
    headers = (
        text(f"sized.pareto_x.{document['quality']}", c.language)
        + ("" if share else f"\n{unit('co2_t', c.units, c.language)}"),
        _headed("sized.pareto_y", "money_cny", c),
        _headed("sized.f.lcoe_cny_per_mwh", "price_cny_per_mwh", c),
        f"{text('sized.step', c.language)}\n{_step_unit(share, c)}",
        *(f"{technology_words(n, c.language)}\n{unit('power_mw', c.units, c.language)}" for n in names),
        _headed("sized.f.storage_mwh", "storage_mwh", c),
        text("sized.f.curtailment_rate", c.language),
    )
    return TableContent(headers, tuple(rows), tuple(str(i) for i in range(len(rows))))


def _step(step: float | None, share: bool, c: Columns) -> Cell:
    """What a percentage point (万元, m CNY) or a t of CO2 (CNY) cost."""
    if step is None:
        return Cell("–", float("-inf"))
    if not share:
        return c.number(step)
    return c.number(step / 1e4) if c.units == "cn" else c.number(step / 1e6, 1)


def _step_unit(share: bool, c: Columns) -> str:
    if not share:
        return plain_unit("CNY/t", c.language)
    if c.units == "cn":
        return "万元/百分点" if c.language == "zh" else "万元/%"
    return "百万元/百分点" if c.language == "zh" else "m CNY/%"


def _sizes(document: Document) -> list[str]:
    return list(dict.fromkeys(name for p in document["points"] for name in p["design"]["capacity_mw"]))


def capacity_ranges(document: Document, language: Language) -> list[Range]:
    """Least and greatest of every capacity within the allowed cost."""
    return [
        Range(
            technology_words(row["capacity"], language),
            "storage_mwh" if row["unit"] == "MWh" else "power_mw",
            row["least"], row["greatest"], row["best"],
        )
        for row in document["ranges"]
    ]  # fmt: skip


def alternatives_table(document: Document, c: Columns) -> TableContent:
    rows = []
    for row in document["ranges"]:
        kind = "storage_mwh" if row["unit"] == "MWh" else "power_mw"
        name, own = technology_words(row["capacity"], c.language), unit(kind, c.units, c.language)
        rows.append(
            (
                Cell(name, name),
                *(c.figure(row[k], kind) for k in ("least", "best", "greatest")),
                Cell(own, own),
            )
        )
    headers = tuple(
        text(f"sized.{key}", c.language) for key in ("technology", "smallest", "best", "greatest", "unit")
    )
    return TableContent(headers, tuple(rows), tuple(row["capacity"] for row in document["ranges"]))


def change_words(bar: Document, side: str, language: Language) -> str:
    """What an end of a sensitivity changes: '×0.85', '+200 CNY/t', '−1.5 %'."""
    value = bar[side]["value"]
    if bar["kind"] == "times":
        return f"×{value:g}"
    if bar["unit"] in ("1/a", "1"):
        return f"{value * 100:+g} %".replace("-", "−")
    return f"{value:+g} {plain_unit(bar['unit'], language)}".replace("-", "−")


def sensitivity_ranges(document: Document, language: Language) -> list[Range]:
    """LCOE at the sending end at both ends of every factor, sized anew and held."""
    base = document["base"]["lcoe_cny_per_mwh"]

    def end(bar: Document, side: str, how: str) -> float | None:
        found = bar[side][how]
        return None if found is None else float(found["lcoe_cny_per_mwh"])

    return [
        Range(
            factor_words(bar["factor"], language), "price_cny_per_mwh",
            end(bar, "low", "resized"), end(bar, "high", "resized"), base,
            end(bar, "low", "held"), end(bar, "high", "held"), change_words(bar, "low", language), change_words(bar, "high", language),
        )
        for bar in document["bars"]
    ]  # fmt: skip


def factor_words(factor: str, language: Language) -> str:
    key = f"sized.factor.{factor}"
    return text(key, language) if key in TEXTS else factor


def tornado_table(document: Document, c: Columns) -> TableContent:
    rows = []
    for bar in document["bars"]:
        cells: list[Cell] = []
        for side in ("low", "high"):
            resized, held = bar[side]["resized"], bar[side]["held"]
            words = change_words(bar, side, c.language)
            cells += [
                Cell(words, float(bar[side]["value"])),
                c.figure(None if resized is None else resized["lcoe_cny_per_mwh"], "price_cny_per_mwh"),
                c.figure(None if held is None else held["lcoe_cny_per_mwh"], "price_cny_per_mwh"),
                c.figure(None if held is None else held["unmet_mwh"], "energy_mwh"),
            ]
        rows.append((Cell(name := factor_words(bar["factor"], c.language), name), *cells))
    headers = [text("sized.factor", c.language)]
    for side in ("low", "high"):
        headers += [
            text(f"sized.{side}", c.language),
            _headed(f"sized.anew_{side}", "price_cny_per_mwh", c),
            _headed(f"sized.held_{side}", "price_cny_per_mwh", c),
            _headed(f"sized.missing_{side}", "energy_mwh", c),
        ]
    return TableContent(tuple(headers), tuple(rows), tuple(bar["factor"] for bar in document["bars"]))


def designs_of(document: Document) -> list[Document]:
    """Every design a study solved for and tells."""
    found = [p["design"] for p in (*document.get("points", ()), *document.get("designs", ()))]
    found += [document[key] for key in ("best", "base", "before", "after", "design") if key in document]
    ends = [bar[side]["resized"] for bar in document.get("bars", ()) for side in ("low", "high")]
    return found + [end for end in ends if end is not None]


def year_words(year: str, language: Language) -> str:
    if year.startswith("seed_"):
        return text("sized.weather_seed", language, seed=year.removeprefix("seed_"))
    return text("sized.weather_p90", language) if year == "p90" else year


def robust_table(document: Document, c: Columns) -> TableContent:
    rows = []
    for year in document["years"]:
        before, after = year["before"], year["after"]
        name = year_words(year["year"], c.language)
        rows.append(
            (
                Cell(name, name),
                *(_small(held["unmet_mwh"], c) for held in (before, after)),
                *(c.figure(held["lcoe_cny_per_mwh"], "price_cny_per_mwh") for held in (before, after)),
                c.share(after["renewable_share"]),
                c.share(after["curtailment_rate"]),
                c.number(year["longest_drought_h"]),
                c.number(year["deepest_drought_mean_output_h"]),
            )
        )
    headers = (
        text("sized.weather_year", c.language),
        *(c.plain(text(f"sized.missing_{when}", c.language), "MWh") for when in ("before", "after")),
        *(_headed(f"sized.lcoe_{when}", "price_cny_per_mwh", c) for when in ("before", "after")),
        text("sized.f.renewable_share", c.language),
        text("sized.f.curtailment_rate", c.language),
        c.plain(text("sized.drought_longest", c.language), "h"),
        c.plain(text("sized.drought_deepest", c.language), "h"),
    )
    return TableContent(headers, tuple(rows), tuple(year["year"] for year in document["years"]))


def _small(mwh: float, c: Columns) -> Cell:
    return Cell(f"{mwh:,.0f}" if mwh >= 10 or mwh < 0.05 else f"{mwh:,.1f}", float(mwh))


def added_words(document: Document, units: UnitSystem, language: Language) -> str:
    """What the poor years want beside the first design."""
    c, parts = Columns(language, units), []
    for name, value in document["added"].items():
        if value < 0.5:
            continue
        what, kind = (name[:-4], "storage_mwh") if name.endswith("_mwh") else (name[:-3], "power_mw")
        cell, own = quantity(value, kind, c)
        parts.append(f"{technology_words(what, language)} +{cell.shown} {own}")
    if not parts:
        return text("sized.added_none", language)
    joined = ("、" if language == "zh" else ", ").join(parts)
    return text(
        "sized.added",
        language,
        parts=joined,
        money=money_words(document["added_investment_cny"], units, language),
    )


def replay_table(document: Document, c: Columns) -> TableContent:
    rows, ids = [], []
    sure, told, hidden = document["perfect_foresight"], document["forecast"], document["hidden"]
    for key, kind in REPLAYED:
        if key not in sure:
            continue
        name = text(f"sized.r.{key}", c.language)
        cells = [quantity(float(found[key]), kind, c) for found in (sure, told, hidden)]
        rows.append((Cell(name, name), *(cell for cell, _ in cells), Cell(cells[0][1], cells[0][1])))
        ids.append(key)
    headers = (
        text("sized.figure", c.language),
        *(text(f"sized.{key}", c.language) for key in ("perfect", "forecast", "hidden", "unit")),
    )
    return TableContent(headers, tuple(rows), tuple(ids))


def replay_words(document: Document, language: Language) -> str:
    errors = ", ".join(
        f"{technology_words(name, language)} {percent(share)}"
        for name, share in document["day_ahead_rmse_share"].items()
    )
    return text("sized.replay_note", language, horizon=document["horizon_h"], errors=errors)
