"""When no point meets all rows: the proof of it, and the programme whose duals give one."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from gis_layers.errors import InfeasibleError
from planning.lp.model import FloatArray, LinearProgram


def infeasible(program: LinearProgram) -> InfeasibleError:
    return InfeasibleError("lp_infeasible", rows=program.rows, columns=program.columns)


def least_violation(program: LinearProgram) -> LinearProgram:
    """Minimise the sum of what the rows are missed by; always feasible, and its duals are a ray."""
    short = np.flatnonzero(np.isfinite(program.row_lower))
    over = np.flatnonzero(np.isfinite(program.row_upper))
    rows = np.concatenate([short, over])
    extra = rows.size
    signs = np.concatenate([np.ones(short.size), -np.ones(over.size)])
    elastic = sp.csc_array((signs, (rows, np.arange(extra))), shape=(program.rows, extra))
    return LinearProgram(
        cost=np.concatenate([np.zeros(program.columns), np.ones(extra)]),
        matrix=sp.hstack([program.matrix, elastic], format="csc"),
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        lower=np.concatenate([program.lower, np.zeros(extra)]),
        upper=np.concatenate([program.upper, np.full(extra, np.inf)]),
        row_stage=program.row_stage,
    )


def proves_infeasible(program: LinearProgram, ray: FloatArray) -> bool:
    """Whether row duals `ray` prove, by Farkas' lemma, that no point meets all rows and bounds.

    With r = -A' ray, every feasible x has  sum ray.(A x) + sum r.x = 0; the largest value the bounds
    leave for minus that sum must stay below 0. A component on an infinite bound is taken for noise only
    where it is below 1e-7 of its terms, and the proof must hold for any |x| up to 10,000 there.
    """
    size = float(np.abs(ray).max(initial=0.0))
    if size == 0.0 or not np.isfinite(size):
        return False
    ray = ray / size
    reduced = -(program.matrix.T @ ray)
    terms = abs(program.matrix).T @ np.abs(ray)
    value = 0.0
    magnitude = 0.0
    for piece, low, high, noise in (
        (ray, program.row_lower, program.row_upper, np.full(ray.size, 1e-9)),
        (reduced, program.lower, program.upper, 1e-7 * np.maximum(terms, 1e-3)),
    ):
        bound = np.where(piece > 0, low, high)
        open_end = ~np.isfinite(bound)
        if (open_end & (np.abs(piece) > noise)).any():
            return False
        product = piece[~open_end] * bound[~open_end]
        value += float(product.sum()) - 1e4 * float(np.abs(piece[open_end]).sum())
        magnitude += float(np.abs(product).sum())
    return value > 1e-7 * max(magnitude, 1e-3)
