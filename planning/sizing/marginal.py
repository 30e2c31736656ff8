"""What one more unit of each limit is worth: the programme's duals in natural units.

By the envelope theorem the least cost changes with a parameter p as the Lagrangian does: with row duals y and reduced
costs r, dC/dp = sum y db/dp + sum r du/dp - y'(dA/dp) x. A value here is -dC/dp for one unit of p that loosens.
"""

from __future__ import annotations

import numpy as np

from planning.lp import Solution
from planning.sizing.model import Model

_DUST = 1e-7
"""Of the objective."""


def marginal_values(model: Model, solution: Solution) -> tuple[dict[str, float], dict[str, str]]:
    """(CNY a year saved by one more unit, unit) by limit.

    A limit's unit is the one it gives by: a percentage point, an hour of the channel, a km2, a t of CO2, a yuan; of
    capacities and the channel a MW or MWh. A channel's value is that of more room for the same energy of the
    year; an hour of the channel is one less to deliver.
    """
    values: dict[str, float] = {}
    units: dict[str, str] = {}
    x, program = np.asarray(solution.x), model.program
    sizes = abs(program.matrix) @ np.abs(x)
    dust = _DUST * max(abs(float(solution.objective)), 1e-9)
    for limit in model.limits:
        dual = float(solution.row_duals[limit.row])
        # A dual whose whole limit is worth less than the solver's gap is the solver's own.
        binds = dual * float(sizes[limit.row]) > dust
        values[limit.name] = dual * limit.slope(x) * 1e6 if binds else 0.0
        units[limit.name] = limit.unit
    for bound in model.bounds:
        # A reduced cost above 0 is of the lower bound.
        worth = max(-float(solution.reduced_costs[bound.column]), 0.0)
        binds = worth * float(program.upper[bound.column]) > dust
        values[bound.name] = worth * bound.per_unit * 1e6 if binds else 0.0
        units[bound.name] = bound.unit
    for moved in model.sensitivities:
        change = float(solution.reduced_costs[moved.columns] @ moved.per_unit)
        change += float(solution.row_duals[moved.rows] @ moved.rows_per_unit)
        values[moved.name] = -change * 1e6 if abs(change) * 1e3 > dust else 0.0
        units[moved.name] = moved.unit
    return values, units
