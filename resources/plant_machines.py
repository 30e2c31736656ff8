"""From a choice of machines to systems and turbines, and to the hours they make of a year of weather.

For the profiles of provinces and bases, the sizing and `plant`: what `machine_tables` only names is built here.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from resources.climate import PlaceClimate
from resources.machine_tables import looked_up, machines, size_of
from resources.plant_choice import BY_SITE_CLASS, PlantChoice, PvChoice, WindChoice
from resources.profile import SiteProfiles
from resources.pv_equipment import PvModule, equipped, inverters, modules
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import HourlyWeather
from resources.wind import BASE_TURBINE, WindTurbine, machine, wind_capacity_factor
from resources.wind_icing import Icing
from resources.wind_site_class import SiteClass, WindClass, classes_of_climate

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]
Index = NDArray[np.int64]

TRACKED: Final = PvSystem(mounting="single_axis")
"""The PV of a base: per AC capacity, modules oversized."""
FIXED: Final = PvSystem()
USUAL_MODULE: Final = "mono_perc"
"""Whose warranty ages modules nothing is said of."""
USUAL_FARM: Final = (200.0, 5.0)
"""Capacity [MW] and density [MW/km2] of a farm with Jensen's wakes of which no more is told; estimated."""
_PV_FIELDS = ("tilt_deg", "azimuth_deg", "gcr", "albedo", "dc_ac_ratio")
_WIND_FIELDS = (
    "shear_exponent", "turbulence_intensity", "storm_end_ms", "restart_ms", "availability_loss_share",
    "other_loss_share",
)  # fmt: skip


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
    if choice.mounting is not None:
        change["mounting"] = "fixed" if choice.mounting == "fixed_tilt" else choice.mounting
    system = PvSystem.model_validate(usual.model_dump() | change) if change else usual
    if choice.module is not None or choice.inverter is not None:
        inverter = None
        if choice.inverter is not None:
            inverter = looked_up("pv.inverter", choice.inverter, inverters(), where)
        system = equipped(system, module if choice.module is not None else None, inverter)
    # A module with two faces on a plant that is told to have one, or nothing of it, has its rear in the dark.
    rear = module.bifaciality if choice.faces == "bifacial" else 0.0
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
    dust, winter = choice.soiling == "desert_class", choice.snow == "by_climate"
    if not (dust or winter or choice.year_of_operation is not None):
        return system, None
    from resources.pv_site import at_place  # loads pvlib: not for a look at the tables

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
        return with_farm(_bare(choice, usual, library, where), choice)
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


def _bare(choice: WindChoice, usual: WindTurbine, library: Path | None, where: str) -> WindTurbine:
    """The machine itself."""
    if choice.curve is not None:
        from resources.power_curves import imported_curve

        own = imported_curve(choice.curve, library)
        return WindTurbine(
            name=choice.curve.id, rated_mw=own.rated_mw, rotor_m=own.rotor_m, hub_m=choice.hub_m or usual.hub_m,
            own_curve=own.curve,
        )  # fmt: skip
    if choice.machine is None and choice.rated_mw is None and choice.rotor_m is None:
        return usual if choice.hub_m is None else _moved(usual, hub_m=choice.hub_m)
    size = size_of(choice, where)
    if size.type:
        return WindTurbine(
            name=size.type, rated_mw=size.rated_mw, rotor_m=size.rotor_m, hub_m=size.hub_m, curve=size.type
        )
    return machine(size.rated_mw, size.rotor_m, size.hub_m)


def with_farm(bare: WindTurbine, choice: WindChoice) -> WindTurbine:
    """A machine in the farm of a choice: wakes, storms, ice and losses; ValidationError where they cannot be."""
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
    if choice.ice == "by_climate":
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
