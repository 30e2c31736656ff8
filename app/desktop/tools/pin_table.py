"""The figures pinned places are compared by, as a grid: quantities down, places across. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.texts import text
from app.desktop.tools.pins import Pin
from app.desktop.tools.place_values import PlaceMonths, PlaceYear
from app.messages import Language

ROWS: tuple[tuple[str, int], ...] = (
    ("elevation", 0),
    ("ghi", 0),
    ("pv_yield", 0),
    ("pv_hours", 0),
    ("pv_cf", 3),
    ("wind_speed", 2),
    ("wind_hours", 0),
    ("wind_cf", 3),
    ("correlation", 2),
)
"""Quantity and the decimals it is shown with; the words are `tool.pins.<quantity>`."""


def values_of(months: PlaceMonths | None, year: PlaceYear | None) -> dict[str, float | None]:
    """The figures of one place; None where they are not computed (yet)."""
    found: dict[str, float | None] = dict.fromkeys(key for key, _ in ROWS)
    if months is not None:
        found["elevation"] = months.elevation_m
        found["ghi"] = months.ghi_year_kwh_per_m2
        found["wind_speed"] = months.wind_speed_year_ms
    if year is not None:
        found["pv_yield"] = year.pv_yield_kwh_per_kwp
        found["pv_hours"], found["pv_cf"] = float(year.pv.sum()), float(year.pv.mean())
        found["wind_hours"], found["wind_cf"] = float(year.wind.sum()), float(year.wind.mean())
        found["correlation"] = year.correlation
    return found


def shown(value: float | None, decimals: int) -> str:
    """A dash where there is no figure."""
    return "–" if value is None or value != value else f"{value:,.{decimals}f}"


def _place(pin: Pin) -> str:
    return f"{pin.lon_deg:.3f}E {pin.lat_deg:.3f}N"


def pin_grid(
    pins: Sequence[Pin],
    months: Mapping[str, PlaceMonths],
    years: Mapping[str, PlaceYear],
    language: Language,
    source: str,
) -> ValueGrid:
    """Names and places first, then a row for each quantity; months and years by letter."""
    columns = [values_of(months.get(pin.letter), years.get(pin.letter)) for pin in pins]
    rows: list[tuple[Value, ...]] = [
        (text("tool.pins.name", language), *(pin.name for pin in pins)),
        (text("tool.pins.place", language), *(_place(pin) for pin in pins)),
    ]
    rows += [(text(f"tool.pins.{key}", language), *(column[key] for column in columns)) for key, _ in ROWS]
    return ValueGrid(text("tool.pins.title", language), ("", *(pin.letter for pin in pins)), rows, source)
