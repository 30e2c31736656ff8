"""HiGHS as check and fall-back of our own solver: arrays are handed over whole, never row by row.

Huangfu and Hall, Parallelizing the dual revised simplex method, Math. Prog. Comp. 10 (2018) 119-142.
"""

from __future__ import annotations

import threading
import time
from typing import Literal

import highspy
import numpy as np

from gis_layers.errors import InfeasibleError, SolverError
from gis_layers.progress import Progress, silent
from planning.lp.model import FloatArray, LinearProgram, Solution, optimality

_RUNNING = threading.Lock()

HighsMethod = Literal["choose", "simplex", "ipm"]


def solve_highs(
    program: LinearProgram,
    *,
    method: HighsMethod = "choose",
    tolerance: float = 1e-8,
    threads: int = 1,
    time_limit_s: float = float("inf"),
    crossover: bool = True,
    progress: Progress = silent,
) -> Solution:
    """Solve with HiGHS.

    Parameters
    ----------
    method
        'simplex', 'ipm', or 'choose' (HiGHS's own choice).
    tolerance
        Feasibility and optimality tolerance HiGHS works to, on the programme it scaled.
    crossover
        With 'ipm': go on to a vertex. Off is faster and less exact.

    Raises
    ------
    InfeasibleError
        'lp_infeasible'.
    SolverError
        'lp_unbounded', 'lp_time_limit', or 'lp_failed' with HiGHS's status.
    Cancelled
        By the progress callback, which is called about five times a second.
    """
    started = time.perf_counter()
    solver = loaded(program)
    for option, value in (
        ("solver", method),
        ("primal_feasibility_tolerance", max(tolerance, 1e-10)),
        ("dual_feasibility_tolerance", max(tolerance, 1e-10)),
        ("ipm_optimality_tolerance", max(tolerance, 1e-12)),
        ("threads", threads),
        ("time_limit", time_limit_s),
        ("run_crossover", "on" if crossover else "off"),
    ):
        solver.setOptionValue(option, value)
    run(solver, progress)
    status = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status == kinds.kUnboundedOrInfeasible:
        # Presolve cannot tell which; the simplex method on the whole programme can.
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("solver", "simplex")
        run(solver, progress)
        status = solver.getModelStatus()
    if status == kinds.kInfeasible:
        raise InfeasibleError("lp_infeasible", rows=program.rows, columns=program.columns)
    if status == kinds.kUnbounded:
        raise SolverError("lp_unbounded", rows=program.rows, columns=program.columns)
    if status == kinds.kTimeLimit:
        raise SolverError("lp_time_limit", seconds=time_limit_s)
    if status == kinds.kModelEmpty:
        return _report(program, np.zeros(program.columns), np.zeros(program.rows), 0, started)
    if status != kinds.kOptimal:
        raise SolverError("lp_failed", solver="highs", status=solver.modelStatusToString(status))
    answer = solver.getSolution()
    info = solver.getInfo()
    iterations = max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0)
    x = np.array(answer.col_value, dtype=np.float64)
    row_duals = np.array(answer.row_dual, dtype=np.float64)
    return _report(program, x, row_duals, iterations, started)


def _report(
    program: LinearProgram, x: FloatArray, row_duals: FloatArray, iterations: int, started: float
) -> Solution:
    proof = optimality(program, x, row_duals)
    return Solution(
        x=x,
        row_duals=row_duals,
        reduced_costs=program.cost - program.matrix.T @ row_duals,
        objective=float(program.cost @ x),
        primal_residual=proof.primal_residual,
        dual_residual=proof.dual_residual,
        gap=proof.gap,
        solver="highs",
        iterations=iterations,
        seconds=time.perf_counter() - started,
    )


def loaded(program: LinearProgram) -> highspy.Highs:
    """HiGHS, silent, with the programme in it.

    Raises
    ------
    SolverError
        'lp_failed' where HiGHS does not take it.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    matrix = program.matrix
    status = solver.passModel(
        program.columns,
        program.rows,
        int(matrix.nnz),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(program.columns, dtype=np.int32),
    )
    # A warning (coefficients HiGHS rounds to 0) leaves a usable model.
    if status == highspy.HighsStatus.kError:
        raise SolverError("lp_failed", solver="highs", status="model rejected")
    return solver


def run(
    solver: highspy.Highs, progress: Progress, limit_s: float | None = None, words: str = "HiGHS"
) -> None:
    """Run in a thread of its own, so that the caller can cancel and Ctrl-C is heard.

    limit_s
        The solver's own limit of time, where it has one: what the share done is of.

    One at a time: the locks of highspy's threads belong to its class, and its scheduler to the process.
    """
    while not _RUNNING.acquire(timeout=0.2):
        progress(0.0, words)
    try:
        if progress is silent:
            solver.run()
        else:
            _run_and_tell(solver, progress, limit_s, words)
    finally:
        _RUNNING.release()


def _run_and_tell(solver: highspy.Highs, progress: Progress, limit_s: float | None, words: str) -> None:
    started = time.perf_counter()
    solver.HandleUserInterrupt = True
    solver.startSolve()
    try:
        while not solver.wait(0.2)[0]:
            elapsed = time.perf_counter() - started
            progress(elapsed / (elapsed + 30.0) if limit_s is None else min(elapsed / limit_s, 0.99), words)
    except BaseException:
        solver.cancelSolve()
        while not solver.wait(0.2)[0]:
            pass
        raise
    finally:
        solver.HandleUserInterrupt = False
