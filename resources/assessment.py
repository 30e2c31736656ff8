"""A year of the whole country, or many years, cell by cell: hours of wind and sun, how they complete each other, and
the hourly profile of every province.

Cells are worked in tiles, each a pure function of its task, so that one machine needs little memory and a cluster
gives the same answer. Finished tiles are kept beside the result until it is whole: what was stopped goes on.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.grid import EAST_DEG, SOUTH_DEG, TERRAIN, WEST_DEG, Grid
from gis_layers.progress import Progress, part, silent
from gis_layers.raster import WINDOW_BOUNDS, Raster, sample
from resources import spread
from resources.assessment_file import VERSION as _VERSION
from resources.assessment_file import opened
from resources.hours import DAYS, HOURS, MONTH_HOURS
from resources.land_rules import buildable_share
from resources.profile import profiles_of_weather
from resources.resource_data import ResourceChoice, ResourceData, open_resource
from resources.solar import PvSystem
from resources.wind import BASE_TURBINE, WindTurbine

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

DROUGHT_SHARE = 0.2
"""A day on which wind and sun together bring less than this share of their mean is one of a drought."""


class AssessmentSpec(BaseModel):
    """What is assessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    step_deg: float = Field(default=0.25, ge=0.02, le=1.0)
    """Of the cells; the window's 63 by 40 degrees must be whole numbers of it (0.25, 0.1, 0.05, 0.04, 0.025 ...)."""
    bounds: tuple[float, float, float, float] | None = None
    """(west, south, east, north) in degrees: only cells with their centre inside; None: the whole country."""
    years: tuple[int, ...] = Field(default=(2020,), min_length=1)
    """Calendar years of imported hours; of generated hours the seeds."""
    choice: ResourceChoice = ResourceChoice()
    pv: PvSystem = PvSystem()
    turbine: WindTurbine = BASE_TURBINE
    cells_per_tile: int = Field(default=240, ge=1, le=20_000)
    """Memory of a task is about 0.4 MiB a cell."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Land cells of the window, row by row from the north-west."""

    grid: Grid
    index: NDArray[np.int64]
    """(cell,) row * columns + column."""
    lon_deg: Array
    lat_deg: Array
    region: NDArray[np.int64]
    """(cell,) into `regions`."""
    regions: tuple[str, ...]
    """Codes of provinces."""
    weight_km2: Array
    """(technology, cell) eligible land: wind, PV."""


@dataclass(frozen=True, slots=True)
class TileTask:
    """One tile of one year."""

    number: int
    year: int
    spec: AssessmentSpec
    library: Path | None
    lon_deg: Array
    lat_deg: Array
    region: NDArray[np.int64]
    weight_km2: Array


