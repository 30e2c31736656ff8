"""The curves beside the result document: months, two weeks of the nation, weeks of bases, durations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.cash_flow.investment import cost_flows_cny
from planning.chain.bases import SettledBase
from planning.chain.run import ChainResult
from planning.report.series import BaseFlows, ReportSeries, Week, duration_curve, monthly_twh

Array = NDArray[np.float64]

WEEK_HOURS = 168
ORDER = ("nuclear", "coal", "gas", "hydro", "wind", "pv")
WEEKS = (
    ("冬季周 (1 月)", "a winter week (January)", 24 * 14),
    ("夏季周 (7 月)", "a summer week (July)", 24 * 195),
)


def monthly_series(result: ChainResult) -> ReportSeries:
    """What the report draws of a run."""
    done, case = result.dispatched, result.nation.case
    generation = {t: mw.sum(axis=0) for t, mw in done.generation_mw().items()}
    discharge = {kind: mw.sum(axis=0) for kind, mw in done.discharge_mw.items()}
    charge = sum((mw.sum(axis=0) for mw in done.charge_mw.values()), np.zeros(case.hours))
    load = case.load_mw.sum(axis=0)
    weeks = []
    for title_zh, title_en, start in WEEKS:
        span = slice(start, start + WEEK_HOURS)
        supply = {t: np.asarray(generation[t][span]) for t in ORDER if t in generation}
        supply |= {kind: np.asarray(mw[span]) for kind, mw in discharge.items()}
        weeks.append(Week(title_zh, title_en, start, supply, np.asarray((load + charge)[span])))
    lines = {line_id: index for index, line_id in enumerate(case.lines.ids)}
    largest = sorted(result.summary.corridors.values(), key=lambda c: -c.sent_mwh)[:12]
    return ReportSeries(
        monthly_generation_twh={t: monthly_twh(np.asarray(mw)) for t, mw in generation.items()},
        weeks=tuple(weeks),
        corridor_duration_mw={
            c.id: duration_curve(np.asarray(done.forward_mw[lines[c.id]] + done.reverse_mw[lines[c.id]]))
            for c in largest
        },
        base_weeks={base_id: _base_week(base) for base_id, base in result.bases.items()},
        base_flows={base_id: _base_flows(base) for base_id, base in result.bases.items()},
    )


def _base_week(base: SettledBase) -> Week:
    """The summer week of a base as sized."""
    title_zh, title_en, start = WEEKS[1]
    span, hourly = slice(start, start + WEEK_HOURS), base.design.hourly_mw
    supply = {t: np.asarray(hourly[t][span]) for t in ORDER if t in hourly and hourly[t].any()}
    if base.design.capacity_mw.get("battery", 0.0) > 0:
        supply["battery"] = np.asarray(hourly["discharge"][span])
    return Week(title_zh, title_en, start, supply, np.asarray((hourly["delivered"] + hourly["charge"])[span]))


def _base_flows(base: SettledBase) -> BaseFlows:
    project, years = base.project, base.project.horizon_years
    return BaseFlows(
        discount_rate=project.discount_rate,
        cost_cny=tuple(cost_flows_cny(project).tolist()),
        revenue_cny=(0.0, *[project.revenue_cny_per_year] * years),
        delivered_mwh=(0.0, *[project.delivered_mwh_per_year] * years),
    )
