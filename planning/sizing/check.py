"""Contradictions that show before anything is solved: bounds that no design can meet together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.sizing.assembly import HOURS
from planning.sizing.case import BaseCase
from planning.sizing.delivery import bounds_gw
from planning.sizing.parts.wind_pv import NAMES as WIND_PV
from planning.sizing.resource import BaseResource
from resources.csp import block

Array = NDArray[np.float64]

_SLACK = 1e-6


def check_case(case: BaseCase, resource: BaseResource) -> None:
    """Raise InputError with every contradiction found; what only the programme can tell is left to it.

    Raises
    ------
    InputError
        Delivery, shares, land, money or emissions beyond what the bounds of all capacities allow.
    """
    found: list[tuple[str, str, str]] = []
    hours = resource.hours or HOURS
    _costs(case, found)
    _storage(case, found)
    _fixed_needs(case, hours, found)
    high = bounds_gw(case.channel, case.delivery, hours)[1] * 1e3
    _profile(case, high, found)
    if case.delivery.unmet_penalty_cny_per_mwh is None:
        _reach(case, resource, hours, high, found)
    _must_run(case, high, found)
    if found:
        raise InputError(
            [Problem(f"base {case.id}", field, what, expected) for field, what, expected in found]
        )


def _costs(case: BaseCase, found: list[tuple[str, str, str]]) -> None:
    for name in (*WIND_PV, "csp", "thermal", "pumped"):
        part = getattr(case, name)
        if part is not None and not part.capex_cny_per_kw and not np.isfinite(part.bounds_mw[1]):
            found.append((f"{name}.capex_cny_per_kw", "0", "above 0, or a max_capacity_mw"))
    store = case.storage
    if store is not None and not store.capex_energy_cny_per_kwh and store.max_energy_mwh is None:
        found.append(("storage.capex_energy_cny_per_kwh", "0", "above 0, or a max_energy_mwh"))


def _storage(case: BaseCase, found: list[tuple[str, str, str]]) -> None:
    limits, store = case.limits, case.storage
    for field in ("storage_power_share_min", "storage_hours_min"):
        if getattr(limits, field) and store is None and case.pumped is None:
            found.append((f"limits.{field}", f"{getattr(limits, field):g}", "with [storage] or [pumped]"))
    longest = store.max_duration_h if store is not None else None
    if longest is not None and case.pumped is None and (limits.storage_hours_min or 0.0) > longest:
        found.append(
                ("limits.storage_hours_min", f"{limits.storage_hours_min:g} h", f"at most storage.max_duration_h, {longest:g} h")
            )  # fmt: skip


def _fixed_needs(case: BaseCase, hours: int, found: list[tuple[str, str, str]]) -> None:
    """What capacities that must be built take of land, money and emissions."""
    limits = case.limits
    of = {n: p for n in (*WIND_PV, "csp", "thermal", "pumped") if (p := getattr(case, n)) is not None}
    least = {name: part.bounds_mw[0] for name, part in of.items()}
    land = {n: least[n] * float(getattr(p, "land_km2_per_mw", None) or 0.0) for n, p in of.items()}
    pv = sum(km2 for name, km2 in land.items() if name.startswith("pv"))
    wind = land.get("wind", 0.0)
    need = wind + max(pv - limits.land_pv_under_wind_share * wind, 0.0) + land.get("csp", 0.0)
    if limits.land_km2_max is not None and need > limits.land_km2_max * (1 + _SLACK):
        found.append(
            (
                "limits.land_km2_max",
                f"{limits.land_km2_max:g} km2",
                f"at least {need:g} km2 for what must be built",
            )
        )
    spent = sum(
        max(least[n] - p.existing_mw, 0.0) * 1e3 * float(p.capex_cny_per_kw or 0.0) for n, p in of.items()
    )
    if limits.investment_max_cny is not None and spent > limits.investment_max_cny * (1 + _SLACK):
        found.append(
            ("limits.investment_max_cny", f"{limits.investment_max_cny:g} CNY", f"at least {spent:g} CNY for what must be built")
        )  # fmt: skip
    thermal = case.thermal
    if thermal is not None and thermal.commitment == "always_on" and limits.co2_max_t is not None:
        smoke = least["thermal"] * float(thermal.min_load_share or 0.0) * HOURS * thermal.co2_t_per_mwh
        if smoke > limits.co2_max_t * (1 + _SLACK):
            found.append(
                ("limits.co2_max_t", f"{limits.co2_max_t:g} t", f"at least {smoke:g} t of the backup at its least load")
            )  # fmt: skip


def _profile(case: BaseCase, high: Array, found: list[tuple[str, str, str]]) -> None:
    channel = case.channel
    if not case.delivery.firm:
        return
    if high.min() < channel.min_power_share * channel.capacity_mw * (1 - _SLACK):
        least = f"at most {high.min() / channel.capacity_mw:.3g}, the profile's least hour"
        found.append(("channel.min_power_share", f"{channel.min_power_share:g}", least))
    if channel.ramp_share_per_h is not None:
        steepest = float(np.abs(np.diff(high)).max(initial=0.0)) / channel.capacity_mw
        if steepest > channel.ramp_share_per_h * (1 + _SLACK):
            found.append(
                ("channel.ramp_share_per_h", f"{channel.ramp_share_per_h:g}", f"at least {steepest:.3g}, the profile's own")
            )  # fmt: skip


def _reach(
    case: BaseCase, resource: BaseResource, hours: int, high: Array, found: list[tuple[str, str, str]]
) -> None:
    """A channel asked to carry more than all that may be built gives at its best hour."""
    best = float(_most(case, resource, hours).max(initial=0.0))
    channel = case.channel
    mean = case.delivery.full_load_hours_min / HOURS * channel.capacity_mw
    asked = float(high.max(initial=0.0)) if case.delivery.firm else mean
    if best < asked * (1 - _SLACK):
        most = best / asked * channel.capacity_mw
        least = f"at most {most:.6g} MW: all that can be built gives {best:.6g} MW at its best hour, {asked:.6g} are asked"
        found.append(("channel.capacity_mw", f"{channel.capacity_mw:g} MW", least))


def _most(case: BaseCase, resource: BaseResource, hours: int) -> Array:
    """(hour,) the largest output there can be [MW], inf where nothing bounds it."""
    total = np.zeros(hours)
    for name in WIND_PV:
        part, cf = getattr(case, name), resource.profiles.get(name)
        if part is not None and cf is not None:
            top = part.bounds_mw[1]
            total = total + (top * cf if np.isfinite(top) else np.where(cf > 0, np.inf, 0.0))
    if case.csp is not None:
        total = total + case.csp.bounds_mw[1] * block(case.csp.tower).availability
    if case.hydro is not None:
        total = total + case.hydro.capacity_mw
    if resource.cascade is not None and case.cascade is not None:
        total = total + float(resource.cascade.capacity_mw.sum())
    if case.thermal is not None:
        total = total + case.thermal.bounds_mw[1] * float(case.thermal.availability_share or 1.0)
    if case.storage is not None:
        total = total + (np.inf if case.storage.max_power_mw is None else case.storage.max_power_mw)
    if case.pumped is not None:
        total = total + case.pumped.bounds_mw[1]
    return np.asarray(total)


def _must_run(case: BaseCase, high: Array, found: list[tuple[str, str, str]]) -> None:
    """Backup that cannot go low enough, with nothing to take the surplus."""
    thermal = case.thermal
    if thermal is None or thermal.commitment != "always_on":
        return
    if case.storage is not None or case.pumped is not None or case.electrolyser is not None:
        return
    least = thermal.bounds_mw[0] * float(thermal.min_load_share or 0.0)
    if least > float(high.min()) * (1 + _SLACK):
        found.append(
            ("thermal.min_load_share", f"{least:.6g} MW in every hour", f"at most {high.min():.6g} MW, the least delivery")
        )  # fmt: skip
