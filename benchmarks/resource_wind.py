"""Wind conversion: ours, windpowerlib's ModelChain and atlite on the same hours; cell-hours a second and agreement.

Same machine, same speeds and densities at 100 m, same power law to the hub, no wakes or losses (the peers' chains
have none). atlite knows no density and runs in an environment of its own, in memory, with and without dask.
Each side's best of several rounds counts, rounds taken in turn.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import peers
from resources.hours import HOURS
from resources.weather import generate
from resources.wind import BASE_TURBINE, unit_power_curve, wind_capacity_factor
from resources.wind_kernel import run

PLACES = 600
"""5.3 million cell-hours; windpowerlib takes a few of them and atlite the same as we do."""
REFERENCE_PLACES = 8
ROUNDS = 5


def rows() -> list[dict[str, Any]]:
    """One row a peer, as in latest.json; where atlite cannot be had the row says so."""
    weather = _weather()
    bare = BASE_TURBINE.model_copy(
        update={"wake": "none", "availability_loss_share": 0.0, "other_loss_share": 0.0}
    )
    cells = len(weather) * HOURS
    ours = wind_capacity_factor(weather, bare)  # builds the table, as the first of many calls would
    best = min(_timed(lambda: wind_capacity_factor(weather, bare)) for _ in range(ROUNDS))
    ours_rate = cells / best
    years = ours[:REFERENCE_PLACES].sum(axis=1, dtype=np.float64)

    chain_s, chain_years = _model_chain(weather, bare)
    chain_rate = REFERENCE_PLACES * HOURS / chain_s
    error = float(np.abs(years / chain_years - 1).max())
    common = {
        "unit": "million cell-hours/s",
        "cell_hours": cells,
        "ours": round(ours_rate / 1e6, 1),
        "guide": 10.0,
    }
    found = [
        {
            "name": "wind chain against windpowerlib",
            **common,
            "peer": "windpowerlib 0.2.2 ModelChain, density-corrected curve",
            "peer_rate": round(chain_rate / 1e6, 4),
            "ratio": round(ours_rate / chain_rate, 0),
            "must": 20,
            "year_error": round(error, 6),
            "year_error_must": 0.005,
        }
    ]
    row: dict[str, Any] = {"name": "wind chain against atlite", **common, "peer": "atlite 0.7.0 convert_wind"}
    try:
        theirs = _atlite(weather, bare)
    except RuntimeError as error_text:
        return [*found, {**row, "peer_missing": str(error_text)}]
    rate = {kind: cells / seconds for kind, seconds in theirs["seconds"].items()}
    # The same question put to us: no density, so ours at standard density.
    still = run_without_density(weather, bare)
    against = np.array(theirs["full_load_hours"])
    row |= {
        "peer_rate": round(max(rate.values()) / 1e6, 1),
        "peer_rates": {kind: round(value / 1e6, 1) for kind, value in rate.items()},
        "ratio": round(ours_rate / max(rate.values()), 1),
        "must": 2,
        "year_error": round(float(np.abs(still / against - 1).max()), 6),
        "year_error_must": 0.005,
    }
    return [*found, row]


def run_without_density(weather: Any, turbine: Any) -> Any:
    """(place,) full-load hours of the first places at the table's row next to standard density. [h]"""
    from resources.wind import _power_table

    speed = weather.wind_speed_ms[:REFERENCE_PLACES]
    lift = np.full(len(speed), (turbine.hub_m / 100.0) ** turbine.shear_exponent)
    out = run(_power_table(turbine), speed, np.full_like(speed, 1.225), lift)
    return out.sum(axis=1, dtype=np.float64)


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _weather() -> Any:
    from resources import atlas

    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(80, 122, PLACES), rng.uniform(25, 46, PLACES)
    return generate(atlas.climate_at(lon, lat), 2020)


def _model_chain(weather: Any, turbine: Any) -> tuple[float, Any]:
    """Seconds and (place,) full-load hours of windpowerlib for the first places."""
    import windpowerlib

    speed_curve, power_curve = unit_power_curve(turbine)
    machine = windpowerlib.WindTurbine(
        hub_height=turbine.hub_m,
        nominal_power=1.0,
        power_curve=pd.DataFrame({"wind_speed": speed_curve, "value": power_curve}),
    )
    times = pd.date_range("2019-01-01", periods=HOURS, freq="h", tz="Etc/GMT-8")
    tables = []
    for place in range(REFERENCE_PLACES):
        columns = {
            ("wind_speed", 100): weather.wind_speed_ms[place].astype(np.float64),
            ("density", turbine.hub_m): weather.air_density_kg_per_m3[place].astype(np.float64),
            ("roughness_length", 0): 0.1,  # asked for, without effect beside the Hellman exponent
        }
        tables.append(pd.DataFrame(columns, index=times))
    began = time.perf_counter()
    years = []
    for table in tables:
        chain = windpowerlib.ModelChain(
            machine,
            wind_speed_model="hellman",
            hellman_exp=turbine.shear_exponent,
            density_model="interpolation_extrapolation",
            density_correction=True,
            power_output_model="power_curve",
        )
        power = chain.calculate_power_output(chain.wind_speed_hub(table), table[("density", turbine.hub_m)])
        years.append(float(power.sum()))
    return time.perf_counter() - began, np.array(years)


def _atlite(weather: Any, turbine: Any) -> dict[str, Any]:
    """Seconds of atlite's conversion by kind, and full-load hours of the first places."""
    python = peers.python()
    if python is None:
        raise RuntimeError("no environment for atlite: uv (variable UV) or the network is missing")
    speed_curve, power_curve = unit_power_curve(turbine)
    # np.interp holds the ends; outside the curve nothing must come.
    speed = np.concatenate([[0.0, speed_curve[0] - 1e-9], speed_curve, [speed_curve[-1] + 1e-9]])
    power = np.concatenate([[0.0, 0.0], power_curve, [0.0]])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "hours.npz"
        np.savez(
            data,
            speed=weather.wind_speed_ms,
            shear=np.float32(turbine.shear_exponent),
            curve_speed=speed,
            curve_power=power,
            hub=turbine.hub_m,
        )
        command = [str(python), str(Path(__file__).with_name("peer_atlite_wind.py")), str(data), str(ROUNDS)]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-400:])
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def main() -> None:
    for row in rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
