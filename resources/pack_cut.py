"""Chosen years and area of an entry as an entry of its own, for packs that should be small."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from resources.library import Entry
from resources.pack_cut_raster import Bounds, cut_raster, window_of
from resources.sources.capacity_factor_file import open_capacity_factors, write_capacity_factors
from resources.sources.hourly import TYPICAL_YEAR
from resources.sources.house import open_weather, weather_writer
from resources.sources.importing import Manifest, sha256_of

_PLACES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take of entries that have years or places; others are taken whole."""

    years: tuple[int, ...] = ()
    """() is all. Typical years are always taken."""
    bounds: Bounds | None = None
    """(west, south, east, north) in degrees; None is everywhere. Of hourly weather and rasters."""


def cut(
    entry: Entry, selection: Selection, folder: Path, progress: Progress = silent
) -> tuple[Manifest, Path]:
    """The entry as it is where all of it is wanted or it cannot be cut; else a part with a name of its own.

    Returns
    -------
    Its manifest and the file of its data, in `folder` where it was cut.

    Raises
    ------
    InputError
        None of the wanted years, or no place in the area.
    """
    manifest = entry.manifest
    if manifest.kind in ("hourly-place", "hourly-grid"):
        return _weather(entry, selection, folder, progress)
    if manifest.kind == "capacity-factor-year":
        return _capacity_factors(entry, selection, folder)
    if manifest.kind == "raster" and selection.bounds is not None:
        return _raster(entry, selection.bounds, folder, progress)
    return manifest, entry.data


def _raster(entry: Entry, bounds: Bounds, folder: Path, progress: Progress) -> tuple[Manifest, Path]:
    window = window_of(entry, bounds)
    if window is None:
        return entry.manifest, entry.data
    id = _id(entry.manifest.id, (), bounds)
    data = folder / f"{id}{entry.data.suffix}"
    changed = cut_raster(entry, window, data, progress)
    return _manifest(entry, id, data, (), changed), data


def _weather(entry: Entry, selection: Selection, folder: Path, progress: Progress) -> tuple[Manifest, Path]:
    file = open_weather(entry.data)
    years = _years(entry, file.years, selection)
    inside = np.ones(len(file), dtype=bool)
    if selection.bounds is not None:
        west, south, east, north = selection.bounds
        inside = (file.lon_deg >= west) & (file.lon_deg <= east)
        inside &= (file.lat_deg >= south) & (file.lat_deg <= north)
    if not inside.any():
        assert selection.bounds is not None
        where = "{:g} {:g} {:g} {:g}".format(*selection.bounds)
        raise InputError(Problem("pack", entry.manifest.id, f"no place within {where}", "an area it covers"))
    if years == file.years and inside.all():
        return entry.manifest, entry.data
    area = None if inside.all() else selection.bounds
    id = _id(entry.manifest.id, years if years != file.years else (), area)
    data = folder / f"{id}{entry.data.suffix}"
    row_of = np.cumsum(inside) - 1
    with weather_writer(
        data, years, file.lon_deg[inside], file.lat_deg[inside], file.elevation_m[inside], file.fields
    ) as out:
        for number, year in enumerate(years):
            for some, values in file.pieces(year, file.fields, _PLACES_AT_ONCE):
                progress((number + some.start / len(file)) / len(years), f"pack: {id}")
                kept = inside[some]
                if not kept.any():
                    continue
                first = int(row_of[some][kept][0])
                for name, field in values.items():
                    out.put(name, number, first, 0, field[kept])
    return _manifest(entry, id, data, years, {"places": int(inside.sum())}), data


def _capacity_factors(entry: Entry, selection: Selection, folder: Path) -> tuple[Manifest, Path]:
    file = open_capacity_factors(entry.data)
    years = _years(entry, file.years, selection)
    if years == file.years:
        return entry.manifest, entry.data
    id = _id(entry.manifest.id, years, None)
    data = folder / f"{id}{entry.data.suffix}"
    values = np.stack([file.year(year) for year in years])
    write_capacity_factors(data, file.technology, years, file.regions, file.adcodes, values)
    return _manifest(entry, id, data, years, {}), data


def _years(entry: Entry, there: tuple[int, ...], selection: Selection) -> tuple[int, ...]:
    if not selection.years or there == (TYPICAL_YEAR,):
        return there
    kept = tuple(year for year in there if year in selection.years)
    if not kept:
        found, has = (", ".join(map(str, years)) for years in (selection.years, there))
        raise InputError(Problem("pack", entry.manifest.id, f"years {found}", f"some of {has}"))
    return kept


def _id(id: str, years: tuple[int, ...], bounds: Bounds | None) -> str:
    """A name that says what was cut out; never that of the whole, whose hash is another."""
    parts = [id]
    if years:
        runs = years[-1] - years[0] == len(years) - 1
        parts.append(f"{years[0]}-{years[-1]}" if runs and len(years) > 1 else "_".join(map(str, years)))
    if bounds is not None:
        parts.append(f"{bounds[0]:g}-{bounds[2]:g}E_{bounds[1]:g}-{bounds[3]:g}N")
    return re.sub(r"[^\w\-]", "p", "_".join(parts))


def _manifest(
    entry: Entry, id: str, data: Path, years: tuple[int, ...], changed: Mapping[str, Param]
) -> Manifest:
    details = {
        **entry.manifest.details,
        **changed,
        **({"years": ", ".join(map(str, years))} if years else {}),
        "cut_from": entry.manifest.id,
        "cut_from_sha256": entry.manifest.data_sha256,
    }
    fields = {**dict(entry.manifest), "id": id, "data": data.name, "data_sha256": sha256_of(data)}
    return Manifest(**{**fields, "details": details})
