"""What the claim's share hangs on: price by volume, and each assumption in turn between a low and a high value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from planning.cash_flow.claim import Claim
from planning.cash_flow.settlement import LineSettlement

STEPS: tuple[float, ...] = (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Of price and of volume, against the run."""
SWING = 0.2
"""Price and volume of the tornado, both ways."""
BEST = 5
"""Sending provinces counted where only those with the most are."""

Assumption = Literal[
    "price", "volume", "certificate", "carbon", "sale_rule", "export_tariff", "green", "senders", "purchases",
    "gdp_year",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption between two values; the run's own lies anywhere."""

    assumption: Assumption
    low: str
    """Value as plain text: a figure, an id of a choice."""
    high: str
    low_share: float | None
    """Share of GDP at it; None where it cannot be formed."""
    high_share: float | None

    @property
    def span(self) -> float:
        """How far the share moves; 0 where it is not known at both ends."""
        if self.low_share is None or self.high_share is None:
            return 0.0
        return abs(self.high_share - self.low_share)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The claim's share under other assumptions."""

    steps: tuple[float, ...]
    grid: tuple[tuple[float, ...], ...]
    """Volume step (row) by price step (column): share of GDP. [-]"""
    bars: tuple[Bar, ...]
    """The widest first."""


def share_grid(claim: Claim, steps: tuple[float, ...] = STEPS) -> tuple[tuple[float, ...], ...]:
    """Share of GDP with volume (rows) and mean price (columns) changed by `steps`.

    Cash is energy times its mean price, certificates and all, so the share is s (1 + v)(1 + p).
    """
    return tuple(tuple(claim.gdp_share * (1.0 + v) * (1.0 + p) for p in steps) for v in steps)


def with_purchases(lines: Iterable[LineSettlement], senders: Collection[str], claim: Claim) -> float:
    """Share of GDP if the group's purchases of green power from outside are deducted."""
    paid = sum(
        line.green_cash_fen for line in lines if line.to_node in senders and line.from_node not in senders
    )
    return (claim.cash_cny - paid / 100) / claim.gdp_cny


def net_senders(lines: Iterable[LineSettlement], group_of_node: Mapping[str, int]) -> tuple[str, ...]:
    """Nodes of all provinces that send more green energy to others than they receive."""
    net: dict[int, float] = dict.fromkeys(group_of_node.values(), 0.0)
    for line in lines:
        seller, buyer = group_of_node[line.from_node], group_of_node[line.to_node]
        if seller != buyer:
            net[seller] += line.green_sent_mwh
            net[buyer] -= line.green_delivered_mwh
    return tuple(node for node, code in group_of_node.items() if net[code] > 0)


def best_senders(
    lines: Iterable[LineSettlement],
    senders: Collection[str],
    group_of_node: Mapping[str, int],
    gdp_cny: Mapping[str, float],
    count: int = BEST,
) -> tuple[str, ...]:
    """Nodes of the sending provinces whose own green receipts are the largest share of their own GDP."""
    cash: dict[int, int] = {group_of_node[node]: 0 for node in senders}
    gdp = dict.fromkeys(cash, 0.0)
    for node in senders:
        gdp[group_of_node[node]] += gdp_cny[node]
    for line in lines:
        seller = group_of_node[line.from_node]
        if line.from_node in senders and group_of_node[line.to_node] != seller:
            cash[seller] += line.green_cash_fen
    ranked = sorted(cash, key=lambda code: (-cash[code] / gdp[code] if gdp[code] > 0 else 0.0, code))
    best = set(ranked[:count])
    return tuple(node for node in senders if group_of_node[node] in best)


def bar(assumption: Assumption, low: str, high: str, share: Callable[[str], float | None]) -> Bar:
    """One assumption at two values."""
    return Bar(assumption, low, high, share(low), share(high))


def sensitivity(claim: Claim, bars: Iterable[Bar]) -> Sensitivity:
    """Grid and bars, the widest bar first."""
    ordered = sorted(bars, key=lambda each: (-each.span, each.assumption))
    return Sensitivity(STEPS, share_grid(claim), tuple(ordered))
