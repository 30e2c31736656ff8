"""What formats that know branches as lines of one voltage cannot hold."""

from __future__ import annotations

from gis_layers.errors import InputError, Problem
from planning.network.exchange.case import GridCase


def refuse_ratios(case: GridCase, what: str) -> None:
    """InputError naming each branch with a turns ratio, a phase shift or two voltages; MATPOWER holds them."""
    b = case.network.branches
    problems = [
        Problem(f"branch {b.ids[k]}", "ratio", "a transformer", f"lines of one voltage for {what}")
        for k in range(b.count)
        if b.ratio[k] != 1.0
        or b.shift_rad[k] != 0.0
        or case.base_kv[b.from_bus[k]] != case.base_kv[b.to_bus[k]]
    ]
    if problems:
        raise InputError(problems[:20])
