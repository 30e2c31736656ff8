"""What a solved programme says: what is built, energies of the year, and money by component, node and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.expansion.case import Choice, Expansion
from planning.expansion.program_maker import GW, MILLION, Built
from planning.expansion.weeks import WeekData, Weeks
from planning.lp import Solution

Array = NDArray[np.float64]
Index = NDArray[np.int64]

LEAST_MW = 1.0
"""What is smaller is none: the interior point leaves some kW everywhere."""
MONEY_TOLERANCE = 1e-6
"""Components against what was minimised, relative."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The hours of the weeks, energies of a year; (node,) [MWh/a] unless said."""

    generation_mwh: Mapping[str, Array]
    """Net of curtailment; must-run that is pushed down is still in it, with its fuel and CO2."""
    available_mwh: Array
    """Wind and PV."""
    curtailed_mwh: Array
    unserved_mwh: Array
    load_mwh: Array
    storage_loss_mwh: Array
    sent_mwh: Array
    """(line,) lines in service, then candidates; both ways."""
    co2_t: Array
    price_cny_per_mwh: Array
    """(node, week, step)"""


@dataclass(frozen=True, slots=True)
class Plan:
    """An optimum over its weeks."""

    expansion: Expansion
    weeks: Weeks
    choice: Choice
    operation: Operation
    money_cny: Mapping[str, float]
    """By component: what adds up to `total_cny`. [CNY/a]"""
    node_cny: Array
    """(node,) capital, upkeep and operation at the node. [CNY/a]"""
    line_cny: Array
    """(line,) use of lines in service, then use, capital and upkeep of candidates. [CNY/a]"""
    rent_cny: Array
    """(line,) what arrives is worth at its end less what is sent at the other. [CNY/a]"""
    traded_cny: Array
    """(node,) paid for what arrives less earned with what is sent, at the node's own price. [CNY/a]"""
    total_cny: float
    target_price: Mapping[str, float]
    """Cost of one unit more of each target: GW, Mt less, percentage point. [CNY/a]"""
    held: Mapping[str, float]
    solver: str
    seconds: float
    iterations: int
    rows: int
    columns: int
    gap: float
    bound_cny: float | None = None
    """Of a plan with whole lines: the least cost with lines of any size."""

    @property
    def operating_cny(self) -> float:
        """All but what was built."""
        built = sum(v for k, v in self.money_cny.items() if k.startswith(("capital_", "upkeep_")))
        return self.total_cny - built


@dataclass(slots=True)
class _Tally:
    """Adds up energies and money of a solution."""

    x: Expansion
    data: WeekData
    built: Built
    values: Array

    @property
    def hours(self) -> Array:
        """(week, step)"""
        return self.data.hours

    def power(self, part_: tuple[Index, Index] | None) -> tuple[Index, Array]:
        """Members and (week, step, member) power. [MW]"""
        if part_ is None:
            return np.zeros(0, dtype=np.int64), np.zeros((*self.hours.shape, 0))
        return part_[0], self.values[part_[1]] * GW

    def energy(self, part_: tuple[Index, Index] | None, size: int) -> Array:
        """(member of all,) [MWh/a]"""
        members, power = self.power(part_)
        out = np.zeros(size)
        np.add.at(out, members, (power * self.hours[:, :, None]).sum(axis=(0, 1)))
        return out


def told(x: Expansion, data: WeekData, built: Built, answer: Solution) -> Plan:
    case, n = x.case, x.case.nodes
    tally = _Tally(x, data, built, answer.x)
    choice = _choice(x, built, answer.x)
    money: dict[str, float] = {}
    at_node = np.zeros(n)

    def pay(name: str, by_node: Array) -> None:
        money[name] = money.get(name, 0.0) + float(by_node.sum())
        at_node[:] += by_node

    for option in x.options:
        if option.technology in built.added:
            exact = np.zeros(n)
            nodes, columns = built.added[option.technology]
            exact[nodes] = answer.x[columns] * GW
            pay(f"capital_{option.technology}", exact * option.cost.capital)
            pay(f"upkeep_{option.technology}", exact * option.cost.upkeep)
    generation: dict[str, Array] = {}
    co2 = np.zeros(n)
    for plant in case.thermals:
        energy = tally.energy(built.thermal[plant.technology], n)
        generation[plant.technology] = energy
        co2 += energy * plant.co2_t_per_mwh
        pay(f"fuel_{plant.technology}", energy * plant.cost_cny_per_mwh)
    generation["nuclear"] = tally.energy(built.nuclear, n)
    pay("fuel_nuclear", generation["nuclear"] * case.nuclear_cost_cny_per_mwh)
    generation["hydro"] = tally.energy(built.hydro, n)
    lost = np.zeros(n)
    for storage in case.storages:
        if storage.kind in built.charge:
            drawn = tally.energy(built.charge[storage.kind], n)
            lost += drawn - tally.energy(built.discharge[storage.kind], n)
            pay("storage_use", drawn * storage.cost_cny_per_mwh)
    curtailed = tally.energy(built.curtailed, n)
    pushed = tally.energy(built.pushed, n)
    unserved = tally.energy(built.unserved, n)
    pay("curtailment", curtailed * case.curtailment_cny_per_mwh)
    pay("must_run", pushed * case.must_run_cny_per_mwh)
    pay("unserved", unserved * case.voll_cny_per_mwh)
    available = _available(x, data, choice)
    # The rest of generation is wind and sun.
    generation["wind"], generation["pv"] = _split(available, curtailed)
    price = answer.row_duals[built.balance] * (MILLION / GW) / data.hours[:, :, None]
    line_cny, rent, traded, sent = _trade(x, tally, price, answer.x)
    money["line_use"] = float(line_cny.sum())
    for k, line in enumerate(x.candidates):
        mw = float(answer.x[built.lines[k]]) * GW
        for kind, cost in (("capital_lines", line.cost.capital), ("upkeep_lines", line.cost.upkeep)):
            money[kind] = money.get(kind, 0.0) + mw * cost
        line_cny[case.lines.count + k] += mw * line.cost.yearly
    total = sum(money.values())
    slack = sum(float(answer.x[c]) * float(built.program.cost[c]) for c in built.slack.values())
    wanted = (answer.objective - slack) * MILLION
    if abs(total - wanted) > MONEY_TOLERANCE * max(abs(wanted), 1.0):
        raise BalanceError("optimum_money", found_cny=total, expected_cny=wanted)
    return Plan(
        expansion=x,
        weeks=data.weeks,
        choice=choice,
        operation=Operation(
            generation_mwh=generation,
            available_mwh=np.asarray(available[0] + available[1]),
            curtailed_mwh=curtailed,
            unserved_mwh=unserved,
            load_mwh=(data.load_mw * data.hours[None]).sum(axis=(1, 2)),
            storage_loss_mwh=lost,
            sent_mwh=sent,
            co2_t=co2,
            price_cny_per_mwh=np.moveaxis(price, 2, 0),
        ),
        money_cny=money,
        node_cny=at_node,
        line_cny=line_cny,
        rent_cny=rent,
        traded_cny=traded,
        total_cny=total,
        target_price=_prices(x, built, answer),
        held=data.held,
        solver=answer.solver,
        seconds=answer.seconds,
        iterations=answer.iterations,
        rows=built.program.rows,
        columns=built.program.columns,
        gap=answer.gap,
    )


