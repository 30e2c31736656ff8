"""What the channel itself costs and loses, so that a MWh has a price at either end."""

from __future__ import annotations

from dataclasses import dataclass

from planning.sizing.delivery import Channel
from planning.technology import annuity_factor


@dataclass(frozen=True, slots=True)
class Transmission:
    received_mwh: float
    investment_cny: float
    yearly_cny: float
    """Annuity and upkeep of a year, or tariff on what was received."""


def transmission_of(channel: Channel, delivered_mwh: float, rate: float) -> Transmission:
    """Energy that arrives, and the line's money. A loss that is not given is none."""
    received = delivered_mwh * (1.0 - (channel.loss_share or 0.0))
    if channel.tariff_cny_per_mwh is not None:
        return Transmission(received, 0.0, received * channel.tariff_cny_per_mwh)
    spent = channel.capacity_mw * 1e3 * float(channel.capex_cny_per_kw or 0.0)
    if spent == 0.0:
        return Transmission(received, 0.0, 0.0)
    share = annuity_factor(rate, float(channel.life_years or 1.0))
    return Transmission(
        received, spent, spent * (share + float(channel.fixed_om_share_of_capex_per_year or 0.0))
    )
