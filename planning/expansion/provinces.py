"""Who gains and who pays: every province's yearly cost where all plan together and where each plans alone.

A province's cost is what is built and run in it, what it pays for power that arrives less what it earns with power it
sends (both at its own node's price, the duals of the balance), and half of every line between provinces: its use,
capital and upkeep less its rent, the difference of prices at its ends. The rest of both halves is the other end's.
So the provinces' costs add up to the nation's. What a target makes dear is paid where it is built.

Nodal prices as settlement: Schweppe, Caramanis, Tabors, Bohn, Spot Pricing of Electricity (1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis_layers.errors import BalanceError
from planning.expansion.told import Plan

SUM_TOLERANCE = 1e-6
"""Of the provinces' costs against the nation's, relative."""


@dataclass(frozen=True, slots=True)
class ProvinceCost:
    """One province, a year."""

    province: str
    built_cny: float
    """Capital, upkeep and operation in the province."""
    traded_cny: float
    """Paid for power that arrives less earned with power sent."""
    lines_cny: float
    """Half of its lines' cost less half of their rent."""
    co2_t: float
    curtailed_mwh: float
    unserved_mwh: float
    load_mwh: float

    @property
    def total_cny(self) -> float:
        return self.built_cny + self.traded_cny + self.lines_cny


def province_costs(plan: Plan) -> dict[str, ProvinceCost]:
    """Of every province, in the order of its first node.

    Raises
    ------
    BalanceError
        'optimum_money': the provinces do not add up to the nation.
    """
    x, op = plan.expansion, plan.operation
    names = np.array(x.province)
    lines = x.case.lines
    start = np.concatenate([lines.from_index, [c.from_index for c in x.candidates]]).astype(np.int64)
    end = np.concatenate([lines.to_index, [c.to_index for c in x.candidates]]).astype(np.int64)
    half = 0.5 * (plan.line_cny - plan.rent_cny)
    of_node = np.zeros(x.case.nodes)
    np.add.at(of_node, start, half)
    np.add.at(of_node, end, half)
    answer = {}
    for name in dict.fromkeys(x.province):
        own = names == name
        answer[name] = ProvinceCost(
            province=name,
            built_cny=float(plan.node_cny[own].sum()),
            traded_cny=float(plan.traded_cny[own].sum()),
            lines_cny=float(of_node[own].sum()),
            co2_t=float(op.co2_t[own].sum()),
            curtailed_mwh=float(op.curtailed_mwh[own].sum()),
            unserved_mwh=float(op.unserved_mwh[own].sum()),
            load_mwh=float(op.load_mwh[own].sum()),
        )
    found = sum(c.total_cny for c in answer.values())
    if abs(found - plan.total_cny) > SUM_TOLERANCE * max(abs(plan.total_cny), 1.0):
        raise BalanceError("optimum_money", found_cny=found, expected_cny=plan.total_cny)
    return answer
