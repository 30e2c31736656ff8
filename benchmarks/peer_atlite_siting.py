"""atlite's ExclusionContainer on the same files, timed; runs in the peers' environment, not in ours.

    python peer_atlite_siting.py FOLDER OUT.npz

Only what it knows: classes, heights above a limit, outlines with buffers, one technology, no shares, no slope, no
account. Its buffers are of whole pixels.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import geopandas
import numpy as np
from atlite.gis import ExclusionContainer, shape_availability


def main() -> None:
    folder = Path(sys.argv[1])
    told = json.loads((folder / "atlite.json").read_text())
    outline = geopandas.read_file(folder / "area.gpkg").to_crs(told["crs"]).geometry
    began, worked = time.perf_counter(), time.process_time()
    excluder = ExclusionContainer(crs=told["crs"], res=told["pixel_m"])
    for one in told["classes"]:
        excluder.add_raster(
            str(folder / "cover.tif"), codes=one["codes"], buffer=one["buffer_m"], crs=told["crs"]
        )
    above = told["max_m"]
    excluder.add_raster(str(folder / "dem.tif"), codes=lambda height: height > above, crs=told["crs"])
    for one in told["outlines"]:
        excluder.add_geometry(str(folder / one["file"]), buffer=one["buffer_m"])
    masked, _ = shape_availability(outline, excluder)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - worked
    np.savez(
        sys.argv[2], seconds=seconds, cpu_s=cpu_s, eligible_km2=masked.sum() * told["pixel_m"] ** 2 / 1e6
    )


if __name__ == "__main__":
    main()
