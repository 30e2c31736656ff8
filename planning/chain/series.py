"""The curves beside the result document: months, two weeks of the nation, weeks of bases, durations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.chain.run import ChainResult
from planning.report.series import ReportSeries, Week, duration_curve, monthly_twh

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
    )
