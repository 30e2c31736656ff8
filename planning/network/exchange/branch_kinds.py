"""Which branches are lines of one voltage, and which only formats that know transformers can hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.exchange.case import GridCase

Bools = NDArray[np.bool_]

NO_RATING_MVA = 1e6
"""Where a format asks for a rating, this one stands for none and is read back as none."""


def two_voltages(case: GridCase) -> Bools:
    """(branch,) whose ends have different rated voltages."""
    b = case.network.branches
    return np.asarray(case.base_kv[b.from_bus] != case.base_kv[b.to_bus])


def turned(case: GridCase) -> Bools:
    """(branch,) with a turns ratio other than 1 or a phase shift."""
    b = case.network.branches
    return np.asarray((b.ratio != 1.0) | (b.shift_rad != 0.0))


def refuse_turned(case: GridCase, what: str) -> None:
    """InputError naming each branch with a turns ratio or a phase shift; MATPOWER and PyPSA hold them."""
    ids = case.network.branches.ids
    expected = f"no turns ratio and no phase shift for {what}"
    problems = [
        Problem(f"branch {ids[k]}", "ratio", "a transformer", expected) for k in np.flatnonzero(turned(case))
    ]
    if problems:
        raise InputError(problems[:20])
