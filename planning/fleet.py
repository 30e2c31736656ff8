"""Who gets what of a national fleet: the rule that turns a scenario's totals into megawatts of every node.

For each technology: national total = fleet of 2020 + known additions + bases + an increment spread by the
scenario's weights. Totals are kept exactly, in whole kilowatts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, Conflict, InfeasibleError, InputError, Problem
from planning.provinces import FLEET, Node
from planning.scenario import TECHNOLOGIES, FleetTarget, Scenario, Technology
from planning.tables import Tables

Array = NDArray[np.float64]
Kilowatts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NodeResource:
    """What a node's land offers, as the resource link finds it."""

    wind_full_load_hours: float
    """Of developable sites. [h/a]"""
    pv_full_load_hours: float
    """[h/a]"""
    wind_potential_mw: float
    """Upper bound by land."""
    pv_potential_mw: float


@dataclass(frozen=True, slots=True)
class Fleet:
    """Capacities by technology of every node and base, and how they came about."""

    node_ids: tuple[str, ...]
    node_mw: Mapping[str, Array]
    """Technology -> (node,). Without the bases. [MW]"""
    base_mw: Mapping[str, Mapping[str, float]]
    """Base -> technology -> MW."""
    duration_h: Mapping[str, float]
    """Storage technologies: energy over power. [h]"""

    def total_mw(self, technology: str) -> float:
        """Provinces and bases together."""
        bases = sum(by_technology.get(technology, 0.0) for by_technology in self.base_mw.values())
        return float(self.node_mw[technology].sum()) + bases

    def of_node(self, node_id: str) -> dict[str, float]:
        """By technology, without bases. [MW]"""
        index = self.node_ids.index(node_id)
        return {technology: float(values[index]) for technology, values in self.node_mw.items()}


def allot_fleet(
    scenario: Scenario,
    tables: Tables,
    node_resource: Mapping[str, NodeResource],
    base_capacity_mw: Mapping[str, Mapping[str, float]] | None = None,
) -> Fleet:
    """Allot the national totals of a scenario to nodes, after its bases took theirs.

    Parameters
    ----------
    node_resource
        Full-load hours and land potential of every node.
    base_capacity_mw
        Base -> technology -> MW as sized; by default what the scenario fixes. Hydro of a base is a station
        the province has and is moved to the base, as is what the scenario says of 2020's wind and PV.

    Returns
    -------
    Fleet
        Totals equal the scenario's to the kilowatt.

    Raises
    ------
    InputError
        A node without resource, a base the scenario does not know, a base with more hydro than its node.
    InfeasibleError
        A total below what is fixed, or more wind or PV than all land holds.
    BalanceError
        A total was lost: a fault of ours.

    Notes
    -----
    The increment of node i is proportional to sum over criteria c of weight_c * share_c(i). A node never
    exceeds its land potential: what does not fit goes to the others by the same shares. Where a total is
    below 2020, every node shrinks in proportion.
    """
    bases = _base_capacity(scenario, base_capacity_mw)
    _check_inputs(scenario, tables, node_resource, bases)
    node_kw: dict[Technology, Kilowatts] = {}
    order: tuple[Technology, ...] = TECHNOLOGIES  # storage last: it may follow wind and PV
    for technology in order:
        node_kw[technology] = _allot_one(technology, scenario, tables, node_resource, bases, node_kw)
    _move_hydro(scenario, tables, bases, node_kw)
    fleet = Fleet(
        node_ids=tuple(node.node_id for node in tables.nodes),
        node_mw=MappingProxyType({t: _frozen(kw / 1e3) for t, kw in node_kw.items()}),
        base_mw=MappingProxyType({b: MappingProxyType(dict(by)) for b, by in bases.items()}),
        duration_h=MappingProxyType(
            {t: target.duration_h for t, target in scenario.fleet.items() if target.duration_h is not None}
        ),
    )
    for technology in TECHNOLOGIES:
        target_mw = scenario.fleet[technology].total_gw * 1e3
        if abs(fleet.total_mw(technology) - target_mw) > 1e-3:
            raise BalanceError(
                "fleet_total", technology=technology, found=fleet.total_mw(technology), expected=target_mw
            )
    return fleet


def _frozen(values: Array) -> Array:
    values.setflags(write=False)
    return values


