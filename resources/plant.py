"""One plant at one place, with the machine and the losses a planner names: hours, months, sure and unsure yield.

For `energymap plant` and the window. PV, wind, wind at sea and solar towers share one file form (PLANT.toml).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis_layers.boundary import require_in_china
from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from resources.climate import PlaceClimate
from resources.csp import CspTower, block, heat_profile, mirror_m2_per_mw
from resources.csp_dispatch import run_alone
from resources.hours import MONTH_HOURS
from resources.machine_tables import looked_up
from resources.offshore import offshore_at, offshore_capacity_factor, offshore_turbine
from resources.plant_choice import WindChoice
from resources.plant_machines import with_farm
from resources.pv_ageing import clipped_share
from resources.pv_equipment import (
    PvInverter,
    PvModule,
    equipped,
    inverters,
    modules,
    read_cec_inverters,
    read_cec_modules,
)
from resources.pv_site import at_place
from resources.resource_data import EMBEDDED, PlaceWeather, ResourceData
from resources.solar import PvSystem, pv_capacity_factor
from resources.wind import WindTurbine, machine, wind_capacity_factor
from resources.wind_curve_file import read_curve_file
from resources.wind_icing import ice_reports
from resources.wind_site_class import classes_of_climate
from resources.years import Kind, YieldTable, yield_table

Array = NDArray[np.float64]
Lon = Annotated[float, Field(ge=73, le=136)]
Lat = Annotated[float, Field(ge=15, le=55)]
_FARM = (
    "shear_exponent", "turbulence_intensity", "storm_end_ms", "restart_ms", "availability_loss_share",
    "other_loss_share", "farm_mw", "density_mw_per_km2",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PvPlant(_Part):
    """Modules, inverter, mounting, and what the place does to them."""

    mounting: Literal["fixed", "single_axis"] = "fixed"
    tilt_deg: float | None = Field(default=None, ge=0, le=90)
    """Of fixed modules; none: the yearly optimum of the latitude."""
    azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    gcr: float = Field(default=0.4, gt=0, lt=1)
    """Ground coverage of tracker rows, and of bifacial ones."""
    backtrack: bool = True
    slope_deg: float = Field(default=0.0, ge=0, le=30)
    slope_azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    module: str = "mono_perc"
    """Id of the table, or a make of the user's CEC library (`module_library`)."""
    module_library: Path | None = None
    inverter: str | None = None
    """Id of the table or a make of `inverter_library`; none: 98 % by PVWatts' curve."""
    inverter_library: Path | None = None
    bifacial: bool = False
    """Light on the rear counts, by the module's bifaciality."""
    dc_ac_ratio: float = Field(default=1.2, ge=0.5, le=3)
    albedo: float = Field(default=0.2, ge=0, le=1)
    dust_snow: bool = True
    """Dust and snow of the place in place of a flat 2 %."""
    cleaning_every_days: int | None = Field(default=60, ge=1, le=365)
    year_of_operation: int | None = Field(default=None, ge=1, le=40)
    """Ageing by the module's warranty up to that year; none: new."""


class WindFarm(_Part):
    """A machine by rated power, rotor and hub, or by its curve; and its farm."""

    rated_mw: float = Field(gt=0, le=30)
    rotor_m: float = Field(gt=0, le=350)
    hub_m: float = Field(gt=10, le=250)
    curve_file: Path | None = None
    """CSV of speed and power; none: by specific power from the table."""
    farm_mw: float | None = Field(default=None, gt=0, le=20_000)
    density_mw_per_km2: float | None = Field(default=None, gt=0, le=30)
    """With `farm_mw`: wakes of such a farm; without both: those measured in other farms."""
    shear_exponent: float = Field(default=0.14, ge=0, le=0.6)
    turbulence_intensity: float | None = Field(default=None, gt=0, le=0.4)
    storm_end_ms: float | None = Field(default=None, gt=0, le=40)
    restart_ms: float | None = Field(default=None, gt=0, le=40)
    icing: bool = False
    availability_loss_share: float = Field(default=0.03, ge=0, lt=1)
    other_loss_share: float = Field(default=0.03, ge=0, lt=1)

    @model_validator(mode="after")
    def _farm(self) -> Self:
        if (self.farm_mw is None) != (self.density_mw_per_km2 is None):
            raise ValueError("farm_mw and density_mw_per_km2 belong together")
        return self


