"""One door to the LP solvers: ours where its answer proves itself, HiGHS where it does not."""

from __future__ import annotations

import dataclasses
from typing import Literal

from gis_layers.errors import SolverError
from gis_layers.progress import Progress, silent
from planning.lp.highs import solve_highs
from planning.lp.interior_point import solve_interior_point
from planning.lp.model import LinearProgram, Solution
from planning.lp.points import Start

Method = Literal["auto", "ipm", "highs"]


def solve(
    program: LinearProgram,
    method: Method = "auto",
    *,
    progress: Progress = silent,
    tolerance: float = 1e-8,
    start: Start | None = None,
    keep: list[Start] | None = None,
) -> Solution:
    """Solve a linear programme to a relative gap and relative residuals of `tolerance`.

    Parameters
    ----------
    method
        'ipm': our interior-point method alone. 'highs': HiGHS alone. 'auto': ours; its answer counts
        only where residuals and gap, recomputed from x and the duals, meet `tolerance`, else HiGHS
        solves the programme and `Solution.solver` says why.
    start
        What a programme of the same rows and columns left (see `keep`): ours goes on from a point of it
        that suits this programme, or begins anew where none does. The answer is proved the same.
    keep
        A list that ours appends its own `Start` to. For many such programmes use `solve_family`.

    Raises
    ------
    InfeasibleError
        No point meets all rows and bounds ('lp_infeasible'): proved by a ray of duals or by HiGHS.
    SolverError
        Unbounded, or no solver gave a usable answer.
    """
    if method == "highs":
        return solve_highs(program, tolerance=tolerance, progress=progress)
    try:
        return solve_interior_point(program, tolerance=tolerance, progress=progress, start=start, keep=keep)
    except SolverError as error:
        if method == "ipm" or error.code == "lp_unbounded":
            raise
        reason = error.code.removeprefix("lp_")
    answer = solve_highs(program, tolerance=tolerance, progress=progress)
    return dataclasses.replace(answer, solver=f"highs (banded-ipm: {reason})")
