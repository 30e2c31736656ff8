"""Pumped hydro: the lake is bound to the machines by its hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.sizing.assembly import Assembly
from planning.sizing.fields import Capacity, NotNegative, Positive, PositiveShare
from planning.sizing.parts.piece import Account, Answer, Draft
from planning.sizing.parts.store import Store
from planning.technology import annuity_factor


class Pumped(Capacity):
    """A pumped-storage plant; a figure left out is taken from the technology table."""

    duration_h: Positive | None = None
    """Hours of full output the upper lake holds."""
    capex_cny_per_kw: NotNegative | None = None
    """Of the whole plant with its lakes."""
    fixed_om_share_of_capex_per_year: NotNegative | None = None
    life_years: Positive | None = None
    efficiency_round_trip_share: PositiveShare | None = None
    variable_cny_per_mwh: NotNegative = 1.0
    """On energy given back; above 0, so that the plant never pumps and turbines at once for nothing."""


@dataclass(frozen=True, slots=True)
class PumpedHydro:
    part: Pumped

    @property
    def store(self) -> Store:
        one_way = float(np.sqrt(self.part.efficiency_round_trip_share or 1.0))
        return Store("pumped", one_way, one_way, 1.0, 1.0, self.part.variable_cny_per_mwh)

    @property
    def _store_h(self) -> float:
        """Of level over power: what is given back has passed the turbine."""
        return float(self.part.duration_h or 0.0) / self.store.efficiency_out

    def add(self, a: Assembly) -> None:
        part = self.part
        capex = float(part.capex_cny_per_kw or 0.0)
        upkeep = capex * float(part.fixed_om_share_of_capex_per_year or 0.0)
        power = a.capacity(
            "pumped", part, capex=capex, fixed_om=upkeep, life_years=float(part.life_years or 1.0)
        )
        self.store.add(a, power, power, self._store_h)
        a.sum("storage_power", power)
        a.sum("storage_energy", power, float(part.duration_h or 0.0))

    def read(self, answer: Answer) -> Draft:
        power = answer.single("pumped_capacity")
        year = self.store.read(answer, power, power * self._store_h)
        return Draft(
            capacity_mw={"pumped": power},
            energy_mwh={"pumped": power * float(self.part.duration_h or 0.0)},
            hourly_mw={"pump": year.charge_mw, "pumped": year.discharge_mw},
            sign={"pump": -1.0, "pumped": 1.0},
            levels={"pumped_mwh": year.level_mwh},
            facts={"pumped_simultaneous_mwh": year.simultaneous_mwh},
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def account(self, draft: Draft, rate: float) -> Account:
        part, capacity = self.part, draft.capacity_mw["pumped"]
        capex = float(part.capex_cny_per_kw or 0.0) * 1e3
        spent = max(capacity - part.existing_mw, 0.0) * capex
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, float(part.life_years or 1.0))
            + capacity * capex * float(part.fixed_om_share_of_capex_per_year or 0.0),
            variable_cny=float(draft.hourly_mw["pumped"].sum()) * part.variable_cny_per_mwh,
            store_loss_mwh=float(draft.hourly_mw["pump"].sum()) - float(draft.hourly_mw["pumped"].sum()),
        )
