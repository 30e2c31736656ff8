"""From a run of the chain to the hours the window draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.chain.on_line import on_line
from planning.chain.run import ChainResult
from planning.hourly import STACK, Array32, HourlyResult


def hourly_result(result: ChainResult) -> HourlyResult:
    """The dispatched year of a run, nodes and lines in the order of its case."""
    done, case, nation = result.dispatched, result.nation.case, result.nation
    every: dict[str, NDArray[np.float64]] = {
        **done.generation_mw(),
        **dict(done.discharge_mw),
        "unserved": done.unserved_mw,
    }
    provinces = set(nation.home_of_node)
    sending = np.where(
        (done.forward_mw >= done.reverse_mw), case.lines.from_index[:, None], case.lines.to_index[:, None]
    )
    mix = result.trace.node_mix.sum(axis=2)
    flow = done.forward_mw - done.reverse_mw
    green = np.where(flow != 0.0, mix[sending, np.arange(case.hours)[None, :]], 0.0)
    return HourlyResult(
        node_ids=case.node_ids,
        node_adcodes=nation.adcode_of_node,
        base_nodes=tuple(n for n in case.node_ids if n not in provinces),
        line_ids=case.lines.ids,
        line_from=tuple(int(i) for i in case.lines.from_index),
        line_to=tuple(int(i) for i in case.lines.to_index),
        supply_mw={k: _small(every[k]) for k in STACK if k in every and every[k].max() > 0.05},
        charge_mw=_small(sum(done.charge_mw.values(), np.zeros_like(case.load_mw))),
        load_mw=_small(case.load_mw),
        curtailed_mw=_small(done.curtailed_wind_mw + done.curtailed_pv_mw + nation.blocked_mw(case.hours)),
        price_cny_per_mwh=_small(done.price_cny_per_mwh),
        flow_mw=_small(flow),
        green_share=_small(np.minimum(green, 1.0)),
        running_mw=_small(on_line(case, done).running_mw),
    )


def _small(values: NDArray[np.float64]) -> Array32:
    return np.asarray(values, dtype=np.float32)
