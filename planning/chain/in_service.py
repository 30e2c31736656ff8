"""What of a fleet gave power in a year: what stood hour by hour, what it was measured to give, what grids took.

A fleet of the year's end did not stand all year, machines and land of a province give other hours than its eight
sites, and lines inside a province hold part of the wind and sun back. All three are chosen by technology in the
scenario (`opening_gw`, `yields`, `taken`); without them the whole fleet stands and all of it can be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from planning.chain.profile_values import NodeProfiles
from planning.fleet import Fleet
from planning.scenario import Scenario, Technology
from planning.table_rows import DATA, Row, read_table
from planning.tables import Tables

Array = NDArray[np.float64]
HOURS = 8760
_MONTH_END_DAYS = np.cumsum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
Renewable = Literal["wind", "pv"]


class Added(Row):
    """How much of a year's national additions was connected by the end of a month (`added_within_year.csv`)."""

    id: str
    technology: Renewable
    year: int
    through_month: Annotated[int, Field(ge=1, le=11)]
    share: Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Available:
    """One technology in every province node."""

    mw: Array
    """(node, hour) what the grid inside the province can take."""
    blocked_mw: Array
    """(node, hour) what could have been generated beyond that."""


@lru_cache(maxsize=1)
def additions() -> tuple[Added, ...]:
    """The table of additions; InputError as `read_table`."""
    return read_table(DATA / "added_within_year.csv", Added)


def added_share(technology: str, year: int, rows: Sequence[Added]) -> Array:
    """(hour,) share of the year's additions in service: straight lines between the ends of months, 0 to 1.

    A year the table does not have is one straight line.
    """
    known = sorted((r.through_month, r.share) for r in rows if r.technology == technology and r.year == year)
    hours = [0.0, *(24.0 * _MONTH_END_DAYS[month - 1] for month, _ in known), float(HOURS)]
    return np.asarray(np.interp(np.arange(HOURS) + 0.5, hours, [0.0, *(share for _, share in known), 1.0]))


def standing_share(scenario: Scenario, tables: Tables, technology: Technology, end_mw: Array) -> Array:
    """(node, hour) capacity in service over that of the year's end.

    What a node had at the start is its figure of the year before (`wind_2019_mw`) where every node has one, else its
    capacity of the end; both scaled to the scenario's `opening_gw`, and never above the end.
    """
    opening_gw = scenario.fleet[technology].opening_gw
    if opening_gw is None:
        return np.ones((len(end_mw), 1))
    field = f"{technology}_{scenario.year - 1}_mw"
    held = _figures(tables, field)
    start = np.array([held[n.node_id] for n in tables.nodes]) if len(held) == len(tables.nodes) else end_mw
    start = np.minimum(start * (opening_gw * 1e3 / start.sum()), end_mw) if start.sum() > 0 else start
    shape = added_share(technology, scenario.year, additions())
    with np.errstate(invalid="ignore", divide="ignore"):
        first = np.nan_to_num(start / end_mw, nan=1.0)[:, None]
    return np.asarray(first + (1.0 - first) * shape[None, :])


def measured_factor(tables: Tables, technology: Renewable, fleet_2020_cf: Array) -> Array:
    """(node,) hours that statistics gave for 2019 over those of the model, curtailment put back; 1 where none.

    Wind by province; PV for the nation alone, for provincial hours of PV mix plants that stood for part of the year.

    Parameters
    ----------
    fleet_2020_cf : (node, hour)
        Capacity factors of the fleet of that time.
    """
    model_hours = fleet_2020_cf.sum(axis=1)
    if technology == "pv":
        stood = np.array([_figures(tables, "pv_2019_mw")[n.node_id] for n in tables.nodes])
        measured = tables.national_figure("pv_2019_hours")
        measured /= tables.national_figure("pv_utilisation_2019_pct") / 100.0
        return np.full(len(model_hours), measured * stood.sum() / float(model_hours @ stood))
    hours, lost = _figures(tables, "wind_2019_hours"), _figures(tables, "wind_curtailment_2019_pct")
    factor = np.ones(len(model_hours))
    for i, node in enumerate(tables.nodes):
        if node.node_id in hours and model_hours[i] > 0:
            available = hours[node.node_id] / (1.0 - lost.get(node.node_id, 0.0) / 100.0)
            factor[i] = available / model_hours[i]
    return factor


