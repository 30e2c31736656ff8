"""PyPSA's rolling horizon on a dispatch case handed over in a file, timed; runs in the peers' environment.

    PYTHONPATH=. python -P peer_pypsa_dispatch.py FOLDER

case.given.npz becomes case.answer.npz. Nothing of ours is imported. What PyPSA has no component for is added to each
window's model by linopy: Kirchhoff's law on ties that lose and cost (PyPSA's own lines do neither), the price of
charging, the value of water and charge at a window's end. Units GW and hundreds of CNY per MWh, as in ours.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from benchmarks.peak import peak_mib

MW, CNY = 1e3, 1e2
Given = dict[str, Any]


def network(given: Given) -> pypsa.Network:
    """Nodes as buses, every line as a link a direction, wind and PV as what may be curtailed."""
    load = given["load_mw"]
    nodes, hours = load.shape
    n = pypsa.Network()
    n.set_snapshots(range(hours))
    buses = [f"n{i}" for i in range(nodes)]
    n.add("Bus", buses)

    def named(kind: str, rows: Any) -> list[str]:
        return [f"{kind} {i}" for i in rows]

    def frame(values: Any, names: list[str]) -> pd.DataFrame:
        return pd.DataFrame(np.asarray(values).T, index=n.snapshots, columns=names)

    def generators(kind: str, rows: Any, most: Any, least: Any, cost: Any, sign: float = 1.0) -> None:
        """most, least : (row, hour) [MW]; cost : (row,)"""
        size = np.maximum(most.max(axis=1), 1e-9)
        names = named(kind, rows)
        n.add(
            "Generator", names, bus=[buses[i] for i in rows], p_nom=size / MW, marginal_cost=cost / CNY, sign=sign,
            p_max_pu=frame(most / size[:, None], names), p_min_pu=frame(least / size[:, None], names),
        )  # fmt: skip

    every = np.arange(nodes)
    n.add("Load", named("load", every), bus=buses, p_set=frame(load / MW, named("load", every)))
    free = given["free_mw"]
    none = np.zeros_like(free)
    generators("free", every, free, none, np.full(nodes, -float(given["curtailment"])))
    generators("unserved", every, load, none, np.full(nodes, float(given["voll"])))
    generators("pushed", every, given["must_run_mw"], none, np.full(nodes, float(given["must_run"])), -1.0)
    generators("nuclear", every, given["nuclear_mw"], given["nuclear_least_mw"], given["nuclear_cost"])
    for kind in given["thermals"]:
        generators(kind, every, given[f"{kind}_mw"], given[f"{kind}_least_mw"], given[f"{kind}_cost"])
    river = np.flatnonzero(given["river"])
    generators("river", river, given["river_mw"][river], given["release_mw"][river], np.zeros(len(river)))
    rows = np.flatnonzero(given["stores"])
    names, size = named("water", rows), given["hydro_mw"][rows]
    n.add(
        "StorageUnit", names, bus=[buses[i] for i in rows], p_nom=size / MW, efficiency_dispatch=1.0,
        max_hours=given["reservoir_mwh"][rows] / size, state_of_charge_initial=given["start_mwh"][rows] / MW,
        inflow=frame(given["inflow_mw"][rows] / MW, names),
        p_min_pu=0.0,
    )  # fmt: skip
    for kind in given["storages"]:
        power, energy = given[f"{kind}_power"], given[f"{kind}_energy"]
        rows = np.flatnonzero((power > 0) & (energy > 0))
        n.add(
            "StorageUnit", named(kind, rows), bus=[buses[i] for i in rows], p_nom=power[rows] / MW,
            max_hours=energy[rows] / power[rows], efficiency_store=given[f"{kind}_in"][rows],
            efficiency_dispatch=given[f"{kind}_out"][rows],
            state_of_charge_initial=given[f"{kind}_start"][rows] / MW,
        )  # fmt: skip
    start, end, left = given["from_index"], given["to_index"], 1.0 - given["loss"]
    for kind, a, b, size, cost in (
        ("contract", start, end, given["asked_mw"], given["line_cost"] - float(given["contract"])),
        ("forward", start, end, given["capacity_mw"] - given["asked_mw"], given["line_cost"]),
        ("reverse", end, start, given["reverse_mw"], given["line_cost"]),
    ):
        rows = np.arange(len(a))
        n.add(
            "Link", named(kind, rows), bus0=[buses[i] for i in a], bus1=[buses[i] for i in b], p_nom=size / MW,
            efficiency=left, marginal_cost=cost / CNY,
        )  # fmt: skip
    return n


def solved(given: Given) -> Given:
    began = time.perf_counter()
    n = network(given)
    hours, window, ahead = len(n.snapshots), int(given["window"]), int(given["lookahead"])
    cost, highs = [], []

    def extra(n: Any, snapshots: Any) -> None:
        model = n.model
        flow = model.variables["Link-p"]
        for loop in given["loops"]:
            ties = np.flatnonzero(loop)
            terms = [
                sign * loop[k] * flow.sel(name=f"{kind} {k}", drop=True)
                for k in ties
                for kind, sign in (("contract", 1.0), ("forward", 1.0), ("reverse", -1.0))
            ]
            model.add_constraints(sum(terms) == 0)
        water = np.flatnonzero(given["stores"])
        out = model.variables["StorageUnit-p_dispatch"].sel(name=[f"water {i}" for i in water])
        least = xr.DataArray(
            given["release_mw"][water][:, np.asarray(snapshots)].T / MW,
            coords={"snapshot": np.asarray(snapshots), "name": [f"water {i}" for i in water]},
        )
        model.add_constraints(out >= least, name="least release")
        objective = model.objective.expression
        into = model.variables["StorageUnit-p_store"]
        units = n.storage_units.index
        price = [
            given["charge_cost"][kind] if (kind := u.split()[0]) in given["charge_cost"] else 0.0
            for u in units
        ]
        objective = objective + (into * xr.DataArray(price, coords={"name": list(units)}) / CNY).sum()
        # steps of what is left at the end, by falling value
        last = int(snapshots[-1]) + 1
        width, value = given["ends"][last]
        steps = pd.RangeIndex(width.shape[1], name="step")
        names = pd.Index(given["carried"], name="name")
        left = model.add_variables(
            lower=0, upper=xr.DataArray(width / MW, coords=[names, steps]), name="left"
        )
        held = model.variables["StorageUnit-state_of_charge"].sel(snapshot=snapshots[-1], drop=True)
        held = held.sel(name=list(names))
        model.add_constraints(left.sum("step") - held <= 0, name="left is held")
        worth = xr.DataArray(value / CNY, coords=[names, steps])
        model.objective = objective - (left * worth).sum()

    for start in range(0, hours, window):
        stop = min(start + window + ahead, hours)
        if start and stop == hours and start + ahead >= hours:
            break
        # n.optimize.optimize_with_rolling_horizon in its own words, with the end of each window known to `extra`
        if start:
            n.storage_units["state_of_charge_initial"] = n.storage_units_t.state_of_charge.iloc[start - 1]
        status, condition = n.optimize(
            n.snapshots[start:stop], extra_functionality=extra, log_to_console=False, include_objective_constant=False,
            solver_name="highs", threads=1,
        )  # fmt: skip
        if condition != "optimal":
            raise RuntimeError(f"hours from {start}: {status}, {condition}")
        kept = slice(start, hours if stop == hours else start + window)
        cost.append(_cost(n, kept, given))
        highs.append(n.model.solver_model.getRunTime())
        if stop == hours:
            break
    return {
        "seconds": time.perf_counter() - began,
        "highs_seconds": float(np.sum(highs)),
        "cost": float(np.sum(cost)),
        "windows": len(cost),
        "peak_mib": peak_mib(),
        "rows": n.model.ncons,
        "columns": n.model.nvars,
    }


def _cost(n: Any, hours: slice, given: Given) -> float:
    """Of the kept hours, without the price of what is left. [CNY]"""
    total = 0.0
    for table, static in ((n.generators_t.p, n.generators), (n.links_t.p0, n.links)):
        total += float((table.iloc[hours] @ static.marginal_cost[table.columns]).sum())
    stored = n.storage_units_t.p_store.iloc[hours]
    price = [given["charge_cost"].get(u.split()[0], 0.0) / CNY for u in stored.columns]
    return (total + float((stored.sum() * price).sum())) * MW * CNY


def main() -> None:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    with np.load(folder / "case.given.npz") as file:
        given: Given = {name: file[name] for name in file.files}
    given["thermals"], given["storages"] = list(given["thermals"]), list(given["storages"])
    given["carried"] = list(given["carried"])
    given["charge_cost"] = dict(zip(given["storages"], given["charge_costs"].tolist(), strict=True))
    given["ends"] = {
        int(hour): (given["end_width"][k], given["end_value"][k]) for k, hour in enumerate(given["end_hours"])
    }
    np.savez(folder / "case.answer.npz", **solved(given))


if __name__ == "__main__":
    main()
