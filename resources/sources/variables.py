"""What a variable is: its role to us, its unit as declared, and whether its values agree with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from resources.sources.contract import Finding, Variable


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit a role may come in: ours = value * scale + offset."""

    name: str
    spellings: tuple[str, ...]
    """Lower case, without spaces, '*', '^' and '**'."""
    scale: float
    offset: float
    high: tuple[float, float]
    """Between these the largest of many hours' values lies, in this unit."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a variable can be to us."""

    units: tuple[Unit, ...]
    """The first is ours."""
    low: float
    """Limits of single values, in our unit."""
    high: float


_IRRADIANCE = (
    Unit("W/m2", ("w/m2", "wm-2", "w/m²", "wm2", "watt/m2"), 1.0, 0.0, (150.0, 1900.0)),
    Unit("J/m2 per hour", ("j/m2", "jm-2", "joule/m2", "j/m²"), 1 / 3600.0, 0.0, (5e5, 6.8e6)),
    Unit("Wh/m2", ("wh/m2", "whm-2", "wh/m²"), 1.0, 0.0, (150.0, 1900.0)),
    Unit("kWh/m2", ("kwh/m2", "kwhm-2", "kwh/m²", "kw-hr/m2", "kw-hr/m^2"), 1000.0, 0.0, (0.15, 1.9)),
    Unit("MJ/m2", ("mj/m2", "mjm-2", "mj/hr", "mj/m²"), 1e6 / 3600.0, 0.0, (0.5, 6.8)),
)
_SPEED = (
    Unit("m/s", ("m/s", "ms-1", "mps", "ms**-1", "米/秒"), 1.0, 0.0, (2.0, 75.0)),
    Unit("km/h", ("km/h", "kmh-1", "kph"), 1 / 3.6, 0.0, (7.0, 270.0)),
    Unit("kn", ("kn", "kt", "knots", "knot"), 0.514444, 0.0, (4.0, 150.0)),
)
ROLES: dict[str, Role] = {
    "ghi_w_per_m2": Role(_IRRADIANCE, 0.0, 1700.0),
    "dni_w_per_m2": Role(_IRRADIANCE, 0.0, 1500.0),
    "dhi_w_per_m2": Role(_IRRADIANCE, 0.0, 1200.0),
    "beam_horizontal_w_per_m2": Role(_IRRADIANCE, 0.0, 1500.0),
    "temperature_c": Role(
        (
            Unit(
                "C",
                ("c", "degc", "°c", "degree_celsius", "celsius", "degreec", "deg_c", "℃"),
                1.0,
                0.0,
                (-35.0, 60.0),
            ),
            Unit("K", ("k", "kelvin", "degk"), 1.0, -273.15, (238.0, 333.0)),
            Unit("F", ("f", "degf", "°f", "fahrenheit"), 5 / 9, -160 / 9, (61.0, 140.0)),
        ),
        -75.0,
        60.0,
    ),
    "pressure_pa": Role(
        (
            Unit("Pa", ("pa", "pascal"), 1.0, 0.0, (35_000.0, 110_000.0)),
            Unit("hPa", ("hpa", "mbar", "mb", "millibar", "百帕"), 100.0, 0.0, (350.0, 1100.0)),
            Unit("kPa", ("kpa",), 1000.0, 0.0, (35.0, 110.0)),
        ),
        35_000.0,
        110_000.0,
    ),
    "wind_speed_ms": Role(_SPEED, 0.0, 75.0),
    "wind_u_ms": Role(_SPEED, -75.0, 75.0),
    "wind_v_ms": Role(_SPEED, -75.0, 75.0),
    "capacity_factor": Role(
        (
            Unit("1", ("1", "", "p.u.", "pu", "-", "mw/mw", "fraction"), 1.0, 0.0, (0.02, 1.0)),
            Unit("%", ("%", "percent", "per_cent"), 0.01, 0.0, (2.0, 100.0)),
        ),
        0.0,
        1.0,
    ),
}
SIGNED = frozenset({"wind_u_ms", "wind_v_ms"})


@dataclass(frozen=True, slots=True)
class Understood:
    """How the values of a variable become ours."""

    unit: Unit
    finding: Finding | None
    """Where the declared unit is not the one the values are in, or there is none."""


def understand(
    where: str, name: str, role: str, declared: str, largest: float, answer: str = ""
) -> Understood:
    """The unit of a variable, from what is declared and how large its values are.

    Parameters
    ----------
    largest : float
        Of the values looked at (absolute for vector components), as in the file.
    answer : str
        Unit the user has chosen; '' where not.

    Notes
    -----
    A declared unit holds where the largest value is possible in it. Otherwise the one other unit in which it
    is possible is proposed, as a correction the user must agree to; if there is none the file is refused.
    """
    units = ROLES[role].units
    if answer:
        for unit in units:
            if answer in (unit.name, *unit.spellings):
                return Understood(unit, None)
    plain = re.sub(r"[\s*^]|\*\*", "", declared.strip().lower())
    said = next((unit for unit in units if plain and plain in unit.spellings), None)
    if not np.isfinite(largest):  # nothing there: the gaps say so
        return Understood(said or units[0], None)
    fitting = [unit for unit in units if _fits(unit, largest)]
    if said is not None and (said in fitting or largest == 0.0):
        return Understood(said, None)
    found = f"{declared or 'no unit'}, values up to {largest:.4g}"
    if said is not None and not fitting:
        low, high = said.high
        problem = Problem(where, name, found, f"largest value {low:g} to {high:g} {said.name}")
        return Understood(said, Finding("unit_impossible", "fatal", problem))
    if not fitting:
        choices = ", ".join(f"{unit.high[0]:g}-{unit.high[1]:g} {unit.name}" for unit in units)
        return Understood(units[0], Finding("unit_impossible", "fatal", Problem(where, name, found, choices)))
    best = fitting[0]
    code = "unit_missing" if said is None and not plain else "unit_wrong" if said else "unit_unknown"
    problem = Problem(where, name, found, f"{best.name} by the size of the values")
    return Understood(best, Finding(code, "consent", problem, {"unit": best.name, "variable": name}))


def _fits(unit: Unit, largest: float) -> bool:
    return unit.high[0] <= largest <= unit.high[1]


def describe_field(
    name: str,
    role: str,
    values: NDArray[np.floating],
    unit_found: str = "",
    unit_understood: str = "",
    height_m: float | None = None,
) -> Variable:
    """The report's row of a variable from a sample in our unit, NaN where missing."""
    known = values[np.isfinite(values)].astype(np.float64)
    return Variable(
        name=name,
        role=role,
        unit_found=unit_found,
        unit_understood=unit_understood or (ROLES[role].units[0].name if role in ROLES else ""),
        low=float(known.min()) if known.size else None,
        high=float(known.max()) if known.size else None,
        mean=float(known.mean()) if known.size else None,
        missing_share=1.0 - known.size / max(values.size, 1),
        height_m=height_m,
    )
