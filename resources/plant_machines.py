"""From a choice of machines to systems and turbines, and to the hours they make of a year of weather.

For the profiles of provinces and bases, the sizing and `plant`: the one place where names of machines are looked up.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from resources.climate import PlaceClimate
from resources.plant_choice import BY_SITE_CLASS, PlantChoice, PvChoice, WindChoice
from resources.profile import SiteProfiles
from resources.pv_equipment import PvModule, equipped, inverters, modules
from resources.pv_site import at_place
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import HourlyWeather
from resources.wind import (
    BASE_TURBINE,
    WindTurbine,
    farm_power_curve,
    machine,
    machine_types,
    wind_capacity_factor,
)
from resources.wind_icing import Icing
from resources.wind_site_class import SiteClass, WindClass, classes_of_climate

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]
Index = NDArray[np.int64]
Found = TypeVar("Found")

TRACKED: Final = PvSystem(mounting="single_axis")
"""The PV of a base: per AC capacity, modules oversized."""
FIXED: Final = PvSystem()
USUAL_MODULE: Final = "mono_perc"
"""Whose warranty ages modules nothing is said of."""
USUAL_FARM: Final = (200.0, 4.0)
"""Capacity [MW] and density [MW/km2] of a farm with Jensen's wakes of which no more is told; estimated."""
_DATA = Path(__file__).parent / "data"
_PV_FIELDS = ("mounting", "tilt_deg", "azimuth_deg", "gcr", "albedo", "dc_ac_ratio")
_WIND_FIELDS = (
    "shear_exponent", "turbulence_intensity", "storm_end_ms", "restart_ms", "availability_loss_share",
    "other_loss_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """A typical machine of the table."""

    id: str
    wind_class: str
    """IEC class it is made for; '' where it stands for a fleet."""
    rated_mw: float
    rotor_m: float
    hub_m: float
    tier: Tier
    source: str


@lru_cache(maxsize=1)
def machines() -> Mapping[str, Machine]:
    """The typical machines by id: class_3, class_2, class_1, fleet_2020."""
    with (_DATA / "wind_machines.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {
            row["id"]: Machine(
                row["id"], row["wind_class"], float(row["rated_mw"]), float(row["rotor_m"]), float(row["hub_m"]),
                cast(Tier, row["tier"]), row["source"],
            )
            for row in rows
        }
    )  # fmt: skip


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


# -- PV ---------------------------------------------------------------------------------------------


def pv_system(choice: PvChoice, usual: PvSystem = FIXED, where: str = "plant") -> tuple[PvSystem, PvModule]:
    """The system of a choice, and the module that ages it; `usual` where nothing is chosen.

    Raises
    ------
    InputError
        A module or inverter that is in no table.
    """
    module = looked_up("pv.module", choice.module or USUAL_MODULE, modules(), where)
    change: dict[str, Any] = {
        name: value for name in _PV_FIELDS if (value := getattr(choice, name)) is not None
    }
    system = PvSystem.model_validate(usual.model_dump() | change) if change else usual
    if choice.module is not None or choice.inverter is not None:
        inverter = None
        if choice.inverter is not None:
            inverter = looked_up("pv.inverter", choice.inverter, inverters(), where)
        system = equipped(system, module if choice.module is not None else None, inverter)
    # A module with two faces on a plant that is told to have one, or nothing of it, has its rear in the dark.
    rear = module.bifaciality if choice.faces == "two" else 0.0
    if system.bifaciality != rear:
        system = system.model_copy(update={"bifaciality": rear})
    if choice.yearly_loss_share is not None:
        module = replace(module, yearly_loss_share=choice.yearly_loss_share)
    return system, module


def pv_at(
    choice: PvChoice, climate: PlaceClimate, usual: PvSystem = FIXED, where: str = "plant"
) -> tuple[PvSystem, Array | None]:
    """The system at some places, and what its modules keep there each month; None: all of it."""
    system, module = pv_system(choice, usual, where)
    dust, winter = choice.soiling == "desert_class", choice.snow == "climate"
    if not (dust or winter or choice.year_of_operation is not None):
        return system, None
    return at_place(
        climate, system, cleaning_every_days=choice.cleaning_every_days or 60,
        module=module if choice.year_of_operation is not None else None,
        year_of_operation=choice.year_of_operation, dust=dust, winter=winter,
    )  # fmt: skip


def pv_hours(
    choice: PvChoice, climate: PlaceClimate, weather: HourlyWeather, usual: PvSystem = FIXED
) -> Hourly:
    """(place, hour) AC output over AC capacity. [-]"""
    return pv_capacity_factor(weather, *pv_at(choice, climate, usual))


# -- wind -------------------------------------------------------------------------------------------


def turbine_of(
    choice: WindChoice, usual: WindTurbine = BASE_TURBINE, library: Path | None = None, where: str = "plant"
) -> WindTurbine:
    """The turbine of a choice that is not by site class; `usual` where nothing is chosen.

    Raises
    ------
    InputError
        A machine or curve that is in no table or library, or a machine that cannot be.
    """
    try:
        return _with_farm(_bare(choice, usual, where), choice)
    except ValidationError as error:
        raise InputError(
            Problem(
                where,
                ".".join(("wind", *map(str, one["loc"]))),
                repr(one["input"])[:60] if one["loc"] else choice.model_dump_json(exclude_none=True)[:60],
                one["msg"].removeprefix("Value error, "),
            )
            for one in error.errors(include_url=False)
        ) from error


def class_turbines(choice: WindChoice, where: str = "plant") -> dict[WindClass, WindTurbine]:
    """The turbine of each IEC class; sites beyond the classes and in reach of typhoons take that of class I."""
    made: dict[WindClass, WindTurbine] = {}
    for one in machines().values():
        if one.wind_class:
            of_class = choice.model_copy(update={"machine": one.id})
            made[cast(WindClass, one.wind_class)] = turbine_of(of_class, where=where)
    return {**made, "S": made["I"]}


def wind_hours(
    choice: WindChoice,
    climate: PlaceClimate,
    weather: HourlyWeather,
    speedup: Array | float = 1.0,
    usual: WindTurbine = BASE_TURBINE,
    library: Path | None = None,
) -> Hourly:
    """(place, hour) output of the farms at the grid over rated power. [-]"""
    if choice.machine != BY_SITE_CLASS:
        return wind_capacity_factor(weather, turbine_of(choice, usual, library), speedup)
    turbines = class_turbines(choice)
    found = np.array([site.wind_class for site in site_classes(choice, climate)])
    lift = np.broadcast_to(np.asarray(speedup, dtype=np.float64), (len(weather),))
    out = np.empty(weather.wind_speed_ms.shape, dtype=np.float32)
    for name, turbine in turbines.items():
        places = np.flatnonzero(found == name)
        if places.size:
            out[places] = wind_capacity_factor(some_weather(weather, places), turbine, lift[places])
    return out


def site_classes(choice: WindChoice, climate: PlaceClimate) -> tuple[SiteClass, ...]:
    """The IEC class of each place, at the hub of the choice or of the usual machine."""
    shear = choice.shear_exponent if choice.shear_exponent is not None else BASE_TURBINE.shear_exponent
    return classes_of_climate(climate, choice.hub_m or BASE_TURBINE.hub_m, shear)


def _bare(choice: WindChoice, usual: WindTurbine, where: str) -> WindTurbine:
    """The machine itself."""
    if choice.machine is None and choice.rated_mw is None and choice.rotor_m is None:
        return usual if choice.hub_m is None else _moved(usual, hub_m=choice.hub_m)
    hub = choice.hub_m or usual.hub_m
    if choice.machine is None:
        rated, rotor = usual.rated_mw, usual.rotor_m
    elif (typical := machines().get(choice.machine)) is not None:
        rated, rotor, hub = typical.rated_mw, typical.rotor_m, choice.hub_m or typical.hub_m
    else:
        types = machine_types()
        if choice.machine not in types:
            expected = expected_name(choice.machine, (*machines(), BY_SITE_CLASS, *types))
            raise InputError(Problem(where, "wind.machine", choice.machine, expected))
        rated, rotor = types[choice.machine]
        if choice.rated_mw is None and choice.rotor_m is None:
            return WindTurbine(
                name=choice.machine, rated_mw=rated, rotor_m=rotor, hub_m=hub, curve=choice.machine
            )
    try:
        return machine(choice.rated_mw or rated, choice.rotor_m or rotor, hub)
    except InputError as error:
        raise InputError(
            Problem(where, f"wind.{p.field}", p.found, p.expected) for p in error.problems
        ) from error


def _with_farm(bare: WindTurbine, choice: WindChoice) -> WindTurbine:
    """The machine in its farm: wakes, storms, ice and losses as chosen."""
    change: dict[str, Any] = {
        name: value for name in _WIND_FIELDS if (value := getattr(choice, name)) is not None
    }
    if choice.wake is not None:
        change["wake"] = choice.wake
    if choice.wake == "jensen" or choice.farm_mw is not None or choice.density_mw_per_km2 is not None:
        farm, density = USUAL_FARM
        change |= {
            "wake": "jensen",
            "farm_mw": choice.farm_mw or farm,
            "density_mw_per_km2": choice.density_mw_per_km2 or density,
        }
    if choice.ice == "climate":
        change["icing"] = Icing()
    return _moved(bare, **change) if change else bare


def _moved(turbine: WindTurbine, **change: Any) -> WindTurbine:
    return WindTurbine.model_validate({**turbine.model_dump(), **change})


# -- both -------------------------------------------------------------------------------------------


def plant_profiles(
    plant: PlantChoice,
    climate: PlaceClimate,
    weather: HourlyWeather,
    speedup: Array | float = 1.0,
    usual_pv: PvSystem = TRACKED,
    library: Path | None = None,
) -> SiteProfiles:
    """PV and wind of given weather with the machines of a choice."""
    return SiteProfiles(
        pv=pv_hours(plant.pv, climate, weather, usual_pv),
        wind=wind_hours(plant.wind, climate, weather, speedup, library=library),
    )


def some_weather(weather: HourlyWeather, places: Index) -> HourlyWeather:
    """The weather of some of its places."""
    return HourlyWeather(*(getattr(weather, field.name)[places] for field in fields(HourlyWeather)))


def plant_problems(plant: PlantChoice, where: str, prefix: str) -> list[Problem]:
    """All that cannot be built of a choice; `prefix` stands before the fields. Imported curves are not opened."""
    problems: list[Problem] = []
    for build in (lambda: pv_system(plant.pv), lambda: _every_turbine(plant.wind)):
        try:
            build()
        except InputError as error:
            problems += error.problems
    return [Problem(where, f"{prefix}{one.field}", one.found, one.expected) for one in problems]


def _every_turbine(choice: WindChoice) -> None:
    turbines = class_turbines(choice).values() if choice.machine == BY_SITE_CLASS else [turbine_of(choice)]
    for turbine in turbines:
        farm_power_curve(turbine)
