"""A store of electricity, as battery and pumped hydro are: in, kept, out, the year a round.

level[t] = keep level[t-1] + eta_in in[t] - out[t] / eta_out,   0 <= level <= depth E,   in + out <= P
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.sizing.assembly import Assembly, Index
from planning.sizing.parts.piece import Answer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Store:
    """The physics of a store."""

    name: str
    efficiency_in: float
    efficiency_out: float
    keep: float
    """Of the stored energy after an hour. [-]"""
    depth: float
    """Of the energy capacity that may be used. [-]"""
    cost_cny_per_mwh: float
    """Of energy given back."""

    def add(self, a: Assembly, power: Index, energy: Index, energy_per_power: float | None = None) -> None:
        """Hourly columns and rows; `energy_per_power` where the energy is bound to the power (E = h P)."""
        b = a.builder
        charge = a.hourly(f"{self.name}_charge")
        discharge = a.hourly(f"{self.name}_discharge", cost=self.cost_cny_per_mwh * 1e-3)
        level = a.hourly(f"{self.name}_level")
        a.supply(charge, -1.0)
        a.supply(discharge)
        a.sum("store_loss", charge)
        a.sum("store_loss", discharge, -1.0)
        both = a.hourly_rows(-np.inf, 0.0)
        b.put(both, charge, 1.0)
        b.put(both, discharge, 1.0)
        b.put(both, power[0], -1.0)
        full = a.hourly_rows(-np.inf, 0.0)
        b.put(full, level, 1.0)
        if energy_per_power is None:
            b.put(full, energy[0], -self.depth)
        else:
            b.put(full, power[0], -self.depth * energy_per_power)
        step = a.hourly_rows(0.0, 0.0)
        b.put(step, level, 1.0)
        a.carry(step, level, self.keep)
        b.put(step, charge, -self.efficiency_in)
        b.put(step, discharge, 1.0 / self.efficiency_out)

    def read(self, answer: Answer, power_mw: float, energy_mwh: float) -> StoreYear:
        """The hours with the law of the level exact and all bounds kept."""
        charge, discharge, start = (
            np.minimum(answer.series(f"{self.name}_charge"), power_mw),
            np.minimum(answer.series(f"{self.name}_discharge"), power_mw),
            float(answer.series(f"{self.name}_level")[-1]),
        )
        together = np.minimum(charge, discharge)
        # Dust on both sides of an interior answer: only the difference is meant, of what the level gains. That of the
        # powers would leave the losses out, hour upon hour, until the store runs over (measured: 5 MW in a year).
        dust = together <= 1e-4 * power_mw + 1e-6
        gained = self.efficiency_in * charge - discharge / self.efficiency_out
        charge, discharge = (
            np.where(dust, np.maximum(gained, 0.0) / self.efficiency_in, charge),
            np.where(dust, np.maximum(-gained, 0.0) * self.efficiency_out, discharge),
        )
        over = np.maximum(charge + discharge - power_mw, 0.0)
        charge = np.maximum(charge - over, 0.0)
        both = float(np.minimum(charge, discharge).sum())
        usable = self.depth * energy_mwh
        charge, discharge, level = self.settled(charge, discharge, min(start, usable), usable)
        return StoreYear(charge, discharge, level, both)

    def settled(
        self, charge: Array, discharge: Array, start: float, usable: float
    ) -> tuple[Array, Array, Array]:
        """(charge, discharge, level) that keep 0 <= level <= usable; hours are moved by as much as noise needs.

        Where the year ends below its start, the last hours give back less.
        """
        into, out, keep = self.efficiency_in, self.efficiency_out, self.keep
        ins, outs, levels = charge.tolist(), discharge.tolist(), [0.0] * len(charge)
        level = start
        for t, (c, d) in enumerate(zip(ins, outs, strict=True)):
            left = keep * level + into * c - d / out
            if left > usable:
                ins[t] = max(c - (left - usable) / into, 0.0)
                left = keep * level + into * ins[t] - d / out
                if left > usable:
                    left = usable if left - usable < 1e-9 else left
            elif left < 0.0:
                outs[t] = max((keep * level + into * c) * out, 0.0)
                left = 0.0
            level = levels[t] = left
        short = start - level
        t = len(levels) - 1
        while short > 0.0 and t >= 0:
            # Less is given back in hour t, so that every later level is higher; none may pass the top.
            fade = keep ** (len(levels) - 1 - t)
            room = min((usable - levels[s]) / keep ** (s - t) for s in range(t, len(levels)))
            less = min(outs[t], short / fade * out, max(room, 0.0) * out)
            if less > 0.0:
                outs[t] -= less
                for s in range(t, len(levels)):
                    levels[s] += less / out * keep ** (s - t)
                short = start - levels[-1]
            t -= 1
            if len(levels) - t > 1000:
                break
        return np.array(ins), np.array(outs), np.array(levels)


@dataclass(frozen=True, slots=True)
class StoreYear:
    charge_mw: Array
    discharge_mw: Array
    level_mwh: Array
    """Above what must stay in, at the end of the hour."""
    simultaneous_mwh: float
    """Charged and discharged in one hour: 0 where the plant never works against itself."""
