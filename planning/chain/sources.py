"""What the resource of a run rests on, in both languages, and what a reader must know of it."""

from __future__ import annotations

from planning.results import ResourceSource
from planning.words import TERMS
from resources import atlas
from resources.resource_data import TYPICAL_YEAR
from resources.served import WEATHER, Row, Served

REFERENCE = "resource_reference_grade"
MOVED_SHARE = 0.01
"""Hours whose level was moved by less say nothing of it."""


def resource_sources(served: Served, seed: int) -> tuple[ResourceSource, ...]:
    """A row for every source that served, hours first."""
    return tuple(_source(row, served.places, seed) for row in served.rows)


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
