"""What the worker left of a sizing: read from its folder, its hours as the charts want them. No Qt."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.desktop.charts.data import Array, Balance
from gis_layers.errors import Conflict, InputError, Problem
from planning.base_files import DESIGN, HOURS, REFUSED
from planning.hourly import HOURS as YEAR_H

_CLOCK = ("hour", "month_day_hour_utc8")
"""Columns ahead of the figures."""
PV = ("pv", "pv_fixed", "pv_tracked")
_NO_STATION = ("wind", *PV, "csp", "coal", "gas", "hydro", "battery", "pumped", "electrolyser")


@dataclass(frozen=True)
class SizedResult:
    """A design with its hours, a study, or why there is neither."""

    study: str
    """size, pareto, alternatives, tornado, robust or replay."""
    document: Mapping[str, Any] = field(default_factory=dict)
    hours: Mapping[str, Array] = field(default_factory=dict)
    """(8760,) columns of the file of hours, of a design or a replayed year; empty of other studies."""
    conflicts: tuple[Conflict, ...] = ()
    names: tuple[str, str] = ("", "")
    """Of the base, where there is no document: Chinese and English."""

    @property
    def name_zh(self) -> str:
        return str(self.document.get("name_zh", self.names[0]))

    @property
    def name_en(self) -> str:
        return str(self.document.get("name_en", self.names[1]))


def read_result(folder: Path, study: str) -> SizedResult:
    """What a worker that ended well left.

    Raises
    ------
    InputError
        A file that is not there or is not what the command writes.
    """
    name = DESIGN if study == "size" else f"{study}.json"
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        file = {"size": HOURS, "replay": "replay_hours.csv"}.get(study)
        hours = {} if file is None else read_hours(folder / file)
    except (OSError, ValueError) as error:
        raise InputError(Problem(str(folder), name, str(error), "what energymap size writes")) from error
    return SizedResult(study, document, hours)


def read_refusal(folder: Path, study: str, names: tuple[str, str] = ("", "")) -> SizedResult | None:
    """Which limits conflict; None where the worker failed for another reason."""
    try:
        document = json.loads((folder / REFUSED).read_text(encoding="utf-8"))
        conflicts = tuple(
            Conflict(c["limit"], float("nan") if c["amount"] is None else float(c["amount"]), c["unit"])
            for c in document["conflicts"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return SizedResult(study, {}, {}, conflicts, names)


def read_hours(path: Path) -> dict[str, Array]:
    """(8760,) columns of numbers by name.

    Raises
    ------
    ValueError
        Not 8760 rows of numbers.
    OSError
        It cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    first = sum(name in _CLOCK for name in header)
    names = header[first:]
    values = np.loadtxt(
        path, delimiter=",", skiprows=1, usecols=range(first, len(header)), ndmin=2, encoding="utf-8-sig"
    )
    if values.shape != (YEAR_H, len(names)):
        raise ValueError(f"{values.shape[0]} rows, expected {YEAR_H}")
    columns = np.ascontiguousarray(values.T)
    columns.setflags(write=False)
    return dict(zip(names, columns, strict=True))


def stations(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the stations of a cascade among the capacities of a design, or of the design a study replayed."""
    design = document if "capacity_mw" in document else document.get("design", {})
    return tuple(name for name in design.get("capacity_mw", {}) if name not in _NO_STATION)


def balance_of(result: SizedResult) -> Balance | None:
    """The hours of the base for the stack: PV of every mounting, and all stations, as one."""
    hours = result.hours
    if not hours:
        return None

    def total(*names: str) -> Array:
        found = [hours[f"{name}_mw"] for name in names if f"{name}_mw" in hours]
        return np.asarray(np.sum(found, axis=0)) if found else np.zeros(YEAR_H)

    # A replayed year has its backup under that name, and stores by their own.
    rivers = [
        name.removesuffix("_mw") for name in hours if name.startswith("cascade_") and name.endswith("_mw")
    ]
    gas = "gas" in result.document.get("design", {}).get("capacity_mw", {})
    supply = {
        "coal": total("coal", *(() if gas else ("thermal",))),
        "gas": total("gas", *(("thermal",) if gas else ())),
        "hydro": total("hydro", *stations(result.document), *rivers),
        "csp": total("csp"),
        "wind": total("wind"),
        "pv": total(*PV),
        "pumped": total("pumped", "pumped_discharge"),
        "battery": total("discharge", "battery_discharge"),
    }
    return Balance(
        kind="sized",
        supply={name: values for name, values in supply.items() if values.max(initial=0.0) > 0.0},
        received=np.zeros(YEAR_H),
        sent=total("delivered"),
        load=np.zeros(YEAR_H),
        charge=total("charge", "pump", "battery_charge", "pumped_charge"),
        curtailed=total("curtailed"),
        use=total("electrolyser"),
    )
