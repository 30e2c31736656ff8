"""Writes built layers as the embedded GeoTIFFs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from gis_layers.grid import NORTH_DEG, WEST_DEG
from gis_layers.raster import write_cog
from resources.build_atlas.layer import BuiltLayer


def write_layers(layers: Iterable[BuiltLayer], folder: Path) -> int:
    """Write each layer to `folder`; returns the bytes of all."""
    total = 0
    for layer in layers:
        path = folder / f"{layer.id}.tif"
        write_cog(
            path,
            layer.values,
            WEST_DEG,
            NORTH_DEG,
            layer.grid.step_deg,
            layer.resolution,
            {
                "UNIT": layer.unit,
                "SOURCE": layer.source,
                "LICENCE": layer.licence,
                "PERIOD": layer.period,
                "GRADE": layer.grade,
                "TITLE_EN": layer.title_en,
                "TITLE_ZH": layer.title_zh,
            },
        )
        total += path.stat().st_size
        print(f"{layer.id}: {path.stat().st_size / 1e3:,.0f} kB", file=sys.stderr)
    return total
