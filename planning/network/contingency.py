"""What happens when a branch fails: a linear screening of all hours, an AC solution of those that matter.

Screening: with F the flows of the DC model and D[k, m] the share of the flow on m that moves to k when m fails (line
outage distribution factors, Wood, Wollenberg and Sheble, Power Generation, Operation, and Control, 3rd ed. 2014,
ch. 7), the flow after is F[k] + D[k, m] F[m]. A branch whose loss cuts the network in two has no such factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork, Complex, Index
from planning.network.branch_flow import BranchFlows, branch_flows
from planning.network.newton import States, solve_states, unknowns_of

Array = NDArray[np.float64]

CUT = 1e-6
"""A branch that carries all of what passes between its ends is a bridge."""


@dataclass(frozen=True, slots=True)
class Outages:
    """One hour with each of some branches out."""

    branches: Index
    """(case,) the branch that is out."""
    splits: NDArray[np.bool_]
    """(case,) the outage cuts an island in two: nothing is solved, `cut_off` says what is lost."""
    cut_off: tuple[Index, ...]
    """(case,) buses of the smaller part; empty where nothing is cut."""
    states: States
    flows: BranchFlows
    """(case, branch); 0 on the branch that is out, nan where the case has no solution."""


def distribution_factors(network: AcNetwork) -> tuple[Array, Array]:
    """Shares of injections and of outages.

    Returns
    -------
    ptdf : (branch, bus)
        Flow by one unit injected and taken at the island's slack. [-]
    lodf : (branch, branch)
        Column m: what moves to each branch when m fails; -1 on m itself, nan where m is a bridge.
    """
    b = network.branches
    u = unknowns_of(network)
    angle = np.zeros((network.buses, network.buses))
    kept = np.ix_(u.angle, u.angle)
    if u.angle.size:
        angle[kept] = np.linalg.inv(network.susceptance()[kept])
    ptdf = (angle[b.from_bus] - angle[b.to_bus]) / (b.x_pu * b.ratio)[:, None]
    # What is injected is taken where the island's slack is: by its shares.
    slack = np.zeros((network.buses, network.buses))
    slack[:] = u.share[:, u.island_of]
    ptdf = ptdf @ (np.eye(network.buses) - slack)
    between = ptdf[:, b.from_bus] - ptdf[:, b.to_bus]
    own = 1.0 - np.diagonal(between)
    with np.errstate(divide="ignore", invalid="ignore"):
        lodf = np.where(own > CUT, between / own, np.nan)
    lodf[np.diag_indices(b.count)] = np.where(own > CUT, -1.0, np.nan)
    return ptdf, lodf


def screen(network: AcNetwork, flow_mw: Array) -> tuple[Array, Index, Index]:
    """The worst linear loading of every branch over all single outages.

    Parameters
    ----------
    flow_mw : (hour, branch)
        Before the outage, of the AC or the DC flow.

    Returns
    -------
    loading : (hour, branch)
        Active flow over rating at the worst outage. [-]
    outage : (hour, branch)
        Which; -1 where the undisturbed hour is the worst.
    bridges : (n,)
        Branches whose loss cuts the network: not in the screening.
    """
    _, lodf = distribution_factors(network)
    rating = network.branches.rating_mva
    bridges = np.flatnonzero(np.isnan(np.diagonal(lodf)))
    worst = np.abs(flow_mw) / rating
    outage = np.full(flow_mw.shape, -1, dtype=np.int64)
    for m in range(network.branches.count):
        if np.isnan(lodf[m, m]):
            continue
        after = np.abs(flow_mw + flow_mw[:, m : m + 1] * lodf[:, m]) / rating
        after[:, m] = 0.0
        higher = after > worst
        worst[higher] = after[higher]
        outage[higher] = m
    return worst, outage, bridges


def solve_outages(
    network: AcNetwork,
    power_pu: Array,
    reactive_pu: Array,
    voltage_pu: Array,
    branches: Index | None = None,
    start: Complex | None = None,
) -> Outages:
    """AC flows of one hour with each branch out in turn.

    Parameters
    ----------
    power_pu, reactive_pu, voltage_pu : (bus,)
        Of the hour; what the undisturbed slack adds may be in the power.
    branches
        Which outages; left out, all.
    start : (bus,)
        Voltages of the undisturbed hour.
    """
    chosen = np.arange(network.branches.count) if branches is None else np.asarray(branches, dtype=np.int64)
    count, n = len(chosen), network.buses
    whole = network.islands()
    _, lodf = distribution_factors(network)
    bridge = np.isnan(np.diagonal(lodf))
    none = np.zeros(0, dtype=np.int64)
    cut_off = tuple(_cut_off(network, int(k), len(whole)) if bridge[k] else none for k in chosen)
    splits = np.array([len(part) > 0 for part in cut_off], dtype=bool)
    solved = np.flatnonzero(~splits)
    b = network.branches
    out = chosen[solved]
    yff, yft, ytf, ytt = (value[out] for value in b.admittances())
    changed = -np.stack([np.stack([yff, yft], axis=1), np.stack([ytf, ytt], axis=1)], axis=1)
    tiled = [np.broadcast_to(v, (len(solved), n)) for v in (power_pu, reactive_pu, voltage_pu)]
    first = None if start is None else np.broadcast_to(start, (len(solved), n))
    found = solve_states(network, *tiled, outage=(changed, b.from_bus[out], b.to_bus[out]), start=first)
    states = States(
        voltage=_spread(found.voltage, solved, count, np.nan),
        converged=_spread(found.converged, solved, count, False),
        mismatch_pu=_spread(found.mismatch_pu, solved, count, np.inf),
        steps=_spread(found.steps, solved, count, 0),
        slack_pu=_spread(found.slack_pu, solved, count, np.nan),
    )
    voltage = np.where(states.converged[:, None], states.voltage, np.nan)
    flows = branch_flows(network, voltage)
    for ends in (flows.from_mva, flows.to_mva):
        ends[np.arange(count), chosen] = np.where(states.converged, 0.0, np.nan)
    return Outages(chosen, splits, cut_off, states, flows)


def _cut_off(network: AcNetwork, branch: int, islands: int) -> Index:
    """Buses that the loss of a branch parts from the larger rest of their island; `islands` before it."""
    after = network.islands(without=branch)
    if len(after) == islands:
        return np.zeros(0, dtype=np.int64)
    ends = int(network.branches.from_bus[branch]), int(network.branches.to_bus[branch])
    parts = [part for part in after if np.isin(ends, part).any()]
    return min(parts, key=len)


def _spread(values: NDArray, rows: Index, count: int, fill: object) -> NDArray:  # type: ignore[type-arg]
    """Values of some cases among all."""
    whole = np.full((count, *values.shape[1:]), fill, dtype=values.dtype)
    whole[rows] = values
    return whole
