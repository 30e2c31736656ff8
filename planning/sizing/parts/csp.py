"""Solar towers with molten salt: heat of the field, salt that keeps it, a block that turns or stands.

Per MW of net electric capacity P, with the block of `resources.csp.CspBlock` and heat in MWh:

    heat[t] = (1 - loss) heat[t-1] + taken[t] - idle online[t] - heat_per_mwh output[t] - start_mwh start[t]
    0 <= taken[t] <= profile[t] F,   0 <= heat[t] <= S
    min_load online[t] <= output[t] <= online[t] <= availability P,   start[t] >= online[t] - online[t-1]

F is the receiver's rated heat and S the heat the salt holds: both in the plant's own proportion to P, or free.
Heat not taken is refused (mirrors turned away); it is not among the curtailment of wind and PV.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly, Index
from planning.sizing.fields import Costed, NotNegative, Site
from planning.sizing.parts.piece import Account, Answer, Draft
from planning.technology import annuity_factor
from resources.csp import CspBlock, CspTower, block

Array = NDArray[np.float64]


class Csp(Costed):
    """A tower plant; a cost left out is taken from the technology table.

    The cost per kW is that of the plant as `tower` describes it. A field or a salt store of another size than the
    tower's costs, or saves, the difference at its own price.
    """

    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    tower: CspTower = CspTower()
    variable_cny_per_mwh: NotNegative = 0.0
    land_km2_per_mw: NotNegative | None = None
    size_storage: bool = False
    """Hours of salt free between `min_storage_h` and `max_storage_h`; else the tower's."""
    min_storage_h: NotNegative = 0.0
    max_storage_h: NotNegative = 24.0
    capex_storage_cny_per_kwh_heat: NotNegative | None = None
    size_field: bool = False
    """Solar multiple free between `min_solar_multiple` and `max_solar_multiple`; else the tower's."""
    min_solar_multiple: Annotated[float, Field(ge=0.5, le=6)] = 1.0
    max_solar_multiple: Annotated[float, Field(ge=0.5, le=6)] = 4.0
    capex_field_cny_per_kw_heat: NotNegative | None = None

    @model_validator(mode="after")
    def _sized(self) -> Csp:
        if self.size_storage and self.capex_storage_cny_per_kwh_heat is None:
            raise ValueError("capex_storage_cny_per_kwh_heat with size_storage")
        if self.size_field and self.capex_field_cny_per_kw_heat is None:
            raise ValueError("capex_field_cny_per_kw_heat with size_field")
        if self.min_storage_h > self.max_storage_h or self.min_solar_multiple > self.max_solar_multiple:
            raise ValueError("least sizes of at most the largest")
        return self


