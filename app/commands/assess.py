"""`energymap assess`: a year or many of the whole country, cell by cell, on this machine or a cluster."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Command, Context

if TYPE_CHECKING:
    from resources.resource_data import ResourceChoice


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.nc", help="the result (NetCDF4)")
    parser.add_argument(
        "--step", type=float, default=0.25, metavar="DEG", help="cell size in degrees (default 0.25)"
    )
    parser.add_argument(
        "--years", default="2020", metavar="LIST",
        help="calendar years of imported hours, else seeds: 2020, 2011-2020, 2015,2018 (default 2020)",
    )  # fmt: skip
    parser.add_argument(
        "--bounds", type=float, nargs=4, metavar=("W", "S", "E", "N"), help="only cells inside, in degrees"
    )
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS",
        help="'local' or 'local:N' for processes here, or a Dask scheduler such as tcp://host:8786",
    )  # fmt: skip
    parser.add_argument(
        "--library", type=Path, metavar="DIR", help="folder of imported data (default: the user's)"
    )
    parser.add_argument(
        "--data", action="append", default=[], metavar="ID",
        help="imported rasters or hourly weather to use, by name; may be given again",
    )  # fmt: skip


def _run(options: argparse.Namespace, context: Context) -> None:
    import numpy as np

    from resources.assessment import AssessmentSpec, run_assessment
    from resources.assessment_file import assessment_head
    from resources.hours import HOURS
    from resources.library import default_folder

    library = options.library or default_folder()
    spec = AssessmentSpec(
        step_deg=_step(options.step),
        bounds=_bounds(options.bounds),
        years=years_of(options.years),
        choice=_choice(options.data, library),
    )
    began = time.perf_counter()
    out = run_assessment(
        spec, options.out, library=library, cluster=options.cluster, progress=context.progress
    )
    seconds = time.perf_counter() - began
    held = assessment_head(out)
    wind, pv = np.zeros(held.grid.shape), np.zeros(held.grid.shape)
    for one in held.read_years():
        wind += one.wind_hours
        pv += one.pv_hours
    wind, pv = wind / len(held.years), pv / len(held.years)
    known = np.isfinite(wind)
    cells = int(known.sum())
    cell_hours = 2 * cells * HOURS * len(spec.years)
    lat = np.repeat(held.grid.lat_deg[:, None], held.grid.cols, axis=1)[known]
    area = np.cos(np.radians(lat))
    means = {name: float(np.average(v[known], weights=area)) for name, v in (("wind", wind), ("pv", pv))}
    peak = _peak_mib() if not options.cluster else None
    document = {
        "file": str(out),
        "cells": cells,
        "years": list(spec.years),
        "cell_hours": cell_hours,
        "seconds": round(seconds, 1),
        "cell_hours_per_s": round(cell_hours / seconds),
        "peak_mib": peak,
        "file_mib": round(out.stat().st_size / 2**20, 1),
        "mean_wind_hours": round(means["wind"], 1),
        "mean_pv_kwh_per_kwp": round(means["pv"], 1),
        "grade": "reference" if spec.choice.empty else "user",
    }
    pick = context.pick
    lines = [
        f"{out} ({document['file_mib']} MiB)",
        pick(
            f"{cells:,} 个单元 × {len(spec.years)} 年, 风与光共 {cell_hours:,} 单元小时",
            f"{cells:,} cells x {len(spec.years)} year(s), {cell_hours:,} cell-hours of wind and sun",
        ),
        pick(
            f"本次用时 {seconds:,.1f} 秒 (沿用的分块不计)",
            f"this run took {seconds:,.1f} s (tiles found finished are not counted)",
        ),
        pick(
            f"全部单元按面积平均: 风电 {means['wind']:,.0f} 小时/年, 光伏 {means['pv']:,.0f} kWh/kWp",
            f"mean of all cells by area: wind {means['wind']:,.0f} h/a, PV {means['pv']:,.0f} kWh/kWp",
        ),
    ]
    if peak is not None:
        lines.append(pick(f"内存峰值 {peak:,} MiB", f"peak memory {peak:,} MiB"))
    context.answer(document, "\n".join(lines))


def years_of(words: str) -> tuple[int, ...]:
    """'2011-2013, 2020' -> (2011, 2012, 2013, 2020).

    Raises
    ------
    InputError
        Not years, or twice the same.
    """
    from gis_layers.errors import InputError, Problem

    expected = "years such as 2020, 2011-2020 or 2015,2018"
    found: list[int] = []
    for one in words.split(","):
        first, dash, last = one.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()) or len(first) > 4 or len(last) > 4:
            raise InputError(Problem("command line", "--years", words, expected))
        found += range(int(first), int(last or first) + 1)
    if not found or len(set(found)) != len(found):
        raise InputError(Problem("command line", "--years", words, expected))
    return tuple(found)


def _step(step: float) -> float:
    from gis_layers.errors import InputError, Problem

    if not 0.02 <= step <= 1.0:
        raise InputError(Problem("command line", "--step", f"{step:g}", "0.02 to 1 degree"))
    return step


def _bounds(given: list[float] | None) -> tuple[float, float, float, float] | None:
    from gis_layers.errors import InputError, Problem

    if given is None:
        return None
    west, south, east, north = given
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        found = " ".join(f"{v:g}" for v in given)
        raise InputError(Problem("command line", "--bounds", found, "west south east north, in degrees"))
    return west, south, east, north


def _choice(ids: list[str], library: Path) -> ResourceChoice:
    """Entries of the library by name, rasters and hours apart."""
    from gis_layers.errors import InputError, Problem
    from resources.library import entries
    from resources.resource_data import ResourceChoice

    held, _ = entries(library)
    by_id = {entry.manifest.id: entry for entry in held}
    names = ", ".join(by_id) or "nothing"
    if unknown := [id for id in ids if id not in by_id]:
        raise InputError(
            [
                Problem("command line", "--data", id, f"imported data in {library} (it holds: {names})")
                for id in unknown
            ]
        )
    chosen = [by_id[id] for id in ids]
    return ResourceChoice(
        rasters=tuple(e.ref for e in chosen if e.manifest.kind == "raster"),
        weather=tuple(e.ref for e in chosen if e.manifest.kind in ("hourly-place", "hourly-grid")),
    )


def _peak_mib() -> int | None:
    """Most memory of this process; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    import sys

    scale = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale)


COMMAND = Command("assess", "逐单元评估全国资源 · assess the country cell by cell", _arguments, _run)
