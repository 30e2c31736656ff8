"""The linear programme of one base: capacities and 8,760 hours at least yearly cost, as sparse blocks.

Units inside: GW, GWh, million CNY. Every hour is a stage; capacities are dense columns, limits over the
year dense rows. Storage starts and ends half full, a reservoir at a level the programme chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planning.lp.builder import ProgramBuilder
from planning.lp.model import LinearProgram
from planning.sizing.case import BaseCase, Renewable, Thermal
from planning.technology import annuity_factor
from resources.hydro import hourly_from_monthly

Array = NDArray[np.float64]
Index = NDArray[np.int64]

HOURS = 8760
SLACK_COST = 1e4
"""Million CNY per unit of a limit given up when looking for what is in conflict: above any real cost."""


@dataclass(frozen=True, slots=True)
class Model:
    """A programme and where its columns and rows are."""

    program: LinearProgram
    columns: dict[str, Index]
    limit_rows: dict[str, int]
    slack_columns: dict[str, int] = field(default_factory=dict)


def wanted_gw(case: BaseCase, hours: int = HOURS) -> Array:
    """(hour,) power asked of the channel; for 'free' delivery the channel's capacity."""
    channel = case.channel.capacity_mw / 1e3
    delivery = case.delivery
    if delivery.kind == "free":
        return np.full(hours, channel)
    level = np.ones(hours)
    if delivery.kind == "two_step":
        hour = np.arange(hours) % 24
        peak = np.zeros(hours, dtype=bool)
        for start, stop in delivery.peak_hours:
            peak |= (hour >= start) & (hour < stop)
        level = np.where(peak, delivery.peak_level, delivery.valley_level)
    mean = delivery.full_load_hours_min / 8760.0
    # Scaled to the hours asked for; a peak that would pass the channel is cut and the rest raised.
    low, high = 0.0, 50.0
    for _ in range(60):
        scale = (low + high) / 2
        if np.minimum(level * scale, 1.0).mean() < mean:
            low = scale
        else:
            high = scale
    return np.asarray(channel * np.minimum(level * high, 1.0))