def _base_capacity(
    scenario: Scenario, given: Mapping[str, Mapping[str, float]] | None
) -> dict[str, dict[str, float]]:
    if given is not None:
        return {base: {t: round(mw, 3) for t, mw in by.items()} for base, by in given.items()}
    fixed: dict[str, dict[str, float]] = {}
    for base in scenario.bases:
        if base.capacity == "fixed":
            fixed[base.id] = {
                "wind": base.wind_mw or 0.0,
                "pv": base.pv_mw or 0.0,
                "coal": base.coal_mw,
                "battery": base.battery_mw or 0.0,
            }
    return fixed


def _check_inputs(
    scenario: Scenario,
    tables: Tables,
    resource: Mapping[str, NodeResource],
    bases: Mapping[str, Mapping[str, float]],
) -> None:
    problems = [
        Problem("fleet", "node_resource", node.node_id, "full-load hours and land of every node")
        for node in tables.nodes
        if node.node_id not in resource
    ]
    for node_id, offer in resource.items():
        for name in NodeResource.__slots__:
            value = getattr(offer, name)
            if not (np.isfinite(value) and value >= 0):
                problems.append(
                    Problem("fleet", f"node_resource.{node_id}.{name}", f"{value}", "a number, 0 or more")
                )
    known = {base.id for base in scenario.bases}
    for base_id, by_technology in bases.items():
        if base_id not in known:
            problems.append(Problem("fleet", "base_capacity_mw", base_id, "a base of the scenario"))
        for technology, mw in by_technology.items():
            if technology not in TECHNOLOGIES or not (np.isfinite(mw) and mw >= 0):
                problems.append(
                    Problem("fleet", f"base_capacity_mw.{base_id}", f"{technology} {mw}", "a technology, MW")
                )
    if problems:
        raise InputError(problems)


def _allot_one(
    technology: Technology,
    scenario: Scenario,
    tables: Tables,
    resource: Mapping[str, NodeResource],
    bases: Mapping[str, Mapping[str, float]],
    done: Mapping[Technology, Kilowatts],
) -> Kilowatts:
    target = scenario.fleet[technology]
    nodes = tables.nodes
    held = np.array([_held_mw(node, technology) for node in nodes])
    if technology in ("wind", "pv"):
        for base in scenario.bases:
            if base.id in bases:
                index = next(i for i, node in enumerate(nodes) if node.node_id == base.node)
                held[index] -= getattr(base, f"in_fleet_2020_{technology}_mw")
    fixed = np.array([target.fixed_mw.get(node.node_id, 0.0) for node in nodes])
    # Hydro of a base is moved after the allotment, so it does not count twice.
    of_bases = 0.0
    if technology != "hydro":
        of_bases = sum(by.get(technology, 0.0) for by in bases.values())
    rest_mw = target.total_gw * 1e3 - of_bases
    start = held + fixed
    if rest_mw < -1e-6:
        raise InfeasibleError("bases_exceed_fleet", [Conflict(f"fleet.{technology}", -rest_mw, "MW")])
    if rest_mw <= start.sum() + 1e-6:
        if fixed.any() and rest_mw < start.sum() - 1e-6:
            short = float(start.sum() - rest_mw)
            raise InfeasibleError(
                "fleet_below_fixed", [Conflict(f"fleet.{technology}.total_gw", short, "MW")]
            )
        shrunk = start * (rest_mw / start.sum()) if start.sum() > 0 else start
        return _whole_kilowatts(shrunk, rest_mw)
    shares = _shares(technology, target, nodes, resource, done)
    room = np.full(len(nodes), np.inf)
    if technology in ("wind", "pv"):
        land = np.array([getattr(resource[node.node_id], f"{technology}_potential_mw") for node in nodes])
        room = np.maximum(land - start - _of_bases(technology, scenario, tables, bases), 0.0)
    increment = _spread(rest_mw - float(start.sum()), shares, room, technology)
    return _whole_kilowatts(start + increment, rest_mw)


def _held_mw(node: Node, technology: Technology) -> float:
    return node.capacity_2020_mw()[technology] if technology in FLEET else 0.0


def _of_bases(
    technology: str, scenario: Scenario, tables: Tables, bases: Mapping[str, Mapping[str, float]]
) -> Array:
    """(node,) capacity of the bases at home in each node. [MW]"""
    index = {node.node_id: i for i, node in enumerate(tables.nodes)}
    total = np.zeros(len(index))
    for base_id, by_technology in bases.items():
        total[index[scenario.base(base_id).node]] += by_technology.get(technology, 0.0)
    return total


