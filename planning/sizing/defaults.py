"""Costs a case leaves out, from the technology table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gis_layers.errors import InputError, Problem
from planning.corridors import Corridor, physics_loss_share
from planning.sizing.case import BaseCase, Channel

_PLANT = {
    "capex_cny_per_kw": ("capex_cny_per_kw", 1.0),
    "fixed_om_cny_per_kw_year": ("fixed_om_cny_per_kw_year", 1.0),
    "life_years": ("life_years", 1.0),
}
_RENEWABLE = _PLANT | {"land_km2_per_mw": ("land_km2_per_gw", 1e-3)}
_THERMAL = _PLANT | {
    "min_load_share": ("min_load_share", 1.0),
    "availability_share": ("availability_share", 1.0),
}
_STORE = {
    "fixed_om_share_of_capex_per_year": ("fixed_om_share_of_capex_per_year", 1.0),
    "life_years": ("life_years", 1.0),
    "efficiency_round_trip_share": ("efficiency_round_trip_share", 1.0),
}
DEFAULTS: dict[str, dict[str, tuple[str, float]]] = {
    "wind": _RENEWABLE,
    "pv": _RENEWABLE,
    "pv_fixed": _RENEWABLE,
    "pv_tracked": _RENEWABLE,
    "csp": _RENEWABLE,
    "storage": _STORE
    | {
        "capex_power_cny_per_kw": ("capex_power_cny_per_kw", 1.0),
        "capex_energy_cny_per_kwh": ("capex_energy_cny_per_kwh", 1.0),
    },
    "pumped": _STORE | {"capex_cny_per_kw": ("capex_cny_per_kw", 1.0), "duration_h": ("duration_h", 1.0)},
    "thermal": _THERMAL,
}
"""Part of a case: field left out -> (quantity of the technology table, factor to the field's unit)."""

_ROWS = {"storage": "battery", "pv_fixed": "pv"}
"""Parts whose row of the table has another name."""

Figure = Callable[[str, str], float]


def technology_of(part: str, fuel: str = "") -> str:
    """The technology whose rows of the table a part takes its figures from."""
    return fuel if part == "thermal" else _ROWS.get(part, part)


def with_defaults(case: BaseCase, figure: Figure) -> BaseCase:
    """The case with every cost left out taken from the technology table.

    Parameters
    ----------
    figure
        (technology, quantity) -> value, as `Tables.technology`; storage asks for 'battery', thermal for
        its fuel, PV on fixed mounts for 'pv'.

    Notes
    -----
    A channel of given length costs what the table's regression of UHV DC lines says; what base energy replaces is
    coal power of the table, and coal backup burns as much.
    """
    changes: dict[str, Any] = {}
    for part_name, fields in DEFAULTS.items():
        part = getattr(case, part_name)
        if part is None:
            continue
        technology = technology_of(part_name, part.fuel if part_name == "thermal" else "")
        values = {
            field: figure(technology, quantity) * factor
            for field, (quantity, factor) in fields.items()
            if getattr(part, field) is None
        }
        if part_name == "thermal" and part.fuel_tce_per_mwh is None and part.fuel == "coal":
            values["fuel_tce_per_mwh"] = figure("coal", "fuel_gce_per_kwh_supplied") / 1e3
        changes[part_name] = type(part).model_validate(part.model_dump() | values)
    changes["reference"] = _reference(case, figure)
    changes["channel"] = _channel(case, figure)
    return case.model_copy(update=changes)


def _reference(case: BaseCase, figure: Figure) -> Any:
    fuel = case.reference.fuel_tce_per_mwh
    if fuel is None:
        fuel = figure("coal", "fuel_gce_per_kwh_supplied") / 1e3
    co2 = case.reference.co2_t_per_mwh
    if co2 is None:
        co2 = fuel * figure("coal", "co2_t_per_tce")
    return case.reference.model_copy(update={"fuel_tce_per_mwh": fuel, "co2_t_per_mwh": co2})


def _channel(case: BaseCase, figure: Figure) -> Any:
    channel = case.channel
    if channel.length_km is None:
        return channel
    values: dict[str, float] = {}
    if channel.loss_share is None:
        values["loss_share"] = _estimated_loss_share(channel, channel.length_km)
    if channel.tariff_cny_per_mwh is None:
        if channel.capex_cny_per_kw is None:
            per_km = figure("uhvdc", "capex_slope_cny_per_kw_km")
            values["capex_cny_per_kw"] = (
                figure("uhvdc", "capex_intercept_cny_per_kw") + per_km * channel.length_km
            )
        for field in ("life_years", "fixed_om_share_of_capex_per_year"):
            if getattr(channel, field) is None:
                values[field] = figure("uhvdc", field)
    return type(channel).model_validate(channel.model_dump() | values)


def _estimated_loss_share(channel: Channel, length_km: float) -> float:
    """Of a DC line by the rule of `planning.corridors`; its ends are of no matter to it."""
    line = Corridor(
        id="channel", name_zh="-", name_en="-", kind=channel.converter, kv=channel.kv, mw=channel.capacity_mw,
        km=length_km, to_node="-", from_lon_deg=0.0, from_lat_deg=0.0, to_lon_deg=0.0, to_lat_deg=0.0,
        status="own", scope="interprovincial", bidirectional=False, date="2024", tier="estimated", source="-",
    )  # fmt: skip
    return physics_loss_share(line)


def check_complete(case: BaseCase, where: str = "base") -> None:
    """Raise InputError naming every cost that is still missing."""
    problems = [
        Problem(where, f"{part_name}.{field}", "nothing", "a number, here or in the technology table")
        for part_name, fields in DEFAULTS.items()
        if (part := getattr(case, part_name)) is not None
        for field in fields
        if getattr(part, field) is None
    ]
    if case.channel.capex_cny_per_kw is not None:
        problems += [
            Problem(where, f"channel.{field}", "nothing", "a number with capex_cny_per_kw")
            for field in ("life_years", "fixed_om_share_of_capex_per_year")
            if getattr(case.channel, field) is None
        ]
    if problems:
        raise InputError(problems)
