"""Battery station: power and energy are sized apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly, BoundLimit, Expression, added
from planning.sizing.fields import CasePart, NotNegative, Positive, PositiveShare
from planning.sizing.parts.piece import Account, Answer, Draft
from planning.sizing.parts.store import Store
from planning.technology import annuity_factor


class Storage(CasePart):
    """Battery station; a cost left out is taken from the technology table."""

    capex_power_cny_per_kw: NotNegative | None = None
    capex_energy_cny_per_kwh: NotNegative | None = None
    fixed_om_share_of_capex_per_year: NotNegative | None = None
    variable_cny_per_mwh: NotNegative = 1.0
    """On energy discharged; above 0, so that the plant never charges and discharges for nothing."""
    wear_cny_per_mwh: NotNegative = 0.0
    """Cycling cost: life used up by a MWh discharged. 0 where the life in years already counts it."""
    max_cycles_per_year: Positive | None = None
    """Energy discharged over usable energy."""
    life_years: Positive | None = None
    efficiency_round_trip_share: PositiveShare | None = None
    self_discharge_share_per_h: float = Field(default=0.0, ge=0, lt=0.1)
    depth_share: PositiveShare = 1.0
    """Of the energy paid for that may be used."""
    existing_power_mw: NotNegative = 0.0
    existing_energy_mwh: NotNegative = 0.0
    min_power_mw: NotNegative = 0.0
    max_power_mw: NotNegative | None = None
    min_energy_mwh: NotNegative = 0.0
    max_energy_mwh: NotNegative | None = None
    min_duration_h: NotNegative = 0.0
    max_duration_h: Positive | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Storage:
        for what, unit in (("power", "mw"), ("energy", "mwh")):
            low = max(getattr(self, f"min_{what}_{unit}"), getattr(self, f"existing_{what}_{unit}"))
            high = getattr(self, f"max_{what}_{unit}")
            if high is not None and high < low:
                raise ValueError(f"max_{what}_{unit} of at least min and existing")
        if self.max_duration_h is not None and self.max_duration_h < self.min_duration_h:
            raise ValueError("max_duration_h of at least min_duration_h")
        return self


@dataclass(frozen=True, slots=True)
class Battery:
    """A store with its efficiency split evenly between in and out."""

    part: Storage

    @property
    def store(self) -> Store:
        one_way = float(np.sqrt(self.part.efficiency_round_trip_share or 1.0))
        return Store(
            name="battery",
            efficiency_in=one_way,
            efficiency_out=one_way,
            keep=1.0 - self.part.self_discharge_share_per_h,
            depth=self.part.depth_share,
            cost_cny_per_mwh=self.part.variable_cny_per_mwh + self.part.wear_cny_per_mwh,
        )

    def add(self, a: Assembly) -> None:
        part = self.part
        annuity = annuity_factor(a.rate, float(part.life_years or 1.0))
        upkeep = float(part.fixed_om_share_of_capex_per_year or 0.0)
        columns = {}
        for what, capex, low, high, existing in (
            ("capacity", part.capex_power_cny_per_kw, part.min_power_mw, part.max_power_mw, part.existing_power_mw),
            ("energy", part.capex_energy_cny_per_kwh, part.min_energy_mwh, part.max_energy_mwh,
             part.existing_energy_mwh),
        ):  # fmt: skip
            price = float(capex or 0.0)
            top = np.inf if high is None else high / 1e3
            column = a.dense(
                f"battery_{what}", price * (annuity + upkeep), max(low, existing) / 1e3, float(top)
            )
            a.invest(column, price, existing / 1e3, annuity * price)
            if high is not None:
                unit = "MW" if what == "capacity" else "MWh"
                a.bounds.append(BoundLimit(f"battery_max_{unit.lower()}", unit, int(column[0]), 1e-3))
            columns[what] = column
        power, energy = columns["capacity"], columns["energy"]
        self.store.add(a, power, energy)
        a.sum("storage_power", power)
        a.sum("storage_energy", energy)
        b = a.builder
        if part.min_duration_h > 0:
            row = b.rows(0.0, np.inf, -1, 1)
            b.put(row, energy, 1.0)
            b.put(row, power, -part.min_duration_h)
        if part.max_duration_h is not None:
            row = b.rows(-np.inf, 0.0, -1, 1)
            b.put(row, energy, 1.0)
            b.put(row, power, -part.max_duration_h)
        if part.max_cycles_per_year is not None:
            self._cycles(a, part.max_cycles_per_year)

    def _cycles(self, a: Assembly, most: float) -> None:
        energy, out = a.columns["battery_energy"], a.columns["battery_discharge"]
        usable = self.part.depth_share * a.year_share
        budget = Expression(energy, np.array([most * usable]))
        used = Expression(out, np.full(a.hours, -1.0))
        a.at_least(
            "battery_max_cycles",
            "1/a",
            added(budget, used),
            0.0,
            lambda x: float(x[energy[0]]) * usable,
            size=max(float(a.hours) / 24.0, 1.0),
        )

    def read(self, answer: Answer) -> Draft:
        power, energy = answer.single("battery_capacity"), answer.single("battery_energy")
        year = self.store.read(answer, power, energy)
        return Draft(
            capacity_mw={"battery": power},
            energy_mwh={"battery": energy},
            hourly_mw={"charge": year.charge_mw, "discharge": year.discharge_mw},
            sign={"charge": -1.0, "discharge": 1.0},
            levels={"battery_mwh": year.level_mwh},
            facts={"battery_simultaneous_mwh": year.simultaneous_mwh},
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def account(self, draft: Draft, rate: float) -> Account:
        part = self.part
        power = float(part.capex_power_cny_per_kw or 0.0) * 1e3
        energy = float(part.capex_energy_cny_per_kwh or 0.0) * 1e3
        mw, mwh = draft.capacity_mw["battery"], draft.energy_mwh["battery"]
        worth = mw * power + mwh * energy
        new_mw, new_mwh = max(mw - part.existing_power_mw, 0.0), max(mwh - part.existing_energy_mwh, 0.0)
        spent = new_mw * power + new_mwh * energy
        given = float(draft.hourly_mw["discharge"].sum())
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, float(part.life_years or 1.0))
            + worth * float(part.fixed_om_share_of_capex_per_year or 0.0),
            variable_cny=given * (part.variable_cny_per_mwh + part.wear_cny_per_mwh),
            store_loss_mwh=float(draft.hourly_mw["charge"].sum()) - given,
        )