def build_model(case: BaseCase, wind_cf: Array, pv_cf: Array, with_slack: bool = False) -> Model:
    """The programme of a case whose costs are complete.

    Parameters
    ----------
    wind_cf, pv_cf : (hour,)
    with_slack
        Let every limit give, at a price: for finding what is in conflict.
    """
    b = ProgramBuilder()
    hours = len(wind_cf)
    stage = np.arange(hours)
    rate = case.discount_rate
    year_share = hours / HOURS
    columns: dict[str, Index] = {}
    limits: dict[str, int] = {}
    slacks: dict[str, int] = {}
    balance = b.rows(0.0, 0.0, stage, hours)
    green: list[Index] = []
    available: list[tuple[Index, Array]] = []
    land: list[tuple[int, float]] = []

    for name, part, cf in (("wind", case.wind, wind_cf), ("pv", case.pv, pv_cf)):
        if part is None:
            continue
        capacity = _capacity(b, part, rate, year_share)
        used = b.columns(hours, cost=part.variable_cny_per_mwh * 1e-3)
        limit = b.rows(-np.inf, 0.0, stage, hours)
        b.put(limit, used, 1.0)
        b.put(limit, capacity[0], -cf)
        b.put(balance, used, 1.0)
        columns[name], columns[f"{name}_capacity"] = used, capacity
        green.append(used)
        available.append((capacity, cf))
        land.append((int(capacity[0]), float(part.land_km2_per_mw or 0.0) * 1e3))

    if case.storage is not None:
        _storage(b, case, rate, year_share, balance, stage, columns)
    if case.thermal is not None:
        _thermal(b, case.thermal, rate, year_share, balance, stage, columns)
    if case.hydro is not None:
        _hydro(b, case, balance, stage, columns)
        green.append(columns["hydro"])

    wanted = wanted_gw(case, hours)
    penalty = case.delivery.unmet_penalty_cny_per_mwh
    delivered = b.columns(hours, upper=wanted)
    b.put(balance, delivered, -1.0)
    columns["delivered"] = delivered
    floor = case.delivery.full_load_hours_min * case.channel.capacity_mw / 1e3 * year_share
    energy = float(wanted.sum()) if case.delivery.kind != "free" else floor
    row = b.rows(energy, np.inf, -1, 1)
    b.put(row, delivered, 1.0)
    limits["delivered_energy"] = int(row[0])
    if penalty is not None:
        unmet = b.columns(1, cost=penalty * 1e-3)
        b.put(row, unmet, 1.0)
        columns["unmet"] = unmet
    if case.delivery.full_load_hours_max is not None and case.delivery.kind == "free":
        top = case.delivery.full_load_hours_max * case.channel.capacity_mw / 1e3 * year_share
        upper = b.rows(-np.inf, top, -1, 1)
        b.put(upper, delivered, 1.0)

    limit_of = case.limits
    if limit_of.renewable_share_min is not None and limit_of.renewable_share_min > 0:
        row = b.rows(0.0, np.inf, -1, 1)
        for used in green:
            b.put(row, used, 1.0 - limit_of.renewable_share_min)
        if "thermal" in columns:
            b.put(row, columns["thermal"], -limit_of.renewable_share_min)
        limits["renewable_share_min"] = int(row[0])
    if limit_of.curtailment_max_share is not None and available:
        row = b.rows(0.0, np.inf, -1, 1)
        for capacity, cf in available:
            b.put(row, capacity, -(1.0 - limit_of.curtailment_max_share) * float(cf.sum()))
        for name in ("wind", "pv"):
            if name in columns:
                b.put(row, columns[name], 1.0)
        limits["curtailment_max_share"] = int(row[0])
    if limit_of.thermal_share_max is not None and "thermal" in columns:
        row = b.rows(0.0, np.inf, -1, 1)
        b.put(row, columns["thermal"], -1.0)
        b.put(row, delivered, limit_of.thermal_share_max)
        limits["thermal_share_max"] = int(row[0])
    if limit_of.land_km2_max is not None:
        row = b.rows(-limit_of.land_km2_max, np.inf, -1, 1)
        for column, per_gw in land:
            b.put(row, column, -per_gw)
        limits["land_km2_max"] = int(row[0])
    if with_slack:
        for name, row_index in limits.items():
            slack = b.columns(1, cost=SLACK_COST)
            b.put(row_index, slack, 1.0)
            slacks[name] = int(slack[0])
    return Model(b.program(), columns, limits, slacks)


def _capacity(b: ProgramBuilder, part: Renewable | Thermal, rate: float, year_share: float) -> Index:
    low, high = part.bounds_mw
    yearly = float(part.capex_cny_per_kw or 0.0) * annuity_factor(rate, float(part.life_years or 1.0))
    cost = (yearly + float(part.fixed_om_cny_per_kw_year or 0.0)) * year_share
    return b.columns(1, cost=cost, lower=low / 1e3, upper=high / 1e3)


