"""N-1 over many hours: every circuit and every tie of the AC network, every pole and bipole of the DC lines.

All hours by linear factors, the worst of each outage in full AC. A circuit of a tie of n: the tie's factors scaled to
one circuit (compensation as in `contingency`): with h the share of the tie in a transfer between its ends and f its
flow, d = f / n / (1 - h / n) moves to the network as a transfer between the ends. A pole or bipole: what is missing or
left over at its ends is shared over their grids as the slack is. Filters of a line that blocks go with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import AcNetwork
from planning.network.branch_flow import branch_flows
from planning.network.contingency import bridges, distribution_factors
from planning.network.newton import solve_states
from planning.network.support import Held

Array = NDArray[np.float64]
Kind = Literal["circuit", "tie", "pole", "bipole"]

SHARE_LOST: dict[Kind, float] = {"pole": 0.5, "bipole": 1.0}


@dataclass(frozen=True, slots=True)
class Contingency:
    """What fails."""

    kind: Kind
    id: str
    branch: int = -1
    circuits: int = 1
    """Of the branch."""
    from_bus: int = -1
    to_bus: int = -1
    """AC buses of the stations of a DC line."""
    sent_mw: Array | None = None
    """(hour,) taken at `from_bus`; below 0 backwards."""
    delivered_mw: Array | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The worst of all hours after one contingency."""

    contingency: Contingency
    hour: int
    """Index of the hour in which a tie is loaded most after it, of those ties that it makes worse; -1: none is."""
    tie: int
    """That tie; -1: none."""
    before: float
    linear: float
    """Its loading in that hour. [-]"""
    ac: float | None
    """The same in the AC solution; None: not solved."""
    hours_over: int
    """Hours in which it lifts a tie above its capability."""
    lost_mw: float
    """In that hour: on the branch, or at the end of the DC line that receives."""
    cut_off: NDArray[np.int64]
    """Buses it parts from the grid; then nothing is screened."""


def contingencies(
    ids: Sequence[str], circuits: Sequence[int], lines: Sequence[tuple[str, int, int, Array, Array]]
) -> tuple[Contingency, ...]:
    """All single outages.

    Parameters
    ----------
    ids, circuits : (tie,)
        Of the first branches of the network.
    lines
        DC lines: id, AC bus that sends, that receives, sent and delivered power (hour,).
    """
    out: list[Contingency] = []
    for k, (name, count) in enumerate(zip(ids, circuits, strict=True)):
        if count > 1:
            out.append(Contingency("circuit", name, k, count))
        out.append(Contingency("tie", name, k, count))
    kinds: tuple[Kind, Kind] = ("pole", "bipole")
    for name, start, end, sent, delivered in lines:
        out += [
            Contingency(kind, name, from_bus=start, to_bus=end, sent_mw=sent, delivered_mw=delivered)
            for kind in kinds
        ]
    return tuple(out)


def screen_all(
    network: AcNetwork, flow_mw: Array, outages: Sequence[Contingency], least_mw: float = 1.0
) -> list[Outcome]:
    """Every outage in every hour by linear factors.

    Parameters
    ----------
    flow_mw : (hour, tie)
        Of the first branches of the network, those with a rating.
    least_mw
        What a tie must take over to count as made worse.

    Raises
    ------
    InputError
        A tie without a circuit.
    """
    if wrong := [o.id for o in outages if o.circuits < 1]:
        raise InputError([Problem(f"tie {name}", "circuits", "0", "1 or more") for name in wrong])
    hours, count = flow_mw.shape
    ptdf, _ = distribution_factors(network)
    b, rating = network.branches, network.branches.rating_mva[:count]
    between = (ptdf[:, b.from_bus] - ptdf[:, b.to_bus])[:count]
    parted, none = bridges(network), np.zeros(0, dtype=np.int64)
    before = np.abs(flow_mw) / rating
    sound = before <= 1.0
    out = []
    for o in outages:
        cut = none
        if o.branch >= 0:
            n, m = (o.circuits if o.kind == "circuit" else 1), o.branch
            lost = np.abs(flow_mw[:, m]) / n
            if n == 1 and m in parted:
                hour = int(np.argmax(lost)) if hours else -1
                out.append(Outcome(o, hour, -1, 0.0, 0.0, None, 0, float(lost[hour]), parted[m]))
                continue
            moved = flow_mw[:, m] / n / (1.0 - between[m, m] / n)
            after = flow_mw + moved[:, None] * between[:, m]
            # Between its ends flows what moves there too, but not on the circuit that is out.
            after[:, m] = flow_mw[:, m] * (n - 1) / n + moved * between[m, m] * (n - 1) / n
        else:
            assert o.sent_mw is not None
            assert o.delivered_mw is not None
            share = SHARE_LOST[o.kind]
            after = flow_mw + share * (
                o.sent_mw[:, None] * ptdf[:count, o.from_bus]
                - o.delivered_mw[:, None] * ptdf[:count, o.to_bus]
            )
            lost = share * np.maximum(o.delivered_mw, -o.sent_mw)
        loading = np.abs(after) / rating
        worse = np.abs(after) > np.abs(flow_mw) + least_mw
        over = int(((loading > 1.0) & sound).any(axis=1).sum())
        reached = np.where(worse, loading, 0.0)
        hour, tie = (int(k) for k in np.unravel_index(int(np.argmax(reached)), reached.shape))
        if not reached[hour, tie] > 0:
            hour, tie = int(np.argmax(lost)), -1
        out.append(
            Outcome(
                o, hour, tie, float(before[hour, tie]) if tie >= 0 else 0.0,
                float(reached[hour, tie]) if tie >= 0 else 0.0, None, over, float(lost[hour]), cut,
            )
        )  # fmt: skip
    return out