@dataclass(frozen=True, slots=True)
class CspPlant:
    part: Csp
    profile: Array
    """(hour,) heat of the receiver over its rated heat."""

    @property
    def block(self) -> CspBlock:
        return block(self.part.tower)

    @property
    def _full_mw(self) -> float:
        """Heat at full load per MW."""
        return 1.0 / self.part.tower.net_efficiency

    def add(self, a: Assembly) -> None:
        part, b, plant = self.part, a.builder, self.block
        field_price, salt_price = (
            float(price or 0.0) if free else 0.0
            for free, price in (
                (part.size_field, part.capex_field_cny_per_kw_heat),
                (part.size_storage, part.capex_storage_cny_per_kwh_heat),
            )
        )
        capacity = a.capacity(
            "csp",
            part,
            capex=float(part.capex_cny_per_kw or 0.0),
            fixed_om=float(part.fixed_om_cny_per_kw_year or 0.0),
            life_years=float(part.life_years or 1.0),
            credit=field_price * plant.receiver_mw + salt_price * plant.storage_mwh,
        )
        field = self._sized(
            a, "csp_field", capacity, part.size_field, field_price, plant.receiver_mw,
            part.min_solar_multiple, part.max_solar_multiple,
        )  # fmt: skip
        salt = self._sized(
            a, "csp_salt", capacity, part.size_storage, salt_price, plant.storage_mwh,
            part.min_storage_h, part.max_storage_h,
        )  # fmt: skip
        output = a.hourly("csp", cost=part.variable_cny_per_mwh * 1e-3)
        online, start = a.hourly("csp_online"), a.hourly("csp_start")
        taken, heat = a.hourly("csp_heat_taken"), a.hourly("csp_heat")
        a.supply(output)
        a.sum("green", output)
        a.sum("land_csp", capacity, float(part.land_km2_per_mw or 0.0) * 1e3)
        caught = a.hourly_rows(-np.inf, 0.0)
        b.put(caught, taken, 1.0)
        b.put(caught, field[0][0], -field[1] * self.profile)
        full = a.hourly_rows(-np.inf, 0.0)
        b.put(full, heat, 1.0)
        b.put(full, salt[0][0], -salt[1])
        step = a.hourly_rows(0.0, 0.0)
        b.put(step, heat, 1.0)
        a.carry(step, heat, 1.0 - plant.storage_loss_per_h)
        b.put(step, taken, -1.0)
        b.put(step, online, plant.heat_idle_mw)
        b.put(step, output, plant.heat_per_mwh)
        b.put(step, start, plant.start_mwh)
        standing = a.hourly_rows(-np.inf, 0.0)
        b.put(standing, online, 1.0)
        b.put(standing, capacity[0], -plant.availability)
        top = a.hourly_rows(-np.inf, 0.0)
        b.put(top, output, 1.0)
        b.put(top, online, -1.0)
        if plant.min_load_share > 0:
            low = a.hourly_rows(0.0, np.inf)
            b.put(low, output, 1.0)
            b.put(low, online, -plant.min_load_share)
        rise = a.later_rows(-np.inf, 0.0)
        b.put(rise, online[1:], 1.0)
        b.put(rise, online[:-1], -1.0)
        b.put(rise, start[1:], -1.0)

    def _sized(
        self, a: Assembly, name: str, capacity: Index, free: bool, price: float, per_mw: float,
        least: float, most: float,
    ) -> tuple[Index, float]:  # fmt: skip
        """(column, heat per unit of it): the capacity itself, or a column of its own within its range."""
        if not free:
            return capacity, per_mw
        annuity = annuity_factor(a.rate, float(self.part.life_years or 1.0)) * price
        # CNY per kW of heat is million CNY per GW; the plant's own size is paid with the plant.
        column = a.dense(name, annuity, 0.0, np.inf)
        a.sum("investment", column, price)
        for low, high, factor in ((0.0, np.inf, least), (-np.inf, 0.0, most)):
            row = a.builder.rows(low, high, -1, 1)
            a.builder.put(row, column, 1.0)
            a.builder.put(row, capacity, -factor * self._full_mw)
        return column, 1.0

    def read(self, answer: Answer) -> Draft:
        part, plant = self.part, self.block
        capacity = answer.single("csp_capacity")
        field = answer.single("csp_field") if part.size_field else capacity * plant.receiver_mw
        salt = answer.single("csp_salt") if part.size_storage else capacity * plant.storage_mwh
        online = np.minimum(answer.series("csp_online"), plant.availability * capacity)
        output = np.clip(answer.series("csp"), plant.min_load_share * online, online)
        start = np.maximum(np.diff(online, prepend=online[0]), 0.0)
        caught = field * self.profile
        # Heat that is refused anyway may have gone into starts that were none: it is refused here.
        freed = plant.start_mwh * np.maximum(answer.series("csp_start") - start, 0.0)
        taken = np.maximum(np.minimum(answer.series("csp_heat_taken"), caught) - freed, 0.0)
        drawn = plant.heat_idle_mw * online + plant.heat_per_mwh * output + plant.start_mwh * start
        begin = min(float(answer.series("csp_heat")[-1]), salt)
        taken, drawn_now, heat = _settled(taken, caught, drawn, begin, salt, 1.0 - plant.storage_loss_per_h)
        # Where the salt had not quite what was drawn, the block gives that much less.
        short = np.where(drawn > 0, (drawn - drawn_now) / np.where(drawn > 0, drawn, 1.0), 0.0)
        output, online, start = (values * (1.0 - short) for values in (output, online, start))
        return Draft(
            capacity_mw={"csp": capacity},
            energy_mwh={"csp_heat": salt},
            hourly_mw={
                "csp": output,
                "csp_online": online,
                "csp_start": start,
                "csp_heat_taken": taken,
                "csp_heat_refused": caught - taken,
            },
            sign={"csp": 1.0},
            levels={"csp_heat_mwh": heat},
            facts={"csp_receiver_mw": field, "csp_storage_h": salt / max(capacity * self._full_mw, 1e-12)},
        )

    def finish(self, draft: Draft) -> None:
        """Nothing follows."""

    def account(self, draft: Draft, rate: float) -> Account:
        part, plant, capacity = self.part, self.block, draft.capacity_mw["csp"]
        spent = max(capacity - part.existing_mw, 0.0) * 1e3 * float(part.capex_cny_per_kw or 0.0)
        if part.size_field:
            more = draft.facts["csp_receiver_mw"] - capacity * plant.receiver_mw
            spent += more * 1e3 * float(part.capex_field_cny_per_kw_heat or 0.0)
        if part.size_storage:
            more = draft.energy_mwh["csp_heat"] - capacity * plant.storage_mwh
            spent += more * 1e3 * float(part.capex_storage_cny_per_kwh_heat or 0.0)
        output = float(draft.hourly_mw["csp"].sum())
        return Account(
            investment_cny=spent,
            fixed_cny=spent * annuity_factor(rate, float(part.life_years or 1.0))
            + capacity * 1e3 * float(part.fixed_om_cny_per_kw_year or 0.0),
            variable_cny=output * part.variable_cny_per_mwh,
            land_km2=capacity * float(part.land_km2_per_mw or 0.0),
            green_mwh=output,
        )


def _settled(
    taken: Array, caught: Array, drawn: Array, start: float, salt: float, keep: float
) -> tuple[Array, Array, Array]:
    """(taken, drawn, heat) with the law of the salt exact and 0 <= heat <= salt."""
    ins, outs, levels, level = taken.tolist(), drawn.tolist(), [0.0] * taken.size, start
    for t, most in enumerate(caught.tolist()):
        left = keep * level + ins[t] - outs[t]
        if left > salt:
            ins[t] = max(ins[t] - (left - salt), 0.0)
        elif left < 0.0:
            more = min(-left, most - ins[t])
            ins[t] += more
            outs[t] = max(outs[t] + left + more, 0.0)
        level = levels[t] = min(max(keep * level + ins[t] - outs[t], 0.0), salt)
    return np.array(ins), np.array(outs), np.array(levels)
