"""Rooftop and distributed PV: what roofs of each county can carry and yield, the east's share of the map.

Roofs follow built-up land where a land-cover map is given, and people elsewhere: both by coefficients that are
estimates of an order of magnitude (`RoofRules`), to be replaced by the user's own. No national total is built in
to agree with; nothing here is validated against a count of roofs (docs/pv.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.boundary import RegionLayer
from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.grid import TERRAIN
from gis_layers.progress import Progress, silent
from resources import atlas
from resources.people import people_per_km2

Array = NDArray[np.float64]

SOURCE_ZH: Final = "本程序估算系数 (未经验证)"
SOURCE_EN: Final = "coefficients estimated for this program (not validated)"
_TOWN_PEOPLE_PER_KM2: Final = 1500.0
"""Density at which half the people of a cell of 9 km live in blocks of flats."""


class RoofRules(BaseModel):
    """From land or people to roofs to modules. Every default: tier estimated, order of magnitude only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    roof_share_of_built: float = Field(default=0.20, gt=0, le=1)
    """Roofs on built-up land, which counts streets, yards and gardens. [-]"""
    roof_m2_per_person_town: float = Field(default=25.0, gt=0, le=200)
    """Ground covered by all buildings (homes, work, factories), where people live in flats."""
    roof_m2_per_person_village: float = Field(default=50.0, gt=0, le=300)
    """The same where they live in houses."""
    usable_share: float = Field(default=0.25, gt=0, le=1)
    """Of a roof: strong, free, not shaded, not facing north. [-]"""
    module_kw_per_m2: float = Field(default=0.17, gt=0, le=0.3)
    """DC power over usable roof, with gaps between modules."""
    yield_over_ground: float = Field(default=0.90, gt=0, le=1.2)
    """Yield per kWp over that of a ground plant of the best tilt at the same place: roofs face where they face, are
    warmer and partly shaded. [-]"""


@dataclass(frozen=True, slots=True)
class Rooftops:
    """Rooftop PV of regions."""

    ids: tuple[str, ...]
    people: Array
    """(region,) [persons]"""
    roof_km2: Array
    """(region,) all roofs."""
    from_built_share: Array
    """(region,) share of the roofs that follows from a land-cover map; the rest follows from people. [-]"""
    capacity_mw: Array
    """(region,) modules (DC)."""
    energy_mwh: Array
    """(region,) AC, a year."""

    @property
    def full_load_hours(self) -> Array:
        """(region,) energy over module capacity; NaN where no roofs are. [h/a]"""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.energy_mwh / self.capacity_mw)


def rooftops(
    layer: RegionLayer = "county",
    rules: RoofRules | None = None,
    *,
    people: Array | None = None,
    built_share: Array | None = None,
    pv_yield_kwh_per_kwp: Array | None = None,
    progress: Progress = silent,
) -> Rooftops:
    """Roofs, capacity and energy of every region of a layer.

    Parameters
    ----------
    layer
        "county" (2,891), "city", "province" or "dispatch_region".
    people : (row, col) TERRAIN or None
        People per km2; none: the provinces' census spread by `people_per_km2`. [1/km2]
    built_share : (row, col) TERRAIN or None
        Share of built-up land of a land-cover map; NaN where the map has no value. [-]
    pv_yield_kwh_per_kwp : (row, col) TERRAIN or None
        Of ground plants of the best tilt; none: the atlas layer `pv_yield`.

    Raises
    ------
    InputError
        Arrays of another shape, negative people, shares outside 0..1.
    BalanceError
        The regions' roofs do not add up to the cells'.
    """
    from gis_layers.zonal import zones

    rules = rules or RoofRules()
    _check(people, built_share, pv_yield_kwh_per_kwp)
    density = people_per_km2() if people is None else np.nan_to_num(people)
    progress(0.3, "roofs")
    roofs, from_built = roof_share(density, built_share, rules)
    hours = _ground_yield() if pv_yield_kwh_per_kwp is None else pv_yield_kwh_per_kwp
    mw_per_km2 = roofs * rules.usable_share * rules.module_kw_per_m2 * 1000.0
    energy = mw_per_km2 * _filled(hours) * rules.yield_over_ground
    held = zones(layer, TERRAIN)
    progress(0.9, "roofs")
    totals = held.total(np.stack([density, roofs, from_built, mw_per_km2, energy]))
    _check_balance(totals[1], held.area_km2, roofs)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(totals[2] / totals[1])
    progress(1.0, "roofs")
    return Rooftops(held.ids, totals[0], totals[1], share, totals[3], totals[4])


