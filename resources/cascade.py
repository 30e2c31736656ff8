"""A cascade as frozen arrays: what comes in at each station, what it can hold and turbine, when its water arrives below.

`CascadeHydrology` is all that a simulation (`cascade_run`) or a linear program needs. In the program's terms, for
station i and step t, with release r = turbined q + spilt s, the stations that drain into i being k:

    S[i,t] = S[i,t-1] + 3600 step_h (local[i,t] + sum_k r[k, t - travel[k]] - r[i,t])
    storage_low <= S[i,t] <= storage_high[i,t],   0 <= q <= max_turbine,   power = mw_per_m3_s q
    s[i,t] >= environmental[i,t] where it does not pass the turbines, else q + s >= environmental[i,t]

Flow is natural: nothing is withdrawn for fields and towns, nothing evaporates from the lakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from resources.cascade_rule import DAY_S, rule_curve
from resources.cascade_storage import Reservoir, reservoir_of
from resources.cascade_tables import CascadeStation, River, river_months
from resources.hours import MONTH_OF_DAY
from resources.hydro import EFFICIENCY, GRAVITY_MS2, power_mw
from resources.river_inflow import FlowYear, river_year

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

REGULATING_DAYS: Final = 2.0
"""Usable storage, in days of mean flow, from which a station is run by a rule curve; others pass what comes."""
ENVIRONMENTAL_SHARE: Final[tuple[float, ...]] = (0.1,) * 3 + (0.3,) * 6 + (0.1,) * 3
"""Least release by month over the mean natural flow: 'fair or degrading' of Tennant (Instream flow regimens for
fish, wildlife, recreation and related environmental resources, Fisheries 1(4), 1976): 10 % October to March, 30 %
April to September."""
SINUOSITY: Final = 1.4
"""Length of a gorge river over the straight line between stations; estimated."""
WAVE_MS: Final = 3.0
"""Speed of a rise of flow down a free reach (kinematic wave, 5/3 of some 1.8 m/s); estimated. In a lake it goes with
the root of g times half the dam's head."""
FLOOD_RAMP_DAYS: Final = 20
"""Within which a reservoir is brought to its flood-limit level, and let up again."""


@dataclass(frozen=True, slots=True)
class CascadeHydrology:
    """A cascade and a year of its water; stations upstream first, arrays read-only."""

    stations: tuple[CascadeStation, ...]
    reservoirs: tuple[Reservoir, ...]
    year_kinds: tuple[str, ...]
    """(station,) what its flow year is: 'mean', 'dry', a record's name."""
    step_h: float
    """1, or 24 in the fast mode."""
    below: Ints
    """(station,) index of the next station down, -1 at the end."""
    travel_steps: Ints
    """(station,) time to the station below, whole steps."""
    travel_h: Array
    """(station,) the same before rounding; 0 at the end."""
    local_inflow_m3_s: Array
    """(station, step) natural water that joins between the stations above and this one."""
    mean_flow_m3_s: Array
    """(station,) long-term natural flow: sum of the local means at and above."""
    environmental_m3_s: Array
    """(station, step) least release, never more than the river itself brings."""
    environmental_through_turbines: NDArray[np.bool_]
    """(station,) False where the turbines' water takes another way (a bend left dry)."""
    storage_low_m3: Array
    """(station,) 0: usable storage is counted from the low level."""
    storage_high_m3: Array
    """(station, step) usable storage at the end of a step, the flood limit in its months."""
    storage_start_m3: Array
    """(station,)"""
    release_before_m3_s: Array
    """(station,) what was let go before the first step and is still on its way."""
    rule_storage_m3: Array
    """(station, step) storage the rule aims at."""
    rule_release_m3_s: Array
    """(station, step) release of a mean year by the rule."""
    regulates: NDArray[np.bool_]
    """(station,) run by a rule curve."""
    capacity_mw: Array
    max_turbine_m3_s: Array
    """(station,) at the rated head."""
    mw_per_m3_s: Array
    """(station,) at the rated head: rho g H eta."""
    efficiency: Array
    """(station,) turbine, generator and transformer."""

    @property
    def steps(self) -> int:
        return int(self.local_inflow_m3_s.shape[1])

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(station.id for station in self.stations)


def next_below(stations: Sequence[CascadeStation]) -> Ints:
    """(station,) index of the next station down, -1 at the end."""
    index = {station.id: at for at, station in enumerate(stations)}
    return np.array([index[s.below] if s.below else -1 for s in stations], dtype=np.int64)


def local_means(stations: Sequence[CascadeStation]) -> Array:
    """(station,) long-term flow that joins between the stations above and each. [m3/s]

    Difference of the published means, which are rounded: where a lower one is smaller, nothing joins.
    """
    from_above = np.zeros(len(stations))
    local = np.empty(len(stations))
    below = next_below(stations)
    for at, station in enumerate(stations):
        local[at] = max(station.mean_flow_m3_s - from_above[at], 0.0)
        if below[at] >= 0:
            from_above[below[at]] += from_above[at] + local[at]
    return local