@dataclass(frozen=True, slots=True)
class TileAnswer:
    """What a tile of a year brings."""

    number: int
    wind_hours: Array
    """(month, cell) full-load hours of wind farms, PV below. [h]"""
    pv_hours: Array
    """(month, cell) energy over module capacity. [kWh/kWp]"""
    complementarity: Array
    """(cell,) negative correlation of the hours of wind and sun. [-]"""
    drought_days: Array
    """(cell,) longest run of days with less than a fifth of the mean of both. [d]"""
    region: NDArray[np.int64]
    """(here,) regions with eligible land in the tile."""
    profile: Array
    """(technology, here, hour) capacity factor times eligible land. [km2]"""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result, as the file holds it."""

    grid: Grid
    years: tuple[int, ...]
    wind_hours: Hourly
    """(year, month, row, col) full-load hours; NaN beyond the land. [h]"""
    pv_hours: Hourly
    """(year, month, row, col) [kWh/kWp]"""
    complementarity: Hourly
    """(year, row, col)"""
    drought_days: Hourly
    """(year, row, col)"""
    regions: tuple[str, ...]
    profile: Hourly
    """(technology, year, region, hour) capacity factor of the eligible land: wind per rated power, PV per AC
    capacity; NaN where a region has none. [-]"""


def grid_of(step_deg: float) -> Grid:
    """The grid of a step over the atlas's window.

    Raises
    ------
    InputError
        The window is not a whole number of steps.
    """
    rows, cols = (WINDOW_BOUNDS[3] - SOUTH_DEG) / step_deg, (EAST_DEG - WEST_DEG) / step_deg
    if abs(rows - round(rows)) > 1e-6 or abs(cols - round(cols)) > 1e-6:
        expected = "a step that divides 63 by 40 degrees: 0.25, 0.2, 0.125, 0.1, 0.05, 0.04, 0.025"
        raise InputError(Problem("argument", "step_deg", f"{step_deg:g}", expected))
    return Grid(rows=round(rows), cols=round(cols))


def lay_out(spec: AssessmentSpec, data: ResourceData) -> Cells:
    """The cells whose centre lies on China's land, with what may be built on there."""
    from gis_layers.boundary import locate
    from gis_layers.crs import cell_area_km2

    grid = grid_of(spec.step_deg)
    lon, lat = (a.ravel() for a in np.meshgrid(grid.lon_deg, grid.lat_deg))
    west, south, east, north = spec.bounds or WINDOW_BOUNDS
    inside = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    code = np.full(lon.shape, "", dtype="U7")
    code[inside] = locate(lon[inside], lat[inside], "province")
    index = np.flatnonzero(code != "")
    if not index.size:
        raise InputError(Problem("argument", "bounds", f"{spec.bounds}", "a window with land of China in it"))
    regions, region = np.unique(code[index], return_inverse=True)
    half = grid.step_deg / 2
    area = cell_area_km2(grid.step_deg, lat[index] - half, lat[index] + half)
    across = max(1, round(grid.step_deg / TERRAIN.step_deg))
    offsets = ((np.arange(across) + 0.5) / across - 0.5) * grid.step_deg
    weight = np.empty((2, index.size))
    for row, share in enumerate(buildable_share(data).values()):  # wind, PV
        kept = Raster(share[None], WINDOW_BOUNDS)
        inner = [sample(kept, lon[index] + x, lat[index] + y, "nearest")[0] for x in offsets for y in offsets]
        weight[row] = np.mean(inner, axis=0) * area
    return Cells(grid, index, lon[index], lat[index], region, tuple(str(r) for r in regions), weight)


def tasks_of(spec: AssessmentSpec, cells: Cells, library: Path | None) -> Iterator[TileTask]:
    """All tasks, year by year."""
    tiles = range(0, len(cells.index), spec.cells_per_tile)
    for place, year in enumerate(spec.years):
        for tile, start in enumerate(tiles):
            some = slice(start, start + spec.cells_per_tile)
            yield TileTask(
                place * len(tiles) + tile,
                year,
                spec,
                library,
                cells.lon_deg[some],
                cells.lat_deg[some],
                cells.region[some],
                cells.weight_km2[:, some],
            )


def assess_tile(task: TileTask) -> TileAnswer:
    """One tile of one year; the same task gives the same answer anywhere.

    Raises
    ------
    InputError
        As `open_resource` and `ResourceData.weather_at`.
    """
    choice = task.spec.choice
    if choice.weather:
        choice = choice.model_copy(update={"weather_year": task.year})
    data = _opened(choice, task.library)
    climate = data.climate_at(task.lon_deg, task.lat_deg)
    served = data.weather_at(climate, task.year)
    both = profiles_of_weather(served.weather, task.spec.pv, task.spec.turbine, served.speedup)
    here, own = np.unique(task.region, return_inverse=True)
    profile = np.zeros((2, len(here), HOURS))
    for row, factors in enumerate((both.wind, both.pv)):
        for number in range(len(here)):
            mine = own == number
            profile[row, number] = task.weight_km2[row, mine] @ factors[mine].astype(np.float64)
    return TileAnswer(
        task.number,
        _month_sums(both.wind),
        _month_sums(both.pv) / task.spec.pv.dc_ac_ratio,
        -_correlation(both.wind, both.pv),
        _drought_days(both.wind, both.pv),
        here,
        profile,
    )


