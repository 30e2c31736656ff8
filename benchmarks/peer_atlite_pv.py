"""atlite's PV conversion of weather handed over in a file, timed; runs in the peers' environment, not in ours.

    python peer_atlite_pv.py weather.npz out.npz

Nothing is downloaded: the conversion function behind `Cutout.pv` is called on a data set in memory, once on
plain arrays and once on dask chunks; the faster counts. The sun's position is given, as a cutout holds it, and
the plain (isotropic) transposition is used, atlite's default: both make atlite faster.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
import xarray as xr
from atlite.convert import convert_pv
from atlite.pv.orientation import get_orientation
from atlite.pv.solar_position import SolarPosition
from atlite.resource import get_solarpanelconfig

ROUNDS = 3


def data_set(path: str) -> xr.Dataset:
    """(time, y, x) as in a cutout: W/m2, K; time in UTC at the hours' centres."""
    with np.load(path) as file:
        lat, lon = file["lat_deg"], file["lon_deg"]
        rows = len(np.unique(lat))
        fields = {
            name: (("time", "y", "x"), np.ascontiguousarray(file[name].T.reshape(-1, rows, len(lat) // rows)))
            for name in ("influx_direct", "influx_diffuse", "influx_toa", "temperature")
        }
        y, x = lat.reshape(rows, -1)[:, 0], lon.reshape(rows, -1)[0]
    times = pd.date_range("2018-12-31 16:30", periods=8760, freq="h")
    ds = xr.Dataset(fields, coords={"time": times, "y": y, "x": x, "lat": ("y", y), "lon": ("x", x)})
    ds["albedo"] = xr.full_like(ds["temperature"], 0.2)
    sun = SolarPosition(ds).transpose("time", "y", "x").compute()
    return ds.assign(solar_altitude=sun["altitude"], solar_azimuth=sun["azimuth"])


def timed(ds: xr.Dataset) -> tuple[float, xr.DataArray]:
    """Seconds of the fastest round, and the capacity factors."""
    panel, orientation = get_solarpanelconfig("CSi"), get_orientation("latitude_optimal")
    best = np.inf
    for _ in range(ROUNDS):
        began = time.perf_counter()
        out = convert_pv(ds, panel, orientation, None).compute()
        best = min(best, time.perf_counter() - began)
    return best, out


def main() -> None:
    ds = data_set(sys.argv[1])
    plain, out = timed(ds)
    chunked, _ = timed(ds.chunk({"time": 730}))
    hours = out.sum("time").transpose("y", "x").to_numpy().ravel()
    np.savez(sys.argv[2], seconds=np.array([plain, chunked]), full_load_hours=hours)


if __name__ == "__main__":
    main()
