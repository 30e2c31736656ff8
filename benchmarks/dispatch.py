"""The national dispatch: the whole year of a scenario with its gap, and beside PyPSA the same windows of one model.

    python -m benchmarks dispatch             PyPSA on three weeks, minutes
    DISPATCH_WEEKS=52 python -m benchmarks dispatch    PyPSA on the year; over an hour

The year is that of the built-in scenario 2030-1200GW with all its rules. Beside PyPSA stands a made-up nation of 48
nodes, whose windows are harder for us: Kirchhoff's law on the ties, losses, contracts, must-run, storages, and
reservoirs with the same value of water at each window's end (our plan's, handed over). Ramps and reserve are left out
there, because PyPSA's are hard. The peer is PyPSA's own model, built and solved window after window with its
`optimize`; what it has no component for is added to each window.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.peak import peak_mib
from benchmarks.synthetic_nation import nation
from planning.dispatch.case import DispatchCase, hourly
from planning.dispatch.grid import find_loops
from planning.dispatch.layout import (
    asked_mw,
    make_layout,
    make_year,
    must_run_mw,
    release_min_mw,
)
from planning.dispatch.rolling import window_starts
from planning.dispatch.season import find_targets, initial_state, make_plan, plan_end, year_end
from planning.dispatch.solve import dispatch

ROOT = Path(__file__).parents[1]
WEEKS = int(os.environ.get("DISPATCH_WEEKS", "3"))
WINDOW, LOOKAHEAD = 168, 24
SCENARIO = "2030-1200GW"


def rows() -> list[dict[str, Any]]:
    hours = min(168 * WEEKS, 8760) if WEEKS < 52 else 8760
    return [_alone(scenario_case(SCENARIO)), _beside_pypsa(without_soft(nation(hours)))]


def scenario_case(name: str) -> DispatchCase:
    """The case of a built-in scenario, its hours and bases computed anew."""
    from planning.chain.run import Chain
    from planning.scenario import load_scenario

    return Chain(load_scenario(name)).nation[0].case


def without_soft(case: DispatchCase) -> DispatchCase:
    """Without ramps and reserve; Kirchhoff's law stays."""
    thermals = tuple(replace(t, ramp_share_per_h=None) for t in case.thermals)
    lines = replace(case.lines, ramp_share_per_h=None)
    return replace(case, thermals=thermals, lines=lines, reserve_share=None)


def _timed(case: DispatchCase, *, measure_gap: bool = True) -> tuple[float, float, Any]:
    began, worked = time.perf_counter(), time.process_time()
    result = dispatch(case, window_hours=WINDOW, lookahead_hours=LOOKAHEAD, measure_gap=measure_gap)
    return time.perf_counter() - began, time.process_time() - worked, result


def _alone(case: DispatchCase) -> dict[str, Any]:
    wall, cpu, result = _timed(case)
    return {
        "name": f"national year of dispatch, {SCENARIO}, with Kirchhoff, ramps, reserve and the bound",
        "nodes": case.nodes,
        "lines": case.lines.count,
        "ours_s": round(wall, 1),
        "ours_cpu_s": round(cpu, 1),
        "peer": None,
        "peer_s": None,
        "limit_s": 120,
        "ratio": round(120 / wall, 2),
        "max_error": None,
        "gap": result.gap_share,
        "must_gap": 0.005,
        "windows": result.windows,
        "iterations": result.iterations,
        "restarts": result.restarts,
        "peak_mib": round(peak_mib()),
        "limit_mib": 4096,
    }


