"""What the resource of a run rests on, in both languages, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Sequence

from gis_layers.provenance import Grade
from planning.chain.water import RECORDED_YEAR, YearOfWater
from planning.results import ResourceSource
from planning.words import TERMS
from resources import atlas
from resources.resource_data import TYPICAL_YEAR
from resources.served import GRADES, WEATHER, Row, Served

REFERENCE = "resource_reference_grade"
MOVED_SHARE = 0.01
"""Hours whose level was moved by less say nothing of it."""


def resource_sources(served: Served, seed: int) -> tuple[ResourceSource, ...]:
    """A row for every source that served, hours first."""
    return tuple(_source(row, served.places, seed) for row in served.rows)


def water_sources(year: YearOfWater) -> tuple[ResourceSource, ...]:
    """A row for the tables of the cascades with their year, and one for each entry of discharge that served."""
    stations = {station.id: station.capacity_mw for station in year.cascade.stations}
    total, zh, en = sum(stations.values()), *TERMS["river_inflow"]
    rows, recorded = [], 0.0
    for entry in {gauge.entry.manifest.id: gauge.entry for gauge in year.cascade.gauges}.values():
        own = [gauge for gauge in year.cascade.gauges if gauge.entry.manifest.id == entry.manifest.id]
        served = sum(stations[id] for gauge in own for id in gauge.serves)
        recorded += served
        period = ", ".join(str(y) for y in sorted({gauge.year for gauge in own}))
        said = entry.manifest
        rows.append(
            ResourceSource(
                what_zh=zh, what_en=en, entry=said.id, source_zh=said.source, source_en=said.source,
                licence=said.licence, period_zh=period, period_en=period, grade=said.grade,
                share=served / total,
            )
        )  # fmt: skip
    period_zh, period_en = _water_period(year)
    if recorded < total:
        rows.append(
            ResourceSource(
                what_zh=zh, what_en=en, entry="", source_zh="梯级电站与水文站表 (docs/hydro.md)",
                source_en="tables of cascades and gauges (docs/hydro.md)", licence="", period_zh=period_zh,
                period_en=period_en, grade="reference", share=1.0 - recorded / total,
            )
        )  # fmt: skip
    return tuple(rows)


def _water_period(year: YearOfWater) -> tuple[str, str]:
    seed = year.cascade.ask.seed
    if year.exceedance_pct is not None:
        key, figure = "exceeded_by", f"{year.exceedance_pct:g}"
    else:
        key, figure = ("as_generated", str(RECORDED_YEAR)) if year.recorded else ("mean_year", "")
    zh, en = (words.format(figure) for words in TERMS[key])
    return f"{zh}，种子 {seed}", f"{en}, seed {seed}"


def water_notes(year: YearOfWater) -> tuple[str, ...]:
    """What a reader must know of a chosen year of water."""
    return () if year.exceedance_pct is None else (f"water_year|{year.exceedance_pct:g}",)


def worst_grade(served: Served, water: Sequence[ResourceSource]) -> Grade:
    """The worst that the hours and an own discharge rest on."""
    grades = {served.grade, *(row.grade for row in water if row.entry)}
    return next(grade for grade in GRADES if grade in grades)


def notes_of(notes: tuple[str, ...], served: Served) -> tuple[str, ...]:
    """Notes of a run with what its hours are of; codes with their figures (`planning.words.note`)."""
    codes = [code for code in notes if code != REFERENCE or "reference" in served.grades]
    hours = [row for row in served.rows if row.what == WEATHER]
    generated = sum(row.places for row in hours if not row.entry)
    if generated and generated < served.places:
        codes.append(f"weather_mixed|{1 - generated / served.places:.0%}|{generated / served.places:.0%}")
    for name, (low, high) in (("wind", served.wind_level), ("sun", served.sun_level)):
        if max(abs(low - 1), abs(high - 1)) >= MOVED_SHARE:
            codes.append(f"{name}_level_moved|{low - 1:+.0%}|{high - 1:+.0%}")
    return tuple(codes)


def _source(row: Row, places: int, seed: int) -> ResourceSource:
    share = row.places / places
    if row.what == WEATHER:
        zh, en = TERMS["hourly_weather"]
    else:
        info = atlas.layer(row.what)
        zh, en = info.title_zh, info.title_en
    if row.entry:
        typical = row.period == TYPICAL_YEAR
        return ResourceSource(
            what_zh=zh, what_en=en, entry=row.entry, source_zh=row.source, source_en=row.source,
            licence=row.licence, period_zh=TERMS["typical_year"][0] if typical else row.period,
            period_en=row.period, grade=row.grade, share=share,
        )  # fmt: skip
    if row.what == WEATHER:
        return ResourceSource(
            what_zh=zh, what_en=en, entry="", source_zh="由月气候生成 (docs/hourly.md)",
            source_en="generated from the monthly climate (docs/hourly.md)", licence="",
            period_zh=f"种子 {seed}", period_en=f"seed {seed}", grade=row.grade, share=share,
        )  # fmt: skip
    return ResourceSource(
        what_zh=zh, what_en=en, entry="", source_zh=info.source_zh, source_en=info.source,
        licence=info.licence, period_zh=info.period_zh, period_en=info.period, grade=info.grade, share=share,
    )  # fmt: skip
