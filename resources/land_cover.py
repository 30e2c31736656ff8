"""From an imported land-cover map to shares of each terrain cell, for `eligible.rules_for`.

Every cell of the map is laid on the 5' grid by its area on the ellipsoid: what a class covers on the map it covers
in the shares. The map is read once, in strips; the shares are kept beside it under its hash.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import equal_area_y
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from gis_layers.grid import TERRAIN
from gis_layers.progress import Progress, silent
from gis_layers.raster import WINDOW_BOUNDS
from resources.cell_overlap import in_degrees, overlap, terrain_columns, terrain_rows
from resources.eligible import COVER_SHARES, LandCover
from resources.library import Entry
from resources.sources.land_cover_legends import LEGENDS, Legend

Array = NDArray[np.float64]

CLASSES: Final = tuple(COVER_SHARES["wind"])
_NONE: Final = len(CLASSES)
_STRIP_CELLS: Final = 24_000_000


def land_cover_of(entry: Entry, progress: Progress = silent) -> LandCover:
    """Shares of the classes of `eligible.COVER_SHARES` in each terrain cell.

    Returns
    -------
    LandCover
        Per class (row, col); they sum to 1 where the map covers the cell, to the covered share at its edges, to 0
        beyond. [-]

    Raises
    ------
    InputError
        The entry is no land-cover map, of a legend that is not known, without a value inside the atlas's window,
        or cannot be read.
    """
    legend = _legend(entry)
    kept = entry.data.with_name(f"{entry.data.stem}.grid-cover.npz")
    shares = _kept(kept, entry.manifest.data_sha256)
    if shares is None:
        shares = _shares(entry.data, legend, progress)
        if not shares.any():
            west, south, east, north = WINDOW_BOUNDS
            window = f"classes within {west:g}-{east:g}E, {south:g}-{north:g}N"
            raise InputError(Problem(entry.manifest.id, "area", "no value there", window))
        with replacing(kept) as temporary, temporary.open("wb") as handle:
            np.savez_compressed(handle, sha256=entry.manifest.data_sha256, shares=shares.astype(np.float32))
    fractions = {}
    for at, name in enumerate(CLASSES):
        values = shares[at].astype(np.float64)
        values.flags.writeable = False
        fractions[name] = values
    period = str(entry.manifest.details.get("period", ""))
    return LandCover(fractions, f"{legend.source}, {period}", f"{legend.source_zh}, {period}")


def _legend(entry: Entry) -> Legend:
    details = entry.manifest.details
    legend = LEGENDS.get(str(details.get("legend", "")))
    if details.get("variable") != "land_cover_class" or legend is None:
        found = f"{details.get('variable', entry.manifest.kind)} {details.get('legend', '')}".strip()
        raise InputError(
            Problem("land cover", entry.manifest.id, found, f"a map of one of: {', '.join(LEGENDS)}")
        )
    return legend


def _kept(path: Path, sha256: str) -> NDArray[np.floating] | None:
    """Shares computed before, if they are of this very data."""
    try:
        with np.load(path, allow_pickle=False) as held:
            if str(held["sha256"]) == sha256 and held["shares"].shape == (len(CLASSES), *TERRAIN.shape):
                return np.asarray(held["shares"])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return None


def _shares(path: Path, legend: Legend, progress: Progress) -> Array:
    """(class, row, col) area of each class over that of the cell."""
    with in_degrees(path) as source:
        return _laid(source, legend, progress)


def _laid(source: Any, legend: Legend, progress: Progress) -> Array:
    from rasterio.windows import Window

    classes = np.full(256, _NONE, dtype=np.uint8)
    for code, (_, _, name) in legend.classes.items():
        classes[code] = CLASSES.index(name)
    t = source.transform
    edges_x = t.c + np.arange(source.width + 1) * t.a
    across = overlap(edges_x, terrain_columns())
    # Rows by area: sin-like, so that the shares are of area and not of degrees.
    terrain_y = terrain_rows()
    total = np.zeros((len(CLASSES), *TERRAIN.shape))
    rows = max(1, _STRIP_CELLS // source.width)
    for top in range(0, source.height, rows):
        progress(top / source.height, "land cover: shares of cells")
        height = min(rows, source.height - top)
        edges_y = -equal_area_y(t.f + np.arange(top, top + height + 1) * t.e)
        down = overlap(edges_y, terrain_y)
        wanted = np.flatnonzero(np.diff(down.indptr))
        if not wanted.size:
            continue
        codes = source.read(1, window=Window(0, top, source.width, height), masked=True)
        kinds = classes[codes.data.astype(np.uint8)]
        kinds[np.ma.getmaskarray(codes)] = _NONE
        for kind in np.unique(kinds):
            if kind != _NONE:
                here = (kinds == kind).astype(np.float32)
                total[kind, wanted] += down[wanted] @ (across @ here.T).T
    cell = np.diff(terrain_y)[:, None] * TERRAIN.step_deg
    return np.asarray(np.clip(total / cell, 0.0, 1.0))
