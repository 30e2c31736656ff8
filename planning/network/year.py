"""All hours of a year on the network between provinces, and what a single outage would do in each.

The ties and joints of `model.Network` as branches in per unit. Provinces and voltage-source stations hold their voltage
as long as their reactive power lasts (`FieldHours`); other buses hold none. What losses ask beyond the dispatch is
shared over each grid in proportion to load, as frequency regulation shares it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from planning.network.ac import AcNetwork, Branches
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.contingency import screen
from planning.network.model import BASE_KV, SET_VOLTAGE_PU, Joint, Network, Tie
from planning.network.newton import dc_angles, unknowns_of
from planning.network.support import Held, solve_with_limits

Array = NDArray[np.float64]

BASE_MVA = 1000.0
HOURS_AT_ONCE = 2190
FREQUENCY_HZ = 50.0


@dataclass(frozen=True, slots=True)
class YearFlows:
    """Power on every tie in every hour, and the worst after a single outage."""

    flow_mw: Array
    """(tie, hour) active power at `from_bus`; where an hour has no AC solution that of the DC flow."""
    loading: Array
    """(tie, hour) active power at the sending end over capability. [-]"""
    outage_loading: Array
    """(tie, hour) at the worst single outage of another tie, linear. [-]"""
    outage: NDArray[np.int64]
    """(tie, hour) the tie whose outage that is; -1 where none is worse than the undisturbed hour."""
    loss_mw: Array
    """(tie, hour); nan where the hour has no AC solution."""
    added_mw: Array
    """(bus of `bus`, hour) what each bus adds so that losses beyond those settled are met; nan without a solution."""
    converged: NDArray[np.bool_]
    """(hour,)"""
    bridges: tuple[int, ...]
    """Ties whose loss parts a grid: not among the outages."""
    balance_pu: float
    """The largest error of power at a bus in a solved hour, proved."""
    bus: NDArray[np.int64]
    """Buses of `network` that have a tie."""
    voltage: NDArray[np.complex128]
    """(hour, bus of `bus`) [p.u.]"""
    released: NDArray[np.int8]
    """(hour, bus of `bus`) 1 where a bus gives all the reactive power it has and its voltage sinks, -1 where it takes all
    it can and its voltage rises, else 0."""
    ac: AcNetwork | None
    """Buses of `bus`; its branches are the ties, then the joints. None without ties."""


@dataclass(frozen=True, slots=True)
class FieldHours:
    """What is given of reactive power at each bus of the network, (bus, hour)."""

    reactive_mvar: Array
    """Where no voltage is held."""
    shunt_mvar: Array
    """Filters and compensation on, at 1 p.u."""
    low_mvar: Array
    """The least and the most that a bus can give to hold its voltage; +-inf: no limit."""
    high_mvar: Array

    def __post_init__(self) -> None:
        wrong = np.argwhere(~(self.low_mvar <= self.high_mvar))
        if len(wrong):
            bus, hour = (int(k) for k in wrong[0])
            limits = f"{self.low_mvar[bus, hour]:g} to {self.high_mvar[bus, hour]:g}"
            raise InputError(
                Problem(f"bus {bus}, hour {hour}", "reactive limits", limits, "a least below the most")
            )


def as_branches(
    ties: tuple[Tie, ...], position: NDArray[np.int64], joints: tuple[Joint, ...] = ()
) -> Branches:
    """Ties, then joints, as branches of the buses at `position`.

    Raises
    ------
    InputError
        Ties without a capability above 0: all at once.
    """
    problems = [
        Problem(f"tie {t.id}", "capability_mw", f"{t.capability_mw:g}", "a number above 0")
        for t in ties
        if not t.capability_mw > 0
    ]
    if problems:
        raise InputError(problems)
    ohm = BASE_KV**2 / BASE_MVA
    many: tuple[Tie | Joint, ...] = (*ties, *joints)
    series = [t.series_ohm for t in ties] + [(0.0, j.x_ohm) for j in joints]
    per_unit = np.array(series, dtype=np.float64).reshape(-1, 2) / ohm
    farad = np.array([t.capacitance_nf for t in ties] + [0.0] * len(joints), dtype=np.float64) * 1e-9
    nothing, one = np.zeros(len(many)), np.ones(len(many))
    return Branches(
        ids=tuple(t.id for t in many),
        from_bus=position[[t.from_bus for t in many]],
        to_bus=position[[t.to_bus for t in many]],
        r_pu=per_unit[:, 0],
        x_pu=per_unit[:, 1],
        g_pu=nothing,
        b_pu=2 * np.pi * FREQUENCY_HZ * farad * ohm,
        ratio=one,
        shift_rad=nothing,
        rating_mva=np.array([t.capability_mw for t in ties] + [np.inf] * len(joints), dtype=np.float64),
    )


def as_network(
    network: Network, bus: NDArray[np.int64], mean_load_mw: Array
) -> tuple[AcNetwork, NDArray[np.int64]]:
    """Some buses of a network in per unit, and where each bus of it is among them (-1: not).

    Parameters
    ----------
    mean_load_mw : (bus of `bus`,)
        By which losses are shared.
    """
    position = np.full(len(network.bus_ids), -1, dtype=np.int64)
    position[bus] = np.arange(len(bus))
    regulates, held = np.ones(len(network.bus_ids), dtype=bool), np.ones(len(network.bus_ids), dtype=bool)
    regulates[[*network.free, *network.helpers]] = False
    held[list(network.free)] = False
    share = np.where(regulates[bus], np.maximum(mean_load_mw, 0.0), 0.0)
    if (share[regulates[bus]] <= 0).any():
        share = share + regulates[bus]
    return AcNetwork(
        bus_ids=tuple(network.bus_ids[k] for k in bus),
        base_mva=BASE_MVA,
        branches=as_branches(network.ties, position, network.joints),
        shunt_pu=np.zeros(len(bus), dtype=np.complex128),
        holds_voltage=held[bus],
        slack_share=share,
    ), position


def linear_flows(network: Network, injection_mw: Array, load_mw: Array) -> Array:
    """(tie, hour) of the DC flow. [MW]"""
    ac, _ = as_network(network, np.arange(len(network.bus_ids)), load_mw.mean(axis=1))
    return _dc_flows(ac, injection_mw.T / BASE_MVA)[:, : len(network.ties)].T


def solve_year(
    network: Network,
    injection_mw: Array,
    load_mw: Array,
    progress: Progress = silent,
    field: FieldHours | None = None,
) -> YearFlows:
    """AC flows of every hour.

    Parameters
    ----------
    injection_mw, load_mw : (bus, hour)
        What each bus of `network` sends into its ties; its load, by which losses are shared.
    field
        Reactive power; left out, none is given and all that is asked is there.

    Raises
    ------
    BalanceError
        A solved hour in which power at a bus is wrong by more than 1e-6 p.u.
    InputError
        A tie without impedance or capability; a grid without a bus that holds its voltage.
    """
    ties, hours = network.ties, injection_mw.shape[1]
    if not ties:
        empty = np.zeros((0, hours))
        return YearFlows(
            empty, empty, empty, empty.astype(np.int64), empty, np.zeros((0, hours)),
            np.ones(hours, dtype=bool),
            (), 0.0, np.zeros(0, dtype=np.int64), np.zeros((hours, 0), dtype=np.complex128),
            np.zeros((hours, 0), dtype=np.int8), None,
        )  # fmt: skip
    bus = np.unique([[t.from_bus, t.to_bus] for t in network.branches])
    ac, _ = as_network(network, bus, load_mw[bus].mean(axis=1))
    count = len(ties)
    rating = ac.branches.rating_mva[:count]
    parts: dict[str, list[NDArray]] = {  # type: ignore[type-arg]
        k: [] for k in ("flow", "sent", "loss", "added", "ok", "voltage", "released")
    }
    worst_balance = 0.0
    unknown = unknowns_of(ac)
    for begin in range(0, hours, HOURS_AT_ONCE):
        now = slice(begin, begin + HOURS_AT_ONCE)
        power = injection_mw[bus, now].T / BASE_MVA
        held = Held.unlimited(power.shape) if field is None else Held(
            *(getattr(field, name)[bus, now].T / BASE_MVA
              for name in ("reactive_mvar", "shunt_mvar", "low_mvar", "high_mvar"))
        )  # fmt: skip
        found, released = solve_with_limits(ac, power, held, SET_VOLTAGE_PU)
        ok = found.converged
        flows = branch_flows(ac, found.voltage)
        injected = (power + found.slack_pu @ unknown.share.T) * BASE_MVA
        solved = branch_flows(ac, found.voltage[ok])
        worst_balance = max(worst_balance, check_balance(ac, found.voltage[ok], solved, injected[ok]))
        active, back = flows.from_mva.real[:, :count], flows.to_mva.real[:, :count]
        if not ok.all():
            dc = _dc_flows(ac, power[~ok])[:, :count]
            active[~ok], back[~ok] = dc, -dc
        parts["flow"].append(active)
        parts["sent"].append(np.maximum(active, back))
        parts["loss"].append(np.where(ok[:, None], flows.loss_mw[:, :count], np.nan))
        parts["added"].append(np.where(ok[:, None], injected - power * BASE_MVA, np.nan))
        parts["ok"].append(ok)
        parts["voltage"].append(np.where(ok[:, None], found.voltage, np.nan))
        parts["released"].append(np.where(ok[:, None], released, 0).astype(np.int8))
        progress(0.8 * min(begin + HOURS_AT_ONCE, hours) / hours, "power flow")
    flow = np.concatenate(parts["flow"])
    after, outage, bridges = screen(
        ac, np.where(flow >= 0, 1.0, -1.0) * np.concatenate(parts["sent"]), range(count)
    )
    progress(1.0, "power flow")
    return YearFlows(
        flow_mw=flow.T,
        loading=(np.concatenate(parts["sent"]) / rating).T,
        outage_loading=after.T,
        outage=outage.T,
        loss_mw=np.concatenate(parts["loss"]).T,
        added_mw=np.concatenate(parts["added"]).T,
        converged=np.concatenate(parts["ok"]),
        bridges=tuple(int(k) for k in bridges if k < count),
        balance_pu=worst_balance,
        bus=bus,
        voltage=np.concatenate(parts["voltage"]),
        released=np.concatenate(parts["released"]),
        ac=ac,
    )


def _dc_flows(network: AcNetwork, power_pu: Array) -> Array:
    """(case, branch) [MW]"""
    angle = dc_angles(network, power_pu, unknowns_of(network))
    b = network.branches
    flow = (angle[:, b.from_bus] - angle[:, b.to_bus]) / (b.x_pu * b.ratio) * network.base_mva
    return np.asarray(flow)