def gathered(below: Ints, amount: Array) -> Array:
    """(station, ...) sum over each station and all above it; stations upstream first."""
    total = np.array(amount, dtype=np.float64)
    for at, to in enumerate(below.tolist()):
        if to >= 0:
            total[to] += total[at]
    return total


def travel_hours(stations: Sequence[CascadeStation], reservoirs: Sequence[Reservoir]) -> Array:
    """(station,) hours a rise of flow takes to the station below; 0 at the end.

    Straight distance times `SINUOSITY`. The free part of the reach is the share of the fall from tail water to tail
    water that the lower dam's lake does not cover; a wave runs down it at `WAVE_MS`, and through the lake at
    (g h)^1/2 with half the dam's head for depth.
    """
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    hours = np.zeros(len(stations))
    for at, to in enumerate(next_below(stations).tolist()):
        if to < 0:
            continue
        upper, lower = stations[at], stations[to]
        length_m = SINUOSITY * geod.inv(upper.lon_deg, upper.lat_deg, lower.lon_deg, lower.lat_deg)[2]
        fall = reservoirs[at].tail_water_m - reservoirs[to].tail_water_m
        bare = reservoirs[at].tail_water_m - reservoirs[to].normal_level_m
        free = float(np.clip(bare / fall, 0.0, 1.0)) if fall > 0 else 0.0
        in_lake = np.sqrt(GRAVITY_MS2 * lower.rated_head_m / 2)
        hours[at] = length_m * (free / WAVE_MS + (1 - free) / in_lake) / 3600.0
    return hours


def storage_ceiling(station: CascadeStation, reservoir: Reservoir) -> Array:
    """(365,) highest usable storage of the days: the flood limit in its months, a ramp before and after. [m3]"""
    ceiling = np.full(365, reservoir.usable_m3)
    if station.flood_level_m is None or not station.flood_months:
        return ceiling
    limit = float(reservoir.volume_m3(station.flood_level_m))
    flood = np.isin(MONTH_OF_DAY, station.flood_months)
    away = np.full(365, FLOOD_RAMP_DAYS + 1)
    for shift in range(FLOOD_RAMP_DAYS, -1, -1):
        away[np.roll(flood, shift) | np.roll(flood, -shift)] = shift
    share = np.minimum(away / (FLOOD_RAMP_DAYS + 1), 1.0)
    return np.asarray(limit + (reservoir.usable_m3 - limit) * share)


def cascade_hydrology(
    stations: Sequence[CascadeStation],
    years: Mapping[River, FlowYear] | None = None,
    *,
    station_years: Mapping[str, FlowYear] | None = None,
    step_h: int = 1,
    efficiency: float = EFFICIENCY,
    environmental_share: Sequence[float] = ENVIRONMENTAL_SHARE,
) -> CascadeHydrology:
    """A cascade with a year of water.

    Parameters
    ----------
    stations
        Upstream first, as `cascade_tables.chosen_stations` gives them.
    years
        Flow year by river; a river without one takes its smooth mean year.
    station_years
        Flow year of the local inflow of single stations (a user's gauges); goes before `years`.
    step_h
        1, or 24 for the fast mode: days, travel times rounded to days.
    environmental_share : (12,)
        Least release by month over the mean flow; a station's own known figure goes before it. Where the river
        brings less, that is enough.

    Raises
    ------
    InputError
        A step other than 1 or 24, shares outside 0..1, stations that are no cascade, impossible storage.
    BalanceError
        The water of the local inflows is not that of their shares of the long-term means.
    """
    _check(step_h, efficiency, environmental_share)
    stations = tuple(stations)
    below = next_below(stations)
    reservoirs = tuple(reservoir_of(station) for station in stations)
    local_mean = local_means(stations)
    mean_flow = gathered(below, local_mean)
    of_station = _flow_years(stations, years or {}, station_years or {})
    hourly = np.stack([m * year.share for m, year in zip(local_mean, of_station, strict=True)])
    found, expected = (
        float(hourly.mean(axis=1).sum()),
        float(sum(m * year.factor for m, year in zip(local_mean, of_station, strict=True))),
    )
    if abs(found - expected) > 1e-6 * max(expected, 1.0):
        raise BalanceError("inflow_year", found_m3_s=found, expected_m3_s=expected)
    local = hourly if step_h == 1 else hourly.reshape(len(stations), 365, 24).mean(axis=2)
    travel = travel_hours(stations, reservoirs)
    capacity = np.array([s.capacity_mw for s in stations])
    per_flow = np.array([float(power_mw(1.0, s.rated_head_m, efficiency)) for s in stations])
    own = [s.environmental_flow_m3_s for s in stations]
    by_month = np.array(environmental_share)[MONTH_OF_DAY]
    least_day = np.stack(
        [
            by_month * q if known is None else np.full(365, known)
            for q, known in zip(mean_flow, own, strict=True)
        ]
    )
    usable = np.array([r.usable_m3 for r in reservoirs])
    regulates = usable >= REGULATING_DAYS * DAY_S * mean_flow
    high = np.stack([storage_ceiling(s, r) for s, r in zip(stations, reservoirs, strict=True)])
    high[~regulates] = usable[~regulates, None]
    storage, release = _rules(stations, below, travel, regulates, local_mean, high)
    per_day = 24 // step_h
    steps = np.rint(travel / step_h).astype(np.int64)
    natural = _natural_flow(below, steps, local)
    arrays = {
        "local_inflow_m3_s": local,
        "environmental_m3_s": np.minimum(np.repeat(least_day, per_day, axis=1), natural),
        "storage_high_m3": _within_days(high, per_day),
        "rule_storage_m3": _within_days(storage, per_day),
        "rule_release_m3_s": np.repeat(release, per_day, axis=1),
        "storage_start_m3": storage[:, -1].copy(),
        "release_before_m3_s": release[:, -1].copy(),
        "storage_low_m3": np.zeros(len(stations)),
        "mean_flow_m3_s": mean_flow,
        "travel_h": travel,
        "capacity_mw": capacity,
        "max_turbine_m3_s": capacity / per_flow,
        "mw_per_m3_s": per_flow,
        "efficiency": np.full(len(stations), efficiency),
    }
    through = np.array([not s.diverts for s in stations])
    for array in (*arrays.values(), below, through, steps, regulates):
        array.setflags(write=False)
    return CascadeHydrology(
        stations=stations,
        reservoirs=reservoirs,
        year_kinds=tuple(year.kind for year in of_station),
        step_h=float(step_h),
        below=below,
        travel_steps=steps,
        environmental_through_turbines=through,
        regulates=regulates,
        **arrays,
    )