def _beside_pypsa(case: DispatchCase) -> dict[str, Any]:
    wall, cpu, result = _timed(case, measure_gap=False)
    row = {
        "name": f"national dispatch, {case.hours} h, beside PyPSA",
        "nodes": case.nodes,
        "lines": case.lines.count,
        "ours_s": round(wall, 1),
        "ours_cpu_s": round(cpu, 1),
        "peak_mib": round(peak_mib()),
        "must": 3,
    }
    interpreter = peers.python(peers.PYPSA)
    if interpreter is None:
        return row | {"peer": "PyPSA: no environment of its own here", "peer_s": None, "ratio": None}
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "case.given.npz", **given(case))
        script = Path(__file__).with_name("peer_pypsa_dispatch.py")
        subprocess.run(
            [str(interpreter), "-P", str(script), folder],
            check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        with np.load(Path(folder) / "case.answer.npz") as file:
            theirs = {name: float(file[name]) for name in file.files}
    mine = cost_of_hours(case, result)
    return row | {
        "peer": "PyPSA 1.4 rolling, HiGHS, same windows",
        "peer_s": round(theirs["seconds"], 1),
        "peer_highs_s": round(theirs["highs_seconds"], 1),
        "ratio": round(theirs["seconds"] / wall, 1),
        "cost_cny": mine,
        "peer_cost_cny": theirs["cost"],
        "max_error": abs(mine - theirs["cost"]) / abs(theirs["cost"]),
        "must_error": 1e-3,
        "peer_peak_mib": round(theirs["peak_mib"]),
    }


def cost_of_hours(case: DispatchCase, result: Any) -> float:
    """Our objective as the peer adds it up: free energy earns its price, contracts theirs, ends nothing. [CNY]"""
    missed = result.target_missed_mwh.sum()
    for storage in case.storages:
        first = np.where(storage.power_mw > 0, storage.energy_mwh * storage.initial_share, 0.0)
        missed += np.maximum(0.0, first - result.soc_mwh[storage.kind][:, -1]).sum()
    total = result.objective_cny - missed * case.reservoir_shortfall_cny_per_mwh
    total -= float(asked_mw(case).sum()) * case.contract_cny_per_mwh
    return float(total - (case.wind_mw + case.pv_mw).sum() * case.curtailment_cny_per_mwh)


def given(case: DispatchCase) -> dict[str, Any]:
    """The case for the peer: plain arrays, and the value of what is left at each window's end."""
    layout = make_layout(case)
    year = make_year(case, layout)
    plan = make_plan(case, year, find_targets(case, layout))
    hydro, lines = case.hydro, case.lines
    state = initial_state(case)
    size = hourly(hydro.reservoir_mwh, case.hours)[layout.level.members]
    ends = [min(int(s) + LOOKAHEAD, case.hours) for s in window_starts(case.hours, WINDOW, LOOKAHEAD)[1:]]
    values = [
        year_end(case, state) if end == case.hours else plan_end(plan, end, size[:, end - 1], len(state))
        for end in ends
    ]
    carried = [f"water {k}" for k in layout.level.members]
    for storage, group in zip(case.storages, layout.soc, strict=True):
        carried += [f"{storage.kind} {k}" for k in group.members]
    arrays: dict[str, Any] = {
        "load_mw": case.load_mw, "free_mw": case.wind_mw + case.pv_mw, "voll": case.voll_cny_per_mwh,
        "curtailment": case.curtailment_cny_per_mwh, "must_run": case.must_run_cny_per_mwh,
        "must_run_mw": must_run_mw(case) + release_min_mw(case), "contract": case.contract_cny_per_mwh,
        "nuclear_mw": case.nuclear_mw, "nuclear_least_mw": case.nuclear_mw * case.nuclear_min_share[:, None],
        "nuclear_cost": case.nuclear_cost_cny_per_mwh, "thermals": [t.technology for t in case.thermals],
        "river": (hydro.capacity_mw > 0) & ~hydro.stores, "stores": hydro.stores, "hydro_mw": hydro.capacity_mw,
        "river_mw": np.minimum(hydro.inflow_mw, hydro.capacity_mw[:, None]), "release_mw": release_min_mw(case),
        "reservoir_mwh": hydro.reservoir_mwh, "start_mwh": hydro.start_mwh, "inflow_mw": hydro.inflow_mw,
        "storages": [s.kind for s in case.storages], "charge_costs": [s.cost_cny_per_mwh for s in case.storages],
        "from_index": lines.from_index, "to_index": lines.to_index, "loss": lines.loss_share,
        "line_cost": lines.cost_cny_per_mwh, "capacity_mw": lines.capacity_mw,
        "reverse_mw": lines.reverse_capacity_mw, "asked_mw": asked_mw(case)[:, 0],
        "loops": find_loops(case).matrix.toarray(), "window": WINDOW, "lookahead": LOOKAHEAD,
        "end_hours": ends, "end_width": [v["width"] for v in values], "end_value": [v["value"] for v in values],
        "carried": carried,
    }  # fmt: skip
    for t in case.thermals:
        capacity = np.ascontiguousarray(hourly(t.capacity_mw, case.hours))
        least = capacity * hourly(t.min_share, case.hours)
        arrays |= {f"{t.technology}_mw": capacity, f"{t.technology}_least_mw": least}
        arrays[f"{t.technology}_cost"] = t.cost_cny_per_mwh
    for s in case.storages:
        arrays |= {
            f"{s.kind}_power": s.power_mw, f"{s.kind}_energy": s.energy_mwh, f"{s.kind}_in": s.efficiency_charge,
            f"{s.kind}_out": s.efficiency_discharge, f"{s.kind}_start": s.energy_mwh * s.initial_share,
        }  # fmt: skip
    return arrays


def main() -> None:
    for row in rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
