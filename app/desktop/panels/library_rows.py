"""The entries of the data library as a planner reads them: kind, time, place, size, use; details. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.desktop.importing.source_rows import (
    ask_words,
    choice_words,
    detail_words,
    format_words,
    role_words,
    sentence,
)
from app.desktop.importing.words import size_words
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import EnergyMapError, Problem
from gis_layers.importer.report import Guess, Question
from resources.library import Entry, entries

Array = NDArray[np.float64]
_HASH = 16


@dataclass(frozen=True, slots=True)
class Held:
    """One entry and what its copy says of itself."""

    entry: Entry
    size_bytes: int
    years: tuple[int, ...] = ()
    """Of hours; 0 is a typical year."""
    lon_deg: Array | None = None
    """Of its places; None where it has none (rasters, shapes)."""
    lat_deg: Array | None = None
    bounds: tuple[float, float, float, float] | None = None
    """(west, south, east, north) in degrees."""
    fields: tuple[str, ...] = ()
    error: EnergyMapError | None = None
    """Why its copy cannot be opened."""

    @property
    def id(self) -> str:
        return self.entry.manifest.id

    @property
    def kind(self) -> str:
        return self.entry.manifest.kind

    @property
    def places(self) -> int:
        return 0 if self.lon_deg is None else len(self.lon_deg)


def read_library(folder: Path) -> tuple[tuple[Held, ...], tuple[Problem, ...]]:
    """All entries of a library, each opened for its years and places; what is wrong with others."""
    found, problems = entries(folder)
    return tuple(look_at(entry) for entry in found), problems


def look_at(entry: Entry) -> Held:
    """What an entry's copy says of itself."""
    size, kind = entry.data.stat().st_size, entry.manifest.kind
    try:
        if kind in ("hourly-place", "hourly-grid"):
            return _weather(entry, size)
        if kind == "capacity-factor-year":
            from resources.sources.capacity_factor_file import open_capacity_factors

            return Held(entry, size, open_capacity_factors(entry.data).years)
        if kind == "raster":
            return Held(entry, size, bounds=_raster_bounds(entry.data))
        if kind == "flow-series":
            return _series(entry, size)
        return Held(entry, size, bounds=_shape_bounds(entry.data))
    except (EnergyMapError, OSError) as error:
        from app.desktop.background import ours

        return Held(entry, size, error=ours(error))


def _weather(entry: Entry, size: int) -> Held:
    from resources.sources.house import open_weather

    file = open_weather(entry.data)
    lon, lat = file.lon_deg, file.lat_deg
    return Held(entry, size, file.years, lon, lat, _around(lon, lat), file.fields)


def _series(entry: Entry, size: int) -> Held:
    from resources.sources.flow_series import read_series

    series = read_series(entry.data)
    years = sorted({int(str(one.dates[at])[:4]) for one in series if len(one.dates) for at in (0, -1)})
    known = [(one.place.lon_deg, one.place.lat_deg) for one in series if one.place is not None]
    if not known:
        return Held(entry, size, tuple(years))
    lon, lat = (np.array(values, dtype=np.float64) for values in zip(*known, strict=True))
    return Held(entry, size, tuple(years), lon, lat, _around(lon, lat))


def _around(lon: Array, lat: Array) -> tuple[float, float, float, float]:
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _raster_bounds(path: Path) -> tuple[float, float, float, float]:
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(path) as source:
            west, south, east, north = transform_bounds(source.crs, "EPSG:4326", *source.bounds)
    except RasterioError as error:
        raise EnergyMapError("system_error", what=str(error)) from error
    return west, south, east, north


def _shape_bounds(path: Path) -> tuple[float, float, float, float] | None:
    import pyogrio
    from pyogrio.errors import DataSourceError

    if path.suffix != ".gpkg":
        return None
    try:
        bounds = pyogrio.read_info(path)["total_bounds"]
    except DataSourceError as error:
        raise EnergyMapError("system_error", what=str(error)) from error
    return None if bounds is None else tuple(map(float, bounds))  # type: ignore[return-value]


# -- words ---------------------------------------------------------------------------------------


def headers(language: Language) -> tuple[str, ...]:
    """Of the list."""
    keys = ("name", "kind", "period", "area", "grade", "size", "used", "licence")
    return tuple(text(f"library.{key}", language) for key in keys)


