"""Which source gave the wind, sun and land of some places: counted where hours are made, kept with the answer.

For the sources of runs, reports and inspector. A place's hours are read or generated; a layer of the atlas, or a
raster in its place, serves the hours that are generated from it or moved to its level, and the land.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import NORTH_DEG, WEST_DEG, Grid
from gis_layers.provenance import Grade
from resources.climate import PlaceClimate
from resources.profile import take
from resources.resource_data import Origin, PlaceWeather, ResourceData

WEATHER = "weather"
LAYERS_OF_HOURS = (
    "ghi_monthly", "beam_share_monthly", "temperature_monthly", "wind_speed_100m", "wind_month_ratio",
    "weibull_shape",
)  # fmt: skip
"""What hours are generated from, or moved to the level of."""
LAYERS_OF_LAND = ("wind_speedup", "elevation", "desert_class", "rain_monthly")
"""What serves every place."""
GRADES: tuple[Grade, ...] = ("user", "reference", "reanalysis", "measured", "official")
"""The least known first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One source of one thing."""

    what: str
    """Layer of the atlas, or 'weather'."""
    entry: str
    """Of the library; '' is the embedded atlas or the generator."""
    places: int
    """That it served."""
    source: str = ""
    """Of an entry; of the atlas its layer tells."""
    licence: str = ""
    grade: Grade = "reference"
    period: str = ""

    def as_plain(self) -> dict[str, Any]:
        """What JSON holds."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Served:
    """What served a number of places."""

    places: int = 0
    rows: tuple[Row, ...] = ()
    wind_level: tuple[float, float] = (1.0, 1.0)
    """Least and most by which a place's year of read wind was multiplied. [-]"""
    sun_level: tuple[float, float] = (1.0, 1.0)

    def as_plain(self) -> dict[str, Any]:
        """What JSON holds."""
        return asdict(self)

    @property
    def grades(self) -> frozenset[Grade]:
        """Of all that the hours rest on; where nothing was counted the atlas's."""
        of_hours = {row.grade for row in self.rows if row.what == WEATHER or row.what in LAYERS_OF_HOURS}
        return frozenset(of_hours or {"reference"})

    @property
    def grade(self) -> Grade:
        """The worst of them."""
        return next(grade for grade in GRADES if grade in self.grades)


def from_plain(plain: Mapping[str, Any]) -> Served:
    """As `as_plain` made it; TypeError, ValueError, KeyError where it is something else."""
    return Served(
        places=int(plain["places"]),
        rows=tuple(Row(**row) for row in plain["rows"]),
        wind_level=_pair(plain["wind_level"]),
        sun_level=_pair(plain["sun_level"]),
    )


def _pair(values: Iterable[float]) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the hours of places came from: what of `PlaceWeather` is counted."""

    source: NDArray[np.int64]
    wind_level: NDArray[np.float64]
    sun_level: NDArray[np.float64]


def some(
    climate: PlaceClimate, weather: PlaceWeather, places: NDArray[np.int64]
) -> tuple[PlaceClimate, Found]:
    """Of some places, for `count_served`."""
    found = Found(weather.source[places], weather.wind_level[places], weather.sun_level[places])
    return take(climate, places), found


def count_served(data: ResourceData, climate: PlaceClimate, weather: PlaceWeather | Found) -> Served:
    """What served the places of `climate`."""
    origins = {origin.id: origin for origin in data.origins}
    rows: list[Row] = []

    def add(what: str, entry: str, places: int, grade: Grade = "reference") -> None:
        if not places:
            return
        if entry:
            origin = origins[entry]
            rows.append(Row(what, entry, places, origin.source, origin.licence, origin.grade, origin.period))
        else:
            rows.append(Row(what, "", places, grade=grade))

    generated = weather.source < 0
    add(WEATHER, "", int(generated.sum()))
    for number, hours in enumerate(data.hours):
        add(WEATHER, hours.entry.manifest.id, int((weather.source == number).sum()))
    moved = (weather.wind_level != 1.0) | (weather.sun_level != 1.0)
    for layer in (*LAYERS_OF_HOURS, *LAYERS_OF_LAND):
        rests = generated | moved if layer in LAYERS_OF_HOURS else np.ones(len(climate), dtype=bool)
        for entry, count in _of_layer(data, layer, climate, rests):
            add(layer, entry, count, _embedded_grade(layer))
    read = ~generated
    return Served(
        len(climate), tuple(rows), _range(weather.wind_level[read]), _range(weather.sun_level[read])
    )


def _of_layer(
    data: ResourceData, layer: str, climate: PlaceClimate, rests: NDArray[np.bool_]
) -> list[tuple[str, int]]:
    """Entry ('' the atlas) and how many of the places that rest on a layer it gave the value of."""
    laid = data.where.get(layer, ())
    last = np.full(len(climate), -1)
    for number, (_, cells) in enumerate(laid):
        row, col = _cells_of(Grid(*cells.shape), climate)
        last[cells[row, col]] = number
    counts = [(entry, int((rests & (last == number)).sum())) for number, (entry, _) in enumerate(laid)]
    return [("", int((rests & (last < 0)).sum())), *counts]


def entry_at(data: ResourceData, layer: str, lon_deg: float, lat_deg: float) -> Origin | None:
    """What gave the value of a layer at a place; None: the embedded atlas."""
    found = None
    for entry, cells in data.where.get(layer, ()):
        grid = Grid(*cells.shape)
        row = int((NORTH_DEG - lat_deg) / grid.step_deg)
        col = int((lon_deg - WEST_DEG) / grid.step_deg)
        if 0 <= row < grid.rows and 0 <= col < grid.cols and cells[row, col]:
            found = entry
    return next((origin for origin in data.origins if origin.id == found), None)


def _cells_of(grid: Grid, climate: PlaceClimate) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of the cell each place lies in."""
    row = ((NORTH_DEG - climate.lat_deg) / grid.step_deg).astype(np.int64)
    col = ((climate.lon_deg - WEST_DEG) / grid.step_deg).astype(np.int64)
    return np.clip(row, 0, grid.rows - 1), np.clip(col, 0, grid.cols - 1)


def _embedded_grade(layer: str) -> Grade:
    from resources import atlas

    return atlas.layer(layer).grade


def _range(factors: NDArray[np.float64]) -> tuple[float, float]:
    return (float(factors.min()), float(factors.max())) if factors.size else (1.0, 1.0)


def merged(parts: Iterable[Served]) -> Served:
    """What served all places of several answers."""
    parts = tuple(part for part in parts if part.places)
    rows: dict[tuple[str, str], Row] = {}
    for part in parts:
        for row in part.rows:
            held = rows.get((row.what, row.entry))
            rows[row.what, row.entry] = (
                row if held is None else replace(held, places=held.places + row.places)
            )

    def spread(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
        # Parts without read hours stand at 1; they must not widen the range of those that have them.
        moved = [pair for pair in pairs if pair != (1.0, 1.0)] or [(1.0, 1.0)]
        return min(low for low, _ in moved), max(high for _, high in moved)

    return Served(
        sum(part.places for part in parts),
        tuple(sorted(rows.values(), key=lambda row: (row.what != WEATHER, _order(row.what), row.entry))),
        spread(part.wind_level for part in parts),
        spread(part.sun_level for part in parts),
    )


def _order(what: str) -> int:
    layers = (*LAYERS_OF_HOURS, *LAYERS_OF_LAND)
    return layers.index(what) if what in layers else -1
