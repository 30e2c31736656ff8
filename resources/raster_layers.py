"""From a raster of the user's to the atlas layer it is a better one of, on the atlas's grid.

The raster is read once, in strips, and averaged over the atlas's cells; of wind speeds the windiest fifth of each
cell is kept too, for that is where farms stand. What was averaged is kept beside the raster under its hash.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, gamma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from gis_layers.grid import CLIMATE, NORTH_DEG, TERRAIN, WEST_DEG, Grid
from gis_layers.progress import Progress, part, silent
from gis_layers.raster import WINDOW_BOUNDS, Raster
from resources import atlas
from resources.library import Entry

Array = NDArray[np.float64]

WIND_LAYERS = ("wind_speed_100m", "wind_speedup")
SHEAR_EXPONENT = 0.14
"""Power law between the height of a wind raster and 100 m, the farm's own exponent (IEC 61400-1 has 0.2 for
design, 1/7 is usual over open land)."""
TOP_SHARE = 0.2
"""Of a cell's ground, the windiest: what wind farms are built on."""
FEWEST_ACROSS = 5
"""Raster cells along an atlas cell, for its windiest ground to be told; coarser rasters keep the atlas's speed-up."""
_MOST_ACROSS = 64
_STRIP_BYTES = 64 << 20

Read = Callable[[str], Raster]


@dataclass(frozen=True, slots=True)
class Served:
    """Layers with the user's values in them, and which entry gave which."""

    layers: Mapping[str, Raster]
    by_entry: Mapping[str, tuple[str, ...]]
    where: Mapping[str, tuple[tuple[str, NDArray[np.bool_]], ...]]
    """layer -> (entry, (row, col) where its values stand), in the order in which they were laid."""


def replaced_layers(entries: Sequence[Entry], progress: Progress = silent) -> Served:
    """The atlas layers that rasters replace, a later raster over an earlier.

    Raises
    ------
    InputError
        A raster of a variable no layer is made of, without a value inside the atlas's window, or unreadable.
    """
    problems: list[Problem] = []
    layers: dict[str, Raster] = {}
    by_entry: dict[str, tuple[str, ...]] = {}
    where: dict[str, tuple[tuple[str, NDArray[np.bool_]], ...]] = {}

    def read(id: str) -> Raster:
        return layers.get(id) or atlas.read(id)

    speeds = any(_variable(entry) == "wind_speed_ms" for entry in entries)
    # The shape first: a Weibull scale becomes a speed by it.
    order = sorted(entries, key=lambda entry: _variable(entry) == "weibull_scale_ms")
    for number, entry in enumerate(order):
        rule = RULES.get(_variable(entry))
        if rule is None or (_variable(entry) == "weibull_scale_ms" and speeds):
            expected = f"a raster of one of: {', '.join(RULES)}"
            if rule is not None:
                expected = "either wind speed or Weibull scale, not both"
            problems.append(Problem("resource.rasters", entry.manifest.id, _variable(entry) or "?", expected))
            continue
        within = part(progress, number / len(order), (number + 1) / len(order))
        try:
            made = rule(entry, read, within)
        except InputError as error:
            problems.extend(error.problems)
            continue
        for id, values in made.items():
            same = np.isclose(values, read(id).values, rtol=1e-12, atol=0.0, equal_nan=True)
            laid = np.asarray(~same.all(axis=0))
            where[id] = (*where.get(id, ()), (entry.manifest.id, laid))
        layers.update({id: _like(atlas.read(id), values, entry) for id, values in made.items()})
        by_entry[entry.manifest.id] = tuple(made)
    if problems:
        raise InputError(problems)
    return Served(layers, by_entry, where)


def _variable(entry: Entry) -> str:
    return str(entry.manifest.details.get("variable", ""))


def _like(layer: Raster, values: Array, entry: Entry) -> Raster:
    """The user's values in a layer's place, marked as theirs."""
    tags = {**layer.tags, "SOURCE": entry.manifest.source, "GRADE": entry.manifest.grade}
    return Raster(values=values, bounds=layer.bounds, crs=layer.crs, tags=tags)


# -- what each variable stands in for -----------------------------------------------------------------------


