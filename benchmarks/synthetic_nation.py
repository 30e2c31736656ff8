"""A made-up nation of the size of the real one, for timing the dispatch: no figure in it is China's."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from planning.dispatch.case import Array, DispatchCase, Hydro, Lines, Storage, Thermal
from planning.dispatch.check_case import validate

GRIDS = 6


def _weather(rng: np.random.Generator, nodes: int, hours: int, memory_h: float) -> Array:
    """Smooth normal noise (node, hour), part shared by all nodes, with a correlation time of `memory_h`."""
    keep = np.exp(-1.0 / memory_h)
    out = np.empty((nodes, hours))
    shared, own = rng.standard_normal(1), rng.standard_normal(nodes)
    for hour in range(hours):
        out[:, hour] = np.sqrt(0.3) * shared + np.sqrt(0.7) * own
        shared = keep * shared + np.sqrt(1 - keep**2) * rng.standard_normal(1)
        own = keep * own + np.sqrt(1 - keep**2) * rng.standard_normal(nodes)
    return out


def _grids(provinces: int) -> list[list[int]]:
    """Six synchronous grids of about the same number of provinces, next to one another."""
    edges = np.linspace(0, provinces, GRIDS + 1).astype(int)
    return [list(range(a, b)) for a, b in itertools.pairwise(edges) if b > a]


def _ties(grid: list[int]) -> list[tuple[int, int]]:
    """A ring, and a chord from every other province to the one after the next."""
    size = len(grid)
    ring = [(grid[i], grid[(i + 1) % size]) for i in range(size if size > 2 else size - 1)]
    return ring + [(grid[i], grid[(i + 2) % size]) for i in range(0, size if size > 3 else 0, 2)]


def nation(
    hours: int = 8760, provinces: int = 33, bases: int = 15, seed: int = 1, rules: bool = True
) -> DispatchCase:
    """33 provinces in six synchronous grids with AC ties, 35 DC corridors, and 15 bases that feed provinces.

    rules : with Kirchhoff's law on the ties, ramps of DC lines and coal, reserve of every synchronous grid.
    """
    rng = np.random.default_rng(seed)
    n = provinces + bases
    is_base = np.arange(n) >= provinces
    hour = np.arange(hours)
    day, clock = hour / 24.0, hour % 24
    size = np.where(is_base, 0.0, rng.lognormal(np.log(26_000.0), 0.7, n))  # mean load
    shape = 1 + 0.16 * np.sin((clock - 9) * np.pi / 12) + 0.12 * np.cos(2 * np.pi * (day - 200) / 182.5)
    load = size[:, None] * shape * (1 + 0.03 * _weather(rng, n, hours, 20.0))
    wind_cap = np.where(is_base, 5_000.0, size * rng.uniform(0.1, 1.2, n))
    pv_cap = np.where(is_base, 9_000.0, size * rng.uniform(0.3, 1.4, n))
    speed = _weather(rng, n, hours, 30.0) + 0.4 * np.cos(2 * np.pi * (day - 80) / 365)
    wind = wind_cap[:, None] / (1 + np.exp(-1.8 * (speed - 0.9)))
    sun = np.maximum(0.0, np.sin((clock - 6.5) * np.pi / 12)) * (
        0.8 + 0.2 * np.sin(2 * np.pi * (day - 80) / 365)
    )
    pv = pv_cap[:, None] * sun * np.clip(0.75 + 0.25 * _weather(rng, n, hours, 40.0), 0.1, 1.0)
    has_hydro = ~is_base & (rng.random(n) < 0.75)
    hydro_cap = np.where(has_hydro, size * rng.choice([0.1, 0.3, 1.8], n, p=[0.5, 0.35, 0.15]), 0.0)
    season = 0.43 + 0.33 * np.cos(2 * np.pi * (day - 215) / 365)
    inflow = hydro_cap[:, None] * season * np.exp(0.2 * _weather(rng, n, hours, 200.0))
    nuclear = np.where(~is_base & (rng.random(n) < 0.25), size * 0.25, 0.0)[:, None] * np.full(hours, 0.9)
    coal_cap = np.where(is_base, 4_000.0, size * rng.uniform(0.8, 1.5, n))
    gas_cap = np.where(is_base, 0.0, size * rng.uniform(0.0, 0.4, n))
    winter = (np.cos(2 * np.pi * (day - 15) / 365) > 0.5).astype(float)
    coal_min = rng.uniform(0.2, 0.3, n)[:, None] + rng.uniform(0.0, 0.2, n)[:, None] * winter
    coal_cost = rng.uniform(190.0, 380.0, n)

    ties = [tie for grid in _grids(provinces) for tie in _ties(grid)]
    order = rng.permutation(provinces)
    corridors = [(int(order[i % provinces]), int(order[(7 * i + 3) % provinces])) for i in range(35)]
    corridors = [(a, b) for a, b in corridors if a != b]
    feeds = [(provinces + i, int(order[(3 * i) % provinces])) for i in range(bases)]
    homes = [(provinces + i, int(order[(3 * i + 11) % provinces])) for i in range(0, bases, 2)]
    dc, ac = corridors + feeds, ties + homes
    ends = np.array(dc + ac)
    count = len(ends)
    is_dc = np.arange(count) < len(dc)
    capacity = np.where(is_dc, 8_000.0, rng.uniform(3_000.0, 10_000.0, count))
    case = validate(
        DispatchCase(
            node_ids=tuple(f"n{i:02d}" for i in range(n)),
            load_mw=load,
            wind_mw=wind,
            pv_mw=pv,
            nuclear_mw=nuclear,
            nuclear_min_share=np.full(n, 0.85),
            nuclear_cost_cny_per_mwh=np.full(n, 60.0),
            thermals=(
                Thermal("coal", coal_cap * 0.92, coal_min, coal_cost, np.full(n, 0.85)),
                Thermal("gas", gas_cap, np.full(n, 0.1), coal_cost + 250.0, np.full(n, 0.4)),
            ),
            hydro=Hydro(
                hydro_cap,
                inflow,
                hydro_cap * rng.choice([5.0, 100.0, 900.0], n),
                np.full(n, 0.2),
                np.full(n, 0.5),
            ),
            storages=(
                Storage("pumped", hydro_cap * 0.2, hydro_cap * 1.2, np.full(n, 0.88), np.full(n, 0.88)),
                Storage("battery", pv_cap * 0.1, pv_cap * 0.2, np.full(n, 0.94), np.full(n, 0.94)),
            ),
            lines=Lines(
                ids=tuple(f"l{i:03d}" for i in range(count)),
                kinds=tuple("dc" if flag else "ac" for flag in is_dc),
                from_index=ends[:, 0].astype(np.int64),
                to_index=ends[:, 1].astype(np.int64),
                capacity_mw=capacity,
                reverse_capacity_mw=np.where(is_dc, 0.0, capacity),
                loss_share=np.where(is_dc, 0.065, 0.02),
                cost_cny_per_mwh=np.where(is_dc, 40.0, 10.0),
                min_share=np.where(is_dc, 0.1, 0.0),
            ),
        )
    )
    home = dict(homes)
    grid_of = {province: f"grid {k}" for k, grid in enumerate(_grids(provinces)) for province in grid}
    areas = tuple(grid_of.get(home.get(i, i), f"base {i}") for i in range(n))
    return validate(_with_rules(case, rng, areas)) if rules else case


def _with_rules(case: DispatchCase, rng: np.random.Generator, areas: tuple[str, ...]) -> DispatchCase:
    lines, nodes = case.lines, case.nodes
    is_dc = np.array([kind == "dc" for kind in lines.kinds])
    reactance = np.where(is_dc, np.nan, rng.uniform(5.0, 30.0, lines.count))
    coal, gas = case.thermals
    each = np.ones(nodes)
    return replace(
        case,
        lines=replace(
            lines,
            reactance_ohm=reactance,
            ramp_share_per_h=np.where(is_dc, 0.2, np.inf),
            min_power_share=np.where(is_dc, 0.1, 0.0),
        ),
        thermals=(
            replace(
                coal, ramp_share_per_h=0.25 * each, unit_min_share=0.4 * each, reserve_reach_share=0.2 * each
            ),
            replace(gas, ramp_share_per_h=0.6 * each, unit_min_share=0.3 * each),
        ),
        sync_area=areas,
        reserve_share=0.04 * each,
    )
