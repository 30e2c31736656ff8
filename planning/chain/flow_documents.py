"""What the document of a run says of its power flow beyond the ties: voltages, stations, outages, losses, failures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planning.chain.field_hours import NationField
from planning.chain.nation import Nation
from planning.network.ac import AcNetwork
from planning.network.doctor import explain
from planning.network.field import dc_loss_mw
from planning.network.model import SET_VOLTAGE_PU
from planning.network.n_minus_1 import Contingency, Outcome, check_worst, contingencies, screen_all
from planning.network.network_hours import given_of
from planning.network.support import Held
from planning.network.year import BASE_MVA, YearFlows
from planning.results_flow import LineLoss, NodeVoltage, PowerFlowFailure, PowerFlowOutage, StationYear

Array = NDArray[np.float64]

EXPLAINED = 24


def node_voltages(field: NationField, year: YearFlows) -> dict[str, NodeVoltage]:
    """Lowest and highest voltage of each node with its place and hour."""
    network, done = field.network, {}
    if not year.converged.any():
        return {}
    size = np.abs(year.voltage)
    lowest, highest = np.where(np.isnan(size), np.inf, size), np.where(np.isnan(size), -np.inf, size)
    homes = np.array([network.home(int(b)) for b in year.bus])
    for node in np.unique(homes):
        own = np.flatnonzero(homes == node)
        low = np.unravel_index(int(np.argmin(lowest[:, own])), (len(size), len(own)))
        high = np.unravel_index(int(np.argmax(highest[:, own])), (len(size), len(own)))
        self_at = np.flatnonzero(year.bus[own] == node)
        released = year.released[:, own[self_at]].sum(axis=1)
        done[network.bus_ids[node]] = NodeVoltage(
            min_pu=float(lowest[:, own][low]), min_bus=network.bus_ids[year.bus[own[low[1]]]], min_hour=int(low[0]),
            max_pu=float(highest[:, own][high]), max_bus=network.bus_ids[year.bus[own[high[1]]]], max_hour=int(high[0]),
            hours_short=int((released > 0).sum()), hours_surplus=int((released < 0).sum()),
        )  # fmt: skip
    return done


def station_years(field: NationField, year: YearFlows) -> tuple[StationYear, ...]:
    """Every converter station."""
    at = {int(b): k for k, b in enumerate(year.bus)}
    size, rows = np.abs(year.voltage[year.converged]), []
    if not len(size):
        return ()
    y = year.ac.admittance() if year.ac is not None else np.zeros((0, 0))
    for k, place in enumerate(field.field.stations):
        column, vsc = at[place.bus], place.equipment.vsc is not None
        if vsc:
            voltage = year.voltage[year.converged]
            made = (voltage[:, column] * np.conj(voltage @ y[column])).imag * BASE_MVA
            most, limit = float(np.abs(made).max()), int((year.released[:, column] != 0).sum())
        else:
            most = float(-field.given.reactive_mvar[place.bus].min())
            limit = int(field.stations.at_limit[k])
        rows.append(
            StationYear(
                line=place.line.id, node=field.network.bus_ids[place.node], end=place.end, kind="vsc" if vsc else "lcc",
                max_demand_mvar=most, hours_at_limit=limit, min_pu=float(size[:, column].min()),
                max_pu=float(size[:, column].max()),
            )
        )  # fmt: skip
    return tuple(rows)


def line_losses(nation: Nation, field: NationField, year: YearFlows) -> dict[str, LineLoss]:
    """Physical beside settled losses, of the hours with an AC solution."""
    ok, share = year.converged, nation.case.lines.loss_share
    row = {info.id: k for k, info in enumerate(nation.lines)}
    losses = {}
    for line in field.dc:
        sent = np.where(line.delivered_mw >= 0, line.sent_mw, -line.delivered_mw)[ok]
        losses[line.line.id] = LineLoss(
            kind="dc",
            physics_loss_mwh=float(dc_loss_mw(line.line, sent).sum()),
            settled_loss_mwh=float(share[row[line.line.id]] * sent.sum()),
            sent_mwh=float(sent.sum()),
        )
    for k, tie in enumerate(field.network.ties):
        settled, part = field.settled_mw[k, ok].sum(), share[field.rows[k]]
        losses[tie.id] = LineLoss(
            kind="ac",
            physics_loss_mwh=float(np.nansum(year.loss_mw[k])),
            settled_loss_mwh=float(settled),
            # Sent in hours both ways; a tie without settled losses tells by its net schedule.
            sent_mwh=float(settled / part if part > 0 else np.abs(field.scheduled_mw[k, ok]).sum()),
        )
    return losses


def nation_contingencies(field: NationField, bus: NDArray[np.int64]) -> tuple[Contingency, ...]:
    """All single outages of a nation, on a network of the buses `bus`."""
    at = {int(b): k for k, b in enumerate(bus)}
    ends = {(s.line.id, s.end): at[s.bus] for s in field.field.stations}
    ties = field.network.ties
    return contingencies(
        [t.id for t in ties], [t.circuits for t in ties],
        [(d.line.id, ends[d.line.id, "from"], ends[d.line.id, "to"], d.sent_mw, d.delivered_mw) for d in field.dc],
    )  # fmt: skip


def outage_rows(
    field: NationField, year: YearFlows, injection_mw: Array, reactive_mvar: Array
) -> tuple[PowerFlowOutage, ...]:
    """Every outage in all solved hours, its worst hour by AC, the worst first.

    Parameters
    ----------
    injection_mw, reactive_mvar : (bus, hour)
        Slack and buses at their limit included.
    """
    hours = np.flatnonzero(year.converged)
    if not hours.size or year.ac is None:
        return ()
    outages = nation_contingencies(field, year.bus)
    only = [
        replace(o, sent_mw=o.sent_mw[hours], delivered_mw=o.delivered_mw[hours])
        if o.sent_mw is not None and o.delivered_mw is not None
        else o
        for o in outages
    ]
    found = screen_all(year.ac, year.flow_mw[:, hours].T, only)
    loading = ac_of_worst(year.ac, field, year, found, hours, injection_mw, reactive_mvar)
    network = field.network
    rows = [
        PowerFlowOutage(
            kind=o.contingency.kind,
            line=o.contingency.id,
            hour=int(hours[o.hour]),
            worst_tie=None if o.tie < 0 else network.ties[o.tie].id,
            loading_before=o.before,
            loading_linear=o.linear,
            loading_ac=ac,
            solved=None if o.tie < 0 else ac is not None,
            hours_over=o.hours_over,
            lost_mw=o.lost_mw,
            cut_off=tuple(dict.fromkeys(network.bus_ids[network.home(int(year.bus[b]))] for b in o.cut_off)),
        )
        for o, ac in zip(found, loading, strict=True)
    ]
    return tuple(sorted(rows, key=lambda r: (-len(r.cut_off), -(r.loading_ac or r.loading_linear))))


def ac_of_worst(
    ac: AcNetwork,
    field: NationField,
    year: YearFlows,
    found: list[Outcome],
    hours: NDArray[np.int64],
    injection_mw: Array,
    reactive_mvar: Array,
) -> list[float | None]:
    """AC loading of each outcome's tie in its hour."""
    hour = hours[[o.hour for o in found]]
    there = np.ix_(year.bus, hour)
    none = np.zeros((len(found), len(year.bus)))
    held = Held(
        reactive_mvar[there].T / BASE_MVA, field.given.shunt_mvar[there].T / BASE_MVA, none, none
    )  # fmt: skip
    return check_worst(
        ac,
        found,
        injection_mw[there].T / BASE_MVA,
        held,
        SET_VOLTAGE_PU,
        year.voltage[hour],
        year.released[hour],
    )


