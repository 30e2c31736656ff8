"""Modules and inverters: a small table of typical ones, and single makes from the user's SAM/CEC library files.

`equipped` puts them into a `PvSystem`. The typical sets are estimates of a class, not of a make (their tier says
so); a maker's own figures come from the CEC libraries that SAM is shipped with.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from resources.solar import PvSystem

Array = NDArray[np.float64]
DATA = Path(__file__).parent / "data"
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class PvModule:
    """What the chain needs to know of a module."""

    id: str
    technology: str
    efficiency: float
    """At standard conditions, of the whole module's area. [-]"""
    gamma_pdc_per_k: float
    bifaciality: float
    anti_reflective: bool
    first_year_loss_share: float | None
    """Warranted; none: not stated. [-]"""
    yearly_loss_share: float | None
    """Of the first power, each later year; none: not stated. [-]"""
    tier: Tier
    source: str


@dataclass(frozen=True, slots=True)
class PvInverter:
    """What the chain needs to know of an inverter."""

    id: str
    kind: str
    curve: tuple[float, float, float]
    """(c0, c1, c2): AC power = c0 + c1 p + c2 p2 of DC power p, both over AC capacity."""
    tier: Tier
    source: str

    def efficiency(self, load: Array) -> Array:
        """AC over DC power at the AC load `load` (above 0, to 1). [-]"""
        c0, c1, c2 = self.curve
        load = np.asarray(load, dtype=np.float64)
        # The root of c2 p2 + c1 p + c0 - load that is near load / c1.
        dc = 2 * (load - c0) / (c1 + np.sqrt(c1 * c1 + 4 * c2 * (load - c0)))
        return np.asarray(load / dc)


def equipped(
    system: PvSystem, module: PvModule | None = None, inverter: PvInverter | None = None
) -> PvSystem:
    """`system` with another module, inverter or both; a validated copy."""
    change: dict[str, Any] = {}
    if module is not None:
        change |= {
            "gamma_pdc_per_k": module.gamma_pdc_per_k,
            "bifaciality": module.bifaciality,
            "anti_reflective": module.anti_reflective,
        }
    if inverter is not None:
        change["inverter_curve"] = inverter.curve
    return PvSystem.model_validate(system.model_dump() | change)


@lru_cache(maxsize=1)
def modules() -> Mapping[str, PvModule]:
    """The typical modules by id: mono_perc, topcon, hjt, cdte."""
    rows = _rows(DATA / "pv_modules.csv")
    return MappingProxyType(
        {
            row["id"]: PvModule(
                id=row["id"],
                technology=row["technology"],
                efficiency=float(row["efficiency"]),
                gamma_pdc_per_k=float(row["gamma_pdc_per_k"]),
                bifaciality=float(row["bifaciality"]),
                anti_reflective=row["anti_reflective"] == "yes",
                first_year_loss_share=float(row["first_year_loss_share"]),
                yearly_loss_share=float(row["yearly_loss_share"]),
                tier=cast(Tier, row["tier"]),
                source=row["source"],
            )
            for row in rows
        }
    )


@lru_cache(maxsize=1)
def inverters() -> Mapping[str, PvInverter]:
    """The typical inverters by id: central, string."""
    loads = (0.1, 0.5, 1.0)
    return MappingProxyType(
        {
            row["id"]: PvInverter(
                id=row["id"],
                kind=row["kind"],
                curve=curve_through(
                    loads, tuple(float(row[f"efficiency_{load * 100:.0f}"]) for load in loads)
                ),
                tier=cast(Tier, row["tier"]),
                source=row["source"],
            )
            for row in _rows(DATA / "pv_inverters.csv")
        }
    )


def curve_through(loads: tuple[float, ...], efficiencies: tuple[float, ...]) -> tuple[float, float, float]:
    """(c0, c1, c2) of the inverter that has these three efficiencies at these three AC loads (over capacity).

    A constant, a linear and a quadratic loss: Schmidt and Sauer (1996).
    """
    load = np.asarray(loads)
    dc = load / np.asarray(efficiencies)
    c = np.linalg.solve(np.vander(dc, 3, increasing=True), load)
    return float(c[0]), float(c[1]), float(c[2])