def table(found: Rooftops) -> list[dict[str, str | float]]:
    """One row a region, most capacity first, keyed with units; for CSV, Excel and the report."""
    order = np.argsort(-found.capacity_mw, kind="stable")
    hours = np.nan_to_num(found.full_load_hours)
    return [
        {
            "id": found.ids[at],
            "people": round(float(found.people[at])),
            "roof_km2": round(float(found.roof_km2[at]), 3),
            "from_built_share": round(float(found.from_built_share[at]), 3),
            "capacity_mw": round(float(found.capacity_mw[at]), 2),
            "energy_gwh": round(float(found.energy_mwh[at]) / 1000.0, 3),
            "full_load_hours": round(float(hours[at]), 1),
            "tier": "estimated",
        }
        for at in order
    ]


def roof_share(people: Array, built_share: Array | None, rules: RoofRules) -> tuple[Array, Array]:
    """(row, col) roofs over land, and the part of them that follows from built-up land. [-]

    The part of people in flats rises with the cell's density (half at 1,500 people per km2); a cell without a
    land-cover value falls back on its people.
    """
    flats = people / (people + _TOWN_PEOPLE_PER_KM2)
    each_m2 = flats * rules.roof_m2_per_person_town + (1 - flats) * rules.roof_m2_per_person_village
    by_people = np.minimum(people * each_m2 / 1e6, 1.0)
    if built_share is None:
        return by_people, np.zeros_like(by_people)
    mapped = np.isfinite(built_share)
    by_land = np.where(mapped, np.nan_to_num(built_share) * rules.roof_share_of_built, 0.0)
    return np.where(mapped, by_land, by_people), by_land


def _ground_yield() -> Array:
    """(row, col) TERRAIN: the atlas's yield of ground plants. [kWh/kWp]"""
    coarse = atlas.read("pv_yield").values[0]
    return np.asarray(np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1), dtype=np.float64)


def _filled(values: Array) -> Array:
    """Cells without a value (coasts, small islands) take that of the nearest cell that has one."""
    from scipy.ndimage import distance_transform_edt

    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    row, col = distance_transform_edt(missing, return_distances=False, return_indices=True)
    return np.asarray(values[row, col])


def _check(people: Array | None, built_share: Array | None, pv_yield: Array | None) -> None:
    problems = []
    for name, values, most, expected in (
        ("people", people, np.inf, "0 or more per km2"),
        ("built_share", built_share, 1.0, "shares of 0 to 1"),
        ("pv_yield_kwh_per_kwp", pv_yield, 3000.0, "0 to 3,000 kWh/kWp"),
    ):
        if values is None:
            continue
        if values.shape != TERRAIN.shape:
            problems.append(Problem("argument", name, str(values.shape), f"the terrain grid {TERRAIN.shape}"))
        elif np.isnan(values).all():
            problems.append(Problem("argument", name, "no value", expected))
        elif (bad := values[(values < 0) | (values > most)]).size:
            problems.append(Problem("argument", name, f"{bad[0]:g}", expected))
    if problems:
        raise InputError(problems)


def _check_balance(regions_km2: Array, overlay: object, roofs: Array) -> None:
    """What regions hold is what their cells hold."""
    covered = np.asarray(overlay.sum(axis=0)).ravel()  # type: ignore[attr-defined]
    cells = float(covered @ roofs.ravel())
    found = float(regions_km2.sum())
    if abs(found - cells) > 1e-9 * max(cells, 1.0):
        raise BalanceError("area", region="roofs", found_km2=found, expected_km2=cells)