def run_assessment(
    spec: AssessmentSpec,
    out: Path,
    *,
    library: Path | None = None,
    cluster: str = "",
    progress: Progress = silent,
) -> Path:
    """Assess and write the result (NetCDF4).

    Parameters
    ----------
    out
        The file; finished tiles are kept in a folder beside it until it is whole, and a run of the same
        specification goes on from them.
    cluster
        As `spread.answers`.

    Raises
    ------
    InputError, BalanceError, EnergyMapError, Cancelled
        As `assess_tile` and `spread.answers`; the file is not written.
    """
    progress(0.0, "assessment: cells")
    data = open_resource(spec.choice, library)
    writable_folder(out.parent)
    cells = lay_out(spec, data)
    kept = out.with_name(f".{out.stem}.tiles-{_key(spec)}")
    writable_folder(kept)
    every = list(tasks_of(spec, cells, library))
    todo = [task for task in every if _held(kept, task.number) is None]
    within = part(progress, 0.03, 0.95)
    done = len(every) - len(todo)
    share = part(within, done / len(every), 1.0)
    for answer in spread.answers(assess_tile, iter(todo), len(todo), cluster, share):
        _keep(kept, answer)
    progress(0.95, "assessment: writing")
    _write(out, spec, cells, every, kept)
    shutil.rmtree(kept, ignore_errors=True)
    progress(1.0, "done")
    return out


def read_assessment(path: Path) -> Assessment:
    """A result from its file, whole: memory grows with its years. `assessment_file` reads year by year.

    Raises
    ------
    InputError
        Not readable, or not an assessment.
    """
    with opened(path) as file:
        there = file.variables
        return Assessment(
            grid=Grid(rows=file.dimensions["row"].size, cols=file.dimensions["column"].size),
            years=tuple(int(year) for year in there["year"][:]),
            wind_hours=np.asarray(there["wind_hours"][:]),
            pv_hours=np.asarray(there["pv_hours"][:]),
            complementarity=np.asarray(there["complementarity"][:]),
            drought_days=np.asarray(there["drought_days"][:]),
            regions=tuple(f"{int(code):06d}" for code in there["region"][:]),
            profile=np.asarray(there["profile"][:]),
        )


# -- inside --------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=2)
def _opened(choice: ResourceChoice, library: Path | None) -> ResourceData:
    """Once for all tiles of a worker."""
    return open_resource(choice, library)


def _month_sums(factors: Hourly) -> Array:
    return np.stack([factors[:, hours].sum(axis=1, dtype=np.float64) for hours in MONTH_HOURS])


def _correlation(a: Hourly, b: Hourly) -> Array:
    """(cell,) Pearson's of two (cell, hour); 0 where one does not change."""
    x = a - a.mean(axis=1, keepdims=True, dtype=np.float64)
    y = b - b.mean(axis=1, keepdims=True, dtype=np.float64)
    size = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return np.asarray(np.divide((x * y).sum(axis=1), size, out=np.zeros(len(x)), where=size > 0))


def _drought_days(wind: Hourly, pv: Hourly) -> Array:
    """(cell,) longest run of days whose wind and sun, each over its own mean, bring less than a share of it. [d]"""
    daily = sum(
        factors.reshape(len(factors), DAYS, 24).sum(axis=2, dtype=np.float64)
        / np.maximum(factors.mean(axis=1, dtype=np.float64)[:, None] * 48.0, 1e-12)
        for factors in (wind, pv)
    )
    low = np.asarray(daily) < DROUGHT_SHARE
    longest, run = np.zeros(len(wind)), np.zeros(len(wind))
    for day in range(DAYS):
        run = np.where(low[:, day], run + 1, 0)
        longest = np.maximum(longest, run)
    return longest


