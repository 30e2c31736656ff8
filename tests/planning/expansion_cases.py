"""Tiny nations for the tests of the optimum, and the same choice as one LP over all hours.

The LP shares no code with `planning.expansion`: hour by hour and node by node, from the words of its case.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from planning.dispatch.case import Storage
from planning.expansion.case import Candidate, Cost, Expansion, Option, Target
from tests.planning.dispatch_cases import lines, plain_case, random_case

Array = NDArray[np.float64]


def cost(yearly: float) -> Cost:
    """Nine tenths of it capital."""
    return Cost(capital=0.9 * yearly, upkeep=0.1 * yearly, investment_cny_per_mw=10.0 * yearly)


def option(
    technology: str, yearly: float, most: Any, per_mw: Array | None = None, hours: float = 0.0
) -> Option:
    most = np.array(most, dtype=np.float64)
    return Option(technology, cost(yearly), np.zeros(len(most)), most, per_mw, hours)


def two_nodes(
    line_yearly: float, hours: int, wind_max_mw: tuple[float, float] = (np.inf, np.inf), **target: float
) -> Expansion:
    """Load 100 MW in B alone. Steady wind for 3,000 CNY/MW/a gives half its capacity in A and a quarter in B; between
    them a line that loses a tenth may be built. B has coal for 300 CNY/MWh."""
    ones = np.ones(hours)
    case = plain_case(
        [0 * ones, 100 * ones], [0 * ones, 0 * ones], [0.0, 200.0], [0.0, 300.0], lines([], [], [], [])
    )
    wind = option("wind", 3_000.0, wind_max_mw, np.stack([0.5 * ones, 0.25 * ones]))
    line = Candidate("new", "dc", 0, 1, 400.0, False, 0.1, 15.0, cost(line_yearly))
    return Expansion(
        case=case,
        options=(wind,),
        candidates=(line,),
        target=Target(**target),
        province=("A", "B"),
        land_mw={},
        standing_mw={"wind": np.zeros(2), "pv": np.zeros(2)},
    )


def random_nation(seed: int, hours: int, nodes: int = 3, **target: float) -> Expansion:
    """Everything the optimum knows, on a ring of nodes, without rivers."""
    case = random_case(seed, hours, nodes)
    draw = np.random.default_rng(seed + 1000)
    none = np.zeros(nodes)
    water = replace(
        case.hydro, capacity_mw=none, reservoir_mwh=none, min_release_share=none, inflow_mw=0 * case.load_mw
    )
    storages = (Storage("battery", draw.uniform(0, 8, nodes), draw.uniform(5, 30, nodes),
                        np.full(nodes, 0.9), np.full(nodes, 0.95), 12.0),)  # fmt: skip
    # Little must run, so that a cap has room.
    thermals = tuple(replace(t, min_share=0.1 * t.min_share) for t in case.thermals)
    nuclear = 0.2 * case.nuclear_mw
    case = replace(case, hydro=water, storages=storages, thermals=thermals, nuclear_mw=nuclear)
    hour = np.arange(hours)
    wind = np.clip(0.35 + 0.3 * np.sin(hour / 17.0 + draw.uniform(0, 6, (nodes, 1))), 0.0, 1.0)
    sun = draw.uniform(0.5, 1.0, (nodes, 1)) * np.maximum(0.0, np.sin(2 * np.pi * (hour % 24 - 6) / 24))
    scale = 4.0 * hours / 8760.0  # dear enough that coal keeps a part
    options = (
        option("wind", 400_000 * scale, draw.uniform(50, 150, nodes), wind),
        option("pv", 250_000 * scale, draw.uniform(50, 150, nodes), sun),
        option("battery", 200_000 * scale, draw.uniform(20, 60, nodes), None, 3.0),
        option("gas", 180_000 * scale, draw.uniform(0, 40, nodes), np.full((nodes, 1), 0.9)),
    )
    candidates = (
        Candidate("ab", "dc", 0, 1, 60.0, True, 0.05, 15.0, cost(150_000 * scale)),
        Candidate("cb", "dc", 2, 1, 40.0, False, 0.03, 15.0, cost(90_000 * scale)),
    )
    return Expansion(
        case=case,
        options=options,
        candidates=candidates,
        target=Target(**target),
        province=tuple("ABCDEFGH"[:nodes]),
        land_mw={"wind": (np.ones((1, nodes)), np.array([220.0]))},
        standing_mw={"wind": case.wind_mw.max(axis=1), "pv": case.pv_mw.max(axis=1)},
    )


def undivided_cny(x: Expansion) -> float:
    """Least cost of the choice over all hours of the case, stores going round within them."""
    case, hours, n = x.case, x.case.hours, x.case.nodes
    price: list[float] = []
    bounds: list[tuple[float, float | None]] = []
    equal: list[tuple[dict[int, float], float]] = []
    least: list[tuple[dict[int, float], float]] = []

    def column(value: float, high: float | None, low: float = 0.0) -> int:
        price.append(value)
        bounds.append((low, None if high is None or not np.isfinite(high) else high))
        return len(price) - 1

    added = {
        o.technology: [column(o.cost.yearly, float(o.max_mw[i]), float(o.min_mw[i])) for i in range(n)]
        for o in x.options
    }
    built = [column(c.cost.yearly, c.mw) for c in x.candidates]
    nodes: list[list[dict[int, float]]] = [[{} for _ in range(hours)] for _ in range(n)]
    before: dict[tuple[str, int], list[int]] = {}
    co2: dict[int, float] = {}
    dirty: dict[int, float] = {}
    loss: dict[int, float] = {}
    short: dict[int, float] = {}
    for i in range(n):
        for t in range(hours):
            node = nodes[i][t]
            must = case.nuclear_mw[i, t] * case.nuclear_min_share[i]
            for plant in case.thermals:
                standing = float(plant.capacity_mw[i])
                low = standing * float(plant.min_share[i])
                must += low
                chosen = x.option(plant.technology)
                g = column(plant.cost_cny_per_mwh[i], None if chosen else standing, low)
                node[g] = 1.0
                co2[g], dirty[g] = plant.co2_t_per_mwh[i], 1.0
                if chosen is not None:
                    assert chosen.per_mw is not None
                    least.append(({g: 1.0, added[plant.technology][i]: -chosen.per_mw[i, 0]}, standing))
            top = case.nuclear_mw[i, t]
            g = column(case.nuclear_cost_cny_per_mwh[i], top, top * case.nuclear_min_share[i])
            node[g], dirty[g] = 1.0, 1.0
            free = {}
            for technology in ("wind", "pv"):
                chosen = x.option(technology)
                if chosen is not None:
                    assert chosen.per_mw is not None
                    free[added[technology][i]] = chosen.per_mw[i, t]
            node |= free
            cut = column(case.curtailment_cny_per_mwh, None)
            node[cut] = -1.0
            least.append(
                ({cut: 1.0, **{k: -v for k, v in free.items()}}, case.wind_mw[i, t] + case.pv_mw[i, t])
            )
            node[column(case.must_run_cny_per_mwh, must)] = -1.0
            missing = column(case.voll_cny_per_mwh, case.load_mw[i, t])
            node[missing], short[missing] = 1.0, 1.0
            for storage in case.storages:
                into, out = column(storage.cost_cny_per_mwh, None), column(0.0, None)
                held = column(0.0, None)
                node[into], node[out] = -1.0, 1.0
                before.setdefault((storage.kind, i), []).extend((into, out, held))
                chosen = x.option(storage.kind)
                more = {} if chosen is None else {added[storage.kind][i]: -1.0}
                room = {} if chosen is None else {added[storage.kind][i]: -chosen.duration_h}
                for way in (into, out):
                    least.append(({way: 1.0, **more}, float(storage.power_mw[i])))
                least.append(({held: 1.0, **room}, float(storage.energy_mwh[i])))
    for storage in case.storages:
        for i in range(n):
            flat = before[(storage.kind, i)]
            triples = [flat[k : k + 3] for k in range(0, len(flat), 3)]
            for t, (into, out, held) in enumerate(triples):
                terms = {
                    held: 1.0,
                    into: -storage.efficiency_charge[i],
                    out: 1.0 / storage.efficiency_discharge[i],
                }
                terms[triples[t - 1][2]] = terms.get(triples[t - 1][2], 0.0) - 1.0
                equal.append((terms, 0.0))
    between = case.lines
    for t in range(hours):
        for k in range(between.count):
            a, b, keep = int(between.from_index[k]), int(between.to_index[k]), 1.0 - between.loss_share[k]
            asked = between.min_share[k] * between.capacity_mw[k]
            for value, high, start, end in (
                (between.cost_cny_per_mwh[k] - case.contract_cny_per_mwh, asked, a, b),
                (between.cost_cny_per_mwh[k], between.capacity_mw[k] - asked, a, b),
                (between.cost_cny_per_mwh[k], between.reverse_capacity_mw[k], b, a),
            ):
                f = column(value, high)
                nodes[start][t][f], nodes[end][t][f], loss[f] = -1.0, keep, 1.0 - keep
        for c, size in zip(x.candidates, built, strict=True):
            for start, end in ((c.from_index, c.to_index), (c.to_index, c.from_index))[: 1 + c.bidirectional]:
                f = column(c.cost_cny_per_mwh, None)
                nodes[start][t][f], nodes[end][t][f], loss[f] = -1.0, 1.0 - c.loss_share, c.loss_share
                least.append(({f: 1.0, size: -1.0}, 0.0))
    for i in range(n):
        for t in range(hours):
            right = case.load_mw[i, t] - case.wind_mw[i, t] - case.pv_mw[i, t]
            equal.append((nodes[i][t], right))
    for technology, (member, most) in x.land_mw.items():
        for row, limit in zip(member, most, strict=True):
            least.append(({added[technology][i]: float(row[i]) for i in range(n)}, float(limit)))
    target = x.target
    if target.wind_pv_mw is not None:
        stands = sum(float(v.sum()) for v in x.standing_mw.values())
        all_new = {k: -1.0 for technology in ("wind", "pv") for k in added.get(technology, ())}
        least.append((all_new, stands - target.wind_pv_mw))
    if target.co2_t is not None:
        least.append((co2, target.co2_t))
    if target.renewable_share is not None:
        rest = 1.0 - target.renewable_share
        terms = dict(dirty)
        terms |= {f: -rest * share for f, share in loss.items()}
        terms |= dict.fromkeys(short, rest)
        least.append((terms, rest * float(case.load_mw.sum())))
    done = linprog(
        price, A_ub=_matrix(least, len(price)), b_ub=[r for _, r in least],
        A_eq=_matrix(equal, len(price)), b_eq=[r for _, r in equal], bounds=bounds, method="highs",
    )  # fmt: skip
    assert done.status == 0, done.message
    return float(done.fun)


def _matrix(rows: list[tuple[dict[int, float], float]], columns: int) -> Any:
    entries = [(r, c, v) for r, (terms, _) in enumerate(rows) for c, v in terms.items()]
    row, column, value = zip(*entries, strict=True)
    return coo_array((value, (row, column)), shape=(len(rows), columns)).tocsr()
