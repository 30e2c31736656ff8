"""Coal or gas backup: what turns has a least load, ramps, starts and a heat rate that worsens at part load.

Units are not told apart: of the capacity C a part `online[t]` turns, between 0 and what is available.

    min_load online[t] <= output[t] <= online[t] <= availability C
    start[t] >= online[t] - online[t-1]
    output[t] - output[t-1] <= ramp online[t-1] + max(min_load, ramp) start[t], and down likewise
    online[t] >= sum of start over the least hours on line

What turned before the first hour is free.

Fuel is that of the idling machine, `no_load_share` of full load for all that turns, and for the rest in proportion
to output, so that the heat rate at full load is the one given. That is the linear relaxation of clustered unit
commitment (Palmintier and Webster, Heterogeneous unit clustering for efficient operational flexibility modeling, IEEE
Trans. Power Syst. 29(3), 2014); `commitment = "integer"` makes the units whole (`planning/sizing/integer.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly, Index
from planning.sizing.fields import Costed, NotNegative, Positive, PositiveShare, Share
from planning.sizing.parts.piece import Account, Adjustable, Answer, Array, Draft
from planning.technology import annuity_factor

Commitment = Literal["always_on", "relaxed", "integer"]


class Thermal(Costed):
    """Backup plant; a cost left out is taken from the technology table."""

    fuel: Literal["coal", "gas"] = "coal"
    marginal_cost_cny_per_mwh: NotNegative
    """Fuel, variable operation and, where wanted, carbon, at full load."""
    min_load_share: Share | None = None
    """Of what turns."""
    availability_share: PositiveShare | None = None
    co2_t_per_mwh: NotNegative
    """At full load."""
    fuel_tce_per_mwh: NotNegative | None = None
    """Standard coal burnt for a MWh at full load; counted where it is given."""
    commitment: Commitment = "always_on"
    """always_on: all units turn all year; relaxed: any part of the capacity may stop and start; integer: whole units."""
    unit_mw: Positive | None = None
    """Size of a unit, for commitment = 'integer'."""
    mip_gap_share: Annotated[float, Field(gt=0, le=0.2)] = 0.01
    """With whole units: how far the cost may lie above its lower bound."""
    mip_time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """With whole units: of branching."""
    no_load_share: float = Field(default=0.0, ge=0, lt=1)
    """Of the fuel of full load, burnt by whatever turns: 0.08 to 0.12 in coal units (estimated)."""
    start_cost_cny_per_mw: NotNegative = 0.0
    start_co2_t_per_mw: NotNegative = 0.0
    min_up_h: int = Field(default=1, ge=1, le=72)
    ramp_share_per_h: PositiveShare | None = None
    """Of what turns."""

    @model_validator(mode="after")
    def _range(self) -> Thermal:
        if (self.min_load_share or 0.0) > (self.availability_share or 1.0):
            raise ValueError("min_load_share of at most availability_share")
        if self.commitment == "integer" and self.unit_mw is None:
            raise ValueError("unit_mw with commitment = 'integer'")
        if self.commitment == "always_on" and (self.start_cost_cny_per_mw > 0 or self.min_up_h > 1):
            raise ValueError("commitment = 'relaxed' or 'integer' with costs of starts or hours on line")
        return self


@dataclass(frozen=True, slots=True)
class Backup:
    part: Thermal

    @property
    def _commits(self) -> bool:
        return self.part.commitment != "always_on"

    def add(self, a: Assembly) -> None:
        part, b = self.part, a.builder
        idle, per_mwh = part.no_load_share, 1.0 - part.no_load_share
        cost, co2 = part.marginal_cost_cny_per_mwh * 1e-3, part.co2_t_per_mwh
        least, available = float(part.min_load_share or 0.0), float(part.availability_share or 1.0)
        # Without commitment all that is there turns all year: fuel and smoke of the capacity.
        burns = 0.0 if self._commits else available * a.hours * idle
        capacity = a.capacity(
            "thermal",
            part,
            capex=float(part.capex_cny_per_kw or 0.0),
            fixed_om=float(part.fixed_om_cny_per_kw_year or 0.0),
            life_years=float(part.life_years or 1.0),
            burden=cost * burns,
        )
        output = a.hourly("thermal", cost=cost * per_mwh)
        a.supply(output)
        a.sum("thermal", output)
        a.sum("co2", output, co2 * per_mwh)
        if self._commits:
            self._committed(a, capacity, output, least, available)
            return
        top = a.hourly_rows(-np.inf, 0.0)
        b.put(top, output, 1.0)
        b.put(top, capacity[0], -available)
        if least > 0:
            low = a.hourly_rows(0.0, np.inf)
            b.put(low, output, 1.0)
            b.put(low, capacity[0], -least)
        if part.ramp_share_per_h is not None:
            for sign in (1.0, -1.0):
                row = a.later_rows(-np.inf, 0.0)
                b.put(row, output[1:], sign)
                b.put(row, output[:-1], -sign)
                b.put(row, capacity[0], -part.ramp_share_per_h)
        if burns > 0:
            a.sum("co2", capacity, co2 * burns)

    def _committed(self, a: Assembly, capacity: Index, output: Index, least: float, available: float) -> None:
        part, b = self.part, a.builder
        cost, co2, idle = part.marginal_cost_cny_per_mwh * 1e-3, part.co2_t_per_mwh, part.no_load_share
        online = a.hourly("thermal_online", cost=cost * idle)
        start = a.hourly("thermal_start", cost=part.start_cost_cny_per_mw * 1e-3)
        a.sum("co2", online, co2 * idle)
        a.sum("co2", start, part.start_co2_t_per_mw)
        standing = a.hourly_rows(-np.inf, 0.0)
        b.put(standing, online, 1.0)
        b.put(standing, capacity[0], -available)
        top = a.hourly_rows(-np.inf, 0.0)
        b.put(top, output, 1.0)
        b.put(top, online, -1.0)
        if least > 0:
            low = a.hourly_rows(0.0, np.inf)
            b.put(low, output, 1.0)
            b.put(low, online, -least)
        rise = a.later_rows(-np.inf, 0.0)
        b.put(rise, online[1:], 1.0)
        b.put(rise, online[:-1], -1.0)
        b.put(rise, start[1:], -1.0)
        if part.min_up_h > 1:
            up = a.hourly_rows(0.0, np.inf)
            b.put(up, online, 1.0)
            for back in range(part.min_up_h):
                b.put(up[back:], start[: a.hours - back], -1.0)
        if part.ramp_share_per_h is not None:
            self._ramps(a, output, online, start, least, part.ramp_share_per_h)

    @staticmethod
    def _ramps(a: Assembly, output: Index, online: Index, start: Index, least: float, ramp: float) -> None:
        b, at_once = a.builder, max(least, ramp)
        up = a.later_rows(-np.inf, 0.0)
        b.put(up, output[1:], 1.0)
        b.put(up, output[:-1], -1.0)
        b.put(up, online[:-1], -ramp)
        b.put(up, start[1:], -at_once)
        # What stops falls from its least load: stop = start + online before - online now.
        down = a.later_rows(-np.inf, 0.0)
        b.put(down, output[1:], -1.0)
        b.put(down, output[:-1], 1.0)
        b.put(down, online[1:], -ramp + at_once)
        b.put(down, online[:-1], -at_once)
        b.put(down, start[1:], -at_once)

    def read(self, answer: Answer) -> Draft:
        part = self.part
        capacity = answer.single("thermal_capacity")
        least, available = float(part.min_load_share or 0.0), float(part.availability_share or 1.0)
        if self._commits:
            online = np.minimum(answer.series("thermal_online"), available * capacity)
            start = np.maximum(np.diff(online, prepend=online[0]), 0.0)
            if part.ramp_share_per_h is not None or part.min_up_h > 1:
                # Units may change over while as many turn.
                start = np.maximum(answer.series("thermal_start"), start)
        else:
            online, start = np.full(answer.hours, available * capacity), np.zeros(answer.hours)
        low = least * (online if self._commits else np.full(answer.hours, capacity))
        output = np.clip(answer.series("thermal"), low, online)
        hourly: dict[str, Array] = {part.fuel: output}
        if self._commits:
            hourly |= {"online": online, "start": start}
        return Draft(
            capacity_mw={part.fuel: capacity},
            hourly_mw=hourly,
            sign={part.fuel: 1.0},
            adjustable=[Adjustable(part.fuel, low, online)],
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def fuel_mwh(self, draft: Draft) -> float:
        """Output that would burn at full load what was burnt."""
        part = self.part
        output = float(draft.hourly_mw[part.fuel].sum())
        return part.no_load_share * self._online_mwh(draft) + (1.0 - part.no_load_share) * output

    def _online_mwh(self, draft: Draft) -> float:
        fuel = self.part.fuel
        if self._commits:
            return float(draft.hourly_mw["online"].sum())
        return (
            float(self.part.availability_share or 1.0) * draft.capacity_mw[fuel] * draft.hourly_mw[fuel].size
        )

    def least_mw(self, draft: Draft) -> Array:
        """(hour,) the output below which it cannot go."""
        return draft.adjustable[0].low

    def account(self, draft: Draft, rate: float) -> Account:
        part, capacity = self.part, draft.capacity_mw[self.part.fuel]
        burnt = self.fuel_mwh(draft)
        started = float(draft.hourly_mw["start"].sum()) if self._commits else 0.0
        spent = max(capacity - part.existing_mw, 0.0) * 1e3 * float(part.capex_cny_per_kw or 0.0)
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, float(part.life_years or 1.0))
            + capacity * 1e3 * float(part.fixed_om_cny_per_kw_year or 0.0),
            variable_cny=burnt * part.marginal_cost_cny_per_mwh + started * part.start_cost_cny_per_mw,
            co2_t=burnt * part.co2_t_per_mwh + started * part.start_co2_t_per_mw,
            fuel_tce=burnt * float(part.fuel_tce_per_mwh or 0.0),
            thermal_mwh=float(draft.hourly_mw[part.fuel].sum()),
        )