def _check(step_h: int, efficiency: float, shares: Sequence[float]) -> None:
    problems = []
    if step_h not in (1, 24):
        problems.append(Problem("argument", "step_h", str(step_h), "1 or 24"))
    if not 0 < efficiency <= 1:
        problems.append(Problem("argument", "efficiency", f"{efficiency:g}", "above 0, at most 1"))
    if len(shares) != 12 or not all(0 <= share <= 1 for share in shares):
        problems.append(
            Problem("argument", "environmental_share", str(list(shares))[:80], "twelve of 0 to 1")
        )
    if problems:
        raise InputError(problems)


def _flow_years(
    stations: Sequence[CascadeStation], years: Mapping[River, FlowYear], own: Mapping[str, FlowYear]
) -> list[FlowYear]:
    ids = {station.id for station in stations}
    if lost := sorted(set(own) - ids):
        raise InputError([Problem("argument", "station", id, "a station of the cascade") for id in lost])
    at_hand = dict(years)
    for river in {station.river for station in stations} - set(at_hand):
        at_hand[river] = river_year(river)
    return [own.get(station.id, at_hand[station.river]) for station in stations]


def _natural_flow(below: Ints, travel_steps: Ints, local: Array) -> Array:
    """(station, step) flow without dams, the year taken as a round."""
    flow = np.array(local)
    for at, to in enumerate(below.tolist()):
        if to >= 0:
            flow[to] += np.roll(flow[at], int(travel_steps[at]))
    return flow


def _within_days(days: Array, per_day: int) -> Array:
    """(station, step) values at the ends of steps from those at the ends of days, linear between."""
    before = np.roll(days, 1, axis=1)
    share = (np.arange(per_day) + 1.0) / per_day
    line = before[:, :, None] + (days - before)[:, :, None] * share
    return np.asarray(line.reshape(len(days), -1))


def _rules(
    stations: Sequence[CascadeStation],
    below: Ints,
    travel_h: Array,
    regulates: NDArray[np.bool_],
    local_mean: Array,
    high: Array,
) -> tuple[Array, Array]:
    """(station, day) storage at the end of the day and release, of the smooth mean year, from above down."""
    shares = {river: river_year(river).share.reshape(365, 24).mean(axis=1) for river in river_months()}
    arriving = np.stack([m * shares[s.river] for m, s in zip(local_mean, stations, strict=True)])
    storage, release = high.copy(), np.empty_like(arriving)
    for at, to in enumerate(below.tolist()):
        release[at] = arriving[at]
        if regulates[at]:
            storage[at], release[at] = rule_curve(arriving[at], high[at])
        if to >= 0:
            arriving[to] += np.roll(release[at], round(travel_h[at] / 24))
    return storage, release
