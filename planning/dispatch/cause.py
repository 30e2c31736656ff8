"""Why wind and PV were curtailed: one cause a node and hour, from what binds there.

The first that holds, in this order (as dispatch centres count: a full section first, then the lack of
flexibility, then the lack of demand):

no_outlet    no line leads out of the node;
line_limit   a line out of it is full and one more MW of it would pay;
schedule     a line out of it would pay but keeps to its day curve, or a contract, schedule or least power brings
             power into it;
ramp         a line out of it, or thermal plant in it, changes as fast as it may;
kirchhoff    an AC tie out of it would pay and is not full: the loops it is part of allow no more;
must_run     thermal, nuclear or hydro plant in it runs at its least output;
storage_full a storage in it is full or charges at its limit;
surplus      nobody within reach needs more.

"Would pay" is the line's value from the prices at its ends (`collect.line_value`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.dispatch.case import Array, DispatchCase, hourly
from planning.dispatch.grid import kirchhoff_lines
from planning.dispatch.layout import asked_mw, must_run_mw, on_curve, release_min_mw
from planning.dispatch.result import DispatchResult

CAUSES = (
    "none", "no_outlet", "line_limit", "schedule", "ramp", "kirchhoff", "must_run", "storage_full", "surplus"
)  # fmt: skip
LEAST_MW = 1e-3
"""Less is a rounding."""
PAYS_CNY_PER_MWH = 0.01

Flags = NDArray[np.bool_]


def curtailment_causes(case: DispatchCase, result: DispatchResult) -> NDArray[np.int8]:
    """(node, hour) index into `CAUSES`."""
    curtailed = result.curtailed_wind_mw + result.curtailed_pv_mw > LEAST_MW
    found = np.zeros(curtailed.shape, dtype=np.int8)
    if not curtailed.any():
        return found
    rules = {**_of_lines(case, result), **_of_plant(case, result)}
    rules["ramp"] |= rules.pop("ramp_of_plant")
    rules["surplus"] = np.ones_like(curtailed)
    left = curtailed.copy()
    for code, name in enumerate(CAUSES):
        if name in rules:
            hit = left & rules[name]
            found[hit] = code
            left &= ~hit
    return found


def _of_lines(case: DispatchCase, result: DispatchResult) -> dict[str, Flags]:
    lines, shape = case.lines, case.load_mw.shape
    able: Array | float = 1.0 if lines.available_share is None else lines.available_share
    net = result.forward_mw - result.reverse_mw
    at_ramp = np.zeros(net.shape, dtype=np.bool_)
    if lines.ramp_share_per_h is not None:
        most = lines.ramp_share_per_h * np.maximum(lines.capacity_mw, lines.reverse_capacity_mw)
        at_ramp[:, 1:] = np.abs(np.diff(net, axis=1)) >= most[:, None] - LEAST_MW
    curved = on_curve(case)[:, None]
    asked = asked_mw(case)
    tied = np.zeros((lines.count, 1), dtype=np.bool_)
    tied[kirchhoff_lines(case)] = True
    outlet = np.zeros(shape, dtype=np.bool_)
    found = {
        name: np.zeros(shape, dtype=np.bool_) for name in ("line_limit", "schedule", "ramp", "kirchhoff")
    }
    price = result.price_cny_per_mwh
    for there, here, sent, capacity in (
        (lines.to_index, lines.from_index, result.forward_mw, lines.capacity_mw),
        (lines.from_index, lines.to_index, result.reverse_mw, lines.reverse_capacity_mw),
    ):
        most = capacity[:, None] * able
        worth = (
            (1.0 - lines.loss_share[:, None]) * price[there] - price[here] - lines.cost_cny_per_mwh[:, None]
        )
        pays = (worth > PAYS_CNY_PER_MWH) & (most > 0)
        full = pays & (sent >= most - LEAST_MW)
        held = pays & ~full
        for mask, name in (
            (np.broadcast_to(most > 0, net.shape), None),
            (full, "line_limit"),
            (held & curved, "schedule"),
            (held & at_ramp, "ramp"),
            (held & tied, "kirchhoff"),
        ):
            np.logical_or.at(outlet if name is None else found[name], here, mask)
    # what a rule brings in although the node curtails
    brought = (asked > LEAST_MW) & (result.forward_mw > LEAST_MW)
    np.logical_or.at(found["schedule"], lines.to_index, brought)
    return {"no_outlet": ~outlet, **found}


def _of_plant(case: DispatchCase, result: DispatchResult) -> dict[str, Flags]:
    hours = case.hours
    ramp = np.zeros(case.load_mw.shape, dtype=np.bool_)
    for thermal in case.thermals:
        if thermal.ramp_share_per_h is None:
            continue
        capacity = hourly(thermal.capacity_mw, hours)
        output = result.thermal_mw[thermal.technology]
        most = (
            capacity[:, 1:]
            * np.where(thermal.ramp_share_per_h < 1, thermal.ramp_share_per_h, np.inf)[:, None]
        )
        above = output > capacity * hourly(thermal.min_share, hours) + LEAST_MW
        ramp[:, 1:] |= above[:, 1:] & (-np.diff(output, axis=1) >= most - LEAST_MW)
    full = np.zeros_like(ramp)
    for storage in case.storages:
        has = ((storage.power_mw > 0) & (storage.energy_mwh > 0))[:, None]
        level, into = result.soc_mwh[storage.kind], result.charge_mw[storage.kind]
        at_top = level >= storage.energy_mwh[:, None] - LEAST_MW
        full |= has & (at_top | (into >= storage.power_mw[:, None] - LEAST_MW))
    must = must_run_mw(case) + release_min_mw(case) > LEAST_MW
    return {"must_run": must, "storage_full": full, "ramp_of_plant": ramp}