def scaled(capacity_factor: Array, factor: Array) -> Array:
    """(node, hour) capacity factors whose year is `factor` times theirs, none above 1.

    Hours at the ceiling give what they cannot take to the others (bisection on the multiplier).

    Raises
    ------
    ValueError
        A factor that no profile below 1 can reach.
    """
    out = capacity_factor * factor[:, None]
    for i in np.flatnonzero(out.max(axis=1, initial=0.0) > 1.0):
        own, wanted = capacity_factor[i], float(capacity_factor[i].sum() * factor[i])
        if wanted > np.count_nonzero(own > 0):
            raise ValueError(f"node {i}: {wanted:.0f} h of a profile of {np.count_nonzero(own > 0)} h")
        low, high = float(factor[i]), float(factor[i])
        while np.minimum(own * high, 1.0).sum() < wanted - 1e-9:
            high *= 2.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if np.minimum(own * middle, 1.0).sum() < wanted else (low, middle)
        out[i] = np.minimum(own * high, 1.0)
    return np.asarray(out)


def provincial_cf(
    scenario: Scenario,
    tables: Tables,
    nodes: NodeProfiles,
    technology: Renewable,
    capacity_2020_mw: Array,
    capacity_mw: Array,
) -> Array:
    """(node, hour) capacity factors of the provinces' fleets, yields as the scenario chooses."""
    if technology == "wind":
        own, old = nodes.wind(capacity_2020_mw, capacity_mw), nodes.wind_2020
    else:
        own = nodes.pv_of(capacity_2020_mw, capacity_mw)
        old = nodes.pv if nodes.pv_2020 is None else nodes.pv_2020
    if scenario.fleet[technology].yields == "modelled":
        return own
    return scaled(own, measured_factor(tables, technology, old))


def taken_limit(capacity_factor: Array, utilisation: Array) -> Array:
    """(node,) power, as a share of what stands, above which the grid inside a province takes no more.

    Calibrated: what lies above the limit in the year is the share that statistics say was not taken. A limit by
    power is what lines and transformers set; that it is the same all year is an assumption.
    """
    count, hours = capacity_factor.shape
    limit = np.ones(count)
    for i in range(count):
        own = np.sort(capacity_factor[i])
        total, lost = float(own.sum()), (1.0 - float(utilisation[i])) * float(own.sum())
        if lost <= 0.0 or total <= 0.0:
            limit[i] = max(float(own[-1]), 0.0) if hours else 1.0
            continue
        # above[k]: energy above level own[k]; falls with k, straight lines between
        above = total - np.cumsum(own) - own * np.arange(hours - 1, -1, -1)
        limit[i] = np.interp(-lost, -above, own)
    return limit


def utilisation(tables: Tables, technology: Renewable) -> Array:
    """(node,) share that was taken: of 2020 where known, else of January to May 2021, else 1."""
    known = _figures(tables, f"{technology}_utilisation_2021_janmay_pct")
    known |= _figures(tables, f"{technology}_utilisation_2020_pct")
    return np.array([known.get(node.node_id, 100.0) / 100.0 for node in tables.nodes])


def available(
    scenario: Scenario, tables: Tables, fleet: Fleet, technology: Renewable, capacity_factor: Array
) -> Available:
    """Wind or PV of the provinces in the scenario's year.

    Parameters
    ----------
    capacity_factor : (node, hour)
        Of the whole fleet, yields already chosen.
    """
    end_mw = fleet.node_mw[technology]
    stands = end_mw[:, None] * standing_share(scenario, tables, technology, end_mw)
    whole = capacity_factor * stands
    if scenario.fleet[technology].taken == "all":
        return Available(whole, np.zeros_like(whole))
    limit = taken_limit(capacity_factor, utilisation(tables, technology))
    taken = np.minimum(whole, limit[:, None] * stands)
    return Available(taken, whole - taken)


def nuclear_mw(scenario: Scenario, tables: Tables, fleet: Fleet) -> Array:
    """(node, hour) nuclear power on the grid: what stands, at its availability or the hours of 2019."""
    target, end_mw = scenario.fleet["nuclear"], fleet.node_mw["nuclear"]
    share = tables.technology("nuclear", "availability_share")
    if target.yields == "as_measured":
        share = tables.national_figure("nuclear_2019_hours") / HOURS
    stands = end_mw[:, None] * standing_share(scenario, tables, "nuclear", end_mw)
    return np.asarray(np.broadcast_to(stands * share, (len(end_mw), HOURS)).copy())


def _figures(tables: Tables, field: str) -> dict[str, float]:
    """By node, those there are."""
    return {figure.node_id: figure.value for figure in tables.figures if figure.field == field}
