"""Which machines run in each hour of a dispatched year: estimated, for the dispatch commits no units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.dispatch.case import DispatchCase
from planning.dispatch.result import DispatchResult
from planning.network.frequency import INERTIA_S
from planning.network.strength import POWER_FACTOR

Array = NDArray[np.float64]

ON_LINE_LOADING = 0.85
"""Mean loading of thermal and hydro units on line: what runs is output over this, up to what is there. The dispatch
commits no units, so this is an estimate."""
BATTERY_HOLD_H = 0.25
"""A battery counts as reserve for what it can give this long."""


@dataclass(frozen=True, slots=True)
class OnLine:
    """(node, hour)"""

    running_mw: Array
    """Capacity of synchronous machines on line."""
    governed_mw: Array
    stored_mws: Array
    reserve_mw: Array


def on_line(case: DispatchCase, done: DispatchResult) -> OnLine:
    """Machines on line and what they have left."""
    made, capacity = done.generation_mw(), {t.technology: t.capacity_mw for t in case.thermals}
    capacity |= {"hydro": case.hydro.capacity_mw, "nuclear": case.nuclear_mw}
    running, governed, stored, reserve = (np.zeros(case.load_mw.shape) for _ in range(4))
    for technology, have in capacity.items():
        limit = have if have.ndim == 2 else have[:, None]
        part = made[technology]
        on = (
            part if technology == "nuclear" else np.clip(part / ON_LINE_LOADING, 0.0, np.maximum(limit, part))
        )
        running += on
        stored += INERTIA_S[technology] * on / POWER_FACTOR
        if technology != "nuclear":
            governed += on
            reserve += on - part
    for storage in case.storages:
        kind, power = storage.kind, storage.power_mw[:, None]
        out, drawn = done.discharge_mw[kind], done.charge_mw[kind]
        reserve += drawn
        if kind == "battery":
            lasts = done.soc_mwh[kind] * storage.efficiency_discharge[:, None] / BATTERY_HOLD_H
            reserve += np.maximum(np.minimum(power - out, lasts), 0.0)
        else:
            on = np.minimum(np.maximum(out, drawn) / ON_LINE_LOADING, power)
            running += on
            stored += INERTIA_S["pumped"] * on / POWER_FACTOR
    return OnLine(running, governed, stored, reserve)