def failures(field: NationField, year: YearFlows, first: set[int]) -> dict[int, PowerFlowFailure]:
    """Why hours have no solution, by hour: those of `first`, then others up to a number; the least solvable first."""
    bad = np.flatnonzero(~year.converged)
    if not bad.size or year.ac is None:
        return {}
    asked = np.abs(year.flow_mw[:, bad]).max(axis=0)
    order = sorted(bad[np.argsort(-asked)].tolist(), key=lambda hour: hour not in first)
    found = [failure(field, year, int(hour)) for hour in order[:EXPLAINED]]
    return {f.hour: f for f in sorted(found, key=lambda f: f.share)}


def failure(field: NationField, year: YearFlows, hour: int) -> PowerFlowFailure:
    """Why one hour has no solution."""
    assert year.ac is not None
    network, bus = field.network, year.bus

    held = given_of(field.given, bus, np.array([hour]))
    why = explain(year.ac, field.injection_mw[bus, hour] / BASE_MVA, held, SET_VOLTAGE_PU)
    b, line = year.ac.branches, None
    ends: tuple[int, ...] = ()
    if why.branch >= 0:
        ends = (int(bus[b.from_bus[why.branch]]), int(bus[b.to_bus[why.branch]]))
        if why.branch < len(network.ties):
            line = network.ties[why.branch].id
        else:
            line = next((s.line.id for s in field.field.stations if s.bus in ends), None)
    return PowerFlowFailure(
        cause=why.cause, hour=hour, share=why.share, line=line, angle_deg=why.angle_deg, asked_mw=why.asked_mw,
        most_mw=why.most_mw, voltage_pu=why.voltage_pu,
        node=None if why.bus < 0 else network.bus_ids[network.home(int(bus[why.bus]))],
        nodes=tuple(dict.fromkeys(network.bus_ids[network.home(k)] for k in ends)),
    )  # fmt: skip
