"""Backup in whole units: the relaxed programme as the bound, a rounded commitment as the design, HiGHS to close the gap.

What turns in an hour becomes a whole number of units. The relaxed answer bounds the cost from below; its hours on line rounded
up, and held for the least hours, are a commitment that can be kept; with the units fixed the rest is a linear
programme again. Only if the two lie further apart than asked does HiGHS branch, from that design, within its time.
"""

from __future__ import annotations

import dataclasses
import time

import highspy
import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InfeasibleError, SolverError
from gis_layers.progress import Progress, part, silent
from planning.lp import LinearProgram, Solution, solve
from planning.lp.highs import loaded, run
from planning.sizing.model import Model
from planning.sizing.parts.thermal import Thermal

Array = NDArray[np.float64]

_WHOLE = 1e-6
"""Of a unit: closer than this is whole."""


def solve_whole_units(
    model: Model, thermal: Thermal, relaxed: Solution, progress: Progress = silent
) -> Solution:
    """A design whose backup turns in whole units, with an honest gap.

    Parameters
    ----------
    relaxed
        Optimal for the programme without whole units.

    Returns
    -------
    Solution
        `gap` is (cost - best lower bound) / |cost|; `status` 'optimal' within `mip_gap_share`, else 'time_limit'. Duals are
        of the programme with the units fixed.

    Raises
    ------
    SolverError
        'lp_time_limit': no whole commitment was found in the time there was.
    """
    started = time.perf_counter()
    unit = float(thermal.unit_mw or 1.0) / 1e3
    online = model.columns["thermal_online"]
    lowest = float(relaxed.objective)
    available_gw = float(thermal.availability_share or 1.0) * thermal.bounds_mw[1] / 1e3
    most = np.floor(available_gw / unit + _WHOLE)
    units = np.minimum(held(np.ceil(relaxed.x[online] / unit - _WHOLE), thermal.min_up_h), most)
    best = _with_units(model.program, online, units * unit, part(progress, 0.0, 0.3))
    if best is None or _gap(best.objective, lowest) > thermal.mip_gap_share:
        found, bound = _branch(model.program, online, unit, best, thermal, part(progress, 0.3, 0.8))
        lowest = max(lowest, bound)
        if found is not None:
            whole = np.round(found[online] / unit)
            other = _with_units(model.program, online, whole * unit, part(progress, 0.8, 1.0))
            if other is not None and (best is None or other.objective < best.objective):
                best = other
    if best is None:
        raise SolverError("lp_time_limit", seconds=thermal.mip_time_limit_s)
    gap = _gap(best.objective, lowest)
    return dataclasses.replace(
        best,
        gap=max(gap, best.gap),
        status="optimal" if gap <= thermal.mip_gap_share else "time_limit",
        solver=f"{best.solver}, whole units",
        seconds=relaxed.seconds + time.perf_counter() - started,
    )


def held(units: Array, hours: int) -> Array:
    """(hour,) units so that none is on line for less than `hours`: the largest of the hours just before."""
    held_units = units.copy()
    for back in range(1, min(hours, units.size)):
        held_units[back:] = np.maximum(held_units[back:], units[:-back])
    return held_units


def _gap(cost: float, bound: float) -> float:
    return max(cost - bound, 0.0) / max(abs(cost), 1e-9)


def _with_units(
    program: LinearProgram, online: NDArray[np.int64], value: Array, progress: Progress
) -> Solution | None:
    """The best answer with what turns fixed; None where there is none."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[online] = upper[online] = value
    try:
        return solve(dataclasses.replace(program, lower=lower, upper=upper), progress=progress)
    except InfeasibleError:
        return None


def _branch(
    program: LinearProgram,
    online: NDArray[np.int64],
    unit: float,
    best: Solution | None,
    thermal: Thermal,
    progress: Progress,
) -> tuple[Array | None, float]:
    """(answer, lower bound) of HiGHS with the units whole; a column counts units, scaled by their size."""
    scale = np.ones(program.columns)
    scale[online] = unit
    matrix = program.matrix.copy()
    matrix.data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    counted = dataclasses.replace(
        program,
        cost=program.cost * scale,
        matrix=matrix,
        lower=program.lower / scale,
        upper=program.upper / scale,
    )
    solver = loaded(counted)
    whole = np.full(online.size, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    solver.changeColsIntegrality(online.size, online.astype(np.int32), whole)
    for option, value in (
        ("mip_rel_gap", thermal.mip_gap_share),
        ("time_limit", thermal.mip_time_limit_s),
        ("threads", 1),
    ):
        solver.setOptionValue(option, value)
    if best is not None:
        known = highspy.HighsSolution()
        known.col_value = (best.x / scale).tolist()
        solver.setSolution(known)
    run(solver, progress, thermal.mip_time_limit_s, "sizing: whole units")
    info = solver.getInfo()
    bound = float(info.mip_dual_bound)
    answer = None
    if info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible):
        answer = np.array(solver.getSolution().col_value) * scale
    return answer, bound if np.isfinite(bound) else -np.inf
