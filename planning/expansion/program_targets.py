"""Bounds of the optimum over the whole year: land that nodes share, and the targets with what missing them costs."""

from __future__ import annotations

import numpy as np

from planning.expansion.case import RENEWABLES
from planning.expansion.program_maker import GW, MILLION, Index, Maker

SLACK_WIND_PV = 20_000.0
"""Price of a GW that is missing, million yuan a year: some fifty times what one costs."""
SLACK_CO2 = 20_000.0
"""Of a Mt too much: 20,000 yuan a t, below what shedding load would save one at, so that no load is shed for it."""
SLACK_SHARE = 20_000.0
"""Of a TWh of share that is missing: the value of lost load."""


def land(maker: Maker) -> None:
    """Groups of nodes that share land."""
    for technology, (member, most) in maker.x.land_mw.items():
        if technology not in maker.built.added:
            continue
        nodes, columns = maker.built.added[technology]
        for row_members, limit in zip(member[:, nodes] > 0, most, strict=True):
            if np.count_nonzero(row_members) and np.isfinite(limit):
                row = maker.b.rows(-np.inf, limit / GW, -1, 1)
                maker.b.put(row, columns[row_members], 1.0)
                option = maker.x.option(technology)
                if maker.relax and option is not None:
                    yearly = option.cost.yearly * GW / MILLION
                    maker.beyond(f"{technology}_land", nodes[row_members][:1], yearly, row)


def targets(maker: Maker) -> None:
    """Rows of all targets that are asked, each with the price of missing it."""
    target = maker.x.target
    standing = sum(float(mw.sum()) for mw in maker.x.standing_mw.values())
    low, high = target.wind_pv_mw, target.wind_pv_most_mw
    alike = low is not None and high is not None and high <= low
    if low is not None:
        least = (low - standing) / GW
        row = _total(maker, least, max(least, 0.0) if alike else np.inf)
        _slack(maker, "wind_pv_min_gw", SLACK_WIND_PV, row, 1.0)
    if high is not None and not alike:
        row = _total(maker, -np.inf, max(high - standing, 0.0) / GW)
        maker.built.target_rows["wind_pv_max_gw"] = int(row[0])
    if target.co2_t is not None:
        row = maker.b.rows(-np.inf, target.co2_t / 1e6, -1, 1)
        for plant in maker.case.thermals:
            nodes, columns = maker.built.thermal[plant.technology]
            rate = plant.co2_t_per_mwh[nodes] * GW / 1e6
            maker.b.put(row, columns, maker.hours[:, :, None] * rate)
        _slack(maker, "co2_max_mt", SLACK_CO2, row, -1.0)
    if target.renewable_share is not None:
        _share(maker, target.renewable_share)


def _total(maker: Maker, low: float, high: float) -> Index:
    """A row of all wind and PV that is added. [GW]"""
    row = maker.b.rows(low, high, -1, 1)
    for technology in RENEWABLES:
        if technology in maker.built.added:
            maker.b.put(row, maker.built.added[technology][1], 1.0)
    return row


def _share(maker: Maker, share: float) -> None:
    """Nuclear and thermal energy at most the rest of generation less storage losses: of load served and line
    losses. Said so, no energy burnt in a storage counts."""
    twh = maker.hours[:, :, None] / 1e3
    rest = 1.0 - share
    served = float((maker.data.hours[None] * maker.data.load_mw).sum()) / 1e6
    row = maker.b.rows(-rest * served, np.inf, -1, 1)
    for part in (*maker.built.thermal.values(), maker.built.nuclear):
        if part is not None:
            maker.b.put(row, part[1], -twh)
    assert maker.built.unserved is not None
    maker.b.put(row, maker.built.unserved[1], -rest * twh)
    loss = maker.case.lines.loss_share
    new = np.array([c.loss_share for c in maker.x.candidates])
    for part, lost in (
        (maker.built.contract, loss), (maker.built.forward, loss), (maker.built.reverse, loss),
        (maker.built.new_forward, new), (maker.built.new_reverse, new),
    ):  # fmt: skip
        if part is not None and len(part[0]):
            maker.b.put(row, part[1], rest * twh * lost[part[0]])
    _slack(maker, "renewable_share_min", SLACK_SHARE, row, 1.0)


def _slack(maker: Maker, target: str, price: float, row: Index, sign: float) -> None:
    column = maker.b.columns(1, cost=price)
    maker.b.put(row, column, sign)
    maker.built.slack[target] = int(column[0])
    maker.built.target_rows[target] = int(row[0])
