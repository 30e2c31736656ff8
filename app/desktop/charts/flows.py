"""Flows between provinces or regions as a Sankey diagram: what goes where, and where it is drawn; no Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Flow:
    """Energy delivered, or money paid, from one province (or region) to another in a year."""

    source: str
    target: str
    amount: float
    """MWh or yuan."""
    green_share: float
    """Of the energy sent. [-]"""


@dataclass(frozen=True, slots=True)
class Band:
    """A flow as drawn: two vertical extents, in shares of the diagram's height from the top."""

    flow: Flow
    left_top: float
    right_top: float
    height: float


@dataclass(frozen=True, slots=True)
class Node:
    """A province at one side of the diagram."""

    id: str
    side: str
    """left sends, right receives."""
    top: float
    height: float
    amount: float


@dataclass(frozen=True, slots=True)
class Sankey:
    """A whole diagram; heights are shares of 1."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    total: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """Flows between the largest provinces, the smaller ones of each side gathered under "others"."""

    flows: tuple[Flow, ...]
    senders: int
    """So many provinces are in "others" at the left."""
    receivers: int


def gather(flows: Sequence[Flow], most: int) -> Gathered:
    """Name the `most` largest of each side, or one less and "others"; nothing is lost, and what stands at a
    named province is all it sends or receives."""
    senders, receivers = (_largest(flows, side, most) for side in (lambda f: f.source, lambda f: f.target))
    mwh: dict[tuple[str, str], float] = {}
    green: dict[tuple[str, str], float] = {}
    for f in flows:
        pair = (f.source if f.source in senders else OTHERS, f.target if f.target in receivers else OTHERS)
        mwh[pair] = mwh.get(pair, 0.0) + f.amount
        green[pair] = green.get(pair, 0.0) + f.amount * f.green_share
    drawn = [Flow(*pair, amount, green[pair] / amount) for pair, amount in mwh.items() if amount > 0]
    drawn.sort(key=lambda f: (-f.amount, f.source, f.target))
    left, right = ({f.source for f in flows}, {f.target for f in flows})
    return Gathered(tuple(drawn), len(left - senders), len(right - receivers))


def _largest(flows: Sequence[Flow], side: Callable[[Flow], str], most: int) -> set[str]:
    sums: dict[str, float] = {}
    for f in flows:
        sums[side(f)] = sums.get(side(f), 0.0) + f.amount
    order = sorted(sums, key=lambda n: (-sums[n], n))
    return set(order if len(order) <= most else order[: max(most - 1, 0)])


def spread(centres: Sequence[float], size: float, low: float, high: float) -> list[float]:
    """Centres of labels `size` high as near as can be to where they belong, none over another, all in low..high.

    Least squares under the order (pool adjacent violators; Barlow et al., 1972). `centres` rise; where there is
    no room for all, they go beyond `high`.
    """
    pools: list[tuple[float, int]] = []
    for index, centre in enumerate(centres):
        mean, count = centre - index * size, 1
        while pools and pools[-1][0] > mean:
            other, many = pools.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        pools.append((mean, count))
    first, last = low + size / 2, high - size / 2 - (len(centres) - 1) * size
    level = [max(min(mean, last), first) for mean, count in pools for _ in range(count)]
    return [at + index * size for index, at in enumerate(level)]


def lay_out(flows: Sequence[Flow], gap: float = 0.012) -> Sankey:
    """Where nodes and bands stand: senders left, receivers right, largest on top, "others" last.

    Parameters
    ----------
    gap
        Empty height between two nodes of a side.
    """
    total = sum(f.amount for f in flows)
    if total <= 0:
        return Sankey((), (), 0.0)
    sums: dict[str, dict[str, float]] = {"left": {}, "right": {}}
    for f in flows:
        for side, node in (("left", f.source), ("right", f.target)):
            sums[side][node] = sums[side].get(node, 0.0) + f.amount
    most_nodes = max(len(s) for s in sums.values())
    scale = (1.0 - gap * (most_nodes - 1)) / total
    nodes: list[Node] = []
    tops: dict[tuple[str, str], float] = {}
    for side, of_side in sums.items():
        order = sorted(of_side, key=lambda n: (n == OTHERS, -of_side[n], n))
        # The side with fewer nodes stands in the middle of the other's height.
        y = (1.0 - total * scale - gap * (len(order) - 1)) / 2.0
        for node in order:
            nodes.append(Node(node, side, y, of_side[node] * scale, of_side[node]))
            tops[side, node] = y
            y += of_side[node] * scale + gap
    place = dict(tops)
    left_top: dict[tuple[str, str], float] = {}
    right_top: dict[tuple[str, str], float] = {}
    # Bands leave a node in the order of their targets and arrive in the order of their sources: fewest crossings.
    for f in sorted(flows, key=lambda f: tops["right", f.target]):
        left_top[f.source, f.target] = place["left", f.source]
        place["left", f.source] += f.amount * scale
    for f in sorted(flows, key=lambda f: tops["left", f.source]):
        right_top[f.source, f.target] = place["right", f.target]
        place["right", f.target] += f.amount * scale
    bands = tuple(
        Band(f, left_top[f.source, f.target], right_top[f.source, f.target], f.amount * scale) for f in flows
    )
    return Sankey(tuple(nodes), bands, total)


def imbalance(all_flows: Sequence[Flow], drawn: Sankey) -> float:
    """The largest difference between what flows and what is drawn: in all, and at any node; in the unit of the flows."""
    want = sum(f.amount for f in all_flows)
    bands: Mapping[str, dict[str, float]] = {"left": {}, "right": {}}
    for band in drawn.bands:
        for side, node in (("left", band.flow.source), ("right", band.flow.target)):
            bands[side][node] = bands[side].get(node, 0.0) + band.flow.amount
    off = [abs(sum(of_side.values()) - want) for of_side in bands.values()]
    off += [abs(bands[n.side].get(n.id, 0.0) - n.amount) for n in drawn.nodes]
    return max(off)