def _key(spec: AssessmentSpec) -> str:
    """Of what the tiles depend on: the specification and what this program makes of it."""
    from resources import atlas

    digest = hashlib.sha256(f"{_VERSION} {spec.model_dump_json()}".encode())
    for id in ("wind_speed_100m", "wind_speedup", "ghi_monthly", "temperature_monthly", "elevation"):
        digest.update(atlas.layer(id).path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(folder: Path, answer: TileAnswer) -> None:
    with replacing(folder / f"{answer.number}.npz") as temporary, temporary.open("wb") as handle:
        np.savez(handle, **{field.name: getattr(answer, field.name) for field in fields(answer)})


def _held(folder: Path, number: int) -> TileAnswer | None:
    """A tile that was finished before; a broken one counts as not done."""
    import zipfile

    try:
        with np.load(folder / f"{number}.npz", allow_pickle=False) as held:
            values = {field.name: held[field.name] for field in fields(TileAnswer)}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    if int(values.pop("number")) != number:
        return None
    return TileAnswer(number=number, **values)


def _write(out: Path, spec: AssessmentSpec, cells: Cells, tasks: list[TileTask], kept: Path) -> None:
    """Put the tiles together in their order, so that sums are the same whatever came first."""
    import h5netcdf

    grid, count = cells.grid, len(spec.years)
    tiles = len(tasks) // count
    with replacing(out) as temporary, h5netcdf.File(temporary, "w") as file:
        file.dimensions = {
            "year": count, "month": 12, "row": grid.rows, "column": grid.cols,
            "technology": 2, "region": len(cells.regions), "hour": HOURS,
        }  # fmt: skip
        file.attrs["Conventions"] = "CF-1.8"
        file.attrs["energymap_assessment"] = _VERSION
        file.attrs["specification"] = spec.model_dump_json()
        file.attrs["grade"] = "reference" if spec.choice.empty else "user"
        file.create_variable("year", ("year",), "i4", data=np.array(spec.years, dtype=np.int32))
        codes = np.array([int(code) for code in cells.regions], dtype=np.int32)
        file.create_variable("region", ("region",), "i4", data=codes)
        for name, dims, unit in (
            ("wind_hours", ("year", "month", "row", "column"), "h"),
            ("pv_hours", ("year", "month", "row", "column"), "kWh/kWp"),
            ("complementarity", ("year", "row", "column"), "1"),
            ("drought_days", ("year", "row", "column"), "d"),
            ("profile", ("technology", "year", "region", "hour"), "1"),
        ):
            made = file.create_variable(
                name, dims, "f4", compression="gzip", compression_opts=1, fillvalue=np.float32(np.nan)
            )
            made.attrs["units"] = unit
        land = np.stack([np.bincount(cells.region, w, len(cells.regions)) for w in cells.weight_km2])
        for year in range(count):
            held = [_held(kept, task.number) for task in tasks[year * tiles : (year + 1) * tiles]]
            answers = [answer for answer in held if answer is not None]
            if len(answers) != tiles:
                raise BalanceError("tiles", found=len(answers), expected=tiles)
            for name in ("wind_hours", "pv_hours"):
                together = np.concatenate([getattr(a, name) for a in answers], axis=1)
                for month in range(12):
                    file.variables[name][year, month] = _on_grid(grid, cells.index, together[month])
            for name in ("complementarity", "drought_days"):
                together = np.concatenate([getattr(a, name) for a in answers])
                file.variables[name][year] = _on_grid(grid, cells.index, together)
            total = np.zeros((2, len(cells.regions), HOURS))
            for answer in answers:
                total[:, answer.region] += answer.profile
            with np.errstate(invalid="ignore", divide="ignore"):
                file.variables["profile"][:, year] = (total / land[:, :, None]).astype(np.float32)


def _on_grid(grid: Grid, index: NDArray[np.int64], values: Array) -> Hourly:
    whole = np.full(grid.rows * grid.cols, np.nan, dtype=np.float32)
    whole[index] = values
    return whole.reshape(grid.shape)
