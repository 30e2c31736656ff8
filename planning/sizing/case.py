"""What a planner writes to have a base sized: the BASE.toml of `energymap size`, checked as a whole."""

from __future__ import annotations

import difflib
import inspect
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis_layers.errors import InputError, Problem

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Site(_Part):
    """A place whose resource the base draws on."""

    lon_deg: Annotated[float, Field(ge=73, le=136)]
    lat_deg: Annotated[float, Field(ge=15, le=55)]
    weight: Positive = 1.0
    """Share of the capacity, relative to the other sites'."""


class Channel(_Part):
    capacity_mw: Positive
    """Largest power at the sending converter."""


class Delivery(_Part):
    """What the channel is to carry."""

    kind: Literal["flat", "two_step", "free"]
    """flat: the same power all year; two_step: a day curve of two levels; free: any power up to the
    channel, so that the year's energy is within the band."""
    peak_hours: tuple[tuple[Annotated[int, Field(ge=0, le=24)], Annotated[int, Field(ge=0, le=24)]], ...] = ()
    """two_step: [from, to) hours of the day, UTC+8."""
    peak_level: Annotated[float, Field(gt=0, le=1)] = 1.0
    valley_level: Annotated[float, Field(gt=0, le=1)] = 1.0
    full_load_hours_min: Annotated[float, Field(gt=0, le=8760)]
    full_load_hours_max: Annotated[float, Field(gt=0, le=8760)] | None = None
    unmet_penalty_cny_per_mwh: Positive | None = None
    """Price of energy not delivered; without it the delivery is hard."""

    @model_validator(mode="after")
    def _consistent(self) -> Delivery:
        if self.full_load_hours_max is not None and self.full_load_hours_max < self.full_load_hours_min:
            raise ValueError("full_load_hours_max of at least full_load_hours_min")
        if self.kind == "two_step" and not self.peak_hours:
            raise ValueError("peak_hours with kind = 'two_step'")
        if any(start >= stop for start, stop in self.peak_hours):
            raise ValueError("peak_hours as [from, to] with from < to")
        return self


class _Capacity(_Part):
    capacity_mw: NotNegative | None = None
    """Fixed; with it min and max must be left out."""
    min_capacity_mw: NotNegative = 0.0
    max_capacity_mw: NotNegative | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Any:
        if self.capacity_mw is not None and (self.min_capacity_mw > 0 or self.max_capacity_mw is not None):
            raise ValueError("either capacity_mw or min/max_capacity_mw")
        if self.max_capacity_mw is not None and self.max_capacity_mw < self.min_capacity_mw:
            raise ValueError("max_capacity_mw of at least min_capacity_mw")
        return self

    @property
    def bounds_mw(self) -> tuple[float, float]:
        if self.capacity_mw is not None:
            return self.capacity_mw, self.capacity_mw
        return self.min_capacity_mw, float("inf") if self.max_capacity_mw is None else self.max_capacity_mw


class Renewable(_Capacity):
    """Wind or PV; a cost left out is taken from the technology table."""

    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    capex_cny_per_kw: NotNegative | None = None
    fixed_om_cny_per_kw_year: NotNegative | None = None
    variable_cny_per_mwh: NotNegative = 0.0
    life_years: Positive | None = None
    land_km2_per_mw: NotNegative | None = None


class Storage(_Part):
    """Battery station: power and energy are sized apart."""

    capex_power_cny_per_kw: NotNegative | None = None
    capex_energy_cny_per_kwh: NotNegative | None = None
    fixed_om_share_of_capex_per_year: NotNegative | None = None
    variable_cny_per_mwh: NotNegative = 1.0
    """On energy discharged; above 0, so that the plant never charges and discharges for nothing."""
    life_years: Positive | None = None
    efficiency_round_trip_share: Annotated[float, Field(gt=0, le=1)] | None = None
    min_power_mw: NotNegative = 0.0
    max_power_mw: NotNegative | None = None
    min_energy_mwh: NotNegative = 0.0
    max_energy_mwh: NotNegative | None = None
    min_duration_h: NotNegative = 0.0
    max_duration_h: Positive | None = None


class Thermal(_Capacity):
    """Backup plant, all its units kept on line: output between min_load_share and availability."""

    fuel: Literal["coal", "gas"] = "coal"
    capex_cny_per_kw: NotNegative | None = None
    fixed_om_cny_per_kw_year: NotNegative | None = None
    marginal_cost_cny_per_mwh: NotNegative
    """Fuel, variable operation and, where wanted, carbon."""
    life_years: Positive | None = None
    min_load_share: Share | None = None
    availability_share: Annotated[float, Field(gt=0, le=1)] | None = None
    co2_t_per_mwh: NotNegative

    @model_validator(mode="after")
    def _range(self) -> Thermal:
        if (self.min_load_share or 0.0) > (self.availability_share or 1.0):
            raise ValueError("min_load_share of at most availability_share")
        return self


class Hydro(_Part):
    """A hydro plant that exists, as one reservoir of energy; water is counted in MWh at the turbine."""

    capacity_mw: Positive
    inflow_monthly_mw: Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)] | None = None
    inflow_hourly_mw: Annotated[tuple[NotNegative, ...], Field(min_length=8760, max_length=8760)] | None = (
        None
    )
    reservoir_mwh: NotNegative
    """Usable; the level at the end of the year is that of its beginning."""
    min_flow_mw: NotNegative = 0.0
    """Least release, through the turbines or over the weir."""
    cost_cny_per_mwh: NotNegative
    """What its energy costs the base; the plant is not invested in."""

    @model_validator(mode="after")
    def _one_inflow(self) -> Hydro:
        if (self.inflow_monthly_mw is None) == (self.inflow_hourly_mw is None):
            raise ValueError("one of inflow_monthly_mw and inflow_hourly_mw")
        return self


