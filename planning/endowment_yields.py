"""Hours for the endowment: the embedded atlas's, or those of an assessment; and how sure their energy is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.grid import TERRAIN, Grid
from gis_layers.provenance import Grade
from gis_layers.raster import WINDOW_BOUNDS, Raster, sample
from resources.assessment import AssessmentSpec
from resources.assessment_file import AssessedYear, assessment_head
from resources.potential import YieldLayers, embedded_yields
from resources.years import INTERANNUAL, LASTING, analytic, spread_of_years

Array = NDArray[np.float64]

EXCEEDED = (0.75, 0.90)
REACH_CELLS = 2.0
"""A cell of land beyond the assessed ones (a sliver of coast) takes an assessed one's hours within so many cells."""


@dataclass(frozen=True, slots=True)
class Yields:
    """Full-load hours on the terrain grid, and the years they are the mean of."""

    layers: YieldLayers
    years: tuple[int, ...]
    """Of measured or reanalysed weather; empty where hours were generated, whose years are draws of one climate."""
    wind_years: Array
    """(year, row, col) hours of single years; no year where `years` is empty."""
    pv_years: Array
    assessed: NDArray[np.bool_]
    """(row, col) cells whose hours are those of the assessment."""
    spec: AssessmentSpec | None
    grade: Grade


def atlas_yields() -> Yields:
    """The embedded atlas's."""
    none = np.empty((0, *TERRAIN.shape))
    return Yields(embedded_yields(), (), none, none, np.zeros(TERRAIN.shape, np.bool_), None, "reference")


def assessed_yields(path: Path) -> Yields:
    """An assessment's hours, mean of its years; the atlas's where it has none. One year is held at a time, and of
    every year of real weather two maps on the terrain grid.

    Raises
    ------
    InputError
        Not an assessment; one that holds no land.
    """
    held = assessment_head(path)
    spec, grade = _told(path)
    # Hours generated for several seeds are draws of one climate: their spread is not that of real years.
    real = spec is not None and bool(spec.choice.weather) and len(held.years) > 1 and 0 not in held.years
    return yields_of(held.grid, held.read_years(), spec, grade, real, str(path))


def yields_of(
    grid: Grid,
    read: Iterable[AssessedYear],
    spec: AssessmentSpec | None,
    grade: Grade,
    real_years: bool,
    where: str = "assessment",
) -> Yields:
    """`assessed_yields` of years as they come: nearest cell where their cells are coarser than the terrain grid's,
    mean of the cells inside where they are finer."""
    known = np.ones(TERRAIN.shape, dtype=np.bool_)
    sums = {name: np.zeros(TERRAIN.shape) for name in ("wind", "pv", "both")}
    years: list[int] = []
    own: dict[str, list[Array]] = {"wind": [], "pv": []}
    land = False
    for one in read:
        land = land or bool(np.isfinite(one.wind_hours).any())
        wind, pv = resampled(one.wind_hours, grid), resampled(one.pv_hours, grid)
        known &= np.isfinite(wind) & np.isfinite(pv)
        both = resampled(one.complementarity, grid)
        for name, values in (("wind", wind), ("pv", pv), ("both", both)):
            sums[name] += values
        years.append(one.year)
        if real_years:
            own["wind"].append(wind)
            own["pv"].append(pv)
    if not land:
        raise InputError(Problem(where, "wind_hours", "no value", "an assessment of land in China"))
    atlas, count = embedded_yields(), len(years)
    layers = YieldLayers(
        wind=np.where(known, sums["wind"] / count, atlas.wind),
        pv=np.where(known, sums["pv"] / count, atlas.pv),
        complementarity=np.where(np.isfinite(sums["both"]), sums["both"] / count, atlas.complementarity),
    )
    for held, usual in ((own["wind"], atlas.wind), (own["pv"], atlas.pv)):
        for values in held:
            np.copyto(values, usual, where=~known)
    single = {}
    for name, held in own.items():
        single[name] = np.stack(held) if held else np.empty((0, *TERRAIN.shape))
        held.clear()
    return Yields(
        layers, tuple(years) if real_years else (), single["wind"], single["pv"], known, spec, grade
    )


def resampled(values: NDArray[np.floating], grid: Grid) -> Array:
    """(row, col) of an assessment's grid -> terrain grid; NaN farther than `REACH_CELLS` from a value."""
    fine = np.asarray(values, dtype=np.float64)
    inner = max(1, round(TERRAIN.step_deg / grid.step_deg))
    offsets = ((np.arange(inner) + 0.5) / inner - 0.5) * TERRAIN.step_deg
    lon, lat = np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg)
    held = Raster(np.nan_to_num(fine)[None], WINDOW_BOUNDS)
    there = Raster(np.isfinite(fine).astype(np.float64)[None], WINDOW_BOUNDS)
    total, count = np.zeros(TERRAIN.shape), np.zeros(TERRAIN.shape)
    for x in offsets:
        for y in offsets:
            total += np.nan_to_num(sample(held, lon + x, lat + y, "nearest")[0])
            count += np.nan_to_num(sample(there, lon + x, lat + y, "nearest")[0])
    mean = np.divide(total, count, out=np.full(TERRAIN.shape, np.nan), where=count > 0)
    return _reached(mean, max(grid.step_deg, TERRAIN.step_deg) / TERRAIN.step_deg * REACH_CELLS)


def _reached(values: Array, cells: float) -> Array:
    from scipy.ndimage import distance_transform_edt

    missing = ~np.isfinite(values)
    if not missing.any() or missing.all():
        return values
    away, (row, col) = distance_transform_edt(missing, return_indices=True)
    return np.asarray(np.where(away <= cells, values[row, col], np.nan))


def p_shares(kind: Literal["wind", "pv"], energy_by_year: Array) -> Array:
    """(exceedance, region) energy of one year exceeded with 75 and 90 % over the mean.

    Parameters
    ----------
    energy_by_year : (year, region)
        No year: the documented default spread, alike for every region.

    Notes
    -----
    Sigmas added in squares (`years.analytic`, within 1 % of the draws up to P90), the components of a single site:
    errors within a region are taken to go the same way, so a large region's P90 is a cautious one.
    """
    lasting = [component.sigma_share for component in LASTING[kind]]
    count = energy_by_year.shape[1]
    if not len(energy_by_year):
        sigmas = [INTERANNUAL[kind].sigma_share, *lasting]
        one = [analytic(1.0, sigmas, p) for p in EXCEEDED]
        return np.repeat(np.array(one)[:, None], count, axis=1)
    shares = np.empty((len(EXCEEDED), count))
    for region in range(count):
        own = energy_by_year[:, region]
        if not (own > 0).all():
            sigmas = [INTERANNUAL[kind].sigma_share, *lasting]
        else:
            spread = spread_of_years(own, kind)
            sigmas = [spread.sigma_share, spread.mean_sigma_share, *lasting]
        shares[:, region] = [analytic(1.0, sigmas, p) for p in EXCEEDED]
    return shares


def _told(path: Path) -> tuple[AssessmentSpec | None, Grade]:
    """What the file says it was made from."""
    import h5netcdf

    with h5netcdf.File(path, "r") as file:
        words, grade = str(file.attrs.get("specification", "")), str(file.attrs.get("grade", ""))
    try:
        spec = AssessmentSpec.model_validate_json(words)
    except ValueError:
        try:
            json.loads(words)
        except ValueError as error:
            found = words[:40] or "none"
            raise InputError(Problem(str(path), "specification", found, "what was assessed")) from error
        spec = None  # of a newer or older version: the values stand, what they were made from is not known
    return spec, "reference" if grade == "reference" else "user"
