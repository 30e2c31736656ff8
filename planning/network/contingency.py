"""What happens when a branch fails: a linear screening of all hours, an AC solution of those that matter.

Screening: with F the flows of the DC model and D[k, m] the share of the flow on m that moves to k when m fails (line
outage distribution factors, Wood, Wollenberg and Sheble, Power Generation, Operation, and Control, 3rd ed. 2014,
ch. 7), the flow after is F[k] + D[k, m] F[m]. A branch whose loss cuts the network in two has no such factor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork, Complex, Index
from planning.network.branch_flow import BranchFlows, branch_flows
from planning.network.newton import States, solve_states, unknowns_of

Array = NDArray[np.float64]

CUT = 1e-6
"""A branch that carries all of what passes between its ends is a bridge."""
FELT = 1e-12
"""Shares below it are rounding."""


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


def screen(
    network: AcNetwork, flow_mw: Array, outages: Iterable[int] | None = None
) -> tuple[Array, Index, Index]:
    """The worst linear loading of every branch over single outages.

    Parameters
    ----------
    flow_mw : (hour, branch)
        Before the outage, of the AC or the DC flow; may hold the first branches only.
    outages
        Those whose loss is asked for, of the branches in `flow_mw`; left out, all of these.

    Returns
    -------
    loading : (hour, branch)
        Active flow over rating at the worst outage. [-]
    outage : (hour, branch)
        Which; -1 where the undisturbed hour is the worst.
    bridges : (n,)
        Branches whose loss cuts the network: not in the screening.
    """
    count = flow_mw.shape[1]
    lodf = distribution_factors(network)[1][:count]
    rating = network.branches.rating_mva[:count]
    cut = np.flatnonzero(np.isnan(np.diagonal(lodf)))
    worst = np.abs(flow_mw) / rating
    outage = np.full(flow_mw.shape, -1, dtype=np.int64)
    for m in range(count) if outages is None else outages:
        if np.isnan(lodf[m, m]):
            continue
        # Only what its loss moves: branches of other grids do not feel it.
        felt = np.flatnonzero(np.abs(lodf[:, m]) > FELT)
        felt = felt[felt != m]
        after = np.abs(flow_mw[:, felt] + flow_mw[:, m : m + 1] * lodf[felt, m]) / rating[felt]
        before = worst[:, felt]
        higher = after > before
        worst[:, felt] = np.where(higher, after, before)
        outage[:, felt] = np.where(higher, m, outage[:, felt])
    return worst, outage, cut


def solve_outages(
    network: AcNetwork,
    power_pu: Array,
    reactive_pu: Array,
    voltage_pu: Array,
    branches: Index | None = None,
    start: Complex | None = None,
    shunt_pu: Array | None = None,
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
    shunt_pu : (bus,)
        Susceptance of the hour beside that of the network.
    """
    chosen = np.arange(network.branches.count) if branches is None else np.asarray(branches, dtype=np.int64)
    count, n = len(chosen), network.buses
    parted, none = bridges(network), np.zeros(0, dtype=np.int64)
    cut_off = tuple(parted.get(int(k), none) for k in chosen)
    splits = np.array([len(part) > 0 for part in cut_off], dtype=bool)
    solved = np.flatnonzero(~splits)
    b = network.branches
    out = chosen[solved]
    yff, yft, ytf, ytt = (value[out] for value in b.admittances())
    changed = -np.stack([np.stack([yff, yft], axis=1), np.stack([ytf, ytt], axis=1)], axis=1)
    tiled = [np.broadcast_to(v, (len(solved), n)) for v in (power_pu, reactive_pu, voltage_pu)]
    first = None if start is None else np.broadcast_to(start, (len(solved), n))
    shunt = None if shunt_pu is None else np.broadcast_to(shunt_pu, (len(solved), n))
    change = (changed, b.from_bus[out], b.to_bus[out])
    found = solve_states(network, *tiled, shunt_pu=shunt, outage=change, start=first)
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


def bridges(network: AcNetwork) -> dict[int, Index]:
    """Branches whose loss cuts an island in two, with the buses of the smaller part.

    One walk through the network in depth (Tarjan, A note on finding the bridges of a graph, Information Processing
    Letters 2(6), 1974): a branch is a bridge where nothing behind it leads back past it.
    """
    b = network.branches
    near: list[list[tuple[int, int]]] = [[] for _ in range(network.buses)]
    for k, (start, end) in enumerate(zip(b.from_bus.tolist(), b.to_bus.tolist(), strict=True)):
        near[start].append((end, k))
        near[end].append((start, k))
    number, low = [-1] * network.buses, [0] * network.buses
    order: list[int] = []
    parted: dict[int, Index] = {}
    for root in range(network.buses):
        if number[root] >= 0:
            continue
        first, found = len(order), []
        number[root] = low[root] = first
        order.append(root)
        walk = [(root, -1, iter(near[root]))]
        while walk:
            bus, came, rest = walk[-1]
            for other, branch in rest:
                if branch == came:
                    continue
                if number[other] < 0:
                    number[other] = low[other] = len(order)
                    order.append(other)
                    walk.append((other, branch, iter(near[other])))
                    break
                low[bus] = min(low[bus], number[other])
            else:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    low[above] = min(low[above], low[bus])
                    if low[bus] > number[above]:
                        found.append((came, number[bus], len(order)))
        for branch, begin, end in found:
            behind, rest_of = order[begin:end], order[first:begin] + order[end:]
            parted[branch] = np.sort(np.array(min(rest_of, behind, key=len), dtype=np.int64))
    return parted


def _spread(values: NDArray, rows: Index, count: int, fill: object) -> NDArray:  # type: ignore[type-arg]
    """Values of some cases among all."""
    whole = np.full((count, *values.shape[1:]), fill, dtype=values.dtype)
    whole[rows] = values
    return whole