class Limits(_Part):
    """Bounds on the year; one that is left out does not bind."""

    renewable_share_min: Share | None = None
    """Wind, PV and hydro in all generation taken."""
    curtailment_max_share: Share | None = None
    """Of what wind and PV could generate."""
    thermal_share_max: Share | None = None
    """Thermal generation over energy delivered."""
    land_km2_max: Positive | None = None


class BaseCase(_Part):
    """One complementary base; money is real, of `price_year`."""

    schema_version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    name_zh: str
    name_en: str
    price_year: Annotated[int, Field(ge=2000, le=2100)]
    discount_rate: Annotated[float, Field(ge=0, lt=1)]
    """Real. [-]"""
    channel: Channel
    delivery: Delivery
    wind: Renewable | None = None
    pv: Renewable | None = None
    storage: Storage | None = None
    thermal: Thermal | None = None
    hydro: Hydro | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _something(self) -> BaseCase:
        if self.wind is None and self.pv is None and self.thermal is None and self.hydro is None:
            raise ValueError("at least one of [wind], [pv], [thermal], [hydro]")
        return self


_RENEWABLE = {
    "capex_cny_per_kw": ("capex_cny_per_kw", 1.0),
    "fixed_om_cny_per_kw_year": ("fixed_om_cny_per_kw_year", 1.0),
    "life_years": ("life_years", 1.0),
    "land_km2_per_mw": ("land_km2_per_gw", 1e-3),
}
_DEFAULTS: dict[str, dict[str, tuple[str, float]]] = {
    "wind": _RENEWABLE,
    "pv": _RENEWABLE,
    "storage": {
        "capex_power_cny_per_kw": ("capex_power_cny_per_kw", 1.0),
        "capex_energy_cny_per_kwh": ("capex_energy_cny_per_kwh", 1.0),
        "fixed_om_share_of_capex_per_year": ("fixed_om_share_of_capex_per_year", 1.0),
        "life_years": ("life_years", 1.0),
        "efficiency_round_trip_share": ("efficiency_round_trip_share", 1.0),
    },
    "thermal": {
        "capex_cny_per_kw": ("capex_cny_per_kw", 1.0),
        "fixed_om_cny_per_kw_year": ("fixed_om_cny_per_kw_year", 1.0),
        "life_years": ("life_years", 1.0),
        "min_load_share": ("min_load_share", 1.0),
        "availability_share": ("availability_share", 1.0),
    },
}
"""Part of a case: field left out -> (quantity of the technology table, factor to the field's unit)."""


def with_defaults(case: BaseCase, figure: Callable[[str, str], float]) -> BaseCase:
    """The case with every cost left out taken from the technology table.

    Parameters
    ----------
    figure
        (technology, quantity) -> value, as `Tables.technology`; storage asks for 'battery', thermal for
        its fuel.
    """
    changes: dict[str, Any] = {}
    for part_name, fields in _DEFAULTS.items():
        part = getattr(case, part_name)
        if part is None:
            continue
        technology = {"storage": "battery", "thermal": getattr(part, "fuel", "")}.get(part_name, part_name)
        missing = [field for field in fields if getattr(part, field) is None]
        values = {field: figure(technology, fields[field][0]) * fields[field][1] for field in missing}
        changes[part_name] = type(part).model_validate(part.model_dump() | values)
    return case.model_copy(update=changes)


def check_complete(case: BaseCase, where: str = "base") -> None:
    """Raise InputError naming every cost that is still missing."""
    problems = [
        Problem(where, f"{part_name}.{field}", "nothing", "a number, here or in the technology table")
        for part_name, fields in _DEFAULTS.items()
        if (part := getattr(case, part_name)) is not None
        for field in fields
        if getattr(part, field) is None
    ]
    if problems:
        raise InputError(problems)


def load_base_case(path: Path) -> BaseCase:
    """Read a BASE.toml.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, or has wrong keys, units or values: all problems at once.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a TOML file")) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(str(path), "encoding", f"byte {error.start} is not UTF-8", "UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(str(path), "syntax", str(error), "TOML")) from error
    try:
        # Strict numbers: a quoted "8000" or a true is a slip, not a value; TOML arrays become tuples.
        return BaseCase.model_validate(document)
    except ValidationError as error:
        raise InputError(_problems(path, document, error)) from error


def _problems(path: Path, document: dict[str, Any], error: ValidationError) -> list[Problem]:
    found = []
    for item in error.errors(include_url=False):
        place = ".".join(str(part) for part in item["loc"]) or "file"
        if item["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(item["loc"][-1]), _keys(item["loc"][:-1]), 1, 0.6)
            hint = f"a known key; did you mean {near[0]}?" if near else "a known key"
            found.append(Problem(str(path), place, "an unknown key", hint))
        elif item["type"] == "missing":
            found.append(Problem(str(path), place, "nothing", "a value"))
        elif item["type"] == "value_error":
            found.append(
                Problem(str(path), place, "a contradiction", item["msg"].removeprefix("Value error, "))
            )
        else:
            found.append(
                Problem(str(path), place, repr(item["input"])[:60], item["msg"].removeprefix("Input "))
            )
    return found


def _keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys the model at `location` knows."""
    model: type[BaseModel] = BaseCase
    for part in location:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        inner = _model_in(model.model_fields[part].annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
