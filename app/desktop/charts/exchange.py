"""Who sends power to whom, and who pays whom for the green part of it, by province or grid region; no Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.desktop.charts.flows import Flow
from gis_layers.province import GRID_REGIONS
from planning.results import CorridorResult, Summary

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


def _parts(summary: Summary, by: By, what: What) -> Iterator[tuple[str, str, float, float, str]]:
    """Source, target, amount, green share and line of every line and direction."""
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

    A line that runs both ways is split by what was sent each way: its losses and its green share are alike in both,
    so the money of a province can differ a little from that of its settlement, the nation's cannot.
    """
    sums: dict[tuple[str, str], float] = {}
    green: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str], dict[str, float]] = {}
    for source, target, amount, share, line in _parts(summary, by, what):
        pair = (source, target)
        sums[pair] = sums.get(pair, 0.0) + amount
        green[pair] = green.get(pair, 0.0) + amount * share
        lines.setdefault(pair, {})[line] = amount
    answers = [
        Pair(
            Flow(*pair, total, green[pair] / total), tuple(sorted(lines[pair], key=lambda k: -lines[pair][k]))
        )
        for pair, total in sums.items()
    ]
    return tuple(sorted(answers, key=lambda p: (-p.flow.amount, p.flow.source, p.flow.target)))