def _share(values: Array) -> Array:
    total = values.sum()
    return values / total if total > 0 else np.zeros_like(values)


def _shares(
    technology: Technology,
    target: FleetTarget,
    nodes: tuple[Node, ...],
    resource: Mapping[str, NodeResource],
    done: Mapping[Technology, Kilowatts],
) -> Array:
    """(node,) share of the increment by the weights; nodes not named get nothing."""
    weights = target.weights
    allowed = np.array([not target.nodes or node.node_id in target.nodes for node in nodes], dtype=float)
    score = np.zeros(len(nodes))
    if weights.existing:
        score += weights.existing * _share(allowed * [_held_mw(node, technology) for node in nodes])
    if weights.load:
        score += weights.load * _share(allowed * [node.consumption_2024_mwh for node in nodes])
    if weights.recent:
        recent = [
            max(getattr(n, f"{technology}_2024_mw") - getattr(n, f"{technology}_2020_mw"), 0.0) for n in nodes
        ]
        score += weights.recent * _share(allowed * recent)
    if weights.resource:
        kind = technology if technology in ("wind", "pv") else "wind"
        hours = np.array([getattr(resource[node.node_id], f"{kind}_full_load_hours") for node in nodes])
        rank = np.array([(hours > own).sum() for own in hours])
        score += weights.resource * _share(allowed * ((len(nodes) - rank) / len(nodes)) ** target.rank_power)
    if weights.land:
        land = np.array([getattr(resource[node.node_id], f"{technology}_potential_mw") for node in nodes])
        score += weights.land * _share(allowed * land)
    if weights.wind_pv:
        score += weights.wind_pv * _share(allowed * (done["wind"] + done["pv"]).astype(float))
    return _share(score)


def _spread(amount_mw: float, shares: Array, room: Array, technology: str) -> Array:
    """`amount_mw` by `shares`, none above its `room`; what does not fit goes to the others.

    Raises
    ------
    InfeasibleError
        All nodes with a share are full; says what is left over.
    """
    given = np.zeros_like(shares)
    open_ = (shares > 0) & (room > 0)
    left = amount_mw
    while left > 1e-9:
        if not open_.any():
            raise InfeasibleError("no_land_left", [Conflict(f"land for {technology}", left, "MW")])
        offer = left * np.where(open_, shares, 0.0) / shares[open_].sum()
        taken = np.minimum(offer, room - given)
        given += taken
        left -= float(taken.sum())
        full = open_ & (room - given <= 1e-9)
        if not full.any():
            break
        open_ &= ~full
    return given


def _whole_kilowatts(values_mw: Array, total_mw: float) -> Kilowatts:
    """Rounded to kilowatts with the sum kept: the largest remainders get the rest (Hamilton's method)."""
    total_kw = round(total_mw * 1e3)
    exact = values_mw * 1e3
    whole = np.floor(exact + 1e-6).astype(np.int64)
    missing = total_kw - int(whole.sum())
    if abs(missing) > len(whole):
        raise BalanceError("fleet_rounding", missing_kw=missing)
    order = np.argsort(-(exact - whole), kind="stable")
    if missing >= 0:
        whole[order[:missing]] += 1
    else:
        takers = [i for i in order[::-1] if whole[i] > 0][:-missing]
        whole[takers] -= 1
    return whole


def _move_hydro(
    scenario: Scenario,
    tables: Tables,
    bases: Mapping[str, Mapping[str, float]],
    node_kw: dict[Technology, Kilowatts],
) -> None:
    """Take the hydro of bases out of their nodes."""
    wanted = np.rint(_of_bases("hydro", scenario, tables, bases) * 1e3).astype(np.int64)
    problems = [
        Problem(
            "fleet",
            f"hydro of the bases in {node.node_id}",
            f"{wanted[i] / 1e3:g} MW",
            f"at most the node's {node_kw['hydro'][i] / 1e3:g}",
        )
        for i, node in enumerate(tables.nodes)
        if wanted[i] > node_kw["hydro"][i]
    ]
    if problems:
        raise InputError(problems)
    node_kw["hydro"] = node_kw["hydro"] - wanted