class OffshoreFarm(_Part):
    """Wind at sea; foundation, link and their losses follow from depth and distance."""

    rated_mw: float = Field(default=10.0, gt=0, le=30)
    rotor_m: float = Field(default=220.0, gt=0, le=350)
    hub_m: float = Field(default=130.0, gt=10, le=250)
    farm_mw: float = Field(default=500.0, gt=0)
    depth_m: float | None = Field(default=None, gt=0, le=5000)
    """Surveyed; none: of the atlas."""


class Tower(CspTower):
    """A solar tower, and when its block may start."""

    clock_from: int = Field(default=0, ge=0, le=23)
    clock_to: int = Field(default=24, ge=1, le=24)


class Plant(_Part):
    """PLANT.toml: a place and exactly one of [pv], [wind], [offshore], [csp]."""

    name: str = Field(min_length=1, max_length=200)
    lon_deg: Lon
    lat_deg: Lat
    seed: int = Field(default=2020, ge=0)
    """Of generated hours."""
    pv: PvPlant | None = None
    wind: WindFarm | None = None
    offshore: OffshoreFarm | None = None
    csp: Tower | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(part is not None for part in (self.pv, self.wind, self.offshore, self.csp)) != 1:
            raise ValueError("exactly one of [pv], [wind], [offshore], [csp]")
        return self


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the answer."""

    id: str
    """Key of its words; ends with its unit."""
    value: float | str
    tier: Tier | Literal["given"]
    """'estimated' where it rests on the embedded atlas or on typical figures; 'given' by the planner."""


@dataclass(frozen=True, slots=True)
class PlantYear:
    """A year of the plant."""

    plant: Plant
    kind: Literal["pv", "wind", "offshore", "csp"]
    capacity_factor: Array
    """(8760,) at the grid, per AC or rated capacity. [-]"""
    monthly_h: Array
    """(12,) full-load hours of each month. [h]"""
    figures: tuple[Figure, ...]
    yields: YieldTable
    """P-values of full-load hours."""
    source: str
    """Of the hours: id of imported data, or '' for generated ones."""

    @property
    def full_load_hours(self) -> float:
        return float(self.capacity_factor.sum())


def load_plant(path: Path) -> Plant:
    """Read a PLANT.toml; files it names are looked for beside it.

    Raises
    ------
    InputError
        Not to be read, not TOML, wrong keys or values: all at once.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a TOML file")) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Problem(str(path), "TOML", str(error)[:120], "UTF-8 text in TOML")) from error
    return parse_plant(document, str(path), path.parent)


def parse_plant(document: Mapping[str, Any], where: str, folder: Path = Path()) -> Plant:
    """A plant from a parsed document; InputError as `load_plant`."""
    try:
        plant = Plant.model_validate(document)
    except ValidationError as error:
        raise InputError(
            Problem(
                where,
                ".".join(str(part) for part in one["loc"]) or "file",
                "nothing" if one["type"] == "missing" else repr(one["input"])[:60],
                one["msg"].removeprefix("Value error, ").removeprefix("Input should be "),
            )
            for one in error.errors(include_url=False)
        ) from error
    part = plant.pv or plant.wind
    if part is None:
        return plant
    files = {
        name: folder / value
        for name, value in part.model_dump().items()
        if isinstance(value, Path) and not value.is_absolute()
    }
    return plant.model_copy(update={"pv" if plant.pv else "wind": part.model_copy(update=files)})


