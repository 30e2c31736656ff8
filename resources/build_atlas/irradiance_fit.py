"""Finds the constants of `irradiance.FITTED` anew, and how far each place is off when it is left out.

`python -m resources.build_atlas.irradiance_fit --debian DIR --epw FILE FILE`: run by whoever changes the
irradiance; it prints and writes nothing. The typical years (EPW) give the monthly sums of their own place.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Callable
from dataclasses import astuple, dataclass
from importlib import resources as package_files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from gis_layers.raster import cell_area_km2
from resources.build_atlas.irradiance import FITTED, Calibration, Sky, cell_of, ghi_kwh_per_m2, sky_of
from resources.build_atlas.irradiance import sunshine_share as share_of
from resources.build_atlas.sources import load_context

Array = NDArray[np.float64]

YEARLY_KWH_PER_M2 = {
    "Golmud": (94.90, 36.42, 1926.0),
    "Beijing": (116.47, 39.80, 1401.0),
    "Shanghai": (121.45, 31.40, 1256.0),
    "Chengdu": (104.02, 30.67, 900.0),
    "Urumqi": (87.65, 43.78, 1371.0),
}
"""Typical years; Shanghai the middle of 1,242-1,271. Published."""
SUNSHINE_HOURS = {
    "Chengdu": (104.02, 30.67, 1152.0),
    "Lhasa": (91.13, 29.66, 3006.0),
    "Qaidam": (95.00, 37.00, 3400.0),
}
"""Yearly sunshine; the Qaidam the middle of 3,200-3,600. Published."""
POSSIBLE_HOURS = 4400.0
NATIONAL_KWH_PER_M2 = 1506.0
"""Middle of 1,496 (2023) and 1,515 (the ten years before), CMA bulletins."""
SPREAD = {"yearly": 0.03, "monthly": 0.10, "sunshine": 0.08, "national": 0.006, "province": 0.10}
"""Relative error at which a target counts one: tighter is heavier. Provinces are orders of magnitude."""
EXPECTED = Calibration(-0.2, 0.3, 0.5, 0.3, 0.6, 0.1, 0.04)
"""Where the constants would lie without any target: they are held there weakly."""
SLACK = Calibration(0.5, 1.0, 0.5, 0.1, 0.3, 0.3, 0.05)
HOLD = 0.3


@dataclass(frozen=True, slots=True)
class Target:
    """Something published: `ours` gives its value under a calibration."""

    name: str
    kind: str
    published: Array
    ours: Callable[[Calibration], Array]


def targets(sky: Sky, epw_files: list[Path]) -> list[Target]:
    """All that the fit is held to."""
    found = []
    for name, (lon, lat, published) in YEARLY_KWH_PER_M2.items():
        found.append(Target(name, "yearly", np.array([published]), _yearly(_place(sky, lon, lat))))
    for path in epw_files:
        name, lon, lat, months = epw_monthly_kwh_per_m2(path)
        found.append(Target(name, "monthly", months, _monthly(_place(sky, lon, lat))))
    for name, (lon, lat, hours) in SUNSHINE_HOURS.items():
        share = np.array([hours / POSSIBLE_HOURS])
        found.append(Target(name, "sunshine", share, _yearly_share(_place(sky, lon, lat))))
    return found + _areas(sky)


def _yearly(here: Sky) -> Callable[[Calibration], Array]:
    return lambda by: np.asarray(ghi_kwh_per_m2(here, by).sum(axis=0))


def _monthly(here: Sky) -> Callable[[Calibration], Array]:
    return lambda by: np.asarray(ghi_kwh_per_m2(here, by)[:, 0])


def _yearly_share(here: Sky) -> Callable[[Calibration], Array]:
    # The day's length goes roughly with the root of the irradiation above the atmosphere.
    weight = here.outside_kwh_per_m2**0.5
    return lambda by: np.asarray((share_of(here, by) * weight).sum(axis=0) / weight.sum(axis=0))


def _areas(sky: Sky) -> list[Target]:
    from gis_layers.boundary import locate

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    code = np.asarray(locate(lon, lat, "province")).astype(str)
    area = cell_area_km2(CLIMATE).ravel()

    def mean(inside: NDArray[np.bool_]) -> Callable[[Calibration], Array]:
        row, col = np.divmod(np.flatnonzero(inside), CLIMATE.cols)
        part, weight = sky.at(row, col), area[inside] / area[inside].sum()
        return lambda by: np.asarray([ghi_kwh_per_m2(part, by).sum(axis=0) @ weight])

    found = [Target("China", "national", np.array([NATIONAL_KWH_PER_M2]), mean(code != ""))]
    text = package_files.files("resources").joinpath("data/province_order.csv").read_text(encoding="utf-8")
    for line in csv.DictReader(io.StringIO(text)):
        inside = code == line["adcode"]
        if inside.any() and line["ghi_kwh_per_m2"]:
            published = np.array([float(line["ghi_kwh_per_m2"])])
            found.append(Target(line["name_en"], "province", published, mean(inside)))
    return found


def fit(wanted: list[Target]) -> Calibration:
    """Least squares over relative errors in units of `SPREAD`."""
    from scipy.optimize import least_squares

    expected, slack = np.array(astuple(EXPECTED)), np.array(astuple(SLACK))

    def residuals(x: Array) -> Array:
        by = Calibration(*x)
        errors = [(t.ours(by) / t.published - 1.0) / SPREAD[t.kind] for t in wanted]
        return np.concatenate([*errors, HOLD * (x - expected) / slack])

    return Calibration(*(float(v) for v in least_squares(residuals, expected, x_scale=slack).x))


def epw_monthly_kwh_per_m2(path: Path) -> tuple[str, float, float, Array]:
    """(city, lon, lat, (12,) GHI) of a typical-year file."""
    lines = path.read_text(encoding="latin-1").splitlines()
    head = lines[0].split(",")
    hours = [line.split(",") for line in lines[8:]]
    month = np.array([int(h[1]) for h in hours])
    ghi = np.array([float(h[13]) for h in hours])
    sums = np.bincount(month, ghi, minlength=13)[1:] / 1000.0
    return head[1], float(head[7]), float(head[6]), sums


def _place(sky: Sky, lon: float, lat: float) -> Sky:
    return sky.at(*cell_of(np.array([lon]), np.array([lat])))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m resources.build_atlas.irradiance_fit")
    parser.add_argument("--debian", type=Path, required=True)
    parser.add_argument("--epw", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    wanted = targets(sky_of(load_context(options.debian)), options.epw)
    best = fit(wanted)
    print("fitted ", best)
    print("in use ", FITTED)
    print(f"{'target':<16}{'kind':<10}{'published':>10}{'fitted':>8}{'in use':>8}{'left out':>9}")
    for target in wanted:
        # A place left out is left out in every way it is known.
        without = fit([t for t in wanted if t.name != target.name])
        row = [float(np.mean(target.ours(by) / target.published - 1.0)) for by in (best, FITTED, without)]
        total = float(target.published.sum())
        print(f"{target.name:<16}{target.kind:<10}{total:>10.4g}" + "".join(f"{v:>8.1%}" for v in row))
        if target.kind == "monthly":
            for by, name in ((best, "fitted"), (FITTED, "in use"), (without, "left out")):
                each = " ".join(f"{v:+4.0%}" for v in target.ours(by) / target.published - 1.0)
                print(f"    {name:<10}{each}")


if __name__ == "__main__":
    main()
