"""Hourly NetCDF grids, one file or many, as one source that is read by pieces (xarray on h5netcdf or scipy).

Only China's window of a grid is read. Files are opened when needed and few at a time, so that a year of daily
files costs no more handles than a yearly one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from resources.sources.contract import Finding, Grid, Question, Weight, refuse
from resources.sources.hourly import Array, Column, Hourly, Numbers, Stamp, hour_numbers
from resources.sources.hourly_format import CHINA_LAT_DEG, CHINA_LON_DEG
from resources.sources.netcdf_file import LAT, LON, TIME, dimension, open_dataset
from resources.sources.netcdf_time import NO_LEAP, decode_minutes
from resources.sources.running import is_running

_MOST_OPEN = 8
_SAME_DEG = 1e-3
_COMPARED_STEPS = 6
_SAMPLE_ROWS, _SAMPLE_COLUMNS = 4, 6
_GRAVITY = 9.80665


@dataclass(frozen=True, slots=True)
class Rule:
    """A variable a format knows."""

    role: str
    stamp: Stamp | None
    """None: by the minutes of its stamps, :30 the centre, :00 an instant."""
    height_m: float | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """One variable in one file."""

    path: Path
    name: str
    minutes: Numbers
    dims: tuple[str, ...]


class GridRaw:
    """A `hourly.HourlyRaw` over NetCDF files of one grid."""

    typical = False
    questions: tuple[Question, ...] = ()

    def __init__(self, paths: tuple[Path, ...], rules: Mapping[str, Rule], utc_offset_h: float = 0.0) -> None:
        self.paths = paths
        self.utc_offset_h: float | None = utc_offset_h
        self.calendar = "standard"
        self.findings: tuple[Finding, ...] = ()
        self._open: OrderedDict[Path, Any] = OrderedDict()
        self._found: list[Finding] = []
        self._parts: dict[str, list[_Part]] = {}
        self._units: dict[str, str] = {}
        self._lat: Array = np.zeros(0)
        self._lon: Array = np.zeros(0)
        self._all_lat: Array = np.zeros(0)
        self._all_lon: Array = np.zeros(0)
        self._height: Array | None = None
        try:
            for path in paths:
                self._read_head(path, rules)
            if not self._parts:
                known = ", ".join(rules)
                raise refuse(paths[0], "variables", "none that is known", f"some of {known}")
            self._order_steps()
            self._set_columns(rules)
        except BaseException:
            self.close()
            raise
        self.findings = tuple(self._found)

    def close(self) -> None:
        """Close what is open."""
        for dataset in self._open.values():
            dataset.close()
        self._open.clear()

    def stamps(self, column: Column) -> Numbers:
        """See `HourlyRaw`."""
        return self._minutes[column.name]

    def load(self, column: Column, steps: slice, places: slice) -> Hourly:
        """See `HourlyRaw`."""
        width = len(self._lon)
        first, last = places.start // width, -(-places.stop // width)
        block = self._block(column.name, steps, slice(first, last), slice(0, width))
        return block.reshape(-1, block.shape[2])[places.start - first * width : places.stop - first * width]

    def sample(self, column: Column, steps: slice) -> Hourly:
        """See `HourlyRaw`."""
        rows, columns = self._strides
        block = self._block(
            column.name, steps, slice(0, len(self._lat), rows), slice(0, len(self._lon), columns)
        )
        return block.reshape(-1, block.shape[2])

    def _block(self, name: str, steps: slice, rows: slice, columns: slice) -> Hourly:
        """(row, column, step) values of one variable."""
        order = self._order[name][steps]
        shape = (
            len(range(rows.start, rows.stop, rows.step or 1)),
            len(range(columns.start, columns.stop, columns.step or 1)),
        )
        out = np.full((*shape, len(order)), np.nan, dtype=np.float32)
        cuts = np.flatnonzero((np.diff(order[:, 0]) != 0) | (np.diff(order[:, 1]) != 1)) + 1
        for piece in np.split(np.arange(len(order)), cuts):
            if len(piece):
                part = self._parts[name][int(order[piece[0], 0])]
                start = int(order[piece[0], 1])
                out[:, :, piece] = self._read(part, slice(start, start + len(piece)), rows, columns)
        return out

    def _read(self, part: _Part, steps: slice, rows: slice, columns: slice) -> Hourly:
        array = self._dataset(part.path)[part.name]
        time, lat, lon = (dimension(part.dims, names) for names in (TIME, LAT, LON))
        picked = array.isel(
            {
                time: steps,
                lat: _moved(rows, self._first_row),
                lon: _moved(columns, self._first_column),
            }
        )
        try:
            if "expver" in part.dims:
                # ERA5 (1) where it is final, else the preliminary ERA5T (5).
                first = picked.isel(expver=0)
                for at in range(1, picked.sizes["expver"]):
                    first = first.fillna(picked.isel(expver=at))
                picked = first
            extra = [dim for dim in picked.dims if dim not in (time, lat, lon)]
            values = picked.isel(dict.fromkeys(extra, 0)).transpose(lat, lon, time).values
        except Exception as error:
            found = f"cannot be read ({str(error).strip()[:80] or type(error).__name__})"
            raise refuse(part.path, part.name, found, "a whole NetCDF file; it may be cut off") from error
        return np.asarray(values, dtype=np.float32)

    def _dataset(self, path: Path) -> Any:
        if path not in self._open:
            while len(self._open) >= _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            self._open[path] = open_dataset(path)
        self._open.move_to_end(path)
        return self._open[path]

    def _read_head(self, path: Path, rules: Mapping[str, Rule]) -> None:
        dataset = self._dataset(path)
        for name in dataset.data_vars:
            array = dataset[name]
            time, lat, lon = (dimension(array.dims, names) for names in (TIME, LAT, LON))
            if str(name) in ("z", "geopotential") and lat and lon:
                self._set_grid(path, dataset, lat, lon)
                self._set_height(array, lat, lon)
            if str(name) not in rules or not (time and lat and lon):
                continue
            self._set_grid(path, dataset, lat, lon)
            levels = [
                dim
                for dim in array.dims
                if str(dim) not in (time, lat, lon, "expver") and array.sizes[dim] > 1
            ]
            if levels:
                found = ", ".join(f"{dim} of {array.sizes[dim]}" for dim in levels)
                self._fault("extra_dimension", path, str(name), found, "time, latitude and longitude only")
            self._read_metadata(path, str(name), rules[str(name)], array.attrs)
            minutes = self._minutes_of(path, dataset, time)
            self._units.setdefault(str(name), str(array.attrs.get("units", "")))
            dims = tuple(str(dim) for dim in array.dims)
            self._parts.setdefault(str(name), []).append(_Part(path, str(name), minutes, dims))

    def _minutes_of(self, path: Path, dataset: Any, time: str) -> Numbers:
        if time not in dataset.variables:
            raise refuse(path, time, "a dimension without stamps", "a time axis")
        axis = dataset[time]
        units, calendar = str(axis.attrs.get("units", "")), str(axis.attrs.get("calendar", "standard"))
        if calendar.lower() in NO_LEAP:
            self.calendar = calendar.lower()
        try:
            return decode_minutes(axis.values, units, calendar)
        except ValueError as error:
            expected = "'hours since ...' in a calendar whose days all exist (standard or noleap)"
            raise refuse(path, time, str(error), expected) from error

    def _set_grid(self, path: Path, dataset: Any, lat: str, lon: str) -> None:
        lats, lons = (np.asarray(dataset[name].values, dtype=np.float64) for name in (lat, lon))
        if not (np.isfinite(lats).all() and np.isfinite(lons).all() and np.abs(lats).max(initial=0) <= 90.0):
            raise refuse(path, "grid", "coordinates that are no degrees", "longitude and latitude in degrees")
        if len(self._lat):
            same = (
                len(lats) == len(self._all_lat)
                and len(lons) == len(self._all_lon)
                and np.allclose(lats, self._all_lat, atol=_SAME_DEG)
                and np.allclose(lons, self._all_lon, atol=_SAME_DEG)
            )
            if not same:
                found, expected = _extent(lats, lons), _extent(self._all_lat, self._all_lon)
                expected += " as in the first file; bring tiles in one by one"
                self._fault("other_grid", path, "grid", found, expected)
            return
        self._all_lat, self._all_lon = lats, lons
        east = np.where(lons > 180.0, lons - 360.0, lons)
        rows = np.flatnonzero((lats >= CHINA_LAT_DEG[0]) & (lats <= CHINA_LAT_DEG[1]))
        columns = np.flatnonzero((east >= CHINA_LON_DEG[0]) & (east <= CHINA_LON_DEG[1]))
        if not len(rows) or not len(columns):
            raise refuse(path, "grid", _extent(lats, lons), "cells in China, 73 to 136 east, 3 to 55 north")
        self._first_row, self._first_column = int(rows[0]), int(columns[0])
        self._lat, self._lon = lats[rows[0] : rows[-1] + 1], east[columns[0] : columns[-1] + 1]
        if len(self._lat) * len(self._lon) < len(lats) * len(lons):
            found, expected = _extent(lats, lons), _extent(self._lat, self._lon)
            self._fault("cropped", path, "grid", found, f"{expected}, China's window", "note")
        if lons.max() > 180.0:
            self._fault("longitudes_360", path, "longitude", "0 to 360", "-180 to 180", "note")
        self._strides = (
            max(1, len(self._lat) // _SAMPLE_ROWS),
            max(1, len(self._lon) // _SAMPLE_COLUMNS),
        )

    def _set_height(self, array: Any, lat: str, lon: str) -> None:
        picked = array.isel(
            {
                lat: _moved(slice(0, len(self._lat)), self._first_row),
                lon: _moved(slice(0, len(self._lon)), self._first_column),
            }
        )
        picked = picked.isel({dim: 0 for dim in picked.dims if dim not in (lat, lon)})
        self._height = np.asarray(picked.transpose(lat, lon).values, dtype=np.float64).ravel() / _GRAVITY

    def _read_metadata(self, path: Path, name: str, rule: Rule, attrs: Mapping[str, Any]) -> None:
        """Wind components whose own names contradict each other; the speed, all that is used, is the same."""
        said = f"{attrs.get('standard_name', '')} {attrs.get('long_name', '')}".lower()
        other = {
            "wind_u_ms": ("northward", " v ", "v-component", "v wind"),
            "wind_v_ms": ("eastward", " u ", "u-component", "u wind"),
        }
        if any(word in f" {said} " for word in other.get(rule.role, ())):
            expected = "the component its name says; the speed is the same either way"
            self._fault("components_swapped", path, name, said.strip()[:60], expected, "note")

    def _order_steps(self) -> None:
        """Steps of all files of a variable in order of time, each once."""
        self._minutes: dict[str, Numbers] = {}
        self._order: dict[str, NDArray[np.int64]] = {}
        for name, parts in self._parts.items():
            minutes = np.concatenate([part.minutes for part in parts])
            owner = np.concatenate([np.full(len(part.minutes), at) for at, part in enumerate(parts)])
            index = np.concatenate([np.arange(len(part.minutes)) for part in parts])
            order = np.lexsort((owner, minutes))
            sorted_minutes = minutes[order]
            again = np.flatnonzero(np.diff(sorted_minutes) == 0) + 1
            pairs = np.column_stack([owner[order], index[order]])
            if len(again):
                self._compare_doubles(name, pairs, again, sorted_minutes)
                pairs, sorted_minutes = np.delete(pairs, again, axis=0), np.delete(sorted_minutes, again)
            self._minutes[name], self._order[name] = sorted_minutes, pairs
            for part in parts:
                if len(part.minutes) and (np.diff(part.minutes) < 0).any():
                    self._fault(
                        "out_of_order", part.path, "time", "steps out of order", "steps in order", "consent"
                    )

    def _compare_doubles(self, name: str, pairs: NDArray[np.int64], again: Numbers, minutes: Numbers) -> None:
        rows, columns = slice(0, len(self._lat)), slice(0, len(self._lon))
        differ = False
        for at in again[np.unique(np.linspace(0, len(again) - 1, _COMPARED_STEPS).astype(int))]:
            one, other = (
                self._read(self._parts[name][int(part)], slice(int(step), int(step) + 1), rows, columns)
                for part, step in (pairs[at - 1], pairs[at])
            )
            differ = differ or not np.array_equal(one, other, equal_nan=True)
        when = minutes[again[0]].astype("datetime64[m]")
        path = self._parts[name][int(pairs[again[0]][0])].path
        what = "with other values" if differ else "with the same values"
        code = "duplicate_conflict" if differ else "duplicate_times"
        found = f"{when} twice {what} ({len(again)} steps)"
        self._fault(code, path, name, found, "each hour once", "fatal" if differ else "consent")

    def _set_columns(self, rules: Mapping[str, Rule]) -> None:
        columns = []
        for name in self._parts:
            rule = rules[name]
            minutes = self._minutes[name]
            stamp = rule.stamp
            if stamp is None:
                stamp = "centre" if len(minutes) and int(minutes[0]) % 60 == 30 else "instant"
            columns.append(Column(name, rule.role, self._units[name], stamp, rule.height_m))
        for column in columns:
            other = {"wind_u_ms": "wind_v_ms", "wind_v_ms": "wind_u_ms"}.get(column.role)
            if other and not any(one.role == other and one.height_m == column.height_m for one in columns):
                found, expected = f"{column.name} alone", f"both components at {column.height_m:g} m"
                self._fault("component_alone", self.paths[0], column.name, found, expected)
        self.columns = tuple(self._with_running(column) for column in columns)
        lon, lat = np.meshgrid(self._lon, self._lat)
        self.lon_deg, self.lat_deg = lon.ravel(), lat.ravel()
        self.elevation_m = self._height if self._height is not None else np.full(lon.size, np.nan)
        self.names = tuple(f"{x:g}E {y:g}N" for x, y in zip(self.lon_deg, self.lat_deg, strict=True))
        numbers = np.arange(lon.size).reshape(lon.shape)
        self.sample_places = numbers[:: self._strides[0], :: self._strides[1]].ravel()
        self.grid: Grid | None = Grid(
            rows=len(self._lat),
            columns=len(self._lon),
            bounds=(
                float(self._lon[0]),
                float(self._lat.min()),
                float(self._lon[-1]),
                float(self._lat.max()),
            ),
            step_deg=(_step(self._lon), _step(self._lat)),
            crs="EPSG:4326",
            longitudes="0..360" if self._all_lon.max() > 180 else "-180..180",
        )

    def _with_running(self, column: Column) -> Column:
        """The column, marked where its totals run through the day."""
        if column.stamp != "end" or not column.unit.strip().lower().startswith("j"):
            return column
        numbers = hour_numbers(self._minutes[column.name], "end", 0.0)
        count = len(numbers)
        for start in {0, max(count // 2 - 36, 0), max(count - 72, 0)}:
            window = slice(start, min(start + 72, count))
            if not is_running(self.sample(column, window), numbers[window]):
                return column
        found, expected = "totals that run from 00 UTC", "taken apart into hours"
        self._fault("running_total", self.paths[0], column.name, found, expected, "note")
        return replace(column, running=True)

    def _fault(
        self, code: str, path: Path, field: str, found: str, expected: str, weight: Weight = "fatal"
    ) -> None:
        self._found.append(Finding(code, weight, Problem(str(path), field, found, expected)))


def _moved(some: slice, by: int) -> slice:
    return slice(some.start + by, some.stop + by, some.step)


def _step(axis: Array) -> float:
    return float(abs(np.diff(axis).mean())) if len(axis) > 1 else 0.0


def _extent(lat: Array, lon: Array) -> str:
    return f"{lon.min():g} to {lon.max():g} east, {lat.min():g} to {lat.max():g} north, {len(lat)} x {len(lon)} cells"
