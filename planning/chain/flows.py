"""The power-flow link: the hours of the dispatch on the AC network between provinces, chosen ones by pandapower too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, part, silent
from planning.chain.nation import Nation
from planning.dispatch.result import DispatchResult
from planning.network.model import FlowAnswer, FlowCase, Network, Tie, choose_hours, tie_schedules
from planning.network.year import YearFlows, solve_year
from planning.results import PowerFlowHour, PowerFlowResult, PowerFlowTie, PowerFlowYear

Array = NDArray[np.float64]

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NEAR_LIMIT = 1.0


def ac_network(nation: Nation) -> tuple[Network, list[int]]:
    """The ties between provinces of one synchronous grid, and the line each is in the dispatch.

    A scenario's own AC line is a tie like the others; one that begins at a base does so, for the network, in
    the grid of the base's province, to which a tie as large as the channel joins it.
    """
    at = {node_id: number for number, node_id in enumerate(nation.case.node_ids)}
    ties, rows = [], []
    for row, info in enumerate(nation.lines):
        own = info.corridor if info.corridor is not None and info.corridor.kind == "ac" else None
        tie = info.interface or own
        if tie is None or tie.mw is None:
            continue
        start, end = (
            at[nation.home_of_node[int(index[row])]]
            for index in (nation.case.lines.from_index, nation.case.lines.to_index)
        )
        ties.append(Tie(tie.id, start, end, tie.kv, tie.circuits, tie.km, tie.mw))
        rows.append(row)
    return Network(nation.case.node_ids, tuple(ties)), rows


def power_flows(
    nation: Nation, result: DispatchResult, progress: Progress = silent
) -> tuple[list[FlowAnswer], PowerFlowYear | None]:
    """AC flows of all hours, and of chosen ones by pandapower: the peak, the trough and those of largest transfer."""
    from planning.network.pandapower_adapter import solve_flows

    network, rows = ac_network(nation)
    case, transfer = nation.case, (result.forward_mw + result.reverse_mw).sum(axis=0)
    loss_share = case.lines.loss_share[rows]
    injection, scheduled, settled = tie_schedules(
        network.ties, case.nodes, result.forward_mw[rows], result.reverse_mw[rows], loss_share
    )
    year = solve_year(network, injection, case.load_mw, part(progress, 0.0, 0.6))
    # Both solve the same hour: what the grids add to cover their losses is given to pandapower too.
    injection[year.bus] += np.nan_to_num(year.added_mw)
    hours = [
        FlowCase(
            hour, label, injection[:, hour], scheduled[:, hour], float(settled[hour]), case.load_mw[:, hour]
        )
        for hour, label in choose_hours(case.load_mw, transfer)
    ]
    answers = solve_flows(network, hours)
    progress(1.0, "power flow")
    return answers, year_result(network, year, settled, answers) if network.ties else None


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


def power_flow_result(
    nation: Nation, answers: list[FlowAnswer], year: PowerFlowYear | None = None
) -> PowerFlowResult:
    """The rows of results; an hour that did not converge has no losses, never 0."""
    network, _ = ac_network(nation)
    hours = []
    for answer in answers:
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
            )
        )
    return PowerFlowResult(
        hours=tuple(hours),
        converged=sum(h.converged for h in hours),
        loss_mwh=sum(h.loss_mwh or 0.0 for h in hours),
        max_loading=max((h.max_loading or 0.0 for h in hours), default=0.0),
        year=year,
    )


def time_of(hour: int) -> str:
    """Month-day hour of an hour of the year, UTC+8."""
    day = hour // 24
    for month, days in enumerate(MONTH_DAYS, start=1):
        if day < days:
            return f"{month:02d}-{day + 1:02d} {hour % 24:02d}:00"
        day -= days
    raise ValueError(hour)
