"""Electrolyser: a load that follows the sun and the wind, sold as hydrogen or bound to yearly tonnes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly
from planning.sizing.fields import Costed, NotNegative, Positive, Share
from planning.sizing.parts.piece import Account, Adjustable, Answer, Draft
from planning.technology import annuity_factor


class Electrolyser(Costed):
    """A hydrogen plant at the node; capacity is electric input.

    Its costs have no row of the technology table: they are given here.
    """

    capex_cny_per_kw: NotNegative
    fixed_om_cny_per_kw_year: NotNegative
    life_years: Positive
    mwh_per_t_h2: float = Field(gt=33.3, le=100)
    """Electricity for a tonne; the lower heating value is 33.3 MWh/t."""
    price_cny_per_t_h2: NotNegative = 0.0
    """At the plant."""
    tonnes_per_year_min: NotNegative | None = None
    min_load_share: Share = 0.0
    """Of its capacity, all year."""

    @model_validator(mode="after")
    def _wanted(self) -> Electrolyser:
        if self.price_cny_per_t_h2 == 0 and self.tonnes_per_year_min is None and self.capacity_mw is None:
            raise ValueError("price_cny_per_t_h2 or tonnes_per_year_min")
        return self


@dataclass(frozen=True, slots=True)
class HydrogenPlant:
    """min_load C <= used[t] <= C."""

    part: Electrolyser

    def add(self, a: Assembly) -> None:
        part, b = self.part, a.builder
        capacity = a.capacity(
            "electrolyser",
            part,
            capex=part.capex_cny_per_kw,
            fixed_om=part.fixed_om_cny_per_kw_year,
            life_years=part.life_years,
        )
        # CNY per t over MWh per t is CNY per MWh.
        used = a.hourly("electrolyser", cost=-part.price_cny_per_t_h2 / part.mwh_per_t_h2 * 1e-3)
        a.supply(used, -1.0)
        top = a.hourly_rows(-np.inf, 0.0)
        b.put(top, used, 1.0)
        b.put(top, capacity[0], -1.0)
        if part.min_load_share > 0:
            low = a.hourly_rows(0.0, np.inf)
            b.put(low, used, 1.0)
            b.put(low, capacity[0], -part.min_load_share)
        a.sum("hydrogen_use", used)
        if part.tonnes_per_year_min is not None and part.tonnes_per_year_min > 0:
            per_t = part.mwh_per_t_h2 * 1e-3
            need = part.tonnes_per_year_min * a.year_share * per_t
            a.at_least(
                "hydrogen_t", "t", a.expression("hydrogen_use"), need, lambda x: per_t, size=max(need, 1.0)
            )

    def read(self, answer: Answer) -> Draft:
        capacity = answer.single("electrolyser_capacity")
        low = np.full(answer.hours, self.part.min_load_share * capacity)
        high = np.full(answer.hours, capacity)
        used = np.clip(answer.series("electrolyser"), low, high)
        return Draft(
            capacity_mw={"electrolyser": capacity},
            hourly_mw={"electrolyser": used},
            sign={"electrolyser": -1.0},
            adjustable=[Adjustable("electrolyser", low, high)],
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def account(self, draft: Draft, rate: float) -> Account:
        part, capacity = self.part, draft.capacity_mw["electrolyser"]
        tonnes = float(draft.hourly_mw["electrolyser"].sum()) / part.mwh_per_t_h2
        spent = max(capacity - part.existing_mw, 0.0) * 1e3 * part.capex_cny_per_kw
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, part.life_years)
            + capacity * 1e3 * part.fixed_om_cny_per_kw_year,
            income_cny=tonnes * part.price_cny_per_t_h2,
            products={"hydrogen_t": tonnes},
        )
