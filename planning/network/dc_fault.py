"""A pole or a bipole of a direct-current line blocks: what both grids lose or keep too much of, and what their ties carry.

The remaining pole carries what it carried (no short-time overload of it is counted). Both ends' missing or surplus power
is shared over their synchronous grid by the slack's shares, as frequency regulation does after its first seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import AcNetwork, Complex
from planning.network.branch_flow import BranchFlows, branch_flows, check_balance
from planning.network.newton import States, unknowns_of
from planning.network.support import Held, solve_with_limits

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DcLine:
    """A line with what it carries in the hours asked for."""

    id: str
    from_bus: int
    to_bus: int
    sent_mw: Array
    """(hour,) taken from `from_bus`; below 0 where it runs backwards: then what arrives there, with that sign."""
    delivered_mw: Array
    """(hour,) given to `to_bus`; below 0 backwards: what is taken there."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Before and after; arrays are (hour, ...)."""

    lost_mw: Array
    """(hour,) at the end that received."""
    surplus_mw: Array
    """(hour,) at the end that sent."""
    receiving_bus: NDArray[np.int64]
    sending_bus: NDArray[np.int64]
    before: BranchFlows
    after: BranchFlows
    """nan where the hour has no solution."""
    solved: NDArray[np.bool_]
    """(hour,) before and after."""
    voltage: Complex
    """(hour, bus) after."""
    balance_pu: float
    """Largest error of power at a bus, proved before and after."""


def block(
    network: AcNetwork,
    power_pu: Array,
    held: Held,
    voltage_pu: float | Array,
    line: DcLine,
    share: float,
) -> Blocked:
    """Lose a share of what a line carries: 0.5 a pole of a bipole, 1 all of it.

    Parameters
    ----------
    power_pu : (hour, bus)
        What each bus gives to its AC branches before, the converters in it.
    held
        Reactive power of the same hours; at the ends of the line the share that blocks goes, filters with it.
    voltage_pu
        That buses hold, one or (bus,).

    Raises
    ------
    InputError
        A share outside 0 to 1.
    BalanceError
        Power at a bus is wrong by more than 1e-6 p.u. in a solved hour.
    """
    if not 0 < share <= 1:
        raise InputError(Problem("block", "share", f"{share:g}", "above 0, at most 1"))
    after_power = power_pu.copy()
    after_power[:, line.from_bus] += share * line.sent_mw / network.base_mva
    after_power[:, line.to_bus] -= share * line.delivered_mw / network.base_mva
    reactive, shunt = held.reactive.copy(), held.shunt.copy()
    for values in (reactive, shunt):
        values[:, [line.from_bus, line.to_bus]] *= 1.0 - share
    first, _ = solve_with_limits(network, power_pu, held, voltage_pu)
    then, _ = solve_with_limits(network, after_power, Held(reactive, shunt, held.low, held.high), voltage_pu)
    forward = line.delivered_mw >= 0
    before, after = branch_flows(network, first.voltage), branch_flows(network, then.voltage)
    worst = 0.0
    for states, power, flows in ((first, power_pu, before), (then, after_power, after)):
        ok = states.converged
        worst = max(worst, _proved(network, states, power, flows))
        flows.from_mva[~ok] = np.nan
        flows.to_mva[~ok] = np.nan
    return Blocked(
        lost_mw=share * np.where(forward, line.delivered_mw, -line.sent_mw),
        surplus_mw=share * np.where(forward, line.sent_mw, -line.delivered_mw),
        receiving_bus=np.where(forward, line.to_bus, line.from_bus),
        sending_bus=np.where(forward, line.from_bus, line.to_bus),
        before=before,
        after=after,
        solved=first.converged & then.converged,
        voltage=then.voltage,
        balance_pu=worst,
    )


def _proved(network: AcNetwork, states: States, power_pu: Array, flows: BranchFlows) -> float:
    ok = states.converged
    injected = (power_pu + states.slack_pu @ unknowns_of(network).share.T) * network.base_mva
    part = BranchFlows(flows.from_mva[ok], flows.to_mva[ok])
    return check_balance(network, states.voltage[ok], part, injected[ok])
