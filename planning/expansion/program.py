"""The optimum as one linear programme: capacities beside the hours of the representative weeks.

Power in GW, money in million yuan a year. A step of a week stands for `WeekData.hours` hours of the year; what is
stored goes round within its week. The rows are those of `planning.dispatch.layout`, with capacities as columns.
"""

from __future__ import annotations

import numpy as np

from planning.dispatch.case import DispatchCase, hourly
from planning.dispatch.grid import find_loops
from planning.expansion.case import RENEWABLES, Expansion
from planning.expansion.program_maker import GW, MILLION, Array, Built, Index, Maker
from planning.expansion.program_targets import land, targets
from planning.expansion.weeks import WeekData


class _System(Maker):
    """Puts the system together; one method a part of it."""

    def thermals(self) -> None:
        for plant in self.case.thermals:
            option = self.x.option(plant.technology)
            standing = self.sampled(plant.capacity_mw) / GW
            least = self.sampled(
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
            columns = self.columns(nodes, top, cost, least[:, :, nodes])
            self.b.put(self.at(nodes), columns, 1.0)
            self.built.thermal[plant.technology] = (nodes, columns)
            if option is not None and grows.any():
                more, added = self.capacity(option)
                rows = self.rows(-np.inf, standing[:, :, more], len(more))
                self.b.put(rows, columns[:, :, np.searchsorted(nodes, more)], 1.0)
                share = np.ones((self.case.nodes, 1)) if option.per_mw is None else option.per_mw
                available = self.sampled(share[:, 0] if share.shape[1] == 1 else share)
                self.b.put(rows, added, -available[:, :, more])

    def nuclear(self) -> None:
        case = self.case
        top = self.sampled(case.nuclear_mw) / GW
        nodes = np.flatnonzero(top.max(axis=(0, 1)) > 0)
        share = case.nuclear_min_share[nodes]
        columns = self.columns(
            nodes, top[:, :, nodes], case.nuclear_cost_cny_per_mwh[nodes], top[:, :, nodes] * share
        )
        self.b.put(self.at(nodes), columns, 1.0)
        self.built.nuclear = (nodes, columns)

    def hydro(self) -> None:
        hydro = self.case.hydro
        water = self.first(self.data.water_mw) / GW
        nodes = np.flatnonzero(hydro.capacity_mw > 0)
        turbines = hydro.capacity_mw[nodes] / GW
        share = self.sampled(hydro.min_release_share)[:, :, nodes]
        run = np.minimum(water[:, :, nodes], turbines)
        top = np.where(hydro.stores[nodes], turbines, run)
        columns = self.columns(nodes, top, 0.0, share * run)
        self.b.put(self.at(nodes), columns, 1.0)
        self.built.hydro = (nodes, columns)
        stores = np.flatnonzero(hydro.stores)
        size = self.sampled(hydro.reservoir_mwh)[:, :, stores] / GW
        level = self.columns(stores, size, 0.0)
        # level - level before + turbined <= water; the difference is spilt; the week is a round
        rows = self.rows(-np.inf, self.data.step_hours * water[:, :, stores], len(stores))
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
            charge = self.columns(nodes, np.inf, storage.cost_cny_per_mwh)
            discharge = self.columns(nodes, np.inf, 0.0)
            stored = self.columns(nodes, np.where(grows[nodes], np.inf, energy), 0.0)
            self.b.put(self.at(nodes), charge, -1.0)
            self.b.put(self.at(nodes), discharge, 1.0)
            rows = self.rows(0.0, 0.0, len(nodes))
            self.b.put(rows, stored, 1.0)
            self.b.put(rows, np.roll(stored, 1, axis=1), -1.0)
            self.b.put(rows, charge, -step * storage.efficiency_charge[nodes])
            self.b.put(rows, discharge, step / storage.efficiency_discharge[nodes])
            # Both at once is never worth it, so one row holds the power of both ways.
            limit = self.rows(-np.inf, power, len(nodes))
            self.b.put(limit, charge, 1.0)
            self.b.put(limit, discharge, 1.0)
            self.built.charge[storage.kind] = (nodes, charge)
            self.built.discharge[storage.kind] = (nodes, discharge)
            if option is not None and grows.any():
                more, added = self.capacity(option)
                at = np.searchsorted(nodes, more)
                self.b.put(limit[:, :, at], added, -1.0)
                room = self.rows(-np.inf, energy[at], len(more))
                self.b.put(room, stored[:, :, at], 1.0)
                self.b.put(room, added, -option.duration_h)

    def lines(self) -> None:
        case, lines = self.case, self.case.lines
        arrives = 1.0 - lines.loss_share
        able = np.ones((self.weeks, self.steps, lines.count))
        if lines.available_share is not None:
            able = self.sampled(lines.available_share)
        asked = self.sampled(lines.min_share) * able * lines.capacity_mw / GW

        def send(
            which: Index, start: Index, end: Index, top: Array, cost: Array, kept: Array
        ) -> tuple[Index, Index]:
            columns = self.columns(which, top, cost)
            self.b.put(self.at(start), columns, -1.0)
            self.b.put(self.at(end), columns, kept)
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
            self.beyond("lines", np.array([place]), float(yearly[place]), row)
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
                rows = self.rows(-np.inf, 0.0, len(which))
                self.b.put(rows, columns, 1.0)
                self.b.put(rows, built[which], -able_new[which])

    def kirchhoff(self) -> None:
        """Around every loop of AC ties reactance times flow sums to zero, as in the dispatch; a loop of which a tie
        is out in some hours is left out."""
        loops = find_loops(self.case)
        whole = np.flatnonzero(~loops.broken(self.case).any(axis=1))
        if not len(whole):
            return
        rows = self.rows(0.0, 0.0, len(whole))
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
        standing = self.first(data.wind_mw + data.pv_mw) / GW
        may = standing.max(axis=(0, 1)) > 0
        adds = []
        for technology in RENEWABLES:
            option = self.x.option(technology)
            if option is None or not (option.max_mw > 0).any():
                continue
            nodes, added = self.capacity(option)
            output = self.first(data.per_mw[technology])[:, :, nodes]
            self.b.put(self.at(nodes), added, output)
            may[nodes] = True
            adds.append((nodes, added, output))
        nodes = np.flatnonzero(may)
        columns = self.columns(nodes, np.inf, case.curtailment_cny_per_mwh)
        self.b.put(self.at(nodes), columns, -1.0)
        rows = self.rows(-np.inf, standing[:, :, nodes], len(nodes))
        self.b.put(rows, columns, 1.0)
        for members, added, output in adds:
            self.b.put(rows[:, :, np.searchsorted(nodes, members)], added, -output)
        self.built.curtailed = (nodes, columns)

        must = self.sampled(_must_run_mw(case)) / GW
        water = self.first(data.water_mw) / GW
        turbines = case.hydro.capacity_mw / GW
        must = must + self.sampled(case.hydro.min_release_share) * np.minimum(water, turbines)
        nodes = np.flatnonzero(must.max(axis=(0, 1)) > 0)
        columns = self.columns(nodes, must[:, :, nodes], case.must_run_cny_per_mwh)
        self.b.put(self.at(nodes), columns, -1.0)
        self.built.pushed = (nodes, columns)

        load = self.first(data.load_mw) / GW
        nodes = np.flatnonzero(load.max(axis=(0, 1)) > 0)
        columns = self.columns(nodes, load[:, :, nodes], case.voll_cny_per_mwh)
        self.b.put(self.at(nodes), columns, 1.0)
        self.built.unserved = (nodes, columns)


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
    maker = _System(x, data, fixed_line_mw, relax)
    maker.thermals()
    maker.nuclear()
    maker.hydro()
    maker.storages()
    maker.lines()
    maker.kirchhoff()
    maker.slacks()
    land(maker)
    targets(maker)
    maker.built.program = maker.b.program()
    return maker.built
