"""A network with what its buses give and take in chosen hours: what every format is written from and read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import AcNetwork, Complex, Index
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.newton import States, dc_angles, solve_states, unknowns_of

Array = NDArray[np.float64]

BALANCING = "balancing"
"""Carrier of what the grids add so that losses beyond those settled are met; may be below 0."""
MOST_BUSES = 2000
"""Matrices are dense: more would take minutes and gigabytes."""


@dataclass(frozen=True, slots=True)
class DcLines:
    """DC lines and other lines whose power is given: injections at both ends."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    from_bus: Index
    to_bus: Index
    capacity_mw: Array
    """(line,) at the sending end, from `from_bus`."""
    reverse_capacity_mw: Array
    """(line,) the other way; 0 where the line does not turn."""
    loss_share: Array
    """(line,) of what is sent."""
    loss_mw: Array
    """(line,) beside the share, whatever is sent."""
    sent_mw: Array
    """(hour, line) > 0 leaves `from_bus`, < 0 leaves `to_bus`."""

    @property
    def arriving_mw(self) -> Array:
        """(hour, line) at the other end, never below 0 for a line that carries nothing."""
        sent = np.abs(self.sent_mw)
        return np.where(sent > 0, sent * (1.0 - self.loss_share) - self.loss_mw, 0.0)

    @property
    def into_mw(self) -> tuple[Array, Array]:
        """(hour, line) what the line gives to its two buses, negative where it takes."""
        sent, arrives, forward = np.abs(self.sent_mw), self.arriving_mw, self.sent_mw >= 0
        return np.where(forward, -sent, arrives), np.where(forward, arrives, -sent)


def no_dc(hours: int) -> DcLines:
    """None at all."""
    none, index = np.zeros(0), np.zeros(0, dtype=np.int64)
    return DcLines((), (), index, index, none, none, none, none, np.zeros((hours, 0)))


@dataclass(frozen=True, slots=True)
class Support:
    """Reactive power that a run found in its hours; arrays are (hour, bus)."""

    shunt_mvar: Array
    """Filters and compensation on in the hour, at 1 p.u.; beside the shunts of the network."""
    released: NDArray[np.int8]
    """1 or -1 where a bus gives the most or the least it can and so holds no voltage in the hour, else 0."""
    low_mvar: Array
    """The least and the most that a bus can give to hold its voltage; +-inf: no limit."""
    high_mvar: Array


@dataclass(frozen=True, slots=True)
class GridCase:
    """A network and its hours; arrays are (hour, bus)."""

    name: str
    network: AcNetwork
    base_kv: Array
    """(bus,)"""
    hours: tuple[int, ...]
    """Of the year, 0 is the first; (0,) where a file tells none."""
    generation_mw: Mapping[str, Array]
    """By carrier."""
    demand_mw: Mapping[str, Array]
    """By kind."""
    reactive_mvar: Array
    """Injected; counts where no voltage is held. Of a bus at its limit it is that limit."""
    voltage_pu: Array
    """(bus,) held, elsewhere where the search begins."""
    dc: DcLines
    names: tuple[tuple[str, str], ...] = ()
    """(bus,) Chinese and English, where known."""
    place_deg: Array | None = None
    """(bus, 2) longitude and latitude, WGS84, where known."""
    support: Support | None = None
    """None: no shunts beside the network's, every bus that holds its voltage holds it in all hours."""

    @property
    def holds(self) -> NDArray[np.bool_]:
        """(hour, bus) that hold their voltage in the hour."""
        every = np.broadcast_to(self.network.holds_voltage, self.reactive_mvar.shape)
        return every if self.support is None else every & (self.support.released == 0)

    @property
    def shunt_mva(self) -> Complex:
        """(hour, bus) what shunts take at 1 p.u. and give (imaginary part), those of the network among them."""
        fixed = np.broadcast_to(self.network.shunt_pu * self.network.base_mva, self.reactive_mvar.shape)
        return fixed if self.support is None else np.asarray(fixed + 1j * self.support.shunt_mvar)

    def limits_mvar(self, hour: int, bus: int) -> tuple[float, float]:
        """The least and the most a bus can give in the hour of this number; +-inf: no limit."""
        if self.support is None:
            return -np.inf, np.inf
        return float(self.support.low_mvar[hour, bus]), float(self.support.high_mvar[hour, bus])

    @property
    def injection_mw(self) -> Array:
        """What each bus sends into its branches."""
        total = np.zeros_like(self.reactive_mvar)
        for values in self.generation_mw.values():
            total = total + values
        for values in self.demand_mw.values():
            total = total - values
        at_from, at_to = self.dc.into_mw
        np.add.at(total.T, self.dc.from_bus, at_from.T)
        np.add.at(total.T, self.dc.to_bus, at_to.T)
        return np.asarray(total)

    @property
    def total_generation_mw(self) -> Array:
        return np.asarray(sum(self.generation_mw.values(), np.zeros_like(self.reactive_mvar)))

    @property
    def total_demand_mw(self) -> Array:
        return np.asarray(sum(self.demand_mw.values(), np.zeros_like(self.reactive_mvar)))


