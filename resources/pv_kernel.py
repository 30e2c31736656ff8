"""The hot loop of the PV chain: float32 arrays small enough for the cache, one month of some places at a time.

No trigonometric function is called per hour. The sun's height and the beam's incidence are products of the
hour's vector to the sun with vectors of the place (`weather_solar.local_axes`); a tracker's rotation follows
as sine and cosine by square roots; reflection is a table by the cosine of incidence. What is left are sums,
products, quotients and square roots, which IEEE 754 rounds alike everywhere, so the result does not depend on
the platform, on the number of threads, or on which places are computed together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from resources.hours import DAYS, HOURS, MONTH_DAYS, MONTH_HOURS
from resources.pv_bifacial import RearTable
from resources.pv_planes import Facing, FixedPlanes, Trackers, along
from resources.weather import HourlyWeather
from resources.weather_solar import local_axes, sun_vectors, sun_year

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

_PLACES_AT_ONCE: Final = 128
"""Times a month's daylight hours: about 55,000 values, 220 kB an array. Measured: smaller blocks lose more to
Python's lock between the threads than they gain from the cache."""
_MOST_THREADS: Final = 8
_REFLECTION_STEPS: Final = 4096
_LOWEST_COSINE = np.float32(0.01745)
"""Of the zenith, where a quotient by it is capped (89 degrees, as in pvlib's Hay-Davies)."""
_F = np.float32


@dataclass(frozen=True, slots=True)
class Electrical:
    """From light on the cells to AC power, per unit of AC capacity."""

    dc_per_w_per_m2: float
    """DC power at 25 C per W/m2 that reaches the cells, losses taken off."""
    gamma_per_k: float
    u0_w_per_m2_k: float
    u1_w_s_per_m3_k: float
    """Module over air: irradiance / (u0 + u1 wind); Faiman (2008), and PVsyst's model in these terms."""
    sapm: tuple[float, float, float] | None
    """(a, b, delta T): King et al. (2004) in place of u0, u1."""
    ac_curve: tuple[float, float, float]
    """AC power = c0 + c1 p + c2 p2 of DC power p, before clipping at 1."""
    ac_kept: float
    """Share left after the losses on the AC side."""
    reflection: Hourly
    """Share of the beam that enters the glass, by the cosine of incidence in equal steps from 0 to 1."""


def reflection_table(shares: Array) -> Hourly:
    """The table `Electrical.reflection` from values at any number of equal steps of the cosine of 0..1."""
    at = np.linspace(0.0, 1.0, _REFLECTION_STEPS)
    return np.interp(at, np.linspace(0.0, 1.0, len(shares)), shares).astype(np.float32)


def run(
    weather: HourlyWeather,
    planes: FixedPlanes | Trackers,
    rear: RearTable | None,
    electrical: Electrical,
    *,
    wind_factor: float,
    albedo: float,
    kept_monthly: Array | None,
    threads: int | None = None,
) -> Hourly:
    """(place, hour) AC output over AC capacity. [-]

    Parameters
    ----------
    weather : HourlyWeather
    planes : FixedPlanes or Trackers
        Where the modules of each place face.
    rear : RearTable or None
        What the rear sees; none: modules with one face.
    wind_factor : float
        Wind at the modules over wind of the weather. [-]
    kept_monthly : (place, 12) or None
        Share of the modules' power kept: soiling, snow, age. [-]
    threads : int or None
        At most so many; none: as many as the machine has cores, at most 8 (Python's lock lets no more work).
    """
    out = np.zeros((len(weather), HOURS), dtype=np.float32)
    blocks = [
        slice(start, min(start + _PLACES_AT_ONCE, len(weather)))
        for start in range(0, len(weather), _PLACES_AT_ONCE)
    ]
    job = _Job(weather, planes, rear, electrical, _F(wind_factor), albedo, kept_monthly, out)
    workers = min(len(blocks), threads or min(os.cpu_count() or 1, _MOST_THREADS))
    if workers < 2:
        for some in blocks:
            job.places(some)
        return out
    with ThreadPoolExecutor(workers, thread_name_prefix="pv") as pool:
        list(pool.map(job.places, blocks))  # raises what a block raised
    return out


