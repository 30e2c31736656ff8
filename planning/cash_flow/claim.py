"""The claim under test: do sending provinces earn the claimed share of their GDP, and what would it take."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from gis_layers.errors import BalanceError, InputError, Problem
from planning.cash_flow.settlement import LineSettlement


@dataclass(frozen=True, slots=True)
class Claim:
    """The sending provinces as one seller; energy and money across the group's border only."""

    green_sold_mwh: float
    """Green energy sent to provinces outside the group."""
    cash_cny: float
    """Energy at the sending end, certificates, carbon passed on; gross, not profit."""
    gdp_cny: float
    gdp_share: float
    target_share: float
    price_cny_per_mwh: float | None
    """Cash per green MWh sent; None where nothing was sold."""
    price_for_target_cny_per_mwh: float | None
    """That price at which the same energy would bring the target."""
    volume_for_target_mwh: float | None
    """Energy that would bring the target at the same price; None where the price is not above 0."""
    verdict: Literal["met", "not met"]


def weigh_claim(
    lines: Iterable[LineSettlement],
    sending_nodes: Collection[str],
    gdp_cny: Mapping[str, float],
    target_share: float,
) -> Claim:
    """Add up what the sending nodes sold to others and compare with their GDP.

    Closed form: with cash C of energy E and GDP G, the target a needs price a G / E or volume a G E / C.
    Both are recomputed forward; power sent to them by others is not deducted.

    Raises
    ------
    InputError
        No sending node, a node without GDP, a target outside 0..1.
    BalanceError
        The closed forms do not give the target back: a fault of ours.
    """
    senders = set(sending_nodes)
    problems = [
        Problem("claim", "gdp", node, "a GDP above 0")
        for node in sorted(senders)
        if not gdp_cny.get(node, 0.0) > 0
    ]
    if not senders:
        problems.append(Problem("claim", "sending_nodes", "nothing", "at least one node"))
    if not 0.0 < target_share <= 1.0:
        problems.append(Problem("claim", "target_share", f"{target_share}", "above 0, at most 1"))
    if problems:
        raise InputError(problems)
    sold = [line for line in lines if line.from_node in senders and line.to_node not in senders]
    cash = sum(line.green_cash_fen for line in sold) / 100
    energy = math.fsum(line.green_sent_mwh for line in sold)
    gdp = math.fsum(gdp_cny[node] for node in senders)
    target = target_share * gdp
    price = cash / energy if energy > 0 else None
    price_for_target = target / energy if energy > 0 else None
    volume_for_target = target / price if price is not None and price > 0 else None
    for name, got in (
        ("price", None if price_for_target is None else price_for_target * energy),
        ("volume", None if volume_for_target is None or price is None else volume_for_target * price),
    ):
        if got is not None and not math.isclose(got / gdp, target_share, rel_tol=1e-9):
            raise BalanceError("claim_recheck", what=name, found=got / gdp, expected=target_share)
    return Claim(
        green_sold_mwh=energy,
        cash_cny=cash,
        gdp_cny=gdp,
        gdp_share=cash / gdp,
        target_share=target_share,
        price_cny_per_mwh=price,
        price_for_target_cny_per_mwh=price_for_target,
        volume_for_target_mwh=volume_for_target,
        verdict="met" if cash >= target else "not met",
    )
