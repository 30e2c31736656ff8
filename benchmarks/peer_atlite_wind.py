"""atlite's wind conversion of speeds handed over in a file, timed; runs in the peers' environment, not in ours.

    python peer_atlite_wind.py hours.npz ROUNDS

Nothing is downloaded: the conversion function behind `Cutout.wind` is called on a data set in memory, on plain
arrays and on dask chunks with two threads. Prints seconds (best round) and the first places' full-load hours.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import xarray as xr
from atlite.convert import convert_wind

COLUMNS = 20


def main(path: str, rounds: int) -> None:
    with np.load(path) as data:
        speed = np.ascontiguousarray(data["speed"].T).reshape(8760, -1, COLUMNS)
        shear = np.full(speed.shape, data["shear"], dtype=np.float32)
        turbine = {
            "V": data["curve_speed"],
            "POW": data["curve_power"],
            "hub_height": float(data["hub"]),
            "P": 1.0,
        }
    axes = ("time", "y", "x")
    ds = xr.Dataset({"wnd100m": (axes, speed), "wnd_shear_exp": (axes, shear)})
    chunked = ds.chunk({"time": 730})
    best = {"memory": np.inf, "dask": np.inf}
    for _ in range(rounds):
        began = time.perf_counter()
        out = convert_wind(ds, turbine, "power")
        middle = time.perf_counter()
        convert_wind(chunked, turbine, "power").compute(scheduler="threads", num_workers=2)
        ended = time.perf_counter()
        best = {
            "memory": min(best["memory"], middle - began),
            "dask": min(best["dask"], ended - middle),
        }
    year = out.values.reshape(8760, -1).sum(axis=0)
    print(json.dumps({"seconds": best, "full_load_hours": year[:8].tolist()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
