"""PV chain: ours beside pvlib's ModelChain of the same models and atlite's conversion, on the same weather.

`python -m benchmarks.resource` prints the rows alone. A peer that cannot be had leaves its row without figures.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.peak import peak_mib
from resources import atlas
from resources.hours import HOURS
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import HourlyWeather, generate
from resources.weather_solar import cos_zenith, hour_angle, sun_year
from tests.resources.pvlib_chain import chain_hours

ROUNDS = 5
CHAINS = 12
"""Places the ModelChain computes; its time grows with their number, so a few tell the speed."""


def weather(rows: int = 16, cols: int = 16) -> HourlyWeather:
    """A year at 256 cells of 0.25 degrees of the Gansu corridor and Qaidam, from the embedded atlas."""
    lat, lon = np.meshgrid(36.125 + 0.25 * np.arange(rows), 94.125 + 0.25 * np.arange(cols), indexing="ij")
    return generate(atlas.climate_at(lon.ravel(), lat.ravel()), 2020)


def rows() -> list[dict[str, Any]]:
    year = weather()
    return [_against_pvlib(year, "fixed"), _against_pvlib(year, "single_axis"), _against_atlite(year)]


def _ours(year: HourlyWeather, system: PvSystem) -> tuple[float, np.ndarray]:
    """Seconds of the fastest round, and the capacity factors."""
    best = np.inf
    for _ in range(ROUNDS):
        began = time.perf_counter()
        factors = pv_capacity_factor(year, system)
        best = min(best, time.perf_counter() - began)
    return best, factors


def _against_pvlib(year: HourlyWeather, mounting: Any) -> dict[str, Any]:
    system = PvSystem(mounting=mounting)
    ours_s, factors = _ours(year, system)
    places = np.linspace(0, len(year) - 1, CHAINS).astype(int)
    chain_hours(year, system, int(places[0]))  # the first call loads and compiles
    began = time.perf_counter()
    theirs = np.stack([chain_hours(year, system, int(place)) for place in places])
    peer_s = (time.perf_counter() - began) / CHAINS * len(year)
    mine = factors[places].astype(np.float64)
    noon = np.isin(np.arange(HOURS) % 24, (12, 13, 14)) & (theirs > 0.02)
    return _row(f"PV {mounting}", year, ours_s, "pvlib ModelChain, same models", peer_s) | {
        "max_error": float(np.abs(mine.sum(axis=1) / theirs.sum(axis=1) - 1).max()),
        "max_error_at_noon": float(np.abs(mine[noon] / theirs[noon] - 1).max()),
    }


def _against_atlite(year: HourlyWeather) -> dict[str, Any]:
    ours_s, factors = _ours(year, PvSystem())
    name, peer = "PV fixed, against atlite", "atlite 0.7.0 conversion (own panel model), arrays or dask"
    python = peers.python()
    if python is None:
        return _row(name, year, ours_s, peer, None)
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "weather.npz", Path(folder) / "out.npz"
        np.savez(given, **_as_cutout(year))
        subprocess.run(
            [str(python), str(Path(__file__).with_name("peer_atlite_pv.py")), str(given), str(answer)],
            check=True,
            capture_output=True,
        )
        with np.load(answer) as result:
            peer_s, hours = float(result["seconds"].min()), result["full_load_hours"]
    ours_per_kwp = factors.sum(axis=1, dtype=np.float64) / PvSystem().dc_ac_ratio
    return _row(name, year, ours_s, peer, peer_s) | {
        # Other models (Huld's panel, isotropic sky, 10 % inverter loss): a difference, not an error.
        "difference_of_yield": float((hours / ours_per_kwp - 1).mean())
    }


def _as_cutout(year: HourlyWeather) -> dict[str, np.ndarray]:
    """The same weather in atlite's variables, float32 as ours."""
    up = np.maximum(cos_zenith(year.lat_deg, hour_angle(year.lon_deg)), 0.0)
    return {
        "lon_deg": year.lon_deg,
        "lat_deg": year.lat_deg,
        "influx_direct": (year.dni_w_per_m2 * up).astype(np.float32),
        "influx_diffuse": year.dhi_w_per_m2,
        "influx_toa": (sun_year().normal_w_per_m2 * up).astype(np.float32),
        "temperature": (year.temperature_c + np.float32(273.15)),
    }


def _row(name: str, year: HourlyWeather, ours_s: float, peer: str, peer_s: float | None) -> dict[str, Any]:
    cells = len(year) * HOURS
    return {
        "name": name,
        "cell_hours": cells,
        "ours_s": round(ours_s, 4),
        "ours_million_per_s": round(cells / ours_s / 1e6, 1),
        "peer": peer,
        "peer_s": None if peer_s is None else round(peer_s, 2),
        "ratio": None if peer_s is None else round(peer_s / ours_s, 1),
        "max_error": None,
        "peak_mib": round(peak_mib()),
    }


def main() -> None:
    for row in rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
