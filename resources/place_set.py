"""A set of places, wind and sun at each: how they complete each other, for `energymap complement` and the pins.

Files are CSV with name, lon, lat and, if wanted, technology (wind, pv) and mw.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import require_in_china
from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from resources.complementarity import (
    Correlations,
    Ramps,
    Storage,
    combined,
    correlations,
    ramps,
    storage_for_firm,
)
from resources.droughts import Droughts, droughts
from resources.place_gain import Step, gain_of_places
from resources.profile import profiles_of_weather
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]
Technology = Literal["wind", "pv"]
MOST_PLACES = 400
FIRM_SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Firm outputs a store is asked for, over the mean."""


@dataclass(frozen=True, slots=True)
class Member:
    """Wind or sun of one place."""

    name: str
    lon_deg: float
    lat_deg: float
    technology: Technology
    capacity_mw: float


@dataclass(frozen=True, slots=True)
class SetReport:
    """How the members complete each other."""

    members: tuple[Member, ...]
    capacity_factor: NDArray[np.float32]
    """(member, hour)"""
    output: Array
    """(hour,) of all by capacity. [-]"""
    correlations: Correlations
    ramps: tuple[Ramps, ...]
    storage: Storage
    droughts: Droughts
    steps: tuple[Step, ...]


def read_places(path: Path) -> tuple[Member, ...]:
    """Places of a CSV; a row without a technology is both, wind and sun.

    Raises
    ------
    InputError
        Not to be read, columns missing, values that are none, more than 400: all at once, with rows.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="gb18030", errors="replace")
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a CSV file")) from error
    rows = list(csv.DictReader(text.splitlines()))
    lacking = [name for name in ("name", "lon", "lat") if not rows or name not in rows[0]]
    if lacking:
        found = ", ".join(rows[0]) if rows else "nothing"
        raise InputError(Problem(str(path), "columns", found[:80], "name, lon, lat, technology, mw"))
    problems: list[Problem] = []
    members: list[Member] = []
    for number, row in enumerate(rows, start=2):
        where = f"{path} row {number}"
        try:
            lon, lat, mw = (float(row.get(key) or missing) for key, missing in _NUMBERS)
        except ValueError as error:
            problems.append(Problem(where, "lon, lat, mw", str(error)[:60], "numbers"))
            continue
        technology = (row.get("technology") or "").strip().lower()
        if technology not in ("", "wind", "pv"):
            problems.append(Problem(where, "technology", technology, "wind, pv, or nothing for both"))
            continue
        if not mw > 0:
            problems.append(Problem(where, "mw", f"{mw:g}", "a number above 0"))
            continue
        try:
            require_in_china(lon, lat, where)
        except InputError as error:
            problems.extend(error.problems)
            continue
        name = (row.get("name") or "").strip() or str(number - 1)
        both: tuple[Technology, ...] = ("wind", "pv")
        for one in both if not technology else (both[0] if technology == "wind" else both[1],):
            label = name if technology else f"{name} {one}"
            members.append(Member(label, lon, lat, one, mw))
    labels = [member.name for member in members]
    problems.extend(
        Problem(str(path), "name", name, "names that differ")
        for name in sorted(set(labels))
        if labels.count(name) > 1
    )
    if len(members) > MOST_PLACES:
        problems.append(Problem(str(path), "rows", str(len(members)), f"at most {MOST_PLACES} series"))
    if problems:
        raise InputError(problems)
    return tuple(members)


_NUMBERS = (("lon", ""), ("lat", ""), ("mw", "1"))


def set_report(
    members: Sequence[Member],
    seed: int = 2020,
    data: ResourceData = EMBEDDED,
    progress: Progress = silent,
) -> SetReport:
    """Complementarity of wind and sun of some places in one weather year.

    Raises
    ------
    InputError
        No member; data that does not serve.
    """
    if not members:
        raise InputError(Problem("argument", "places", "none", "at least one"))
    places = sorted({(m.lon_deg, m.lat_deg) for m in members})
    climate = data.climate_at(np.array([p[0] for p in places]), np.array([p[1] for p in places]))
    served = data.weather_at(climate, seed, part(progress, 0.0, 0.6))
    both = profiles_of_weather(served.weather, speedup=served.speedup)
    at = {place: number for number, place in enumerate(places)}
    hours = np.stack([getattr(both, m.technology)[at[m.lon_deg, m.lat_deg]] for m in members])
    weight = np.array([m.capacity_mw for m in members])
    names = [m.name for m in members]
    output = combined(hours, weight)
    progress(0.7, "complementarity")
    return SetReport(
        members=tuple(members),
        capacity_factor=hours,
        output=output,
        correlations=correlations(hours, names),
        ramps=ramps(output),
        storage=storage_for_firm(output, FIRM_SHARES),
        droughts=droughts(output),
        steps=gain_of_places(hours, weight, names, progress=part(progress, 0.75, 1.0)),
    )