def check_worst(
    network: AcNetwork,
    outcomes: Sequence[Outcome],
    power_pu: Array,
    held: Held,
    voltage_pu: float,
    start: NDArray[np.complex128],
    released: NDArray[np.int8],
) -> list[float | None]:
    """Loading of each outcome's tie in its hour by full AC; None where nothing was to solve or nothing was found.

    Buses at the limit of their reactive power before stay there; others give what they are asked.

    Parameters
    ----------
    power_pu : (outcome, bus)
        Of each outcome's hour, slack included.
    held
        Of the same, (outcome, bus).
    start, released : (outcome, bus)
        Voltages and buses at their limit before; what these give is in `held.reactive`.
    """
    answer: list[float | None] = [None] * len(outcomes)
    b = network.branches
    yff, yft, ytf, ytt = b.admittances()
    power, reactive, shunt = power_pu.copy(), held.reactive.copy(), held.shunt.copy()
    of_branch, of_line = [], []
    for k, found in enumerate(outcomes):
        o = found.contingency
        if found.tie < 0:
            continue
        if o.branch >= 0:
            of_branch.append(k)
            continue
        of_line.append(k)
        assert o.sent_mw is not None
        assert o.delivered_mw is not None
        share = SHARE_LOST[o.kind]
        power[k, o.from_bus] += share * o.sent_mw[found.hour] / network.base_mva
        power[k, o.to_bus] -= share * o.delivered_mw[found.hour] / network.base_mva
        for values in (reactive, shunt):
            values[k, [o.from_bus, o.to_bus]] *= 1.0 - share
    groups: list[list[int]] = []
    for whole in (of_branch, of_line):
        by_pattern: dict[bytes, list[int]] = {}
        for k in whole:
            by_pattern.setdefault(released[k].tobytes(), []).append(k)
        groups += by_pattern.values()
    for cases in groups:
        outage, lost = None, np.zeros(len(cases))
        held_now = network.holds_voltage & (released[cases[0]] == 0)
        if outcomes[cases[0]].contingency.branch >= 0:
            m = np.array([outcomes[k].contingency.branch for k in cases])
            lost = np.array([
                1.0 / outcomes[k].contingency.circuits if outcomes[k].contingency.kind == "circuit" else 1.0
                for k in cases
            ])  # fmt: skip
            changed: NDArray[np.complex128] = -np.stack(
                [np.stack([yff[m], yft[m]], axis=1), np.stack([ytf[m], ytt[m]], axis=1)], axis=1
            )
            outage = (
                np.asarray(changed * lost[:, None, None], dtype=np.complex128),
                b.from_bus[m],
                b.to_bus[m],
            )
        states = solve_states(
            replace(network, holds_voltage=held_now), power[cases], reactive[cases], np.full(network.buses, voltage_pu), shunt_pu=shunt[cases],
            outage=outage, start=start[cases],
        )  # fmt: skip
        flows = branch_flows(network, states.voltage)
        sent = np.maximum(flows.from_mva.real, flows.to_mva.real)
        for row, k in enumerate(cases):
            if not states.converged[row]:
                continue
            tie = outcomes[k].tie
            left = 1.0 - lost[row] if tie == outcomes[k].contingency.branch else 1.0
            answer[k] = float(sent[row, tie] * left / b.rating_mva[tie])
    return answer
