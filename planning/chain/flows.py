"""The power-flow link: chosen hours of the dispatch on the AC network between provinces."""

from __future__ import annotations

import numpy as np

from gis_layers.progress import Progress, silent
from planning.chain.nation import Nation
from planning.dispatch.result import DispatchResult
from planning.network.model import FlowAnswer, FlowCase, Network, Tie, choose_hours, tie_schedule
from planning.results import PowerFlowHour, PowerFlowResult

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


def power_flows(nation: Nation, result: DispatchResult, progress: Progress = silent) -> list[FlowAnswer]:
    """AC flows of the peak, the trough and the hours of largest transfer."""
    from planning.network.pandapower_adapter import solve_flows

    network, rows = ac_network(nation)
    case = nation.case
    transfer = (result.forward_mw + result.reverse_mw).sum(axis=0)
    hours = []
    for hour, label in choose_hours(case.load_mw, transfer):
        injection, scheduled, loss = tie_schedule(
            network.ties,
            case.nodes,
            result.forward_mw[rows, hour],
            result.reverse_mw[rows, hour],
            case.lines.loss_share[rows],
        )
        hours.append(FlowCase(hour, label, injection, scheduled, loss, case.load_mw[:, hour]))
    progress(0.2, "power flow")
    return solve_flows(network, hours)


def power_flow_result(nation: Nation, answers: list[FlowAnswer]) -> PowerFlowResult:
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
    )


def time_of(hour: int) -> str:
    """Month-day hour of an hour of the year, UTC+8."""
    day = hour // 24
    for month, days in enumerate(MONTH_DAYS, start=1):
        if day < days:
            return f"{month:02d}-{day + 1:02d} {hour % 24:02d}:00"
        day -= days
    raise ValueError(hour)
