"""Writes built layers into the package's data folder, and says what each costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gis_layers.raster import WINDOW_BOUNDS, Raster, write_cog
from resources.build_atlas.layer import BuiltLayer


def write_layer(layer: BuiltLayer, folder: Path) -> int:
    """Write `folder/<id>.tif`; returns its size in bytes.

    Raises
    ------
    ValueError
        The values do not have the shape of the layer's grid.
    """
    if layer.values.ndim != 3 or layer.values.shape[1:] != layer.grid.shape:
        raise ValueError(f"{layer.id}: shape {layer.values.shape}, expected (band, {layer.grid.shape})")
    path = folder / f"{layer.id}.tif"
    raster = Raster(
        values=np.array(layer.values, dtype=np.float64),
        bounds=WINDOW_BOUNDS,
        tags={
            "UNIT": layer.unit,
            "SOURCE": layer.source,
            "LICENCE": layer.licence,
            "PERIOD": layer.period,
            "GRADE": layer.grade,
            "TITLE_EN": layer.title_en,
            "TITLE_ZH": layer.title_zh,
        },
    )
    write_cog(path, raster, resolution=layer.resolution)
    return path.stat().st_size