def plant_year(plant: Plant, data: ResourceData = EMBEDDED) -> PlantYear:
    """A year of the plant from the data of a run.

    Raises
    ------
    InputError
        A place outside China (at sea: too deep), a module, inverter or curve that is not there or cannot be, data
        that does not serve.
    """
    if plant.offshore is None:
        require_in_china(plant.lon_deg, plant.lat_deg)
    climate = data.climate_at(np.array([plant.lon_deg]), np.array([plant.lat_deg]))
    served = data.weather_at(climate, plant.seed)
    kind: Literal["pv", "wind", "offshore", "csp"]
    if plant.pv is not None:
        kind, (factor, figures) = "pv", _pv(plant.pv, climate, served)
    elif plant.wind is not None:
        kind, (factor, figures) = "wind", _wind(plant.wind, climate, served)
    elif plant.offshore is not None:
        kind, (factor, figures) = "offshore", _offshore(plant.offshore, climate, served)
    else:
        assert plant.csp is not None
        kind, (factor, figures) = "csp", _csp(plant.csp, climate, served)
    hours = np.asarray(factor[0], dtype=np.float64)
    months = np.array([hours[span].sum() for span in MONTH_HOURS])
    spread: Kind = "wind" if kind in ("wind", "offshore") else "pv"
    total = float(hours.sum())
    if not total > 0:
        raise InputError(Problem(plant.name, "yield", "0 h", "a plant that generates something"))
    number = int(served.source[0])
    return PlantYear(
        plant, kind, hours, months, figures, yield_table([total], spread, seed=plant.seed),
        "" if number < 0 else data.hours[number].entry.manifest.id,
    )  # fmt: skip


# -- one technology each ------------------------------------------------------------------------------------


def pv_system(part: PvPlant) -> tuple[PvSystem, PvModule]:
    """The system a PV plant describes; InputError where module or inverter are unknown."""
    module = _chosen("module", part.module, modules(), part.module_library, read_cec_modules)
    inverter: PvInverter | None = None
    if part.inverter is not None:
        inverter = _chosen("inverter", part.inverter, inverters(), part.inverter_library, read_cec_inverters)
    system = PvSystem(
        mounting=part.mounting, tilt_deg=part.tilt_deg, azimuth_deg=part.azimuth_deg, gcr=part.gcr,
        backtrack=part.backtrack, slope_deg=part.slope_deg, slope_azimuth_deg=part.slope_azimuth_deg,
        dc_ac_ratio=part.dc_ac_ratio, albedo=part.albedo,
    )  # fmt: skip
    system = equipped(system, module, inverter)
    if not part.bifacial:
        system = system.model_copy(update={"bifaciality": 0.0})
    return system, module


def wind_turbine(part: WindFarm) -> WindTurbine:
    """The machine a wind farm describes; InputError where its curve cannot be."""
    if part.curve_file is not None:
        read = read_curve_file(part.curve_file, rated_mw=part.rated_mw, rotor_m=part.rotor_m)
        bare = WindTurbine(
            name=part.curve_file.stem, rated_mw=part.rated_mw, rotor_m=part.rotor_m, hub_m=part.hub_m,
            own_curve=read.curve,
        )  # fmt: skip
    else:
        bare = machine(part.rated_mw, part.rotor_m, part.hub_m)
    farm = {name: value for name, value in part.model_dump().items() if name in _FARM and value is not None}
    return with_farm(bare, WindChoice(ice="by_climate" if part.icing else None, **farm))


def _pv(part: PvPlant, climate: PlaceClimate, served: PlaceWeather) -> tuple[Any, tuple[Figure, ...]]:
    system, module = pv_system(part)
    kept: Array | None = None
    if part.dust_snow or part.year_of_operation is not None:
        system, kept = at_place(
            climate, system, cleaning_every_days=part.cleaning_every_days,
            module=module if part.year_of_operation is not None else None,
            year_of_operation=part.year_of_operation,
        )  # fmt: skip
    factor = pv_capacity_factor(served.weather, system, kept)
    hours = float(factor.sum(dtype=np.float64))
    ghi = float(served.weather.ghi_w_per_m2.sum(dtype=np.float64)) / 1e3
    figures = [
        Figure("ghi_kwh_per_m2", ghi, "estimated"),
        Figure("yield_kwh_per_kwp", hours / system.dc_ac_ratio, "estimated"),
        Figure("clipped_share", float(clipped_share(served.weather, system, kept)[0]), "estimated"),
        Figure("module", f"{module.id} ({module.technology})", module.tier),
        Figure("module_efficiency", module.efficiency, module.tier),
        Figure("temperature_coefficient_per_k", module.gamma_pdc_per_k, module.tier),
        Figure("bifaciality", system.bifaciality, module.tier),
    ]
    if kept is not None:
        figures.append(Figure("dust_snow_age_lost_share", 1.0 - float(kept[0].mean()), "estimated"))
    return factor, tuple(figures)