@dataclass(frozen=True, slots=True)
class _Job:
    """What all blocks of one run share."""

    weather: HourlyWeather
    planes: FixedPlanes | Trackers
    rear: RearTable | None
    electrical: Electrical
    wind_factor: np.float32
    albedo: float
    kept_monthly: Array | None
    out: Hourly

    def places(self, some: slice) -> None:
        """Fill the year of some places."""
        lat, lon = self.weather.lat_deg[some], self.weather.lon_deg[some]
        up = local_axes(lon, lat)[2].astype(np.float32)
        vectors = sun_vectors()
        for month, days, clock in daylight(lat, lon):
            light = _Window(some, days, clock)
            sun = (light.year(vectors.equator), light.year(vectors.west), light.year(vectors.pole))
            zenith = along(up, sun)
            facing = self.planes.facing(some, sun)
            ac = self._power(some, month, light, zenith, facing)
            light.put(ac, self.out)

    def _power(self, some: slice, month: int, light: _Window, zenith: Hourly, facing: Facing) -> Hourly:
        """(place, hour) AC power of one month's daylight hours."""
        weather, e = self.weather, self.electrical
        ghi = light.take(weather.ghi_w_per_m2)
        dni = light.take(weather.dni_w_per_m2)
        diffuse = light.take(weather.dhi_w_per_m2)
        day = (zenith > 0) & (ghi > 0)
        safe = np.maximum(zenith, _LOWEST_COSINE)
        towards = np.maximum(facing.incidence, _F(0.0))

        # Hay and Davies (1980): the share of the beam's clearness of the diffuse light comes from the sun.
        around = dni * light.year(_per_extra())
        around *= diffuse  # circumsolar, on a plane that faces the zenith
        isotropic = diffuse - around
        around /= safe  # on a plane that faces the sun
        beam = dni * towards
        sky_view = (1 + facing.cos_tilt) * _F(0.5)
        plane = isotropic * sky_view
        plane += around * towards
        plane += ghi * ((1 - facing.cos_tilt) * _F(0.5 * self.albedo))

        step = (towards * _F(_REFLECTION_STEPS - 1) + _F(0.5)).astype(np.intp)
        effective = e.reflection.take(step, mode="clip")
        effective *= beam
        effective += plane
        plane += beam
        if self.rear is not None:
            back = self.rear.irradiance(
                incidence=facing.incidence,
                cos_zenith=safe,
                cos_tilt=facing.cos_tilt,
                sin_tilt=facing.sin_tilt,
                ghi=ghi,
                isotropic=isotropic,
                beam_normal=dni + around,
                albedo=self.albedo,
            )
            back *= _F(self.rear.kept)
            effective += back
            plane += back

        wind = light.take(weather.wind_speed_ms) * self.wind_factor
        warmth = self._warmer(plane, wind)
        warmth += light.take(weather.temperature_c)
        warmth *= _F(e.gamma_per_k)
        warmth += _F(1 - 25 * e.gamma_per_k)
        dc = effective
        dc *= warmth
        if self.kept_monthly is None:
            dc *= _F(e.dc_per_w_per_m2)
        else:
            dc *= (e.dc_per_w_per_m2 * self.kept_monthly[some, month, None]).astype(np.float32)
        np.maximum(dc, _F(0.0), out=dc)
        c0, c1, c2 = (_F(c) for c in e.ac_curve)
        ac = dc * c2
        ac += c1
        ac *= dc
        ac += c0
        np.clip(ac, _F(0.0), _F(1.0), out=ac)
        ac *= _F(e.ac_kept)
        ac *= day
        return np.asarray(ac)

    def _warmer(self, plane: Hourly, wind: Hourly) -> Hourly:
        """(place, hour) module's (SAPM: cell's) temperature above the air's. [K]"""
        e = self.electrical
        if e.sapm is None:
            wind *= _F(e.u1_w_s_per_m3_k)
            wind += _F(e.u0_w_per_m2_k)
            return np.asarray(plane / wind)
        a, b, above_back_at_1000 = e.sapm
        return np.asarray(plane * (np.exp(_F(a) + _F(b) * wind) + _F(above_back_at_1000 / 1000.0)))


@dataclass(frozen=True, slots=True)
class _Window:
    """The same clock hours of every day of a month, at some places."""

    some: slice
    days: slice
    """Of the year."""
    clock: slice
    """Of the day."""

    def take(self, values: Hourly) -> Hourly:
        """(place, hour of year) of all places -> (place, hour of the window)."""
        # The places first: of an array that is not contiguous (read by the hour), only they are copied.
        part = values[self.some].reshape(-1, DAYS, 24)[:, self.days, self.clock]
        return np.ascontiguousarray(part, dtype=np.float32).reshape(len(part), -1)

    def year(self, values: Hourly) -> Hourly:
        """(hour of year,) -> (hour of the window,)."""
        return np.ascontiguousarray(values.reshape(DAYS, 24)[self.days, self.clock]).reshape(-1)

    def put(self, values: Hourly, out: Hourly) -> None:
        """Write the window's values into `out`, (place, hour of year) of all places, contiguous."""
        part = out.reshape(-1, DAYS, 24)[self.some, self.days, self.clock]
        part[...] = values.reshape(part.shape)


def daylight(lat_deg: Array, lon_deg: Array) -> Iterator[tuple[int, slice, slice]]:
    """Each month, its days of the year, and the clock hours in which any of the places can have sun.

    Half the day's length has its extremes at those of latitude and declination; bounds, not exact hours.
    """
    sun = sun_year()
    for month, (days, hours) in enumerate(zip(MONTH_DAYS, MONTH_HOURS, strict=True)):
        height = np.tan(sun.declination_rad[hours])
        lat = np.tan(np.radians([lat_deg.min(), lat_deg.max()]))
        longest = max(np.arccos(np.clip(-a * b, -1, 1)) for a in lat for b in (height.min(), height.max()))
        late = sun.equation_of_time_h[hours]
        first_noon = 12 - (lon_deg.max() - 120) / 15 - late.max()
        last_noon = 12 - (lon_deg.min() - 120) / 15 - late.min()
        half = float(longest) * 12 / np.pi
        # Hour h has its centre at h + 0.5; a tenth of an hour more on either side for rounding.
        start = int(np.floor(first_noon - half - 0.6)) + 1
        stop = int(np.ceil(last_noon + half - 0.4))
        if start < 0 or stop > 24:
            start, stop = 0, 24
        yield month, days, slice(start, stop)


@lru_cache(maxsize=1)
def _per_extra() -> Hourly:
    """(hour,) one over the extraterrestrial normal irradiance. [m2/W]"""
    return (1 / sun_year().normal_w_per_m2).astype(np.float32)
