"""Sizing: one base over 8,760 hours, ours beside PyPSA with its default HiGHS on the same data; and fronts.

`python -m benchmarks.sizing` prints the rows alone; `solvers` as its argument the table of docs/solver.md. Every
measurement of ours runs in a process of its own, so that its memory is its own. A peer that cannot be had leaves
its row without figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.peak import peak_mib
from planning.lp import LinearProgram, Solution, solve, solve_family
from planning.sizing import BaseCase, BaseResource, load_base_case, with_defaults
from planning.sizing.model import Model, build_model, wanted_gw
from planning.sizing.sites import resource_of_case
from planning.tables import load_tables

ROOT = Path(__file__).parents[1]
BASE = ROOT / "benchmarks/base_kubuqi.toml"
FRONT_POINTS = 11
FRONT_SHARES = (0.45, 0.85)
SEED = 2020
THEIR_NAMES = {
    "wind": "wind_gw",
    "pv": "pv_gw",
    "thermal": "thermal_gw",
    "hydro": "hydro_gw",
    "battery_charge": "charge_gw",
    "battery_discharge": "discharge_gw",
    "unmet": "unmet_gwh",
    "wind_capacity": "wind_capacity_gw",
    "pv_capacity": "pv_capacity_gw",
    "thermal_capacity": "thermal_capacity_gw",
    "battery_capacity": "battery_capacity_gw",
    "battery_energy": "battery_energy_gwh",
}
"""Column of our model -> figure of the peer's answer."""


def rows() -> list[dict[str, Any]]:
    return [_base(), _valley(), _front()]


def base_case() -> tuple[BaseCase, BaseResource]:
    """Wind, PV, battery and coal behind the Kubuqi channel, weather of the embedded atlas."""
    case = with_defaults(load_base_case(BASE), load_tables().technology)
    return case, resource_of_case(case, SEED)[0]


def valley_case() -> tuple[BaseCase, BaseResource]:
    """The same with CSP and five stations of the upper Yellow River, hours of travel apart."""
    case, _ = base_case()
    document = case.model_dump() | {
        "id": "valley",
        "csp": {"sites": [{"lon_deg": 97.4, "lat_deg": 37.4}], "max_capacity_mw": 2000},
        "cascade": {"rivers": ["yellow"]},
    }
    whole = BaseCase.model_validate(document)
    stations = resource_of_case(whole, SEED)[0].cascade
    assert stations is not None
    five = tuple(station.id for station in stations.stations[:5])
    document["cascade"] = {"stations": five}
    case = with_defaults(BaseCase.model_validate(document), load_tables().technology)
    return case, resource_of_case(case, SEED)[0]


def front(case: BaseCase, given: BaseResource, points: int) -> tuple[list[float], list[LinearProgram]]:
    """Programmes of least cost at rising shares of renewables, coal free up to the channel."""
    coal = case.thermal
    assert coal is not None
    free = coal.model_copy(update={"capacity_mw": None, "max_capacity_mw": case.channel.capacity_mw})
    shares = [float(share) for share in np.linspace(*FRONT_SHARES, points)]
    programs = []
    for share in shares:
        limits = case.limits.model_copy(
            update={"renewable_share_min": share, "curtailment_max_share": 0.15, "land_km2_max": None}
        )
        changed = case.model_copy(update={"thermal": free, "limits": limits})
        programs.append(build_model(changed, given).program)
    return shares, programs


def give(path: Path, case: BaseCase, given: BaseResource) -> None:
    """Write a case for the peer: all its figures as JSON, its hours as arrays."""
    hours = given.hours
    nothing = np.zeros(hours)
    inflow = nothing if case.hydro is None else case.hydro.inflow_mw(hours) / 1e3
    np.savez(
        path,
        case=json.dumps(case.model_dump(mode="json")),
        wind_cf=given.profiles.get("wind", nothing),
        pv_cf=given.profiles.get("pv", nothing),
        wanted_gw=wanted_gw(case, hours),
        inflow_gw=inflow,
    )


def answers(folder: Path, python: Path, *more: str) -> dict[str, dict[str, np.ndarray]]:
    """Have PyPSA solve all cases given in a folder; by name."""
    script = Path(__file__).with_name("peer_pypsa.py")
    _run_peer([str(python), "-P", str(script), str(folder), *more]).check_returncode()
    found = {}
    for path in sorted(folder.glob("*.answer.npz")):
        with np.load(path) as file:
            found[path.name.removesuffix(".answer.npz")] = {name: file[name] for name in file.files}
    return found


def _run_peer(command: list[str]) -> subprocess.CompletedProcess[str]:
    paths = os.environ | {"PYTHONPATH": str(ROOT)}  # for benchmarks.peak
    return subprocess.run(command, check=False, capture_output=True, text=True, env=paths)


def differences(model: Model, answer: Solution, theirs: dict[str, np.ndarray]) -> dict[str, float]:
    """Relative differences of cost and of the year's sums; GW of the capacities and of the hours."""
    mine, peer = answer.objective + model.objective_constant, float(theirs["objective"])
    found = {"objective": abs(mine - peer) / abs(peer)}
    total = float(answer.x[model.columns["delivered"]].sum())
    for name in ("wind", "pv", "thermal", "hydro"):
        if name in model.columns and f"{name}_gw" in theirs:
            hours = answer.x[model.columns[name]] - theirs[f"{name}_gw"]
            found[f"{name}_sum"] = abs(float(hours.sum())) / total
    for name in ("wind_capacity", "pv_capacity", "thermal_capacity", "battery_capacity"):
        if name in model.columns and f"{name}_gw" in theirs:
            found[name] = abs(float(answer.x[model.columns[name][0]]) - float(theirs[f"{name}_gw"]))
    return found