def read_cec_modules(path: Path) -> Mapping[str, PvModule]:
    """Modules of a library file of SAM (CEC modules, CSV), by name.

    Raises
    ------
    InputError
        Not such a file, or values no module has; the first 20 problems, each with its module.
    """
    problems: list[Problem] = []
    found: dict[str, PvModule] = {}
    for name, row in _library(path, ("Technology", "STC", "A_c", "gamma_r")):
        gamma = _number(row, "gamma_r") / 100
        efficiency = _number(row, "STC") / 1000 / _number(row, "A_c")
        if not -0.01 <= gamma <= 0:
            problems.append(Problem(f"{path.name} {name}", "gamma_r", str(row["gamma_r"]), "-1 to 0 %/K"))
        if not 0.01 < efficiency < 0.4:
            problems.append(
                Problem(f"{path.name} {name}", "STC / A_c", f"{efficiency:g}", "0.01 to 0.4 kW/m2")
            )
        found[name] = PvModule(
            id=name,
            technology=str(row["Technology"]),
            efficiency=efficiency,
            gamma_pdc_per_k=gamma,
            # The library knows only whether there is a second face; 0.7 is that of PERC.
            bifaciality=0.7 if _number(row, "Bifacial", 0.0) else 0.0,
            anti_reflective=False,
            first_year_loss_share=None,
            yearly_loss_share=None,
            tier="published",
            source=f"CEC module library, {path.name}",
        )
    if problems:
        raise InputError(problems[:_MOST_PROBLEMS])
    return MappingProxyType(found)


def read_cec_inverters(path: Path) -> Mapping[str, PvInverter]:
    """Inverters of a library file of SAM (CEC inverters, CSV), by name, at their rated DC voltage.

    The Sandia model (King et al. 2007, SAND2007-5036) is a square in DC power once the voltage is fixed.

    Raises
    ------
    InputError
        Not such a file, or values no inverter has; the first 20 problems, each with its inverter.
    """
    problems: list[Problem] = []
    found: dict[str, PvInverter] = {}
    for name, row in _library(path, ("Paco", "Pdco", "Pso", "C0")):
        rated, full, start, bend = (_number(row, key) for key in ("Paco", "Pdco", "Pso", "C0"))
        if not (0 < rated < full and 0 <= start < 0.1 * full and abs(bend * rated) < 1):
            text = f"Paco {rated:g}, Pdco {full:g}, Pso {start:g}, C0 {bend:g}"
            problems.append(Problem(f"{path.name} {name}", "power", text, "0 < Paco < Pdco, Pso < Pdco / 10"))
            continue
        slope = rated / (full - start) - bend * (full - start)
        c2, own = bend * rated, start / rated
        found[name] = PvInverter(
            id=name,
            kind=str(row.get("CEC_Type", "")),
            curve=(-slope * own + c2 * own**2, slope - 2 * c2 * own, c2),
            tier="published",
            source=f"CEC inverter library, {path.name}",
        )
    if problems:
        raise InputError(problems[:_MOST_PROBLEMS])
    return MappingProxyType(found)


def _library(path: Path, needed: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """(name, fields) of each row of a SAM library: a line of names, one of units, one of codes, then rows."""
    expected = "a SAM library: lines of names, units and codes, then one row each"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(Problem(str(path), "file", str(error), expected)) from error
    header = lines[0] if lines else []
    missing = [key for key in ("Name", *needed) if key not in header]
    if missing or len(lines) < 4:
        raise InputError(Problem(str(path), "columns", ", ".join(header[:6]) or "nothing", expected))
    uneven = [at for at, line in enumerate(lines[3:], start=4) if len(line) != len(header)]
    if uneven:
        found = f"{len(lines[uneven[0] - 1])} values"
        raise InputError(Problem(f"{path} row {uneven[0]}", "columns", found, f"{len(header)} values"))
    rows = [dict(zip(header, line, strict=True)) for line in lines[3:]]
    return [(row["Name"], row) for row in rows]


def _number(row: Mapping[str, str], key: str, missing: float = float("nan")) -> float:
    """NaN for what is no number: every check of a range then fails and names the row."""
    try:
        return float(row[key])
    except (KeyError, ValueError):
        return missing


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