def _storage(
    b: ProgramBuilder,
    case: BaseCase,
    rate: float,
    year_share: float,
    balance: Index,
    stage: Index,
    columns: dict[str, Index],
) -> None:
    part = case.storage
    assert part is not None
    hours = len(stage)
    share = annuity_factor(rate, float(part.life_years or 1.0)) + float(
        part.fixed_om_share_of_capex_per_year or 0.0
    )
    power = b.columns(
        1,
        cost=float(part.capex_power_cny_per_kw or 0.0) * share * year_share,
        lower=part.min_power_mw / 1e3,
        upper=np.inf if part.max_power_mw is None else part.max_power_mw / 1e3,
    )
    energy = b.columns(
        1,
        cost=float(part.capex_energy_cny_per_kwh or 0.0) * share * year_share,
        lower=part.min_energy_mwh / 1e3,
        upper=np.inf if part.max_energy_mwh is None else part.max_energy_mwh / 1e3,
    )
    one_way = float(np.sqrt(part.efficiency_round_trip_share or 1.0))
    charge = b.columns(hours)
    discharge = b.columns(hours, cost=part.variable_cny_per_mwh * 1e-3)
    level = b.columns(hours)
    b.put(balance, charge, -1.0)
    b.put(balance, discharge, 1.0)
    both = b.rows(-np.inf, 0.0, stage, hours)
    b.put(both, charge, 1.0)
    b.put(both, discharge, 1.0)
    b.put(both, power[0], -1.0)
    full = b.rows(-np.inf, 0.0, stage, hours)
    b.put(full, level, 1.0)
    b.put(full, energy[0], -1.0)
    step = b.rows(0.0, 0.0, stage, hours)
    b.put(step, level, 1.0)
    b.put(step[1:], level[:-1], -1.0)
    b.put(step[0], energy[0], -0.5)
    b.put(step, charge, -one_way)
    b.put(step, discharge, 1.0 / one_way)
    end = b.rows(0.0, np.inf, hours - 1, 1)
    b.put(end, level[-1:], 1.0)
    b.put(end, energy, -0.5)
    for low, high in ((part.min_duration_h, part.max_duration_h),):
        if low > 0:
            row = b.rows(0.0, np.inf, -1, 1)
            b.put(row, energy, 1.0)
            b.put(row, power, -low)
        if high is not None:
            row = b.rows(-np.inf, 0.0, -1, 1)
            b.put(row, energy, 1.0)
            b.put(row, power, -high)
    columns |= {
        "charge": charge,
        "discharge": discharge,
        "level": level,
        "battery_capacity": power,
        "battery_energy": energy,
    }


def _thermal(
    b: ProgramBuilder,
    part: Thermal,
    rate: float,
    year_share: float,
    balance: Index,
    stage: Index,
    columns: dict[str, Index],
) -> None:
    hours = len(stage)
    capacity = _capacity(b, part, rate, year_share)
    output = b.columns(hours, cost=part.marginal_cost_cny_per_mwh * 1e-3)
    b.put(balance, output, 1.0)
    top = b.rows(-np.inf, 0.0, stage, hours)
    b.put(top, output, 1.0)
    b.put(top, capacity[0], -float(part.availability_share or 1.0))
    if part.min_load_share:
        low = b.rows(0.0, np.inf, stage, hours)
        b.put(low, output, 1.0)
        b.put(low, capacity[0], -part.min_load_share)
    columns |= {"thermal": output, "thermal_capacity": capacity}


def inflow_gw(case: BaseCase, hours: int = HOURS) -> Array:
    """(hour,) energy inflow of the case's hydro."""
    part = case.hydro
    assert part is not None
    if part.inflow_hourly_mw is not None:
        return np.asarray(part.inflow_hourly_mw[:hours], dtype=np.float64) / 1e3
    return hourly_from_monthly(np.array(part.inflow_monthly_mw))[:hours] / 1e3


def _hydro(
    b: ProgramBuilder, case: BaseCase, balance: Index, stage: Index, columns: dict[str, Index]
) -> None:
    part = case.hydro
    assert part is not None
    hours = len(stage)
    output = b.columns(hours, cost=part.cost_cny_per_mwh * 1e-3, upper=part.capacity_mw / 1e3)
    spill = b.columns(hours)
    level = b.columns(hours, upper=part.reservoir_mwh / 1e3)
    start = b.columns(1, upper=part.reservoir_mwh / 1e3)
    b.put(balance, output, 1.0)
    flow = inflow_gw(case, hours)
    step = b.rows(flow, flow, stage, hours)
    b.put(step, level, 1.0)
    b.put(step[1:], level[:-1], -1.0)
    b.put(step[0], start[0], -1.0)
    b.put(step, output, 1.0)
    b.put(step, spill, 1.0)
    end = b.rows(0.0, np.inf, hours - 1, 1)
    b.put(end, level[-1:], 1.0)
    b.put(end, start, -1.0)
    if part.min_flow_mw > 0:
        least = b.rows(np.minimum(part.min_flow_mw / 1e3, flow), np.inf, stage, hours)
        b.put(least, output, 1.0)
        b.put(least, spill, 1.0)
    columns |= {"hydro": output, "spill": spill, "reservoir": level, "reservoir_start": start}