def cost_of(model: Model, theirs: dict[str, np.ndarray]) -> float:
    """What the peer's capacities and hours cost at our prices. [million CNY]"""
    total = model.objective_constant
    for column, name in THEIR_NAMES.items():
        if column in model.columns and name in theirs:
            total += float((model.program.cost[model.columns[column]] * theirs[name]).sum())
    return total


def _base() -> dict[str, Any]:
    ours = _own_process("base")
    row = _row("base LP, 8,760 h: wind, PV, battery, coal", ours, "PyPSA 1.4.0, HiGHS as it comes")
    python = peers.python(peers.PYPSA)
    if python is None:
        return row
    case, given = base_case()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        give(folder / "base.given.npz", case, given)
        theirs = answers(folder, python)["base"]
    model = build_model(case, given)
    apart = differences(model, solve(model.program, "ipm"), theirs)
    return row | {
        "peer_s": round(float(theirs["seconds"]), 2),
        "peer_build_s": round(float(theirs["build_seconds"]), 2),
        "peer_solver_s": round(float(theirs["highs_seconds"]), 2),
        "peer_peak_mib": round(float(theirs["peak_mib"])),
        "ratio": round(float(theirs["seconds"]) / ours["seconds"], 1),
        "max_error": apart["objective"],
        "largest_difference_of_sums": max(v for k, v in apart.items() if k.endswith("_sum")),
        "largest_difference_of_capacities_gw": max(v for k, v in apart.items() if k.endswith("_capacity")),
    }


def _valley() -> dict[str, Any]:
    return _row(
        "base LP with CSP and five stations of a cascade, 8,760 h", _own_process("valley"), "limit 30 s"
    )


def _front() -> dict[str, Any]:
    ours = _own_process("front")
    name = f"front of cost against renewable share, {FRONT_POINTS} points"
    return _row(name, ours, "one of them alone, mean") | {
        "peer_s": round(ours["one_seconds"], 2),
        "times_one": round(ours["seconds"] / ours["one_seconds"], 2),
        "iterations_alone": ours["iterations_alone"],
        "max_error": ours["max_error"],
    }


def _row(name: str, ours: dict[str, Any], peer: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours_s": round(ours["seconds"], 2),
        "build_s": round(ours["build_seconds"], 2),
        "solver": ours["solver"],
        "iterations": ours["iterations"],
        "gap": ours["gap"],
        "primal_residual": ours["primal_residual"],
        "dual_residual": ours["dual_residual"],
        "peer": peer,
        "peer_s": None,
        "ratio": None,
        "max_error": None,
        "peak_mib": ours["peak_mib"],
    }


def _own_process(what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.sizing", "alone", what]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _alone(what: str) -> dict[str, Any]:
    """Seconds of building and solving, and the proof; memory of the whole process."""
    case, given = valley_case() if what == "valley" else base_case()
    began = time.perf_counter()
    if what == "front":
        shares, programs = front(case, given, FRONT_POINTS)
        building = time.perf_counter() - began
        alone = [solve(program, "ipm") for program in programs]
        single = sum(answer.seconds for answer in alone) / FRONT_POINTS
        built = time.perf_counter()
        began = built - building
        outcomes = solve_family(programs, positions=shares)
        found = [answer for answer in outcomes if isinstance(answer, Solution)]
        if len(found) != FRONT_POINTS:
            raise SystemExit(f"only {len(found)} points of the front have an answer")
        answer = max(found, key=lambda point: point.gap)
        iterations = sum(point.iterations for point in found)
        more: dict[str, Any] = {
            "one_seconds": single,
            "iterations_alone": sum(one.iterations for one in alone),
            "max_error": max(
                abs(a.objective - b.objective) / abs(a.objective) for a, b in zip(alone, found, strict=True)
            ),
        }
    else:
        model = build_model(case, given)
        built = time.perf_counter()
        answer = solve(model.program)
        iterations, more = answer.iterations, {}
    ended = time.perf_counter()
    return more | {
        "build_seconds": built - began,
        "seconds": ended - (built if what == "front" else began),
        "solver": answer.solver,
        "iterations": iterations,
        "gap": answer.gap,
        "primal_residual": answer.primal_residual,
        "dual_residual": answer.dual_residual,
        "peak_mib": round(peak_mib()),
    }


def solvers() -> Iterator[dict[str, Any]]:
    """Other solvers on our arrays of the base, in the peers' environment, each within five minutes."""
    python = peers.python(peers.PYPSA)
    if python is None:
        raise SystemExit("the peers' environment is not there")
    case, given = base_case()
    program = build_model(case, given).program
    mine = _own_process("base")
    yield {"solver": "ours", "status": "optimal"} | mine
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "base.npz"
        matrix = program.matrix
        np.savez(
            path, cost=program.cost, data=matrix.data, indices=matrix.indices, indptr=matrix.indptr,
            row_lower=program.row_lower, row_upper=program.row_upper, lower=program.lower, upper=program.upper,
        )  # fmt: skip
        script = Path(__file__).with_name("peer_pypsa_solvers.py")
        for solver in ("hipo", "clarabel", "ipm", "choose", "simplex"):
            command = [str(python), "-P", str(script), str(path), solver]
            done = _run_peer(command)
            said = done.stdout.splitlines()
            yield json.loads(said[-1]) if said else {"solver": solver, "status": done.stderr[-300:]}


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["alone"]:
        print(json.dumps(_alone(arguments[1])))
        return
    for row in solvers() if arguments == ["solvers"] else rows():
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