@dataclass(frozen=True, slots=True)
class CaseFlows:
    """A solved case; where an hour has no AC solution its flows are those of the DC flow, its losses nan."""

    converged: NDArray[np.bool_]
    """(hour,)"""
    voltage: Complex
    """(hour, bus) [p.u.]; nan without a solution."""
    from_mva: Complex
    """(hour, branch) into the branch at `from`."""
    to_mva: Complex
    loss_mw: Array
    """(hour, branch)"""
    loading: Array
    """(hour, branch) active power at the sending end over the rating; nan where the branch has none."""
    linear_mw: Array
    """(hour, branch) of the DC flow: reactances alone."""
    slack_mw: Array
    """(hour, bus) what the slack buses add; nan without a solution."""
    balance_pu: float
    """The largest error of active power at a bus in a solved hour."""


def one_slack(network_islands: list[Index], weight: Array) -> Array:
    """(bus,) 1 at the heaviest bus of every island, 0 elsewhere."""
    share = np.zeros(len(weight))
    for island in network_islands:
        share[island[int(np.argmax(weight[island]))]] = 1.0
    return share


def solve_case(case: GridCase) -> CaseFlows:
    """AC flow (Newton) and DC flow of every hour.

    Raises
    ------
    InputError
        More than 2,000 buses, or reactances whose DC flow has no solution.
    BalanceError
        A solved hour in which power at a bus is wrong by more than 1e-6 p.u.
    """
    network = case.network
    if network.buses > MOST_BUSES:
        raise InputError(Problem(case.name, "buses", f"{network.buses:,}", f"{MOST_BUSES:,} buses at most"))
    power = case.injection_mw / network.base_mva
    unknown, b = unknowns_of(network), network.branches
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            angle = dc_angles(network, power, unknown)
    except np.linalg.LinAlgError:
        angle = np.full_like(power, np.nan)
    if not np.isfinite(angle).all():
        raise InputError(Problem(case.name, "x", "reactances that cancel", "a network with one DC flow"))
    linear = (angle[:, b.from_bus] - angle[:, b.to_bus]) / (b.x_pu * b.ratio) * network.base_mva
    found = _states(case, power)
    ok = found.converged
    flows = branch_flows(network, found.voltage)
    added = found.slack_pu @ unknown.share.T
    balance = check_balance(
        network, found.voltage[ok], branch_flows(network, found.voltage[ok]),
        (power + added)[ok] * network.base_mva,
    )  # fmt: skip
    shown = ok[:, None]
    from_mva = np.where(shown, flows.from_mva, linear)
    to_mva = np.where(shown, flows.to_mva, -linear)
    rating = np.where(np.isfinite(b.rating_mva), b.rating_mva, np.nan)
    return CaseFlows(
        converged=ok,
        voltage=np.where(shown, found.voltage, np.nan),
        from_mva=from_mva,
        to_mva=to_mva,
        loss_mw=np.where(shown, flows.loss_mw, np.nan),
        loading=np.maximum(from_mva.real, to_mva.real) / rating,
        linear_mw=linear,
        slack_mw=np.where(shown, added * network.base_mva, np.nan),
        balance_pu=balance,
    )


def _states(case: GridCase, power_pu: Array) -> States:
    """Hours in which the same buses hold their voltage together."""
    network, support = case.network, case.support
    reactive = case.reactive_mvar / network.base_mva
    if support is None:
        return solve_states(network, power_pu, reactive, case.voltage_pu)
    shunt = support.shunt_mvar / network.base_mva
    patterns, of = np.unique(case.holds, axis=0, return_inverse=True)
    parts = [
        solve_states(
            replace(network, holds_voltage=pattern), power_pu[rows], reactive[rows], case.voltage_pu,
            shunt_pu=shunt[rows],
        )
        for k, pattern in enumerate(patterns)
        for rows in [np.flatnonzero(of.ravel() == k)]
    ]  # fmt: skip
    order = np.argsort(np.argsort(of.ravel(), kind="stable"), kind="stable")
    return States(*(np.concatenate([getattr(x, name) for x in parts])[order] for name in States.__slots__))
