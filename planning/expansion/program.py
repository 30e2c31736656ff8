"""The optimum as one linear programme: capacities beside the hours of the representative weeks.

Power in GW, money in million yuan a year. A step of a week stands for `WeekData.hours` hours of the year; what is
stored goes round within its week. The rows are those of `planning.dispatch.layout`, with capacities as columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planning.dispatch.case import DispatchCase, hourly
from planning.dispatch.grid import find_loops
from planning.expansion.case import RENEWABLES, Expansion, Option
from planning.expansion.weeks import WeekData, sample
from planning.lp import LinearProgram
from planning.lp.builder import ProgramBuilder

Array = NDArray[np.float64]
Index = NDArray[np.int64]

GW = 1e3
MILLION = 1e6
SLACK_WIND_PV = 20_000.0
"""Price of a GW that is missing, million yuan a year: some fifty times what one costs."""
SLACK_CO2 = 20_000.0
"""Of a Mt too much: 20,000 yuan a t, below what shedding load would save one at, so that no load is shed for it."""
SLACK_SHARE = 20_000.0
"""Of a TWh of share that is missing: the value of lost load."""
OVER = 5.0
"""A capacity beyond its bound costs so many times its price, where it is asked which bounds are in the way."""


@dataclass(slots=True)
class Built:
    """The programme and where everything in it is; columns are (week, step, member) or (member,)."""

    program: LinearProgram
    balance: Index
    """(week, step, node) rows."""
    added: dict[str, tuple[Index, Index]]
    """By technology: nodes and columns."""
    over: dict[str, tuple[Index, Index]]
    """The same of what is beyond the bounds (`wind_land` beyond the land's); empty unless asked."""
    lines: Index
    """(candidate,)"""
    slack: dict[str, int]
    """By target."""
    target_rows: dict[str, int]
    thermal: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    nuclear: tuple[Index, Index] | None = None
    hydro: tuple[Index, Index] | None = None
    charge: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    discharge: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    contract: tuple[Index, Index] | None = None
    forward: tuple[Index, Index] | None = None
    reverse: tuple[Index, Index] | None = None
    new_forward: tuple[Index, Index] | None = None
    new_reverse: tuple[Index, Index] | None = None
    curtailed: tuple[Index, Index] | None = None
    pushed: tuple[Index, Index] | None = None
    unserved: tuple[Index, Index] | None = None


class _Maker:
    """Puts the programme together; one method a part of the system."""

    def __init__(self, x: Expansion, data: WeekData, fixed_line_mw: Array | None, relax: bool) -> None:
        self.x, self.data, self.case = x, data, x.case
        self.b = ProgramBuilder()
        self.weeks, self.steps = data.load_mw.shape[1:]
        self.count = self.weeks * self.steps
        self.stage = np.arange(self.count).reshape(self.weeks, self.steps)
        self.hours = data.hours
        """(week, step)"""
        self.relax, self.fixed_line_mw = relax, fixed_line_mw
        self.nonrenewable: list[tuple[Index, float | Array]] = []
        self.balance = self._rows(
            self._first(data.load_mw - data.wind_mw - data.pv_mw) / GW,
            self._first(data.load_mw - data.wind_mw - data.pv_mw) / GW,
            self.case.nodes,
        )
        self.built = Built(None, self.balance, {}, {}, np.zeros(0, dtype=np.int64), {}, {})  # type: ignore[arg-type]

    # -- small tools -----------------------------------------------------------------------------

    @staticmethod
    def _first(values: Array) -> Array:
        """(node, week, step) -> (week, step, node)"""
        return np.ascontiguousarray(np.moveaxis(values, 0, 2))

    def _sampled(self, values: Array) -> Array:
        """(node,) or (node, hour) -> (week, step, node)"""
        if values.ndim == 1:
            return np.broadcast_to(values, (self.weeks, self.steps, len(values)))
        return self._first(sample(hourly(values, self.case.hours), self.data.weeks, self.data.step_hours))

    def _columns(
        self, members: Index, upper: Array | float, cost: Array | float, lower: Array | float = 0.0
    ) -> Index:
        """(week, step, member) columns; `cost` is per MWh and member."""
        shape = (self.weeks, self.steps, len(members))
        price = np.broadcast_to(np.asarray(cost, dtype=np.float64), (len(members),))
        yearly = self.hours[:, :, None] * price * (GW / MILLION)
        top = np.broadcast_to(np.asarray(upper, dtype=np.float64), shape).ravel()
        low = np.broadcast_to(np.asarray(lower, dtype=np.float64), shape).ravel()
        made = self.b.columns(int(np.prod(shape)), cost=yearly.ravel(), lower=low, upper=top)
        return made.reshape(shape)

    def _rows(self, lower: Array | float, upper: Array | float, members: int) -> Index:
        shape = (self.weeks, self.steps, members)
        low = np.broadcast_to(np.asarray(lower, dtype=np.float64), shape).ravel()
        high = np.broadcast_to(np.asarray(upper, dtype=np.float64), shape).ravel()
        stage = np.broadcast_to(self.stage[:, :, None], shape).ravel()
        return self.b.rows(low, high, stage, int(np.prod(shape))).reshape(shape)

    def _at(self, nodes: Index) -> Index:
        """(week, step, member) balance rows of nodes."""
        return np.asarray(self.balance[:, :, nodes])

    def _capacity(self, option: Option) -> tuple[Index, Index]:
        """Nodes and columns of what may be added."""
        nodes = np.flatnonzero(option.max_mw > 0)
        yearly = option.cost.yearly * GW / MILLION
        most = option.max_mw[nodes] / GW
        columns = self.b.columns(
            len(nodes), cost=yearly, lower=option.min_mw[nodes] / GW, upper=np.inf if self.relax else most
        )
        self.built.added[option.technology] = (nodes, columns)
        if self.relax:
            for place in np.flatnonzero(np.isfinite(most)):
                row = self.b.rows(-np.inf, most[place], -1, 1)
                self.b.put(row, columns[place], 1.0)
                self._beyond(option.technology, nodes[[place]], yearly, row)
        return nodes, columns

    # -- parts -----------------------------------------------------------------------------------

    def thermals(self) -> None:
        for plant in self.case.thermals:
            option = self.x.option(plant.technology)
            standing = self._sampled(plant.capacity_mw) / GW
            least = self._sampled(
                np.asarray(
                    hourly(plant.capacity_mw, self.case.hours) * hourly(plant.min_share, self.case.hours)
                )
            ) / GW  # fmt: skip
            has = standing.max(axis=(0, 1)) > 0
            grows = np.zeros(self.case.nodes, dtype=bool)
            if option is not None:
                grows = option.max_mw > 0
            nodes = np.flatnonzero(has | grows)
            cost = plant.cost_cny_per_mwh[nodes]
            top = np.where(grows[nodes], np.inf, standing[:, :, nodes])
            columns = self._columns(nodes, top, cost, least[:, :, nodes])
            self.b.put(self._at(nodes), columns, 1.0)
            self.built.thermal[plant.technology] = (nodes, columns)
            if option is not None and grows.any():
                more, added = self._capacity(option)
                rows = self._rows(-np.inf, standing[:, :, more], len(more))
                self.b.put(rows, columns[:, :, np.searchsorted(nodes, more)], 1.0)
                share = np.ones((self.case.nodes, 1)) if option.per_mw is None else option.per_mw
                available = self._sampled(share[:, 0] if share.shape[1] == 1 else share)
                self.b.put(rows, added, -available[:, :, more])

    def nuclear(self) -> None:
        case = self.case
        top = self._sampled(case.nuclear_mw) / GW
        nodes = np.flatnonzero(top.max(axis=(0, 1)) > 0)
        share = case.nuclear_min_share[nodes]
        columns = self._columns(
            nodes, top[:, :, nodes], case.nuclear_cost_cny_per_mwh[nodes], top[:, :, nodes] * share
        )
        self.b.put(self._at(nodes), columns, 1.0)
        self.built.nuclear = (nodes, columns)

    def hydro(self) -> None:
        hydro = self.case.hydro
        water = self._first(self.data.water_mw) / GW
        nodes = np.flatnonzero(hydro.capacity_mw > 0)
        turbines = hydro.capacity_mw[nodes] / GW
        share = self._sampled(hydro.min_release_share)[:, :, nodes]
        run = np.minimum(water[:, :, nodes], turbines)
        top = np.where(hydro.stores[nodes], turbines, run)
        columns = self._columns(nodes, top, 0.0, share * run)
        self.b.put(self._at(nodes), columns, 1.0)
        self.built.hydro = (nodes, columns)
        stores = np.flatnonzero(hydro.stores)
        size = self._sampled(hydro.reservoir_mwh)[:, :, stores] / GW
        level = self._columns(stores, size, 0.0)
        # level - level before + turbined <= water; the difference is spilt; the week is a round
        rows = self._rows(-np.inf, self.data.step_hours * water[:, :, stores], len(stores))
        self.b.put(rows, level, 1.0)
        self.b.put(rows, np.roll(level, 1, axis=1), -1.0)
        self.b.put(rows, columns[:, :, np.searchsorted(nodes, stores)], float(self.data.step_hours))

    def storages(self) -> None:
        step = float(self.data.step_hours)
        for storage in self.case.storages:
            option = self.x.option(storage.kind)
            has = (storage.power_mw > 0) & (storage.energy_mwh > 0)
            grows = option.max_mw > 0 if option is not None else np.zeros(self.case.nodes, dtype=bool)
            nodes = np.flatnonzero(has | grows)
            if not len(nodes):
                continue
            power = np.where(has, storage.power_mw, 0.0)[nodes] / GW
            energy = np.where(has, storage.energy_mwh, 0.0)[nodes] / GW
            charge = self._columns(nodes, np.inf, storage.cost_cny_per_mwh)
            discharge = self._columns(nodes, np.inf, 0.0)
            stored = self._columns(nodes, np.where(grows[nodes], np.inf, energy), 0.0)
            self.b.put(self._at(nodes), charge, -1.0)
            self.b.put(self._at(nodes), discharge, 1.0)
            rows = self._rows(0.0, 0.0, len(nodes))
            self.b.put(rows, stored, 1.0)
            self.b.put(rows, np.roll(stored, 1, axis=1), -1.0)
            self.b.put(rows, charge, -step * storage.efficiency_charge[nodes])
            self.b.put(rows, discharge, step / storage.efficiency_discharge[nodes])
            # Both at once is never worth it, so one row holds the power of both ways.
            limit = self._rows(-np.inf, power, len(nodes))
            self.b.put(limit, charge, 1.0)
            self.b.put(limit, discharge, 1.0)
            self.built.charge[storage.kind] = (nodes, charge)
            self.built.discharge[storage.kind] = (nodes, discharge)
            if option is not None and grows.any():
                more, added = self._capacity(option)
                at = np.searchsorted(nodes, more)
                self.b.put(limit[:, :, at], added, -1.0)
                room = self._rows(-np.inf, energy[at], len(more))
                self.b.put(room, stored[:, :, at], 1.0)
                self.b.put(room, added, -option.duration_h)

    def lines(self) -> None:
        case, lines = self.case, self.case.lines
        arrives = 1.0 - lines.loss_share
        able = np.ones((self.weeks, self.steps, lines.count))
        if lines.available_share is not None:
            able = self._sampled(lines.available_share)
        asked = self._sampled(lines.min_share) * able * lines.capacity_mw / GW

        def send(
            which: Index, start: Index, end: Index, top: Array, cost: Array, kept: Array
        ) -> tuple[Index, Index]:
            columns = self._columns(which, top, cost)
            self.b.put(self._at(start), columns, -1.0)
            self.b.put(self._at(end), columns, kept)
            return which, columns

        bound = np.flatnonzero(asked.max(axis=(0, 1), initial=0.0) > 0)
        self.built.contract = send(
            bound, lines.from_index[bound], lines.to_index[bound], asked[:, :, bound],
            lines.cost_cny_per_mwh[bound] - case.contract_cny_per_mwh, arrives[bound],
        )  # fmt: skip
        there = np.flatnonzero(lines.capacity_mw > 0)
        room = (lines.capacity_mw / GW * able - asked)[:, :, there]
        self.built.forward = send(
            there, lines.from_index[there], lines.to_index[there], room,
            lines.cost_cny_per_mwh[there], arrives[there],
        )  # fmt: skip
        back = np.flatnonzero(lines.reverse_capacity_mw > 0)
        top = (lines.reverse_capacity_mw / GW * able)[:, :, back]
        self.built.reverse = send(
            back, lines.to_index[back], lines.from_index[back], top,
            lines.cost_cny_per_mwh[back], arrives[back],
        )  # fmt: skip
        new = self.x.candidates
        size = np.array([c.mw for c in new]) / GW
        low = np.zeros(len(new))
        if self.fixed_line_mw is not None:
            low = size = self.fixed_line_mw / GW
        yearly = np.array([c.cost.yearly for c in new]) * GW / MILLION
        built = self.b.columns(len(new), cost=yearly, lower=low, upper=np.inf if self.relax else size)
        self.built.lines = built
        for place in range(len(new)) if self.relax else ():
            row = self.b.rows(-np.inf, size[place], -1, 1)
            self.b.put(row, built[place], 1.0)
            self._beyond("lines", np.array([place]), float(yearly[place]), row)
        start = np.array([c.from_index for c in new], dtype=np.int64)
        end = np.array([c.to_index for c in new], dtype=np.int64)
        price = np.array([c.cost_cny_per_mwh for c in new])
        kept = 1.0 - np.array([c.loss_share for c in new])
        able_new = np.array([c.available_share for c in new])
        free = np.array(np.inf)
        every = np.arange(len(new))
        both = np.array([k for k, c in enumerate(new) if c.bidirectional], dtype=np.int64)
        self.built.new_forward = send(every, start, end, free, price, kept)
        self.built.new_reverse = send(both, end[both], start[both], free, price[both], kept[both])
        for which, columns in (self.built.new_forward, self.built.new_reverse):
            if len(which):
                rows = self._rows(-np.inf, 0.0, len(which))
                self.b.put(rows, columns, 1.0)
                self.b.put(rows, built[which], -able_new[which])

    def kirchhoff(self) -> None:
        """Around every loop of AC ties reactance times flow sums to zero, as in the dispatch; a loop of which a tie
        is out in some hours is left out."""
        loops = find_loops(self.case)
        whole = np.flatnonzero(~loops.broken(self.case).any(axis=1))
        if not len(whole):
            return
        rows = self._rows(0.0, 0.0, len(whole))
        matrix = loops.matrix[whole].tocoo()
        for part, sign in ((self.built.contract, 1.0), (self.built.forward, 1.0), (self.built.reverse, -1.0)):
            if part is None:
                continue
            place = {int(line): k for k, line in enumerate(part[0])}
            for loop, line, value in zip(matrix.row, matrix.col, matrix.data, strict=True):
                if int(line) in place:
                    self.b.put(rows[:, :, int(loop)], part[1][:, :, place[int(line)]], sign * float(value))

    def slacks(self) -> None:
        """Wind and PV that are added and what is curtailed; must-run pushed down; load not served."""
        case, data = self.case, self.data
        standing = self._first(data.wind_mw + data.pv_mw) / GW
        may = standing.max(axis=(0, 1)) > 0
        adds = []
        for technology in RENEWABLES:
            option = self.x.option(technology)
            if option is None or not (option.max_mw > 0).any():
                continue
            nodes, added = self._capacity(option)
            output = self._first(data.per_mw[technology])[:, :, nodes]
            self.b.put(self._at(nodes), added, output)
            may[nodes] = True
            adds.append((nodes, added, output))
        nodes = np.flatnonzero(may)
        columns = self._columns(nodes, np.inf, case.curtailment_cny_per_mwh)
        self.b.put(self._at(nodes), columns, -1.0)
        rows = self._rows(-np.inf, standing[:, :, nodes], len(nodes))
        self.b.put(rows, columns, 1.0)
        for members, added, output in adds:
            self.b.put(rows[:, :, np.searchsorted(nodes, members)], added, -output)
        self.built.curtailed = (nodes, columns)

        must = self._sampled(_must_run_mw(case)) / GW
        water = self._first(data.water_mw) / GW
        turbines = case.hydro.capacity_mw / GW
        must = must + self._sampled(case.hydro.min_release_share) * np.minimum(water, turbines)
        nodes = np.flatnonzero(must.max(axis=(0, 1)) > 0)
        columns = self._columns(nodes, must[:, :, nodes], case.must_run_cny_per_mwh)
        self.b.put(self._at(nodes), columns, -1.0)
        self.built.pushed = (nodes, columns)

        load = self._first(data.load_mw) / GW
        nodes = np.flatnonzero(load.max(axis=(0, 1)) > 0)
        columns = self._columns(nodes, load[:, :, nodes], case.voll_cny_per_mwh)
        self.b.put(self._at(nodes), columns, 1.0)
        self.built.unserved = (nodes, columns)

    # -- bounds over the year --------------------------------------------------------------------

    def land(self) -> None:
        """Groups of nodes that share land."""
        for technology, (member, most) in self.x.land_mw.items():
            if technology not in self.built.added:
                continue
            nodes, columns = self.built.added[technology]
            for row_members, limit in zip(member[:, nodes] > 0, most, strict=True):
                if np.count_nonzero(row_members) and np.isfinite(limit):
                    row = self.b.rows(-np.inf, limit / GW, -1, 1)
                    self.b.put(row, columns[row_members], 1.0)
                    option = self.x.option(technology)
                    if self.relax and option is not None:
                        yearly = option.cost.yearly * GW / MILLION
                        self._beyond(f"{technology}_land", nodes[row_members][:1], yearly, row)

    def _beyond(self, technology: str, nodes: Index, yearly: float, row: Index) -> None:
        """A way past a limit, at many times the price."""
        columns = self.b.columns(len(nodes), cost=OVER * yearly)
        self.b.put(row, columns, -1.0)
        before = self.built.over.get(technology)
        if before is not None:
            nodes, columns = np.concatenate([before[0], nodes]), np.concatenate([before[1], columns])
        self.built.over[technology] = (nodes, columns)

    def _slack(self, target: str, price: float, row: Index, sign: float) -> None:
        column = self.b.columns(1, cost=price)
        self.b.put(row, column, sign)
        self.built.slack[target] = int(column[0])
        self.built.target_rows[target] = int(row[0])

    def targets(self) -> None:
        target = self.x.target
        standing = sum(float(mw.sum()) for mw in self.x.standing_mw.values())
        low, high = target.wind_pv_mw, target.wind_pv_most_mw
        alike = low is not None and high is not None and high <= low
        if low is not None:
            least = (low - standing) / GW
            row = self._total(least, max(least, 0.0) if alike else np.inf)
            self._slack("wind_pv_min_gw", SLACK_WIND_PV, row, 1.0)
        if high is not None and not alike:
            row = self._total(-np.inf, max(high - standing, 0.0) / GW)
            self.built.target_rows["wind_pv_max_gw"] = int(row[0])
        if target.co2_t is not None:
            row = self.b.rows(-np.inf, target.co2_t / 1e6, -1, 1)
            for plant in self.case.thermals:
                nodes, columns = self.built.thermal[plant.technology]
                rate = plant.co2_t_per_mwh[nodes] * GW / 1e6
                self.b.put(row, columns, self.hours[:, :, None] * rate)
            self._slack("co2_max_mt", SLACK_CO2, row, -1.0)
        if target.renewable_share is not None:
            self._share(target.renewable_share)

    def _total(self, low: float, high: float) -> Index:
        """A row of all wind and PV that is added. [GW]"""
        row = self.b.rows(low, high, -1, 1)
        for technology in RENEWABLES:
            if technology in self.built.added:
                self.b.put(row, self.built.added[technology][1], 1.0)
        return row

    def _share(self, share: float) -> None:
        """Nuclear and thermal energy at most the rest of generation less storage losses: of load served and line
        losses. Said so, no energy burnt in a storage counts."""
        twh = self.hours[:, :, None] / 1e3
        rest = 1.0 - share
        served = float((self.data.hours[None] * self.data.load_mw).sum()) / 1e6
        row = self.b.rows(-rest * served, np.inf, -1, 1)
        for part in (*self.built.thermal.values(), self.built.nuclear):
            if part is not None:
                self.b.put(row, part[1], -twh)
        assert self.built.unserved is not None
        self.b.put(row, self.built.unserved[1], -rest * twh)
        loss = self.case.lines.loss_share
        new = np.array([c.loss_share for c in self.x.candidates])
        for part, lost in (
            (self.built.contract, loss), (self.built.forward, loss), (self.built.reverse, loss),
            (self.built.new_forward, new), (self.built.new_reverse, new),
        ):  # fmt: skip
            if part is not None and len(part[0]):
                self.b.put(row, part[1], rest * twh * lost[part[0]])
        self._slack("renewable_share_min", SLACK_SHARE, row, 1.0)


def _must_run_mw(case: DispatchCase) -> Array:
    """(node, hour) least output of thermal and nuclear plant."""
    total = case.nuclear_mw * case.nuclear_min_share[:, None]
    for plant in case.thermals:
        total = total + hourly(plant.capacity_mw, case.hours) * hourly(plant.min_share, case.hours)
    return np.asarray(total)


def make_program(
    x: Expansion, data: WeekData, *, fixed_line_mw: Array | None = None, relax: bool = False
) -> Built:
    """The programme of an expansion over its representative weeks.

    Parameters
    ----------
    fixed_line_mw
        (candidate,) sizes to take as given.
    relax
        Land gives, at many times the price: to find which limits are in the way of a target.
    """
    maker = _Maker(x, data, fixed_line_mw, relax)
    maker.thermals()
    maker.nuclear()
    maker.hydro()
    maker.storages()
    maker.lines()
    maker.kirchhoff()
    maker.slacks()
    maker.land()
    maker.targets()
    maker.built.program = maker.b.program()
    return maker.built
