"""The frozen cascade is enough for a linear program: five stations with lakes, travel time, environmental flow."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from resources.cascade import CascadeHydrology, cascade_hydrology, gathered
from resources.cascade_energy import cascade_plant, worth_mwh_per_m3
from resources.cascade_run import run_cascade
from resources.cascade_tables import chosen_stations
from resources.river_inflow import basin_years

Array = NDArray[np.float64]


def lp_energy_mwh(h: CascadeHydrology, steps: int, power_price: Array) -> tuple[float, Array]:
    """Best energy value of the first steps, by the program `cascade` states; and the storages."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix

    count = len(h.ids)

    def at(kind: int, i: int, t: int) -> int:
        return (kind * count + i) * steps + t

    rows, cols, values, right = [], [], [], []
    env_rows, env_cols, env_right = [], [], []
    for i in range(count):
        for t in range(steps):
            row = i * steps + t
            for kind, value in ((0, 1.0), (1, 3.6e3 / 1e6), (2, 3.6e3 / 1e6)):  # storage in hm3
                rows.append(row), cols.append(at(kind, i, t)), values.append(value)
            known = h.local_inflow_m3_s[i, t]
            if t:
                rows.append(row), cols.append(at(0, i, t - 1)), values.append(-1.0)
            for k in np.flatnonzero(h.below == i):
                lag = int(h.travel_steps[k])
                if t < lag:
                    known += h.release_before_m3_s[k]
                    continue
                for kind in (1, 2):
                    rows.append(row), cols.append(at(kind, int(k), t - lag)), values.append(-3.6e3 / 1e6)
            right.append(known * 3.6e3 / 1e6 + (h.storage_start_m3[i] / 1e6 if t == 0 else 0.0))
            for kind in (1, 2) if h.environmental_through_turbines[i] else (2,):
                env_rows.append(row), env_cols.append(at(kind, i, t))
            env_right.append(-h.environmental_m3_s[i, t])
    size = 3 * count * steps
    cost = np.zeros(size)
    bounds: list[tuple[float, float | None]] = [(0.0, None)] * size
    for i in range(count):
        for t in range(steps):
            last = t == steps - 1
            low = h.storage_start_m3[i] / 1e6 if last else 0.0
            high = max(h.storage_high_m3[i, t], h.storage_start_m3[i]) / 1e6
            bounds[at(0, i, t)] = (low, high)
            bounds[at(1, i, t)] = (0.0, h.max_turbine_m3_s[i])
            cost[at(1, i, t)] = -h.mw_per_m3_s[i] * power_price[t]
    shape = (count * steps, size)
    answer = linprog(
        cost,
        A_eq=coo_matrix((values, (rows, cols)), shape=shape).tocsr(),
        b_eq=right,
        A_ub=coo_matrix((-np.ones(len(env_rows)), (env_rows, env_cols)), shape=shape).tocsr(),
        b_ub=env_right,
        bounds=bounds,
        method="highs",
    )
    assert answer.status == 0, answer.message
    return -float(answer.fun), np.asarray(answer.x[: count * steps]).reshape(count, steps)


def test_five_stations_with_lakes_travel_and_environmental_flow_go_into_a_linear_program() -> None:
    chosen = chosen_stations(ids=("yellow-03", "yellow-04", "yellow-05", "yellow-07", "yellow-10"))
    h = cascade_hydrology(chosen)
    steps = 168
    flat, storage = lp_energy_mwh(h, steps, np.ones(steps))
    assert (
        storage <= np.maximum(h.storage_high_m3[:, :steps], h.storage_start_m3[:, None]) / 1e6 + 1e-6
    ).all()
    evening = np.where((np.arange(steps) % 24 >= 17) & (np.arange(steps) % 24 < 22), 3.0, 0.5)
    peaked, _ = lp_energy_mwh(h, steps, evening)
    # At its best the week's water is worth its mean flow through the rated heads, but for what is on its way.
    natural = gathered(h.below, h.local_inflow_m3_s[:, :steps])
    bound = float((natural * h.mw_per_m3_s[:, None]).sum())
    assert flat == pytest.approx(bound, rel=0.06)
    assert peaked > flat * evening.mean()  # lakes let it wait for the evening


def test_a_cubic_metre_is_worth_the_heads_below_it_along_its_own_way() -> None:
    h = cascade_hydrology(chosen_stations(ids=("jinsha-11", "yalong-08", "jinsha-12")))
    worth = dict(zip(h.ids, worth_mwh_per_m3(h), strict=True))
    per_metre = 1000 * 9.80665 * 0.9 / 3.6e9
    assert worth["jinsha-12"] == pytest.approx(137 * per_metre)
    assert worth["yalong-08"] == pytest.approx((20 + 137) * per_metre)
    assert worth["jinsha-11"] == pytest.approx((27 + 137) * per_metre)


@pytest.mark.parametrize("rivers", [("yellow",), ("jinsha", "yalong")])
def test_the_plant_of_a_cascade_can_do_what_its_stations_did(rivers: tuple[str, ...]) -> None:
    run = run_cascade(cascade_hydrology(chosen_stations(rivers), basin_years(rivers, seed=1)))  # type: ignore[arg-type]
    plant = cascade_plant(run)
    power = run.power_mw.sum(axis=0)
    assert (plant.inflow_mw >= 0).all()
    stored = plant.stored_start_mwh + np.cumsum(plant.inflow_mw - power)
    assert stored[-1] == pytest.approx(plant.stored_end_mwh)
    room = plant.stored_high_mwh.max()
    assert stored.min() > -0.02 * room
    assert (stored < plant.stored_high_mwh + 0.02 * room).all()
    assert (power <= plant.capacity_mw).all()
    assert plant.least_mw.max() < 0.3 * plant.capacity_mw
    by_hand = sum(s.sum() * m for s, m in zip(run.spilt_m3_s, run.hydrology.mw_per_m3_s, strict=True))
    assert plant.spilt_mwh == pytest.approx(by_hand)
    assert 0 < plant.spilt_mwh < 0.15 * power.sum()
