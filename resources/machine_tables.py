"""The machines one may name: turbines by size, modules and inverters, with their sources; nothing heavy is loaded.

For forms and for checks while one types. What a name becomes is told by `plant_machines`.
"""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar, cast

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from resources.plant_choice import BY_SITE_CLASS, PlantChoice, WindChoice

Found = TypeVar("Found")

USUAL_MACHINE: Final = "class_3"
"""Of the machine table: the size of `wind.BASE_TURBINE`."""
WINDPOWERLIB: Final = "windpowerlib, table of the Open Energy Database (oedb)"
_SPECIFIC_POWER_REACH: Final = 1.25
"""A curve is stretched to a specific power so many times its own, or so many times less."""
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Machine:
    """A typical turbine of the table."""

    id: str
    wind_class: str
    """IEC class it is made for; '' where it stands for a fleet."""
    rated_mw: float
    rotor_m: float
    hub_m: float
    tier: Tier
    source: str


@dataclass(frozen=True, slots=True)
class Size:
    """What is known of a turbine before its curve."""

    rated_mw: float
    rotor_m: float
    hub_m: float
    type: str
    """Of windpowerlib's table, whose curve it has as it is; '' takes the curve of the nearest specific power."""


@lru_cache(maxsize=1)
def machines() -> Mapping[str, Machine]:
    """The typical turbines by id: class_3, class_2, class_1, fleet_2020."""
    return MappingProxyType(
        {
            row["id"]: Machine(
                row["id"], row["wind_class"], float(row["rated_mw"]), float(row["rotor_m"]),
                float(row["hub_m"]), cast(Tier, row["tier"]), row["source"],
            )
            for row in _rows(_DATA / "wind_machines.csv")
        }
    )  # fmt: skip


@lru_cache(maxsize=2)
def listed(table: Literal["pv_modules", "pv_inverters"]) -> Mapping[str, tuple[str, Tier]]:
    """Source and tier of each row of an equipment table, by id (`pv_equipment` has the figures)."""
    rows = _rows(_DATA / f"{table}.csv")
    return MappingProxyType({row["id"]: (row["source"], cast(Tier, row["tier"])) for row in rows})


@lru_cache(maxsize=1)
def machine_types() -> Mapping[str, tuple[float, float]]:
    """Rated power [MW] and rotor [m] of the modern turbines (1.5 MW and more) with a curve in windpowerlib's table."""
    tables = oedb_folder()
    with_curve = {row["turbine_type"] for row in _rows(tables / "power_curves.csv")}
    found: dict[str, tuple[float, float]] = {}
    for row in _rows(tables / "turbine_data.csv"):
        rated_w = float(row["nominal_power"])
        if rated_w >= 1.5e6 and row["turbine_type"] in with_curve:
            found[row["turbine_type"]] = (rated_w / 1e6, float(row["rotor_diameter"]))
    return MappingProxyType(found)


def oedb_folder() -> Path:
    """Where windpowerlib's tables lie; the library itself is not loaded."""
    spec = find_spec("windpowerlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "oedb"


def specific_power_w_per_m2(rated_mw: float, rotor_m: float) -> float:
    """Rated power over the rotor's area."""
    return rated_mw * 1e6 / (math.pi / 4 * rotor_m**2)


def nearest_type(rated_mw: float, rotor_m: float) -> str:
    """The type of windpowerlib's table whose specific power is nearest.

    Raises
    ------
    InputError
        None is within a quarter of the one asked for.
    """
    specific = specific_power_w_per_m2(rated_mw, rotor_m)
    known = {name: specific_power_w_per_m2(*size) for name, size in machine_types().items()}
    nearest = min(known, key=lambda one: (abs(math.log(known[one] / specific)), one))
    if abs(math.log(known[nearest] / specific)) > math.log(_SPECIFIC_POWER_REACH):
        low = min(known.values()) / _SPECIFIC_POWER_REACH
        high = max(known.values()) * _SPECIFIC_POWER_REACH
        expected = f"specific power of {low:.0f} to {high:.0f} W/m2"
        raise InputError(Problem("argument", "rated_mw, rotor_m", f"{specific:.0f} W/m2", expected))
    return nearest


def size_of(choice: WindChoice, where: str = "plant") -> Size:
    """The turbine of a choice that names none by site class.

    Raises
    ------
    InputError
        A name that is in no table, a rotor no curve is known for, or one that would touch the ground.
    """
    name, own_type = choice.machine or USUAL_MACHINE, ""
    typical = machines().get(name, machines()[USUAL_MACHINE])
    rated, rotor, hub = typical.rated_mw, typical.rotor_m, typical.hub_m
    if name not in machines():
        if name not in machine_types():
            expected = expected_name(name, (*machines(), BY_SITE_CLASS, *machine_types()))
            raise InputError(Problem(where, "wind.machine", name, expected))
        rated, rotor = machine_types()[name]
        own_type = name
    if choice.rated_mw is not None or choice.rotor_m is not None:
        rated, rotor, own_type = choice.rated_mw or rated, choice.rotor_m or rotor, ""
        try:
            nearest_type(rated, rotor)
        except InputError as error:
            raise InputError(
                Problem(where, f"wind.{p.field.split(',')[0]}", p.found, p.expected) for p in error.problems
            ) from error
    hub = choice.hub_m or hub
    if hub <= rotor / 2:
        raise InputError(
            Problem(where, "wind.hub_m", f"{hub:g} m", f"more than half of the rotor, {rotor:g} m")
        )
    return Size(rated, rotor, hub, own_type)


def plant_problems(plant: PlantChoice, where: str, prefix: str) -> list[Problem]:
    """Names that are in no table and turbines that cannot be; `prefix` stands before the fields.

    Curves are not computed: what only they can tell is said when a run makes the profiles.
    """
    problems: list[Problem] = []
    for field, wanted, table in (
        ("pv.module", plant.pv.module, listed("pv_modules")),
        ("pv.inverter", plant.pv.inverter, listed("pv_inverters")),
    ):
        if wanted is not None and wanted not in table:
            problems.append(Problem(where, field, wanted, expected_name(wanted, table)))
    if plant.wind.machine != BY_SITE_CLASS and plant.wind.curve is None:
        try:
            size_of(plant.wind, where)
        except InputError as error:
            problems += error.problems
    return [Problem(where, f"{prefix}{one.field}", one.found, one.expected) for one in problems]


def looked_up(field: str, wanted: str, table: Mapping[str, Found], where: str = "plant") -> Found:
    """The entry of a name.

    Raises
    ------
    InputError
        There is none; names the nearest, or the first there are.
    """
    if wanted in table:
        return table[wanted]
    raise InputError(Problem(where, field, wanted, expected_name(wanted, table)))


def expected_name(wanted: str, offered: Iterable[str]) -> str:
    """What a wrong name should have been: the nearest of those there are, or some of them."""
    names = list(offered)
    lower = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(wanted.lower(), lower, n=1, cutoff=0.6)
    some = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"perhaps {lower[near[0]]}; one of {some}" if near else f"one of {some}"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
