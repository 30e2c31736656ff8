"""Who sends power to whom and who pays whom for it, by province or grid region; no Qt here.

From the settlement of the run, exact in each direction. Results of older programs have none: there each line is split
by what was sent either way, and the money is that of green power alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.desktop.charts.flows import Flow
from gis_layers.province import GRID_REGIONS
from planning.results import CorridorResult, Summary
from planning.results_cash import LineAccount, SettlementResult

OWNERS = "0"
"""In place of a province: those who own lines between provinces."""
BACK = ":reverse"
"""Ends the id of a line's way back in a settlement."""
By = Literal["province", "region"]
What = Literal["energy", "cash"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A flow and the lines that make it, the largest first."""

    flow: Flow
    lines: tuple[str, ...]


@lru_cache(maxsize=1)
def _region_of_node() -> dict[str, str]:
    return {node: region for region, (_, _, nodes) in GRID_REGIONS.items() for node in nodes}


def region_of(node: str, adcode: int, lon: float, lat: float) -> str:
    """The synchronous grid's key in `GRID_REGIONS`; of a base's node, that of the city it lies in."""
    known = _region_of_node()
    if node in known:
        return known[node]
    code = str(adcode)
    if code in known:
        return known[code]
    # Inner Mongolia has two grids.
    from gis_layers.boundary import locate
    from gis_layers.province import node_of_city

    city = node_of_city(str(locate(lon, lat, "city")[0]))
    return known.get(city or "", "NC")


def region_names() -> dict[str, tuple[str, str]]:
    """Chinese and English by key."""
    return {key: (zh, en) for key, (zh, en, _) in GRID_REGIONS.items()}


def region_of_province(adcode: str) -> str | None:
    """The region most of a province belongs to (of Inner Mongolia: the west's)."""
    return next(
        (n for n in (region for node, region in _region_of_node().items() if node[:6] == adcode)), None
    )


def _ends(line: CorridorResult, by: By) -> tuple[str, str]:
    if by == "province":
        return str(line.from_adcode), str(line.to_adcode)
    return (
        region_of(line.from_node, line.from_adcode, line.from_lon, line.from_lat),
        region_of(line.to_node, line.to_adcode, line.to_lon, line.to_lat),
    )


Part = tuple[str, str, float, float, str]
"""Source, target, amount, green share and line."""


def _parties(purpose: str, account: LineAccount, seller: str, buyer: str) -> tuple[str, str]:
    """Who pays whom for what, as `planning.cash_flow.settlement.transfers_of`."""
    if purpose == "transmission":
        return buyer, OWNERS
    if purpose == "loss" and account.loss_payer == "line":
        return OWNERS, seller
    return buyer, seller


def _settled(summary: Summary, settlement: SettlementResult, by: By, what: What) -> Iterator[Part]:
    """Of every line and direction, as settled; what is paid to the payer's own cost runs the other way."""
    for name, account in settlement.lines.items():
        identity = name.removesuffix(BACK)
        seller, buyer = str(account.from_adcode), str(account.to_adcode)
        if by == "region":
            line = summary.corridors.get(identity)
            if line is None:
                continue
            a, b = _ends(line, by)
            seller, buyer = (b, a) if name.endswith(BACK) else (a, b)
        if seller == buyer:
            continue
        green = account.green_sent_mwh / account.sent_mwh if account.sent_mwh > 0 else 0.0
        if what == "energy":
            if account.delivered_mwh > 0:
                yield seller, buyer, account.delivered_mwh, green, identity
            continue
        for purpose, cny in account.paid_cny.items():
            payer, payee = _parties(purpose, account, seller, buyer)
            if cny < 0:  # of hours with a price below zero
                payer, payee = payee, payer
            if cny:
                yield payer, payee, abs(cny), green, identity


def _split(summary: Summary, by: By, what: What) -> Iterator[Part]:
    """Of every line and direction, of a result without a settlement."""
    for line in summary.corridors.values():
        if line.sent_mwh <= 0:
            continue
        a, b = _ends(line, by)
        back = line.reverse_sent_mwh / line.sent_mwh
        total = line.delivered_mwh if what == "energy" else line.cash_cny
        if a == b or not total:
            continue
        for source, target, share in ((a, b, 1.0 - back), (b, a, back)):
            if share * total > 0:
                # Money runs against the power.
                ends = (source, target) if what == "energy" else (target, source)
                yield *ends, share * total, line.green_share, line.id


def pairs_of(summary: Summary, by: By, what: What) -> tuple[Pair, ...]:
    """Flows between provinces or regions, the largest first.

    "cash" is all money between parties where the result has a settlement, owners of lines among them; else the
    receipts for green power, a line that runs both ways split by what was sent each way.
    """
    settlement = summary.settlement
    parts = _split(summary, by, what) if settlement is None else _settled(summary, settlement, by, what)
    sums: dict[tuple[str, str], float] = {}
    green: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str], dict[str, float]] = {}
    for source, target, amount, share, line in parts:
        pair = (source, target)
        sums[pair] = sums.get(pair, 0.0) + amount
        green[pair] = green.get(pair, 0.0) + amount * share
        own = lines.setdefault(pair, {})
        own[line] = own.get(line, 0.0) + amount
    answers = [
        Pair(
            Flow(*pair, total, green[pair] / total), tuple(sorted(lines[pair], key=lambda k: -lines[pair][k]))
        )
        for pair, total in sums.items()
    ]
    return tuple(sorted(answers, key=lambda p: (-p.flow.amount, p.flow.source, p.flow.target)))
