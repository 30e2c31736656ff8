"""What one more unit of each limit is worth: the programme's duals in natural units.

By the envelope theorem the least cost changes with a parameter p as the Lagrangian does: with row duals y and reduced
costs r, dC/dp = sum y db/dp + sum r du/dp - y'(dA/dp) x. A value here is -dC/dp for one unit of p that loosens.
"""

from __future__ import annotations

import numpy as np

from planning.lp import Solution
from planning.sizing.model import Model


def marginal_values(model: Model, solution: Solution) -> tuple[dict[str, float], dict[str, str]]:
    """(CNY a year saved by one more unit, unit) by limit.

    A limit's unit is the one it gives by: a percentage point, an hour of the channel, a km2, a t of CO2, a yuan; of
    capacities and the channel a MW or MWh. A channel's value is that of more room for the same energy of the
    year; an hour of the channel is one less to deliver.
    """
    values: dict[str, float] = {}
    units: dict[str, str] = {}
    for limit in model.limits:
        values[limit.name] = float(solution.row_duals[limit.row]) * limit.slope(solution.x) * 1e6
        units[limit.name] = limit.unit
    for bound in model.bounds:
        # A reduced cost above 0 is of the lower bound.
        worth = max(-float(solution.reduced_costs[bound.column]), 0.0)
        values[bound.name] = worth * bound.per_unit * 1e6
        units[bound.name] = bound.unit
    for moved in model.sensitivities:
        change = float(solution.reduced_costs[moved.columns] @ moved.per_unit)
        change += float(solution.row_duals[moved.rows] @ moved.rows_per_unit)
        values[moved.name] = -change * 1e6
        units[moved.name] = moved.unit
    # A dual of the wrong sign, or of a limit that does not bind, is the solver's dust.
    scale = max((abs(v) for v in values.values()), default=0.0)
    return {k: 0.0 if abs(v) < 1e-7 * scale else float(np.round(v, 6)) for k, v in values.items()}, units
