"""Wind, and PV on fixed tables or trackers side by side: what is used is at most what the weather gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from planning.sizing.assembly import Assembly
from planning.sizing.fields import Costed, NotNegative, Site
from planning.sizing.parts.piece import Account, Adjustable, Answer, Draft
from planning.technology import annuity_factor

Array = NDArray[np.float64]

LEAST_CF = 1e-8
"""Below, dusk and calm count as none."""

NAMES = ("wind", "pv", "pv_fixed", "pv_tracked")


class Renewable(Costed):
    """Wind or PV; a cost left out is taken from the technology table."""

    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    variable_cny_per_mwh: NotNegative = 0.0
    land_km2_per_mw: NotNegative | None = None


@dataclass(frozen=True, slots=True)
class WindPv:
    """0 <= used[t] <= cf[t] C."""

    name: str
    part: Renewable
    cf: Array
    """(hour,)"""

    def add(self, a: Assembly) -> None:
        part = self.part
        capacity = a.capacity(
            self.name,
            part,
            capex=float(part.capex_cny_per_kw or 0.0),
            fixed_om=float(part.fixed_om_cny_per_kw_year or 0.0),
            life_years=float(part.life_years or 1.0),
        )
        upper = np.where(self.cf > 0, np.inf, 0.0)
        # Counted in its own hour's possible power: at dusk the row used <= 0.00002 C would else be solved to nothing.
        size = np.where(self.cf > 0, self.cf, 1.0)
        used = a.hourly(self.name, cost=part.variable_cny_per_mwh * 1e-3, upper=upper, size=size)
        limit = a.hourly_rows(-np.inf, 0.0)
        a.builder.put(limit, used, 1.0)
        a.builder.put(limit, capacity[0], -self.cf)
        a.supply(used)
        a.sum("green", used)
        a.sum("taken", used)
        a.sum("possible", capacity, float(self.cf.sum()))
        a.sum("land_wind" if self.name == "wind" else "land_pv", capacity, self._land_km2_per_gw)
        a.sum("wind_pv_capacity", capacity)

    @property
    def _land_km2_per_gw(self) -> float:
        return float(self.part.land_km2_per_mw or 0.0) * 1e3

    def read(self, answer: Answer) -> Draft:
        capacity = answer.single(f"{self.name}_capacity")
        possible = capacity * self.cf
        used = np.minimum(answer.series(self.name), possible)
        return Draft(
            capacity_mw={self.name: capacity},
            hourly_mw={self.name: used},
            sign={self.name: 1.0},
            adjustable=[Adjustable(self.name, np.zeros_like(possible), possible)],
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def account(self, draft: Draft, rate: float) -> Account:
        part, capacity = self.part, draft.capacity_mw[self.name]
        used = float(draft.hourly_mw[self.name].sum())
        spent = max(capacity - part.existing_mw, 0.0) * 1e3 * float(part.capex_cny_per_kw or 0.0)
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, float(part.life_years or 1.0))
            + capacity * 1e3 * float(part.fixed_om_cny_per_kw_year or 0.0),
            variable_cny=used * part.variable_cny_per_mwh,
            land_km2=capacity * float(part.land_km2_per_mw or 0.0),
            green_mwh=used,
            possible_mwh=float(capacity * self.cf.sum()),
            taken_mwh=used,
        )
