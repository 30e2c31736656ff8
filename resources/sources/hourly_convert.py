"""From the columns of a file to hourly weather of ours: the meaning of stamps, units, wind, beam, density.

What each step does is in docs/sources.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resources.air import GAS_CONSTANT_J_PER_KG_K, GRAVITY_M_PER_S2, LAPSE_K_PER_M, pressure_pa
from resources.sources.hourly import (
    Column,
    Hourly,
    HourlyRaw,
    civil_year,
    cosine,
    hour_numbers,
    locate,
    take,
    wrap_edges,
    year_hours,
)
from resources.sources.running import sound_hours
from resources.sources.shear import TARGET_HEIGHT_M, exponent_of_two, lift
from resources.sources.variables import Unit
from resources.weather_solar import sun_year

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

MOST_FILLED_H = 3
"""Gaps up to this length are closed, with consent: hours that are neighbours hold about the same weather."""
_LOWEST_COSINE = 0.05
RADIATION = ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a source becomes weather, as settled with the user."""

    units: Mapping[str, Unit]
    """By name of the column."""
    utc_offset_h: float
    shear_exponent: float
    """Where there is wind at one height only."""


def best_wind(columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Columns of the wind to use and of a second height, each () or (speed,) or (u, v).

    The height nearest to 100 m counts, then the nearest to that.
    """
    found: dict[float, tuple[Column, ...]] = {}
    for column in columns:
        height = column.height_m or 10.0
        if column.role == "wind_speed_ms":
            found[height] = (column,)
        elif column.role == "wind_u_ms" and height not in found:
            other = next(
                (c for c in columns if c.role == "wind_v_ms" and (c.height_m or 10.0) == height), None
            )
            if other is not None:
                found[height] = (column, other)
    ranked = sorted(found, key=lambda height: abs(np.log(height / TARGET_HEIGHT_M)))
    first = found[ranked[0]] if ranked else ()
    second = found[ranked[1]] if len(ranked) > 1 and ranked[0] != TARGET_HEIGHT_M else ()
    return first, second


def by_role(columns: tuple[Column, ...]) -> dict[str, Column]:
    """The first column of each role but wind."""
    found: dict[str, Column] = {}
    for column in columns:
        if not column.role.startswith("wind"):
            found.setdefault(column.role, column)
    return found


def possible_fields(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Fields of `HourlyWeather` that can be made of the columns."""
    roles = by_role(columns)
    fields: list[str] = []
    if "ghi_w_per_m2" in roles or {"dni_w_per_m2", "dhi_w_per_m2"} <= roles.keys():
        fields += RADIATION
    if "temperature_c" in roles:
        fields.append("temperature_c")
    if best_wind(columns)[0]:
        fields.append("wind_speed_ms")
    if "temperature_c" in roles:
        fields.append("air_density_kg_per_m3")
    return tuple(fields)


class Converter:
    """Reads hours of a source, for some places, in our units."""

    def __init__(
        self, raw: HourlyRaw, recipe: Recipe, load: Callable[[Column, slice, slice], Hourly] | None = None
    ) -> None:
        self._raw = raw
        self._recipe = recipe
        self._load = load or raw.load
        self._numbers: dict[str, Numbers] = {}
        self._year = 0
        self._edges: dict[str, Numbers] = {}

    def turn_to(self, year: int) -> None:
        """The year whose hours come next: its edges may come from the file's other end."""
        if year != self._year:
            self._year = year
            self._edges.clear()

    def numbers(self, column: Column) -> Numbers:
        """(step,) UTC hour numbers of a column."""
        if column.name not in self._numbers:
            stamps = self._raw.stamps(column)
            self._numbers[column.name] = hour_numbers(stamps, column.stamp, self._recipe.utc_offset_h)
        return self._numbers[column.name]

    def one(self, column: Column, hours: Numbers, places: slice) -> Array:
        """(place, hour) of one column in our unit."""
        return np.asarray(self._ends(column, hours, places)[0])

    def speed(self, columns: tuple[Column, ...], hours: Numbers, places: slice) -> Array:
        """(place, hour) speed of one height; of instants the mean of the hour's two ends."""
        if len(columns) == 1:
            return self.one(columns[0], hours, places)
        parts = [self._ends(column, hours, places, merge=False) for column in columns]
        ends = [np.hypot(u, v) for u, v in zip(*parts, strict=True)]
        return _mean_of_ends(ends)

    def _at(self, column: Column, hours: Numbers) -> Numbers:
        """Step of the column for each hour, -1 where there is none."""
        there = self.numbers(column)
        if column.name not in self._edges:
            sound = sound_hours(there) if column.running else there
            self._edges[column.name] = wrap_edges(sound, self._year)
        own = year_hours(civil_year(self._year))
        within = locate(own, hours)
        return locate(there, np.where(within >= 0, self._edges[column.name][within], hours))

    def _ends(self, column: Column, hours: Numbers, places: slice, merge: bool = True) -> list[Array]:
        """The hour's value, or the values at its beginning and end, merged on demand."""
        unit = self._recipe.units[column.name]
        stamps = self._raw.stamps(column)
        on_the_hour = bool(len(stamps)) and (int(stamps[0]) - round(60 * self._recipe.utc_offset_h)) % 60 == 0
        wanted = [hours, hours + 1] if column.stamp == "instant" and on_the_hour else [hours]
        ends = []
        for numbers in wanted:
            index = self._at(column, numbers)
            values = take(self._load, column, index, places).astype(np.float64)
            if column.running:
                there = self.numbers(column)
                before = np.where(index > 0, locate(there, there[index] - 1), -1)
                values -= np.where(numbers % 24 == 0, 0.0, take(self._load, column, before, places))
            ends.append(values * unit.scale + unit.offset)
        return [_mean_of_ends(ends)] if merge else ends


def _mean_of_ends(ends: list[Array]) -> Array:
    """Mean of the two ends, or the one there is."""
    if len(ends) == 1:
        return ends[0]
    first, second = ends
    mean = (first + second) / 2
    return np.asarray(np.where(np.isnan(mean), np.where(np.isnan(first), second, first), mean))


def close_gaps(values: Array, weight: Array | None = None) -> tuple[Array, int]:
    """(place, hour) with gaps of up to 3 hours closed, and the count of hours that were.

    Linear between the neighbours; of irradiance (`weight`: the sun's cosine) in its ratio to the sun's height.
    Longer gaps stay.
    """
    gap = np.isnan(values)
    if not gap.any():
        return values, 0
    out = values.copy()
    count = 0
    position = np.arange(values.shape[1])
    height = None if weight is None else np.maximum(weight, _LOWEST_COSINE)
    for row in np.flatnonzero(gap.any(axis=1)):
        known = np.flatnonzero(~gap[row])
        if len(known) < 2:
            continue
        holes = np.flatnonzero(gap[row])
        after = np.searchsorted(known, holes)
        inside = (after > 0) & (after < len(known))
        holes, after = holes[inside], after[inside]
        short = known[after] - known[after - 1] - 1 <= MOST_FILLED_H
        holes = holes[short]
        series = values[row, known] if height is None else values[row, known] / height[row, known]
        filled = np.interp(position[holes], known, series)
        if height is not None and weight is not None:
            filled *= np.where(weight[row, holes] > 0, height[row, holes], 0.0)
        out[row, holes] = filled
        count += len(holes)
    return out, count


def beam_and_diffuse(
    roles: Mapping[str, Array], lat_deg: Array, lon_deg: Array, hour: Numbers
) -> tuple[Array, Array, Array]:
    """GHI, DNI and DHI of what there is, each (place, hour). [W/m2]

    All three are kept as they are. GHI with the horizontal beam, DNI or DHI gives the rest by
    ``GHI = DNI cos z + DHI``, z at the hour's centre; GHI alone is split by Erbs, Klein and Duffie (1982). Below
    2.9 degrees of sun all light counts as diffuse; the beam never exceeds the extraterrestrial.
    """
    cos = cosine(lat_deg, lon_deg, hour)
    ghi, dni, dhi = (roles.get(name) for name in RADIATION)
    if ghi is not None and dni is not None and dhi is not None:
        return ghi, dni, dhi
    above = np.maximum(cos, 0.0)
    normal = sun_year().normal_w_per_m2[hour][None, :]
    if ghi is None:
        assert dni is not None
        assert dhi is not None
        return dni * above + dhi, dni, dhi
    if dni is not None:
        beam = dni * above
    elif dhi is not None:
        beam = ghi - dhi
    elif "beam_horizontal_w_per_m2" in roles:
        beam = roles["beam_horizontal_w_per_m2"]
    else:
        zenith = np.degrees(np.arccos(np.clip(cos, -1, 1)))
        import pvlib

        kt = pvlib.irradiance.clearness_index(ghi, zenith, np.broadcast_to(normal, cos.shape))
        beam = ghi * (1 - _erbs_diffuse_share(np.asarray(kt)))
    beam = np.clip(beam, 0.0, np.maximum(ghi, 0.0))
    found = np.divide(beam, above, out=np.zeros_like(ghi), where=above > _LOWEST_COSINE)
    found = np.where(np.isnan(ghi), np.nan, np.minimum(found, normal))
    return ghi, found, np.asarray(np.maximum(ghi - found * above, 0.0))


def _erbs_diffuse_share(kt: Array) -> Array:
    """Diffuse over global irradiance by hourly clearness (Erbs, Klein and Duffie 1982, equation 1)."""
    middle = 0.9511 - 0.1604 * kt + 4.388 * kt**2 - 16.638 * kt**3 + 12.336 * kt**4
    return np.asarray(np.where(kt <= 0.22, 1 - 0.09 * kt, np.where(kt <= 0.8, middle, 0.165)))


def density_100m(temperature_c: Array, pressure: Array | None, elevation_m: Array) -> Array:
    """(place, hour) dry air at 100 m above ground; without pressure, that of the standard atmosphere."""
    kelvin = temperature_c + 273.15
    ground = pressure if pressure is not None else pressure_pa(elevation_m)[:, None]
    above = ground * np.exp(-GRAVITY_M_PER_S2 * TARGET_HEIGHT_M / (GAS_CONSTANT_J_PER_KG_K * kelvin))
    return np.asarray(above / (GAS_CONSTANT_J_PER_KG_K * (kelvin - LAPSE_K_PER_M * TARGET_HEIGHT_M)))


def wind_100m(
    converter: Converter, columns: tuple[Column, ...], hours: Numbers, places: slice, exponent: float
) -> Array:
    """(place, hour) speed at 100 m; with two heights by each place's mean shear of these hours. [m/s]"""
    first, second = best_wind(columns)
    speed = converter.speed(first, hours, places)
    height = first[0].height_m or 10.0
    if height == TARGET_HEIGHT_M:
        return speed
    if not second:
        return lift(speed, height, exponent)
    other_height = second[0].height_m or 10.0
    other = converter.speed(second, hours, places)
    low, high = ((speed, height), (other, other_height))[:: 1 if height < other_height else -1]
    return lift(speed, height, exponent_of_two(*low, *high)[:, None])
