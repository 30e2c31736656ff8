"""Why a wish cannot be met: the limits in conflict and by how much each would have to give."""

from __future__ import annotations

from collections.abc import Sequence

from gis_layers.errors import Conflict, InfeasibleError, SolverError
from gis_layers.progress import Progress, silent
from planning.lp import solve
from planning.sizing.case import BaseCase
from planning.sizing.model import Bound, build_model
from planning.sizing.resource import BaseResource

_SEEN = 1e-4
"""Of a natural unit's meaning: percentage points, hours, km2 below are noise."""


def why_infeasible(
    case: BaseCase,
    resource: BaseResource,
    progress: Progress = silent,
    *,
    bounds: Sequence[Bound] = (),
) -> InfeasibleError:
    """The error to raise: limits give at a price each, weighed by their size, and as little as can be.

    Notes
    -----
    The amounts hold together: each limit named gives by its amount at once. Capacities, the channel and the hours of
    water stay as they are; where even that leaves no design, the conflict is among them.
    """
    progress(0.9, "sizing: which limits conflict")
    model = build_model(case, resource, bounds=bounds, elastic=True)
    try:
        solution = solve(model.program)
    except (InfeasibleError, SolverError):
        bound = Conflict("capacity_bounds", float("nan"), "MW")
        return InfeasibleError("base_infeasible", [bound], base=case.id)
    conflicts = []
    for limit in model.limits:
        slope = limit.slope(solution.x)
        if limit.slack is None or slope <= 0:
            continue
        amount = float(solution.x[limit.slack]) / slope
        if amount > _SEEN:
            conflicts.append(
                (float(model.program.cost[limit.slack] * solution.x[limit.slack]), limit, amount)
            )
    conflicts.sort(key=lambda found: -found[0])
    return InfeasibleError(
        "base_infeasible",
        [Conflict(limit.name, amount, limit.unit) for _, limit, amount in conflicts],
        base=case.id,
    )