def _wind(part: WindFarm, climate: PlaceClimate, served: PlaceWeather) -> tuple[Any, tuple[Figure, ...]]:
    turbine = wind_turbine(part)
    factor = wind_capacity_factor(served.weather, turbine, served.speedup)
    without = turbine.model_copy(update={"wake": "none", "farm_mw": None, "density_mw_per_km2": None})
    free = wind_capacity_factor(served.weather, without, served.speedup)
    suggested = classes_of_climate(climate, part.hub_m, part.shear_exponent)[0]
    hub = float(served.weather.wind_speed_ms.mean(dtype=np.float64) * served.speedup[0])
    figures = [
        Figure("hub_speed_ms", hub * (part.hub_m / 100.0) ** part.shear_exponent, "estimated"),
        Figure("density_kg_per_m3", float(served.weather.air_density_kg_per_m3.mean()), "estimated"),
        Figure("specific_power_w_per_m2", turbine.specific_power_w_per_m2, "given"),
        Figure("wake_lost_share", 1.0 - float(factor.sum() / max(float(free.sum()), 1e-9)), "estimated"),
        Figure("iec_class", suggested.name, "estimated"),
        Figure("iec_class_cautious", suggested.cautious_class, "estimated"),
        Figure("vref_ms", suggested.vref_ms, "estimated"),
        Figure("turbulence", suggested.turbulence, "estimated"),
    ]
    if turbine.icing is not None:
        ice = ice_reports(served.weather, turbine.icing)[0]
        figures += [
            Figure("iced_h", float(ice.iced_h), "estimated"),
            Figure("ice_class", str(ice.iea_class), "estimated"),
        ]
    return factor, tuple(figures)


def _offshore(
    part: OffshoreFarm, climate: PlaceClimate, served: PlaceWeather
) -> tuple[Any, tuple[Figure, ...]]:
    depth = None if part.depth_m is None else np.array([part.depth_m])
    sites = offshore_at(climate.lon_deg, climate.lat_deg, depth)
    turbine = offshore_turbine(part.rated_mw, part.rotor_m, part.hub_m, farm_mw=part.farm_mw)
    factor = offshore_capacity_factor(served.weather, sites, turbine)
    lost = 1.0 - (1.0 - float(sites.availability_loss_share[0])) * (
        1.0 - float(sites.electrical_loss_share[0])
    )
    return factor, (
        Figure("depth_m", float(sites.depth_m[0]), "estimated" if part.depth_m is None else "given"),
        Figure("shore_km", float(sites.distance_km[0]), "published"),
        Figure("foundation", str(sites.foundation[0]), "estimated"),
        Figure("capex_cny_per_kw", float(sites.capex_cny_per_kw[0]), "estimated"),
        Figure("availability_and_link_lost_share", lost, "estimated"),
    )


def _csp(part: Tower, climate: PlaceClimate, served: PlaceWeather) -> tuple[Any, tuple[Figure, ...]]:
    tower = CspTower.model_validate(part.model_dump(exclude={"clock_from", "clock_to"}))
    profile = np.asarray(heat_profile(served.weather, tower), dtype=np.float64)
    plant = block(tower)
    year = run_alone(profile, plant, part.clock_from, part.clock_to)
    mirrors = mirror_m2_per_mw(float(climate.lat_deg[0]), tower) * plant.receiver_mw
    dni = float(served.weather.dni_w_per_m2.sum(dtype=np.float64)) / 1e3
    refused = float(year.refused_mwh[0] / max(float(year.collected_mwh[0]), 1e-9))
    return year.power, (
        Figure("dni_kwh_per_m2", dni, "estimated"),
        Figure("mirror_m2_per_mw", mirrors, "estimated"),
        Figure("refused_share", refused, "estimated"),
        Figure("starts", float(year.starts[0]), "estimated"),
        Figure("solar_to_electric_share", float(year.power.sum()) * 1e3 / (mirrors * dni), "estimated"),
    )


def _chosen(field: str, wanted: str, table: Mapping[str, Any], library: Path | None, read: Any) -> Any:
    return looked_up(field, wanted, table if library is None else read(library), str(library or "plant"))
