"""Prices of every hour at the sending end: contract with its day curve, spot from nodes or from a series."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.cash_flow.fen import Floats, Ints, micro_of
from planning.cash_flow.settlement import (
    LineYear,
    Prices,
    loss_share_of,
    netback_cny_per_mwh,
    sale_price_cny_per_mwh,
)
from planning.market import MarketSpec, hours_of_day

REVERSE = ":reverse"
"""Ending of the id of a line's way back."""
MONTH_HOURS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24
_MONTH = np.repeat(np.arange(12), MONTH_HOURS)


@dataclass(frozen=True, slots=True)
class HourPrices:
    """What one direction of a line is paid at its sending end, hour by hour."""

    contract_share: float
    contract_micro: Ints
    """(hour,) [1e-6 CNY/MWh]"""
    spot_micro: Ints
    """(hour,) [1e-6 CNY/MWh]; 0 where all is under contract."""


def day_curve(market: MarketSpec) -> Floats:
    """(24,) contract price of each hour of the day over the contract price. [-]

    Flat hours 1, peak and valley hours their ratio; with `keep_day_mean` divided by the plain mean of the day, so
    that equal power all day earns the contract price.
    """
    curve = np.ones(24)
    curve[sorted(hours_of_day(market.peak_hours, "peak_hours"))] = market.peak_ratio
    curve[sorted(hours_of_day(market.valley_hours, "valley_hours"))] = market.valley_ratio
    return curve / curve.mean() if market.keep_day_mean else curve


def contract_price_cny_per_mwh(market: MarketSpec, line: LineYear, prices: Prices) -> float:
    """Contract price of a line at its sending end, before the day curve. [CNY/MWh]"""
    own = market.line_contract_cny_per_mwh.get(line.id.removesuffix(REVERSE))
    if own is not None:
        return own
    if market.contract_rule == "fixed" and market.contract_cny_per_mwh is not None:
        return market.contract_cny_per_mwh
    if market.contract_rule == "as_prices" or market.contract_rule == "fixed":
        return sale_price_cny_per_mwh(line, prices)
    return sale_price_cny_per_mwh(line, replace(prices, sale_rule=market.contract_rule))


def series_of_hours(values: tuple[float, ...], hours: NDArray[np.int64]) -> Floats:
    """(hour,) of a day alike all year, a day of each month, or every hour; `hours` are hours of the year."""
    series = np.array(values)
    if len(series) == 24:
        return np.asarray(series[hours % 24])
    if len(series) == 288:
        return np.asarray(series[_MONTH[hours] * 24 + hours % 24])
    return np.asarray(series[hours])


def hour_prices(
    market: MarketSpec,
    prices: Prices,
    line: LineYear,
    node_cny_per_mwh: tuple[Floats, Floats],
    start_hour: int = 0,
) -> HourPrices:
    """Prices of one direction of a line.

    Parameters
    ----------
    node_cny_per_mwh
        (hour,) marginal cost of load at the sending and at the receiving node.
    start_hour
        Hour of the year of the first value.

    Notes
    -----
    The spot price is held between floor and cap at its own end. That of the receiving end comes to the sending end
    as the receiving benchmark does, less tariff and loss, and may then be below the floor.

    Raises
    ------
    InputError
        A price that is no number.
    """
    count = len(node_cny_per_mwh[0])
    hours = np.arange(start_hour, start_hour + count, dtype=np.int64) % 8760
    contract = contract_price_cny_per_mwh(market, line, prices) * day_curve(market)[hours % 24]
    share = market.share_of(line.id.removesuffix(REVERSE))
    if share >= 1.0:
        return HourPrices(share, micro_of(contract), np.zeros(count, dtype=np.int64))
    receiving = market.spot_at == "receiving"
    if market.spot_from == "series":
        spot = series_of_hours(market.spot_series_cny_per_mwh, hours)
    else:
        spot = node_cny_per_mwh[1 if receiving else 0]
    spot = np.clip(spot, market.spot_floor_cny_per_mwh, market.spot_cap_cny_per_mwh)
    loss = loss_share_of(line)
    if receiving and loss < 1.0:
        spot = netback_cny_per_mwh(spot, line, loss)
    return HourPrices(share, micro_of(contract), micro_of(spot))
