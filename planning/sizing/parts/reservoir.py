"""A hydro plant that exists, as one reservoir of energy; water is counted in MWh at the turbine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly
from planning.sizing.fields import CasePart, NotNegative, Positive
from planning.sizing.parts.piece import Account, Adjustable, Answer, Draft
from resources.hydro import hourly_from_monthly

Array = NDArray[np.float64]


class Hydro(CasePart):
    """A hydro plant that exists, as one reservoir of energy; water is counted in MWh at the turbine."""

    capacity_mw: Positive
    inflow_monthly_mw: Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)] | None = None
    inflow_hourly_mw: Annotated[tuple[NotNegative, ...], Field(min_length=8760, max_length=8760)] | None = (
        None
    )
    reservoir_mwh: NotNegative
    """Usable; the level at the end of the year is that of its beginning."""
    min_flow_mw: NotNegative = 0.0
    """Least release, through the turbines or over the weir."""
    cost_cny_per_mwh: NotNegative
    """What its energy costs the base; the plant is not invested in."""

    @model_validator(mode="after")
    def _one_inflow(self) -> Hydro:
        if (self.inflow_monthly_mw is None) == (self.inflow_hourly_mw is None):
            raise ValueError("one of inflow_monthly_mw and inflow_hourly_mw")
        return self

    def inflow_mw(self, hours: int) -> Array:
        """(hour,) energy inflow."""
        if self.inflow_hourly_mw is not None:
            return np.asarray(self.inflow_hourly_mw[:hours], dtype=np.float64)
        return np.asarray(hourly_from_monthly(np.array(self.inflow_monthly_mw))[:hours])


@dataclass(frozen=True, slots=True)
class Reservoir:
    """level[t] = level[t-1] + inflow[t] - output[t] - spill[t], the year a round."""

    part: Hydro

    def add(self, a: Assembly) -> None:
        part, b = self.part, a.builder
        output = a.hourly("hydro", cost=part.cost_cny_per_mwh * 1e-3, upper=part.capacity_mw / 1e3)
        spill = a.hourly("spill")
        level = a.hourly("reservoir", upper=part.reservoir_mwh / 1e3)
        a.supply(output)
        a.sum("green", output)
        flow = part.inflow_mw(a.hours) / 1e3
        step = a.hourly_rows(flow, flow)
        b.put(step, level, 1.0)
        a.carry(step, level, 1.0)
        b.put(step, output, 1.0)
        b.put(step, spill, 1.0)
        if part.min_flow_mw > 0:
            least = a.hourly_rows(np.minimum(part.min_flow_mw / 1e3, flow), np.inf)
            b.put(least, output, 1.0)
            b.put(least, spill, 1.0)

    def read(self, answer: Answer) -> Draft:
        part = self.part
        output = np.minimum(answer.series("hydro"), part.capacity_mw)
        release = output + answer.series("spill")
        start = min(float(answer.series("reservoir")[-1]), part.reservoir_mwh)
        release, level = settled_release(release, part.inflow_mw(answer.hours), start, part.reservoir_mwh)
        output = np.minimum(output, release)
        return Draft(
            capacity_mw={"hydro": part.capacity_mw},
            hourly_mw={"hydro": output, "spill": release - output},
            kept={"release": release},
            sign={"hydro": 1.0},
            levels={"reservoir_mwh": level},
            # Less than its share of the release through the turbines, the rest over the weir.
            adjustable=[Adjustable("hydro", np.zeros_like(output), np.minimum(release, part.capacity_mw))],
        )

    def finish(self, draft: Draft) -> None:
        """What does not pass the turbines is spilt."""
        draft.hourly_mw["spill"] = draft.kept["release"] - draft.hourly_mw["hydro"]

    def account(self, draft: Draft, rate: float) -> Account:
        generated = float(draft.hourly_mw["hydro"].sum())
        return Account(variable_cny=generated * self.part.cost_cny_per_mwh, green_mwh=generated)


def settled_release(release: Array, inflow: Array, start: float, high: float | Array) -> tuple[Array, Array]:
    """(release, level) with level[t] = level[t-1] + inflow[t] - release[t] exact and within 0..high.

    Where the year ends below its start, the last hours that have room release less.
    """
    tops = np.broadcast_to(np.asarray(high, dtype=np.float64), release.shape).tolist()
    out, levels, level = release.tolist(), [0.0] * release.size, start
    for t, (came, top) in enumerate(zip(inflow.tolist(), tops, strict=True)):
        left = level + came - out[t]
        if left > top:
            out[t] += left - top
            left = top
        elif left < 0.0:
            out[t] = max(out[t] + left, 0.0)
            left = max(level + came - out[t], 0.0)
        level = levels[t] = left
    short, t, room = start - level, release.size - 1, np.inf
    while short > 1e-12 * max(start, 1.0) and t >= 0:
        room = min(room, tops[t] - levels[t])
        less = min(out[t], short, max(room, 0.0))
        if less > 0.0:
            out[t] -= less
            for s in range(t, release.size):
                levels[s] += less
            room -= less
            short -= less
        if room <= 0.0:
            break
        t -= 1
    return np.array(out), np.array(levels)
