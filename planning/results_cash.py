"""Money in the document of a run: who paid whom for what, losses in yuan, the claim under other assumptions.

Yuan of the scenario's price year, real, VAT included; energies in MWh of one modelled year.
"""

from __future__ import annotations

from typing import Literal

from planning.frozen import Frozen


class SensitivityBar(Frozen):
    """One assumption of the claim between two values; the widest bar stands first."""

    assumption: str
    """price, volume, certificate, carbon, sale_rule, export_tariff, green, senders, purchases, gdp_year."""
    low: str
    """A figure as text, or the id of a choice; words in `planning.words`."""
    high: str
    low_share: float | None
    """Share of GDP at it; None where it cannot be formed. [-]"""
    high_share: float | None


class ClaimSensitivity(Frozen):
    """The claim's share under other assumptions; the dispatch stays as it is."""

    steps: tuple[float, ...]
    """Change of volume and of mean price against the run. [-]"""
    grid: tuple[tuple[float, ...], ...]
    """Volume (row) by price (column): share of GDP. [-]"""
    bars: tuple[SensitivityBar, ...]


class LineAccount(Frozen):
    """A year's money of one direction of a line; a payment of which the price is not known is not in `paid_cny`."""

    from_adcode: int
    to_adcode: int
    sent_mwh: float
    delivered_mwh: float
    green_sent_mwh: float
    spot_mwh: float
    """Of what was sent; the rest is under contract."""
    contract_cny_per_mwh: float | None
    """Mean price at the sending end; None: nothing under contract."""
    spot_cny_per_mwh: float | None
    paid_cny: dict[str, float]
    """By purpose: energy (contract), energy_spot, loss, transmission, export_tariff, certificate, carbon."""
    loss_payer: Literal["buyer", "line"]
    missing: tuple[str, ...] = ()
    """tariff, export_tariff: not known, so not charged and in no sum."""


class PartyAccount(Frozen):
    """A province's year of money by purpose, all energy and not only green; of the owners of lines likewise."""

    receipts_cny: dict[str, float]
    payments_cny: dict[str, float]
    net_cny: float
    gdp_share: float | None
    """Of `net_cny`; None without GDP. [-]"""


class TradeResult(Frozen):
    """What one province paid another, and the energy for it. `0` in place of an adcode: owners of lines."""

    payer: int
    payee: int
    paid_cny: dict[str, float]
    sent_mwh: float
    """By the payee."""
    delivered_mwh: float
    green_sent_mwh: float


class LossResult(Frozen):
    """A line's loss as settled beside that of the power flow; None: not known."""

    settled_mwh: float
    settled_cny: float
    """What was paid for it over the year."""
    price_cny_per_mwh: float
    """Mean price of what is sent, at the sending end."""
    compared_mwh: float | None
    """Settled loss of the hours that have a power flow."""
    physics_mwh: float | None
    """Of the same hours."""
    difference_cny: float | None
    """Settled less physics of these hours, at the mean price."""


class SettlementResult(Frozen):
    """Who paid whom for what; every sum is conserved to the fen."""

    by: Literal["year", "hour"]
    """hour: the scenario has a market, each hour was settled."""
    hours: int
    lines: dict[str, LineAccount]
    """By line id, the way back with ':reverse'."""
    accounts: dict[str, PartyAccount]
    """By adcode as text; '0': owners of lines."""
    trades: tuple[TradeResult, ...]
    losses: dict[str, LossResult]
    """By line id, both ways."""
    without_tariff: tuple[str, ...]
    """Lines whose transmission is in no sum, for no table has their tariff."""
    without_export_tariff: tuple[str, ...] = ()