def cells(held: Held, used_by: Sequence[str], language: Language) -> tuple[str, ...]:
    """One line of the list."""
    manifest = held.entry.manifest
    return (
        held.id,
        kind_words(held, language),
        period_words(held, language),
        area_words(held, language),
        text(f"grade.{manifest.grade}", language),
        size_words(held.size_bytes),
        ", ".join(used_by) or "–",
        manifest.licence,
    )


def kind_words(held: Held, language: Language) -> str:
    """What it is; of a raster also of what."""
    kind = text(f"import.kind.{held.kind}", language)
    variable = str(held.entry.manifest.details.get("variable", ""))
    return f"{kind} · {role_words(variable, language)}" if variable else kind


def period_words(held: Held, language: Language) -> str:
    """Its years, runs of them as a span."""
    if not held.years:
        return str(held.entry.manifest.details.get("period", "")) or "–"
    if held.years == (0,):
        return text("import.source.typical", language)
    years = sorted(held.years)
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def area_words(held: Held, language: Language) -> str:
    """Where it is."""
    if held.lon_deg is not None and held.lat_deg is not None and held.places == 1:
        return f"{held.lon_deg[0]:.3f}°E {held.lat_deg[0]:.3f}°N"
    if held.bounds is None:
        return "–"
    west, south, east, north = held.bounds
    where = f"{west:.1f}–{east:.1f}°E, {south:.1f}–{north:.1f}°N"
    return f"{text('library.places', language, count=f'{held.places:,}')}, {where}" if held.places else where


def used_by(scenarios: Iterable[object], held: Held, language: Language) -> tuple[str, ...]:
    """Names of the scenarios that use an entry."""
    names = []
    for scenario in scenarios:
        choice = getattr(scenario, "resource", None)
        if choice is not None and any(ref.id == held.id for ref in choice.refs):
            names.append(str(getattr(scenario, "name_zh" if language == "zh" else "name_en")))
    return tuple(names)


def detail_html(held: Held, users: Sequence[str], language: Language) -> str:
    """Where it comes from, what was done to it, and the hashes."""

    def say(key: str, **values: object) -> str:
        return text(f"library.{key}", language, **values)

    manifest = held.entry.manifest
    rows = [
        (text("import.source.format", language), format_words(manifest.format, language)),
        (text("import.source.kind", language), kind_words(held, language)),
        (text("import.source.by", language), manifest.source),
        (text("import.source.licence", language), manifest.licence),
        (say("grade"), text(f"grade.{manifest.grade}", language)),
        (say("period"), period_words(held, language)),
        (say("area"), area_words(held, language)),
        (say("used"), ", ".join(users) or say("unused")),
        (say("file"), f"{held.entry.data} ({size_words(held.size_bytes)})"),
        ("SHA-256", f"{manifest.data_sha256[:_HASH]}…"),
    ]
    if held.error is not None:
        from app.messages import say as say_error

        rows.insert(0, (say("broken"), say_error(held.error, language)))
    parts = [_table(rows)]
    originals = [
        f"{one.name} ({size_words(one.size_bytes)}, SHA-256 {one.sha256[:_HASH]}…)"
        for one in manifest.originals
    ]
    parts.append(_section(say("originals"), originals))
    done = [
        ("✓ " if one.weight == "consent" else "· ")
        + f"{sentence(one.code, language)} ({detail_words(one.field, one.found, one.expected, language)})"
        for one in manifest.corrections
    ]
    parts.append(_section(say("corrections"), done or [say("no_corrections")]))
    parts.append(_section(say("answers"), _pairs(manifest.answers, language)))
    return "".join(parts)


def _pairs(answers: Mapping[str, str], language: Language) -> list[str]:
    lines = []
    for name, value in answers.items():
        question = Question(name, ())
        lines.append(
            f"{ask_words(question, language)}: {choice_words(question, Guess(value, 1.0, ''), language)}"
        )
    return lines


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='padding-right:10px; white-space:nowrap'><b>{escape(name)}</b></td>"
        f"<td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table cellspacing='2'>{cells}</table>"


def _section(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    body = "".join(f"<div style='margin-top:2px'>{escape(line)}</div>" for line in lines)
    return f"<p style='margin-top:8px; margin-bottom:0'><b>{escape(title)}</b></p>{body}"
