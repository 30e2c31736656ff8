"""The power-flow link: the hours of the dispatch on the AC network between provinces, chosen ones by pandapower too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, part, silent
from planning.chain.field_hours import ac_network, at_limit_mvar, nation_field
from planning.chain.flow_documents import (
    failures,
    line_losses,
    node_voltages,
    outage_rows,
    station_years,
)
from planning.chain.nation import Nation
from planning.dispatch.result import DispatchResult
from planning.network.model import FlowAnswer, FlowCase, Network, choose_hours
from planning.network.year import YearFlows, solve_year
from planning.results import PowerFlowHour, PowerFlowResult, PowerFlowTie, PowerFlowYear
from planning.results_flow import PowerFlowFailure

__all__ = ["FlowsFound", "ac_network", "power_flow_result", "power_flows"]

Array = NDArray[np.float64]

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NEAR_LIMIT = 1.0


@dataclass(frozen=True, slots=True)
class FlowsFound:
    """What the link found."""

    answers: list[FlowAnswer]
    year: PowerFlowYear | None
    """None without AC ties."""
    failures: dict[int, PowerFlowFailure]
    """By hour."""


def power_flows(nation: Nation, result: DispatchResult, progress: Progress = silent) -> FlowsFound:
    """AC flows of all hours, and of chosen ones by pandapower: the peak, the trough and those of largest transfer."""
    from planning.network.pandapower_adapter import solve_flows

    case, transfer = nation.case, (result.forward_mw + result.reverse_mw).sum(axis=0)
    field = nation_field(nation, result)
    network = field.network
    year = solve_year(network, field.injection_mw, field.load_mw, part(progress, 0.0, 0.6), field.given)
    # Both solve the same hour: what the grids add to cover their losses is given to pandapower too.
    injection = field.injection_mw.copy()
    injection[year.bus] += np.nan_to_num(year.added_mw)
    reactive = at_limit_mvar(field.given, year)
    settled = field.settled_mw.sum(axis=0)
    hours = [
        FlowCase(
            hour, label, injection[:, hour], field.scheduled_mw[:, hour], float(settled[hour]), field.load_mw[:, hour],
            reactive[:, hour], field.given.shunt_mvar[:, hour],
            tuple(int(k) for k in year.bus[year.released[hour] != 0]),
        )
        for hour, label in choose_hours(case.load_mw, transfer)
    ]  # fmt: skip
    answers = solve_flows(network, hours) if network.ties else []
    if not network.ties:
        return FlowsFound(answers, None, {})
    progress(0.8, "power flow")
    why = failures(field, year, {h.hour for h in hours})
    document = year_result(network, year, settled, answers).model_copy(
        update={
            "check_voltage_pu": _voltage_check(year, answers),
            "losses": line_losses(nation, field, year),
            "voltages": node_voltages(field, year),
            "stations": station_years(field, year),
            "outages": outage_rows(field, year, injection, reactive),
            "failures": tuple(why.values()),
        }
    )
    progress(1.0, "power flow")
    return FlowsFound(answers, document, why)


def _voltage_check(year: YearFlows, answers: list[FlowAnswer]) -> float | None:
    at = {int(bus): k for k, bus in enumerate(year.bus)}
    worst = [
        float(np.abs(np.abs(year.voltage[a.hour, [at[b] for b in a.voltage_bus]]) - a.voltage_pu).max())
        for a in answers
        if a.voltage_pu is not None and year.converged[a.hour]
    ]
    return max(worst, default=None)


def year_result(
    network: Network, year: YearFlows, settled_mw: Array, answers: list[FlowAnswer]
) -> PowerFlowYear:
    """The year by tie."""
    names = [tie.id for tie in network.ties]
    sent = year.loading * np.array([[t.capability_mw] for t in network.ties])
    ties = {}
    for k, name in enumerate(names):
        worst = int(np.argmax(year.outage_loading[k]))
        outage = int(year.outage[k, worst])
        ties[name] = PowerFlowTie(
            sent_mwh=float(sent[k].sum()),
            loss_mwh=float(np.nansum(year.loss_mw[k])),
            max_loading=float(year.loading[k].max()),
            max_loading_hour=int(np.argmax(year.loading[k])),
            hours_over=int((year.loading[k] > NEAR_LIMIT).sum()),
            max_outage_loading=float(year.outage_loading[k, worst]),
            outage_hours_over=int((year.outage_loading[k] > NEAR_LIMIT).sum()),
            worst_outage=names[outage] if outage >= 0 else None,
            bridge=k in year.bridges,
        )
    checks = [
        float(np.abs(answer.flow_mw - year.flow_mw[:, answer.hour]).max())
        for answer in answers
        if answer.converged and answer.flow_mw is not None and year.converged[answer.hour]
    ]
    return PowerFlowYear(
        hours=len(year.converged),
        converged=int(year.converged.sum()),
        loss_mwh=float(np.nansum(year.loss_mw)),
        settled_loss_mwh=float(settled_mw[year.converged].sum()),
        max_balance_pu=year.balance_pu,
        check_mw=max(checks, default=None),
        ties=ties,
    )


def power_flow_result(nation: Nation, found: FlowsFound) -> PowerFlowResult:
    """The rows of results; an hour that did not converge has no losses, never 0."""
    network, _ = ac_network(nation)
    hours = []
    for answer in found.answers:
        worst = int(np.argmax(answer.loading)) if answer.loading is not None else None
        over = {}
        if answer.loading is not None:
            order = np.argsort(-answer.loading)
            over = {
                network.ties[k].id: float(answer.loading[k]) for k in order if answer.loading[k] > NEAR_LIMIT
            }
        hours.append(
            PowerFlowHour(
                hour=answer.hour,
                label=answer.label,
                time=time_of(answer.hour),
                converged=answer.converged,
                loss_mwh=answer.loss_mw,
                dispatch_loss_mwh=answer.dispatch_loss_mw,
                max_loading=None if answer.loading is None or worst is None else float(answer.loading[worst]),
                max_loading_line=None if worst is None else network.ties[worst].id,
                min_voltage_pu=None if answer.voltage_pu is None else float(answer.voltage_pu.min()),
                max_voltage_pu=None if answer.voltage_pu is None else float(answer.voltage_pu.max()),
                max_flow_difference_mw=(
                    None if answer.difference_mw is None else float(np.abs(answer.difference_mw).max())
                ),
                note=answer.note,
                overloaded=over,
                failure=found.failures.get(answer.hour),
            )
        )
    return PowerFlowResult(
        hours=tuple(hours),
        converged=sum(h.converged for h in hours),
        loss_mwh=sum(h.loss_mwh or 0.0 for h in hours),
        max_loading=max((h.max_loading or 0.0 for h in hours), default=0.0),
        year=found.year,
    )


def time_of(hour: int) -> str:
    """Month-day hour of an hour of the year, UTC+8."""
    day = hour // 24
    for month, days in enumerate(MONTH_DAYS, start=1):
        if day < days:
            return f"{month:02d}-{day + 1:02d} {hour % 24:02d}:00"
        day -= days
    raise ValueError(hour)
