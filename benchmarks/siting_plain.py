"""The same exclusion as a user writes it with rasterio, geopandas and scipy: whole arrays, one step after another.

`python -m benchmarks.siting_plain FOLDER OUT.npz` reads what `siting_ground` wrote, in a process of its own so that
its memory is its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import rasterio
from rasterio.features import geometry_mask
from scipy.ndimage import distance_transform_edt

from benchmarks.big_raster import peak_memory_kib
from benchmarks.siting_ground import MARGIN_M, NORTH_M, PIXEL_M, WEST_M, area
from gis_layers.crs import geometry_to_albers
from planning.siting.rules import load_rules
from resources.sources.land_cover_legends import LEGENDS

CELL_PX = 10


def eligible(folder: Path) -> dict[str, Any]:
    """Technology -> (row, col) eligible share of each square kilometre of the files' extent."""
    rules = load_rules(folder / "rules.toml")
    with rasterio.open(folder / "cover.tif") as file:
        cover, transform = file.read(1), file.transform
    with rasterio.open(folder / "dem.tif") as file:
        height = file.read(1)
    shape = cover.shape
    names = {code: name for code, (_, _, name) in LEGENDS["esa_worldcover"].classes.items()}
    outline = geometry_to_albers(area().outline)
    inside = geometry_mask([outline], shape, transform, invert=True)
    gy, gx = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    z = height
    gx[1:-1, 1:-1] = (z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]) - (
        z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
    )
    gy[1:-1, 1:-1] = (z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]) - (
        z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
    )
    slope = 100 * np.hypot(gx, gy) / (8 * PIXEL_M)
    left = {name: inside.astype(np.float32) for name in ("wind", "pv", "csp")}
    for rule in rules.rules:
        taken: Any
        if rule.kind in ("protected", "water", "road"):
            shapes = geopandas.read_file(rule.file)
            taken = geometry_mask(shapes.buffer(rule.buffer_m), shape, transform, invert=True)
        elif rule.kind == "land_cover":
            codes = [code for code, name in names.items() if name in rule.classes]  # type: ignore[union-attr]
            taken = np.isin(cover, codes)
            if rule.buffer_m:
                taken = distance_transform_edt(~taken) <= rule.buffer_m / PIXEL_M + 0.5
        elif rule.kind == "elevation":
            taken = height > rule.max_m  # type: ignore[union-attr]
        elif rule.kind == "slope":
            taken = slope > rule.limit_percent  # type: ignore[union-attr]
        for technology in rule.technologies:
            if rule.kind == "land_use":
                kept = np.zeros(256, np.float32)
                for code, name in names.items():
                    kept[code] = rule.usable_share(technology, name)  # type: ignore[union-attr]
                left[technology] *= kept[cover]
            else:
                left[technology] *= ~taken
    rows, cols = shape[0] // CELL_PX, shape[1] // CELL_PX
    blocks = (rows, CELL_PX, cols, CELL_PX)
    return {
        name: pixels[: rows * CELL_PX, : cols * CELL_PX].reshape(blocks).mean(axis=(1, 3))
        for name, pixels in left.items()
    }


def main() -> None:
    before = peak_memory_kib()
    began, worked = time.perf_counter(), time.process_time()
    found = eligible(Path(sys.argv[1]))
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - worked
    np.savez(
        sys.argv[2], seconds=seconds, cpu_s=cpu_s, peak_mib=(peak_memory_kib() - before) / 1024,
        west_m=WEST_M - MARGIN_M, north_m=NORTH_M + MARGIN_M, **found,
    )  # fmt: skip


if __name__ == "__main__":
    main()
