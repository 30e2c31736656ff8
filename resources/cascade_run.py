"""A year of a cascade, step by step: levels, releases, spill and power, every cubic metre accounted for.

The rule. A station with a rule curve lets go what the rule lets go that day, plus the storage above the curve over
half the time its storage would last (10 to 180 days); not more than its turbines take unless it is full, not less than
the environmental flow unless it is empty. A station without one passes what comes, its lake at the normal level. What
the turbines cannot take is spilt. Turbines are free in any hour: no outages, no reserve, no peaking.

Head varies with the level; below the rated head the turbines' flow falls with its root, above it the generator limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from resources.cascade import CascadeHydrology
from resources.hydro import GRAVITY_MS2, WATER_DENSITY_KG_PER_M3

Array = NDArray[np.float64]

LEAST_RELAX_DAYS: Final = 10.0
MOST_RELAX_DAYS: Final = 180.0
TOLERANCE: Final = 1e-9
"""Of the water balance, as a share of what is turned over."""


@dataclass(frozen=True, slots=True)
class CascadeRun:
    """What a cascade did; arrays (station, step) and read-only."""

    hydrology: CascadeHydrology
    inflow_m3_s: Array
    """Local and what arrives from above."""
    turbined_m3_s: Array
    spilt_m3_s: Array
    storage_m3: Array
    """Usable, at the end of the step."""
    level_m: Array
    head_m: Array
    """At the middle of the step."""
    power_mw: Array
    environmental_shortfall_m3_s: Array
    """By which the release stays below the environmental flow, the reservoir being empty or the river lower."""

    @property
    def release_m3_s(self) -> Array:
        return self.turbined_m3_s + self.spilt_m3_s

    @property
    def annual_mwh(self) -> Array:
        """(station,) energy of the year."""
        return np.asarray(self.power_mw.sum(axis=1) * self.hydrology.step_h)

    @property
    def spilt_share(self) -> Array:
        """(station,) of the water that came. [-]"""
        return np.asarray(self.spilt_m3_s.sum(axis=1) / np.maximum(self.release_m3_s.sum(axis=1), 1e-12))

    @property
    def stored_change_m3(self) -> Array:
        """(station,) over the whole run."""
        return np.asarray(self.storage_m3[:, -1] - self.hydrology.storage_start_m3)


def run_cascade(hydrology: CascadeHydrology) -> CascadeRun:
    """Run a cascade by its rule curves.

    Raises
    ------
    BalanceError
        Water is lost or made at a station in a step, power is not rho g Q H eta, or a bound is passed.
    """
    h = hydrology
    step_s = 3600.0 * h.step_h
    count, steps = h.local_inflow_m3_s.shape
    inflow = h.local_inflow_m3_s.copy()
    release, storage = np.empty((count, steps)), np.empty((count, steps))
    turbined, head, power = (np.empty((count, steps)) for _ in range(3))
    for at in range(count):
        if h.regulates[at]:
            release[at], storage[at] = _regulated(h, at, inflow[at], step_s)
        else:
            release[at], storage[at] = inflow[at], h.storage_start_m3[at]
        turbined[at], head[at], power[at] = _generated(h, at, release[at], storage[at])
        if (to := int(h.below[at])) >= 0:
            lag = int(h.travel_steps[at])
            inflow[to, :lag] += h.release_before_m3_s[at]
            inflow[to, lag:] += release[at, : steps - lag]
    run = CascadeRun(
        hydrology=h,
        inflow_m3_s=inflow,
        turbined_m3_s=turbined,
        spilt_m3_s=np.maximum(release - turbined, 0.0),
        storage_m3=storage,
        level_m=np.stack([r.level_m(s) for r, s in zip(h.reservoirs, storage, strict=True)]),
        head_m=head,
        power_mw=power,
        environmental_shortfall_m3_s=np.maximum(
            _environmental(h) - _past_the_bend(h, release, turbined), 0.0
        ),
    )
    for array in (inflow, turbined, run.spilt_m3_s, storage, run.level_m, head, power):
        array.setflags(write=False)
    run.environmental_shortfall_m3_s.setflags(write=False)
    check_balance(run)
    return run


def _environmental(h: CascadeHydrology) -> Array:
    return h.environmental_m3_s


def _past_the_bend(h: CascadeHydrology, release: Array, turbined: Array) -> Array:
    """(station, step) what flows in the river bed below the dam."""
    return np.where(h.environmental_through_turbines[:, None], release, release - turbined)


def _regulated(h: CascadeHydrology, at: int, inflow: Array, step_s: float) -> tuple[Array, Array]:
    """(step,) release and storage of a station with a rule curve."""
    usable = h.reservoirs[at].usable_m3
    half_days = usable / 2 / max(float(h.mean_flow_m3_s[at]), 1e-9) / 86_400.0
    relax_s = 86_400.0 * min(max(half_days, LEAST_RELAX_DAYS), MOST_RELAX_DAYS)
    beside = 0.0 if h.environmental_through_turbines[at] else float(h.environmental_m3_s[at].max())
    most = float(h.max_turbine_m3_s[at]) + beside
    stored = float(h.storage_start_m3[at])
    release: list[float] = []
    storage: list[float] = []
    # Plain floats: a step depends on the one before, and numpy's scalars are ten times slower.
    for came, rule, aim, least, high in zip(
        inflow.tolist(),
        h.rule_release_m3_s[at].tolist(),
        h.rule_storage_m3[at].tolist(),
        h.environmental_m3_s[at].tolist(),
        h.storage_high_m3[at].tolist(),
        strict=True,
    ):
        have = stored + came * step_s
        let = rule + (have - aim) / relax_s
        if let > most:
            let = most
        if let < least:
            let = least
        left = have - let * step_s
        if left > high:
            let, left = (have - high) / step_s, high
        elif left < 0.0:
            let, left = have / step_s, 0.0
        stored = left
        release.append(let)
        storage.append(left)
    return np.array(release), np.array(storage)


def _generated(h: CascadeHydrology, at: int, release: Array, storage: Array) -> tuple[Array, Array, Array]:
    """(step,) flow through the turbines, head, power."""
    before = np.concatenate([[h.storage_start_m3[at]], storage[:-1]])
    head = h.reservoirs[at].head_m((before + storage) / 2)
    rated = h.stations[at].rated_head_m
    per_metre = WATER_DENSITY_KG_PER_M3 * GRAVITY_MS2 * float(h.efficiency[at]) / 1e6
    at_generator = h.capacity_mw[at] / np.maximum(per_metre * head, 1e-12)
    can = np.minimum(h.max_turbine_m3_s[at] * np.sqrt(np.maximum(head, 0.0) / rated), at_generator)
    free = (
        release
        if h.environmental_through_turbines[at]
        else np.maximum(release - h.environmental_m3_s[at], 0.0)
    )
    turbined = np.minimum(free, can)
    return turbined, head, per_metre * turbined * head


def check_balance(run: CascadeRun) -> None:
    """Water at every station and step, bounds, and power.

    Raises
    ------
    BalanceError
        As `run_cascade`; names station and step.
    """
    h = run.hydrology
    step_s = 3600.0 * h.step_h
    before = np.concatenate([h.storage_start_m3[:, None], run.storage_m3[:, :-1]], axis=1)
    change = run.storage_m3 - before
    gap = change - step_s * (run.inflow_m3_s - run.turbined_m3_s - run.spilt_m3_s)
    turned = np.maximum(before, run.storage_m3) + step_s * run.inflow_m3_s + 1.0
    _refuse(h, "cascade_water", np.abs(gap) / turned, TOLERANCE)
    arriving = h.local_inflow_m3_s.copy()
    for at, to in enumerate(h.below.tolist()):
        if to >= 0:
            lag = int(h.travel_steps[at])
            sent = run.turbined_m3_s[at] + run.spilt_m3_s[at]
            arriving[to] += np.concatenate([np.full(lag, h.release_before_m3_s[at]), sent[: h.steps - lag]])
    _refuse(h, "cascade_arrival", np.abs(arriving - run.inflow_m3_s) / (arriving + 1.0), TOLERANCE)
    slack = 1e-9 * np.maximum(h.storage_high_m3, 1.0)
    over = np.maximum(run.storage_m3 - h.storage_high_m3 - slack, h.storage_low_m3[:, None] - run.storage_m3)
    _refuse(h, "cascade_storage", over, 1e-3)
    hydraulic = (
        WATER_DENSITY_KG_PER_M3 * GRAVITY_MS2 * run.turbined_m3_s * run.head_m * h.efficiency[:, None] / 1e6
    )
    off = np.abs(run.power_mw - hydraulic) + np.maximum(run.power_mw - h.capacity_mw[:, None], 0.0)
    _refuse(h, "cascade_power", off / h.capacity_mw[:, None], TOLERANCE)


def _refuse(h: CascadeHydrology, code: str, error: Array, tolerance: float) -> None:
    at = int(np.nanargmax(error)) if np.isfinite(error).all() else int(np.flatnonzero(~np.isfinite(error))[0])
    station, step = divmod(at, error.shape[1])
    if not error[station, step] <= tolerance:
        raise BalanceError(code, station=h.ids[station], step=step, error=float(error[station, step]))
