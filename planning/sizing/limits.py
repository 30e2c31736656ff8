"""Bounds on the year: shares, curtailment, storage, emissions, land, money; each one row 'activity >= bound'."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planning.sizing.assembly import Array, Assembly, Expression, added
from planning.sizing.fields import CasePart, NotNegative, Positive, Share


class Limits(CasePart):
    """Bounds on the year; one that is left out does not bind."""

    renewable_share_min: Share | None = None
    """Wind, PV, CSP and hydro, less what stores lose, in all that leaves the base or is used in it."""
    curtailment_max_share: Share | None = None
    """Of what wind and PV could generate; what stores lose counts as not taken."""
    thermal_share_max: Share | None = None
    """Thermal generation over energy delivered."""
    storage_power_share_min: NotNegative | None = None
    """Battery and pumped power over wind and PV capacity (policy: 0.1 to 0.2)."""
    storage_hours_min: NotNegative | None = None
    """Battery and pumped energy over their power (policy: 2 to 4 h)."""
    co2_max_t: NotNegative | None = None
    """A year."""
    co2_intensity_max_t_per_mwh: NotNegative | None = None
    """Over energy delivered."""
    land_km2_max: Positive | None = None
    land_pv_under_wind_share: Share = 0.0
    """Of a wind farm's area that PV may stand on without needing land of its own."""
    investment_max_cny: Positive | None = None
    """Of what is new, the line left out."""


def add_limits(a: Assembly, limits: Limits, energy_gwh: float) -> None:
    """Rows of the limits that are set.

    energy_gwh
        Of a year's delivery: the size that limits on shares of energy are weighed with.
    """
    # What stores lose is not taken: else a battery that charges and discharges at once would raise the green share and
    # lower the curtailment by burning energy (measured: 91 TWh a year at the dear end of a front).
    lost = a.expression("store_loss").scaled(-1.0)
    generation = added(a.expression("green", "thermal"), lost)
    if limits.renewable_share_min:
        share = limits.renewable_share_min
        green = added(a.expression("green"), lost)
        activity = added(green.scaled(1.0 - share), a.expression("thermal").scaled(-share))
        a.at_least("renewable_share_min", "%", activity, 0.0, _percent(generation), share * energy_gwh)
    if limits.curtailment_max_share is not None and a.expression("possible").columns.size:
        share = limits.curtailment_max_share
        possible = a.expression("possible")
        activity = added(a.expression("taken"), lost, possible.scaled(share - 1.0))
        a.at_least("curtailment_max_share", "%", activity, 0.0, _percent(possible), energy_gwh)
    if limits.thermal_share_max is not None and a.expression("thermal").columns.size:
        delivered = a.expression("delivered")
        activity = added(delivered.scaled(limits.thermal_share_max), a.expression("thermal").scaled(-1.0))
        a.at_least("thermal_share_max", "%", activity, 0.0, _percent(delivered), energy_gwh)
    _storage(a, limits)
    if limits.co2_max_t is not None and a.expression("co2").columns.size:
        cap = limits.co2_max_t * 1e-3 * a.year_share
        a.at_least(
            "co2_max_t", "t", a.expression("co2").scaled(-1.0), -cap, lambda x: 1e-3 * a.year_share,
            max(cap, 0.05 * energy_gwh),
        )  # fmt: skip
    if limits.co2_intensity_max_t_per_mwh is not None and a.expression("co2").columns.size:
        delivered = a.expression("delivered")
        activity = added(
            delivered.scaled(limits.co2_intensity_max_t_per_mwh), a.expression("co2").scaled(-1.0)
        )
        a.at_least("co2_intensity_max_t_per_mwh", "t/MWh", activity, 0.0, delivered.value, energy_gwh)
    _land(a, limits)
    if limits.investment_max_cny is not None:
        budget = limits.investment_max_cny * 1e-6
        a.at_least(
            "investment_max_cny", "CNY", a.expression("investment").scaled(-1.0), -budget,
            lambda x: 1e-6, budget,
        )  # fmt: skip


def _percent(whole: Expression) -> Callable[[Array], float]:
    """A percentage point of a sum."""
    return lambda x: 0.01 * whole.value(x)


def _storage(a: Assembly, limits: Limits) -> None:
    power, energy = a.expression("storage_power"), a.expression("storage_energy")
    if limits.storage_power_share_min:
        renewable = a.expression("wind_pv_capacity")
        activity = added(power, renewable.scaled(-limits.storage_power_share_min))
        a.at_least("storage_power_share_min", "%", activity, 0.0, _percent(renewable), 1.0)
    if limits.storage_hours_min:
        activity = added(energy, power.scaled(-limits.storage_hours_min))
        a.at_least("storage_hours_min", "h", activity, 0.0, power.value, limits.storage_hours_min)


def _land(a: Assembly, limits: Limits) -> None:
    """Land of wind farms, of CSP, and of PV that finds no room between the turbines."""
    wind, pv = a.expression("land_wind"), a.expression("land_pv")
    if limits.land_pv_under_wind_share > 0 and wind.columns.size and pv.columns.size:
        own = a.builder.columns(1)
        a.columns["land_of_pv_alone"] = own
        row = a.builder.rows(0.0, np.inf, -1, 1)
        a.builder.put(row, own, 1.0)
        a.builder.put(row[0], pv.columns, -pv.coefficients)
        a.builder.put(row[0], wind.columns, limits.land_pv_under_wind_share * wind.coefficients)
        pv = Expression(own, np.ones(1))
    land = added(wind, pv, a.expression("land_csp"))
    a.sum("land", land.columns, land.coefficients)
    if limits.land_km2_max is not None and land.columns.size:
        a.at_least(
            "land_km2_max", "km2", land.scaled(-1.0), -limits.land_km2_max, lambda x: 1.0,
            limits.land_km2_max,
        )  # fmt: skip


def shared_land_km2(limits: Limits, wind_km2: float, pv_km2: float, other_km2: float) -> float:
    """Land a design takes, PV between the turbines counted once."""
    return wind_km2 + max(pv_km2 - limits.land_pv_under_wind_share * wind_km2, 0.0) + other_km2
