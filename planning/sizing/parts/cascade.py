"""An existing hydro cascade: water balance of every station and hour, heads fixed, water on its way counted in hours.

For station i with the stations k that drain into it, flows in 1,000 m3/s and volumes in 1,000 m3/s x 1 h = 3.6 hm3:

    S[i,t] = S[i,t-1] + local[i,t] + sum_k (q + s)[k, t - travel[k]] - q[i,t] - s[i,t]
    0 <= S[i,t] <= high[i,t],   S[i,end] >= S[i,start],   0 <= q <= turbines
    (q + s)[i,t] >= environmental[i,t], or s[i,t] alone where the turbines' water takes another way
    output[t] = sum_i mw_per_m3_s[i] q[i,t]

That is the linear hydro model of `resources.cascade.CascadeHydrology` with the head at its rated value (energy per water
constant: e.g. Wood, Wollenberg and Sheble, Power Generation, Operation, and Control, 3rd ed. 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from planning.sizing.assembly import Assembly
from planning.sizing.fields import CasePart, NotNegative, Share
from planning.sizing.parts.piece import Account, Adjustable, Answer, Draft
from planning.sizing.parts.reservoir import settled_release
from resources.cascade import CascadeHydrology

Array = NDArray[np.float64]

_FLOW = 1e3
"""m3/s in a unit of flow."""
_HM3 = 3.6
"""In a unit of volume."""


class Cascade(CasePart):
    """Stations of `resources.cascade_tables` that serve the base; they exist and are not invested in."""

    stations: tuple[str, ...] = ()
    """Ids as yellow-04; with `rivers`, either or both."""
    rivers: tuple[str, ...] = ()
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    """Only stations complete by then; None: all that are named."""
    exceedance_pct: Annotated[float, Field(gt=0, lt=100)] | None = None
    """Frequency of the year of water: share of years that are wetter (90 is dry); None: the long-term mean. [%]"""
    cost_cny_per_mwh: NotNegative = 0.0
    """What its energy costs the base."""
    storage_share: Share = 1.0
    """Of each reservoir's usable water that the base may move; 0: the river as it runs."""

    @model_validator(mode="after")
    def _some(self) -> Cascade:
        if not self.stations and not self.rivers:
            raise ValueError("stations or rivers")
        return self


@dataclass(frozen=True, slots=True)
class RiverCascade:
    part: Cascade
    hydrology: CascadeHydrology

    def add(self, a: Assembly) -> None:
        h, b = self.hydrology, a.builder
        count = len(h.stations)
        release: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        steps = []
        for i in range(count):
            per_flow = float(h.mw_per_m3_s[i])
            name = f"cascade_{i}"
            # Turbined water is counted as the power it gives [GW], a spilt one likewise.
            output = a.hourly(
                name, cost=self.part.cost_cny_per_mwh * 1e-3, upper=float(h.capacity_mw[i]) / 1e3
            )
            per_gw = 1.0 / per_flow
            through = bool(h.environmental_through_turbines[i])
            least = h.environmental_m3_s[i] / _FLOW
            a.columns[f"{name}_spill"] = b.columns(a.hours, lower=0.0 if through else least)
            spill = a.columns[f"{name}_spill"]
            level = a.hourly(f"{name}_level", upper=h.storage_high_m3[i] / 1e6 / _HM3)
            a.supply(output)
            a.sum("green", output)
            came = h.local_inflow_m3_s[i] / _FLOW
            came = came + self._sent_before(i) / _FLOW
            start = float(h.storage_start_m3[i]) / 1e6 / _HM3
            known = came.copy()
            known[0] += start
            step = a.hourly_rows(known, known)
            b.put(step, level, 1.0)
            b.put(step[1:], level[:-1], -1.0)
            b.put(step, output, per_gw)
            b.put(step, spill, 1.0)
            if through and bool((least > 0).any()):
                floor = a.hourly_rows(least, np.inf)
                b.put(floor, output, per_gw)
                b.put(floor, spill, 1.0)
            end = b.rows(start, np.inf, a.stage[-1], 1)
            b.put(end, level[-1:], 1.0)
            release.append((output, spill))
            steps.append(step)
        for k in range(count):
            if (to := int(h.below[k])) < 0:
                continue
            lag = int(h.travel_steps[k])
            output, spill = release[k]
            arrives, left = steps[to][lag:], slice(None, a.hours - lag)
            b.put(arrives, output[left], -1.0 / float(h.mw_per_m3_s[k]))
            b.put(arrives, spill[left], -1.0)

    def _sent_before(self, i: int) -> Array:
        """(hour,) flow that reaches station i and was let go before the year began. [m3/s]"""
        h = self.hydrology
        came = np.zeros(h.steps)
        for k, to in enumerate(h.below.tolist()):
            if to == i:
                came[: int(h.travel_steps[k])] += h.release_before_m3_s[k]
        return came

    def read(self, answer: Answer) -> Draft:
        """Hours in which every station's water adds up exactly, from above down."""
        h = self.hydrology
        draft = Draft()
        inflow = h.local_inflow_m3_s.astype(np.float64).copy()
        for i in range(len(h.stations)):
            inflow[i] += self._sent_before(i)
        worst = 0.0
        for i, station in enumerate(h.stations):
            per_flow = float(h.mw_per_m3_s[i])
            power = np.minimum(answer.series(f"cascade_{i}"), h.capacity_mw[i])
            wished = power / per_flow + answer.series(f"cascade_{i}_spill")
            # Volumes in m3/s x 1 h, so that the law of the level has no factor.
            high, start = h.storage_high_m3[i] / 3600.0, float(h.storage_start_m3[i]) / 3600.0
            release, level = settled_release(wished, inflow[i], start, high)
            beside = 0.0 if h.environmental_through_turbines[i] else h.environmental_m3_s[i]
            can = np.minimum(np.maximum(release - beside, 0.0) * per_flow, h.capacity_mw[i])
            worst = max(worst, start - float(level[-1]))
            if (to := int(h.below[i])) >= 0:
                lag = int(h.travel_steps[i])
                inflow[to, lag:] += release[: answer.hours - lag]
            key = station.id
            draft.capacity_mw[key] = float(h.capacity_mw[i])
            draft.hourly_mw[key] = np.minimum(power, can)
            draft.sign[key] = 1.0
            draft.levels[f"{key}_hm3"] = level * 3600.0 / 1e6
            draft.levels[f"{key}_inflow_m3_s"] = inflow[i].copy()
            draft.levels[f"{key}_release_m3_s"] = release
            draft.adjustable.append(Adjustable(key, np.zeros_like(power), can))
        draft.facts["cascade_end_shortfall_hm3"] = max(worst, 0.0) * 3600.0 / 1e6
        return draft

    def finish(self, draft: Draft) -> None:
        """What does not pass the turbines is spilt."""
        h = self.hydrology
        for i, key in enumerate(h.ids):
            turbined = draft.hourly_mw[key] / float(h.mw_per_m3_s[i])
            draft.levels[f"{key}_spilt_m3_s"] = draft.levels[f"{key}_release_m3_s"] - turbined

    def account(self, draft: Draft, rate: float) -> Account:
        generated = float(sum(draft.hourly_mw[s.id].sum() for s in self.hydrology.stations))
        return Account(variable_cny=generated * self.part.cost_cny_per_mwh, green_mwh=generated)