def _wind_speed(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
    mean, top = block_means(entry, TERRAIN, progress, top=True)
    to_100m = (100.0 / _height_m(entry)) ** SHEAR_EXPONENT
    made = {"wind_speed_100m": _over(mean * to_100m, read("wind_speed_100m"))}
    if np.isfinite(top).any():
        made["wind_speedup"] = _over(np.maximum(top / mean, 1.0), read("wind_speedup"))
    return made


def _weibull_scale(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
    scale, _ = block_means(entry, TERRAIN, progress)
    fine = np.repeat(np.repeat(read("weibull_shape").values, 3, axis=1), 3, axis=2)
    to_mean = np.vectorize(lambda k: gamma(1 + 1 / k) if np.isfinite(k) else np.nan)(fine)
    to_100m = (100.0 / _height_m(entry)) ** SHEAR_EXPONENT
    return {"wind_speed_100m": _over(scale * to_mean * to_100m, read("wind_speed_100m"))}


def _plain(
    layer: str, grid: Grid, low: float = -np.inf
) -> Callable[[Entry, Read, Progress], dict[str, Array]]:
    """A raster that is the layer itself."""

    def rule(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
        mean, _ = block_means(entry, grid, progress, low=low)
        return {layer: _over(mean, read(layer))}

    return rule


def _months(layer: str) -> Callable[[Entry, Read, Progress], dict[str, Array]]:
    """Twelve bands, January first."""

    def rule(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
        mean, _ = block_means(entry, CLIMATE, progress)
        if mean.shape[0] != 12:
            raise InputError(Problem(entry.manifest.id, "bands", str(mean.shape[0]), "12, January first"))
        return {layer: _over(mean, read(layer))}

    return rule


def _year_sum(layer: str) -> Callable[[Entry, Read, Progress], dict[str, Array]]:
    """A sum of the year: the atlas's months keep their shares."""

    def rule(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
        mean, _ = block_means(entry, CLIMATE, progress)
        months = read(layer)
        with np.errstate(invalid="ignore", divide="ignore"):
            return {layer: _over(months.values * (mean / months.values.sum(axis=0)), months)}

    return rule


def _temperature(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
    mean, _ = block_means(entry, CLIMATE, progress)
    months = read("temperature_monthly")
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.0
    shift = mean - np.tensordot(days, months.values, 1)
    return {"temperature_monthly": _over(months.values + shift, months)}


def _diffuse(entry: Entry, read: Read, progress: Progress) -> dict[str, Array]:
    """Diffuse irradiation of the year: the beam's share is moved by as much in every month."""
    diffuse, _ = block_means(entry, CLIMATE, progress)
    total, share = read("ghi_monthly").values, read("beam_share_monthly")
    had = (share.values * total).sum(axis=0) / total.sum(axis=0)
    moved = share.values + (1.0 - diffuse / total.sum(axis=0) - had)
    return {"beam_share_monthly": _over(np.clip(moved, 0.02, 0.95), share)}


RULES: Mapping[str, Callable[[Entry, Read, Progress], dict[str, Array]]] = {
    "elevation_m": _plain("elevation", TERRAIN, 0.0),
    "weibull_shape": _plain("weibull_shape", CLIMATE),
    "wind_speed_ms": _wind_speed,
    "weibull_scale_ms": _weibull_scale,
    "ghi_kwh_per_m2_year": _year_sum("ghi_monthly"),
    "ghi_kwh_per_m2_month": _months("ghi_monthly"),
    "dhi_kwh_per_m2_year": _diffuse,
    "temperature_c": _temperature,
    "rain_mm_year": _year_sum("rain_monthly"),
    "runoff_mm_year": _plain("runoff", CLIMATE, 0.0),
}
"""By the variable the import found ('variable' of the manifest's details)."""


def _over(values: Array, layer: Raster) -> Array:
    """The user's values where there are any, the layer's own elsewhere."""
    found = np.broadcast_to(values, layer.values.shape)
    return np.where(np.isfinite(found), found, layer.values)


def _height_m(entry: Entry) -> float:
    height = float(entry.manifest.details.get("height_m", 0.0))
    if not 10.0 <= height <= 300.0:
        raise InputError(Problem(entry.manifest.id, "height_m", f"{height:g}", "10 to 300 m above ground"))
    return height


# -- averages over the atlas's cells ------------------------------------------------------------------------


def block_means(
    entry: Entry, grid: Grid, progress: Progress = silent, *, top: bool = False, low: float = -np.inf
) -> tuple[Array, Array]:
    """Means of a raster over the cells of an atlas grid.

    Parameters
    ----------
    top
        Also the mean of the windiest fifth of each cell.
    low
        Values below count as this: the depth of the sea must not lower the land of a coastal cell.

    Returns
    -------
    (band, row, col) mean, (band, row, col) mean of the highest fifth; NaN where less than half a cell has a
    value, and everywhere in the second where `top` is not asked for or the raster is too coarse for it.

    Raises
    ------
    InputError
        No value inside the atlas's window; the file cannot be read.
    """
    data = entry.data
    kept = data.with_name(
        f"{data.stem}.grid-{grid.rows}{'-top' if top else ''}{'' if low == -np.inf else f'-from{low:g}'}.npz"
    )
    if (held := _kept(kept, entry.manifest.data_sha256)) is not None:
        return held
    mean, highest = _averaged(data, grid, top, low, progress)
    if not np.isfinite(mean).any():
        west, south, east, north = WINDOW_BOUNDS
        window = f"values within {west:g}-{east:g}E, {south:g}-{north:g}N"
        raise InputError(Problem(entry.manifest.id, "area", "no value there", window))
    with replacing(kept) as temporary, temporary.open("wb") as handle:
        np.savez_compressed(handle, sha256=entry.manifest.data_sha256, mean=mean, highest=highest)
    return mean, highest


def _kept(path: Path, sha256: str) -> tuple[Array, Array] | None:
    """Means computed before, if they are of this very data."""
    try:
        with np.load(path, allow_pickle=False) as held:
            if str(held["sha256"]) == sha256:
                return np.asarray(held["mean"]), np.asarray(held["highest"])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return None


def _averaged(path: Path, grid: Grid, top: bool, low: float, progress: Progress) -> tuple[Array, Array]:
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import RasterioError
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds
    from rasterio.windows import Window

    try:
        with rasterio.open(path) as source:
            if source.nodata is None:
                # The library's copies declare one; without it, what lies beyond the file would count as 0.
                raise InputError(Problem(str(path), "nodata", "none", "a raster as the library keeps it"))
            west, south, east, north = transform_bounds(source.crs, "EPSG:4326", *source.bounds)
            native = min((east - west) / source.width, (north - south) / source.height)
            across = int(np.clip(round(grid.step_deg / native), 1, _MOST_ACROSS))
            step = grid.step_deg / across
            bands = source.count
            mean = np.full((bands, *grid.shape), np.nan)
            highest = np.full((bands, *grid.shape), np.nan)
            scale, offset = np.array(source.scales), np.array(source.offsets)
            rows_at_once = max(1, _STRIP_BYTES // (bands * across * across * grid.cols * 8))
            with WarpedVRT(
                source,
                crs="EPSG:4326",
                transform=rasterio.Affine(step, 0.0, WEST_DEG, 0.0, -step, NORTH_DEG),
                width=grid.cols * across,
                height=grid.rows * across,
                resampling=Resampling.average if step > native * 1.01 else Resampling.nearest,
            ) as warped:
                indexes = list(range(1, bands + 1))
                for number in range(ceil(grid.rows / rows_at_once)):
                    first = number * rows_at_once
                    rows = min(rows_at_once, grid.rows - first)
                    progress(first / grid.rows, "raster: means of the atlas's cells")
                    window = Window(0, first * across, grid.cols * across, rows * across)
                    raw = warped.read(indexes, window=window, masked=True)
                    values = raw.filled(0) * scale[:, None, None] + offset[:, None, None]
                    values = np.maximum(values, low)
                    values[np.ma.getmaskarray(raw)] = np.nan
                    blocks = (
                        values.reshape(bands, rows, across, grid.cols, across)
                        .transpose(0, 1, 3, 2, 4)
                        .reshape(bands, rows, grid.cols, across * across)
                    )
                    known = np.isfinite(blocks)
                    enough = known.mean(axis=-1) >= 0.5
                    total = np.where(known, blocks, 0.0).sum(axis=-1)
                    span = slice(first, first + rows)
                    with np.errstate(invalid="ignore", divide="ignore"):
                        mean[:, span] = np.where(enough, total / known.sum(axis=-1), np.nan)
                    if top and across >= FEWEST_ACROSS:
                        highest[:, span] = np.where(enough, _mean_of_highest(blocks, known), np.nan)
    except RasterioError as error:
        raise InputError(Problem(str(path), "file", str(error)[:120], "a raster that can be read")) from error
    return mean, highest


def _mean_of_highest(blocks: Array, known: NDArray[np.bool_]) -> Array:
    """(..., cell) mean of the highest fifth of each block's known values."""
    ordered = -np.sort(-np.where(known, blocks, -np.inf), axis=-1)
    count = np.ceil(TOP_SHARE * known.sum(axis=-1)).astype(int)
    sums = np.cumsum(np.where(np.isfinite(ordered), ordered, 0.0), axis=-1)
    last = np.take_along_axis(sums, np.maximum(count - 1, 0)[..., None], axis=-1)[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(count > 0, last / count, np.nan))
