"""What was found in a user's file: frozen values that a window, a command or a test can show.

Findings and questions carry a code and parameters; the words for them live in `app`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem

Kind = Literal["raster", "geopackage", "shapefile", "geojson", "table", "epw"]
Bounds = tuple[float, float, float, float]
"""(west, south, east, north), or (left, bottom, right, top) in the units of a projected system."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A value and how sure we are of it."""

    value: str
    confidence: float
    """0 (a shot in the dark) to 1 (the file says so itself)."""
    how: str
    """Code of the way it was found, e.g. 'declared', 'bom', 'trial', 'name', 'values'."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the user should know about the file."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    warning: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Something the file cannot tell."""

    id: str
    """'unit', 'crs', 'nodata', 'datum', 'encoding', 'lon', 'lat', 'order'."""
    choices: tuple[Guess, ...]
    """What is likely, best first; the first is taken when the user does not answer, unless `required`."""
    free: bool = False
    """Whether the user may type something else."""
    required: bool = False
    """Whether the file cannot be used until the user has answered."""


@dataclass(frozen=True, slots=True)
class BandReport:
    """One band of a raster; statistics from a thinned read, declared nodata left out, scale applied."""

    index: int
    """From 1, as GDAL counts."""
    dtype: str
    name: str
    unit: str | None
    nodata: float | None
    scale: float
    offset: float
    low: float | None
    high: float | None
    mean: float | None
    missing_share: float
    """Declared nodata or NaN among the values read. [-]"""
    suspected_nodata: float | None = None
    suspected_share: float = 0.0


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One attribute."""

    name: str
    type: Literal["text", "number", "date", "other"]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How the text of a table is cut into values."""

    delimiter: str
    header_row: int | None
    """From 0, counted over all lines; None where the first line is data already."""
    first_row: int
    """First line of data, from 0."""
    lon: Guess | None
    lat: Guess | None
    decimal_comma: bool
    swapped: bool
    """Longitude and latitude look exchanged."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of the layer in WGS84, only where its place is known or likely."""

    values: NDArray[np.float32] | None = None
    """(row, col), row 0 north, NaN where nothing is."""
    bounds: Bounds | None = None
    """Of `values`, in degrees."""
    lines: tuple[NDArray[np.float64], ...] = ()
    """Outlines, each (vertex, 2) in degrees."""
    points: NDArray[np.float64] | None = None
    """(point, 2) in degrees."""


@dataclass(frozen=True, slots=True)
class LayerReport:
    """One layer of a file."""

    name: str
    geometry: str
    """'raster', 'Point', 'LineString', 'Polygon' (multi kinds alike), 'Mixed', 'none'."""
    crs: Guess | None
    """'EPSG:...' or WKT; None where the file has none: then a question 'crs' lists what is likely."""
    crs_name: str
    bounds: Bounds | None
    bounds_wgs84: Bounds | None
    """None where the system is unknown and nothing is likely either."""
    width: int = 0
    height: int = 0
    bands: tuple[BandReport, ...] = ()
    rows: int | None = None
    fields: tuple[FieldReport, ...] = ()
    encoding: Guess | None = None
    datum: Guess | None = None
    """'wgs84', 'gcj02', 'bd09' where a test could tell; None where it could not."""
    table: TableLayout | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file that can be imported."""

    path: Path
    kind: Kind
    size_bytes: int
    layers: tuple[LayerReport, ...]
    """At least one."""

    def layer(self, name: str | None = None) -> LayerReport:
        """The layer of a name, or the first.

        Raises
        ------
        InputError
            There is no such layer; names those there are.
        """
        for layer in self.layers:
            if name is None or layer.name == name:
                return layer
        there = ", ".join(layer.name for layer in self.layers)
        raise InputError(Problem(str(self.path), "layer", str(name), f"one of {there}"))


def unusable(path: Path, field_name: str, found: str, expected: str) -> InputError:
    """The error for a file that cannot be imported, naming it, what was found and what is expected."""
    return InputError(Problem(str(path), field_name, found, expected))