def _choice(x: Expansion, built: Built, values: Array) -> Choice:
    added = {}
    for option in x.options:
        mw = np.zeros(x.case.nodes)
        if option.technology in built.added:
            nodes, columns = built.added[option.technology]
            mw[nodes] = np.clip(values[columns] * GW, option.min_mw[nodes], option.max_mw[nodes])
        mw[(mw < LEAST_MW) & (option.min_mw <= 0)] = 0.0
        added[option.technology] = mw
    most = np.array([c.mw for c in x.candidates])
    lines = np.clip(values[built.lines] * GW, 0.0, most)
    lines[lines < LEAST_MW] = 0.0
    return Choice(added_mw=added, line_mw=lines)


def _available(x: Expansion, data: WeekData, choice: Choice) -> tuple[Array, Array]:
    """(node,) wind and PV that could be had. [MWh/a]"""
    made = []
    for technology, standing in (("wind", data.wind_mw), ("pv", data.pv_mw)):
        power = standing
        if technology in data.per_mw:
            power = power + data.per_mw[technology] * choice.added_mw[technology][:, None, None]
        made.append((power * data.hours[None]).sum(axis=(1, 2)))
    return made[0], made[1]


def _split(available: tuple[Array, Array], curtailed: Array) -> tuple[Array, Array]:
    """Curtailment shared by what could be had, as the dispatch does hour by hour."""
    both = available[0] + available[1]
    share = np.divide(curtailed, both, out=np.zeros_like(both), where=both > 0)
    return available[0] * (1.0 - share), available[1] * (1.0 - share)


def _trade(x: Expansion, tally: _Tally, price: Array, values: Array) -> tuple[Array, Array, Array, Array]:
    """(line,) use, rent; (node,) traded; (line,) sent, of lines in service and then candidates."""
    case, built = x.case, tally.built
    lines, count = case.lines, case.lines.count
    new = x.candidates
    start = np.concatenate([lines.from_index, [c.from_index for c in new]]).astype(np.int64)
    end = np.concatenate([lines.to_index, [c.to_index for c in new]]).astype(np.int64)
    loss = np.concatenate([lines.loss_share, [c.loss_share for c in new]])
    cost = np.concatenate([lines.cost_cny_per_mwh, [c.cost_cny_per_mwh for c in new]])
    use, rent, sent = (np.zeros(count + len(new)) for _ in range(3))
    traded = np.zeros(case.nodes)
    for group, shift, back, rebate in (
        (built.contract, 0, False, case.contract_cny_per_mwh),
        (built.forward, 0, False, 0.0),
        (built.reverse, 0, True, 0.0),
        (built.new_forward, count, False, 0.0),
        (built.new_reverse, count, True, 0.0),
    ):
        which, power = tally.power(group)
        if not len(which):
            continue
        at = which + shift
        here, there = (end[at], start[at]) if back else (start[at], end[at])
        energy = power * tally.hours[:, :, None]
        earned = (energy * price[:, :, here]).sum(axis=(0, 1))
        paid = (energy * price[:, :, there]).sum(axis=(0, 1)) * (1.0 - loss[at])
        np.add.at(traded, there, paid)
        np.add.at(traded, here, -earned)
        np.add.at(rent, at, paid - earned)
        np.add.at(sent, at, energy.sum(axis=(0, 1)))
        np.add.at(use, at, energy.sum(axis=(0, 1)) * (cost[at] - rebate))
    return use, rent, traded, sent


def _prices(x: Expansion, built: Built, answer: Solution) -> dict[str, float]:
    """What one unit more of each target costs: a GW, a Mt less, a percentage point; of a most, what a GW more saves.
    Below 0 where a given total is less than would pay. [CNY/a]"""
    scale = {"renewable_share_min": served_twh(x) / 100.0, "co2_max_mt": -1.0, "wind_pv_max_gw": -1.0}
    return {
        target: float(answer.row_duals[row]) * MILLION * scale.get(target, 1.0)
        for target, row in built.target_rows.items()
    }


def served_twh(x: Expansion) -> float:
    return float(x.case.load_mw.sum()) / 1e6
