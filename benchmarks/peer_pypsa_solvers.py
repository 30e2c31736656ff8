"""Solvers on a programme handed over as arrays, timed; runs in the environment of PyPSA, not in ours.

    PYTHONPATH=. python -P peer_pypsa_solvers.py programme.npz choose|simplex|ipm|hipo|clarabel

HiGHS is handed the arrays whole, all its options as they come but the solver; HiPO is its newer interior-point
method (with highspy's extras). Clarabel takes  A x + s = b, s in a cone; equal bounds become the zero cone.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

from benchmarks.peak import peak_mib

LIMIT_S = 300.0


def highs(given: dict[str, np.ndarray], method: str) -> dict[str, Any]:
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", LIMIT_S)
    if solver.setOptionValue("solver", method) != highspy.HighsStatus.kOk:
        return {"status": "not in this build"}
    columns, rows = given["cost"].size, given["row_lower"].size
    began = time.perf_counter()
    solver.passModel(
        columns, rows, given["data"].size, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
        given["cost"], given["lower"], given["upper"], given["row_lower"], given["row_upper"],
        given["indptr"].astype(np.int32), given["indices"].astype(np.int32), given["data"],
        np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    solver.run()
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "status": solver.modelStatusToString(solver.getModelStatus()),
        "objective": solver.getObjectiveValue(),
        "iterations": max(solver.getInfo().simplex_iteration_count, 0)
        + max(solver.getInfo().ipm_iteration_count, 0),
    }


def clarabel(given: dict[str, np.ndarray]) -> dict[str, Any]:
    import clarabel as cb
    import scipy.sparse as sp

    columns, rows = given["cost"].size, given["row_lower"].size
    began = time.perf_counter()
    matrix = sp.csc_matrix((given["data"], given["indices"], given["indptr"]), shape=(rows, columns)).tocsr()
    unit = sp.identity(columns, format="csr")
    low, high = given["row_lower"], given["row_upper"]
    equal = low == high
    below, above = np.isfinite(low) & ~equal, np.isfinite(high) & ~equal
    floor, top = np.isfinite(given["lower"]), np.isfinite(given["upper"])
    stacked = sp.vstack([matrix[equal], -matrix[below], matrix[above], -unit[floor], unit[top]], format="csc")
    right = np.concatenate(
        [low[equal], -low[below], high[above], -given["lower"][floor], given["upper"][top]]
    )
    cones = [cb.ZeroConeT(int(equal.sum())), cb.NonnegativeConeT(int(right.size - equal.sum()))]
    settings = cb.DefaultSettings()
    settings.verbose = False
    settings.time_limit = LIMIT_S
    nothing = sp.csc_matrix((columns, columns))
    answer = cb.DefaultSolver(nothing, given["cost"], stacked, right, cones, settings).solve()
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "status": str(answer.status),
        "objective": answer.obj_val,
        "iterations": answer.iterations,
    }


def main() -> None:
    with np.load(sys.argv[1]) as file:
        given = {name: file[name] for name in file.files}
    solver = sys.argv[2]
    found = clarabel(given) if solver == "clarabel" else highs(given, solver)
    print(json.dumps({"solver": solver} | found | {"peak_mib": round(peak_mib())}))


if __name__ == "__main__":
    main()
