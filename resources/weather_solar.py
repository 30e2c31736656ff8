"""Sun geometry and hourly irradiance: from a month's irradiation and beam share to GHI, DNI and DHI.

Used by the weather generator (all of it) and by the PV chain (geometry).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from resources.hours import DAYS, GEOMETRY_YEAR, HOURS, MONTH_HOURS

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

# Clear-sky index (GHI over clear-sky GHI) of an hour: a beta distribution on this interval.
_INDEX_LOW, _INDEX_HIGH = 0.03, 1.05
_NORMAL = np.linspace(-4.0, 4.0, 161)
_OFFSET_STEPS = 10
_CEILING = 0.92
"""Hourly GHI over extraterrestrial; on high plateaus clear noons reach 0.85 to 0.9."""
_MEAN_INDEX_LIMIT = 0.93
"""No month is clearer than this on average; where the climate says so, our clear sky is raised to it."""
_LOWEST_BEAM_COSINE = 0.05
"""Sun below 2.9 degrees: all light counts as diffuse."""


@dataclass(frozen=True, slots=True)
class SunYear:
    """What the sun does at hour centres, the same for all places."""

    declination_rad: Array
    """(hour,)"""
    equation_of_time_h: Array
    """(hour,)"""
    normal_w_per_m2: Array
    """(hour,) extraterrestrial irradiance normal to the beam."""


@lru_cache(maxsize=1)
def sun_year() -> SunYear:
    """Declination, equation of time and extraterrestrial beam at the 8,760 hour centres (NREL SPA)."""
    import pandas as pd
    import pvlib

    first = pd.Timestamp(f"{GEOMETRY_YEAR}-01-01 00:30", tz="Etc/GMT-8")
    times = pd.date_range(first, periods=HOURS, freq="h")
    # Seen from the pole the sun's height is its declination.
    pole = pvlib.solarposition.spa_python(times, 90.0, 0.0)
    return SunYear(
        declination_rad=np.radians(pole["elevation"].to_numpy()),
        equation_of_time_h=pole["equation_of_time"].to_numpy() / 60.0,
        normal_w_per_m2=np.asarray(pvlib.irradiance.get_extra_radiation(times), dtype=np.float64),
    )


@dataclass(frozen=True, slots=True)
class SunVectors:
    """The sun at the hour centres as seen from the zone's meridian (120E), for products with `local_axes`."""

    equator: Hourly
    """(hour,) component along the equator's point under 120E."""
    west: Hourly
    """(hour,) component along the equator's point 90 degrees west of it."""
    pole: Hourly
    """(hour,) component along the north pole."""


@lru_cache(maxsize=1)
def sun_vectors() -> SunVectors:
    """Unit vectors to the sun at the 8,760 hour centres; read-only."""
    sun = sun_year()
    angle = np.pi / 12 * (np.arange(HOURS) % 24 + 0.5 + sun.equation_of_time_h - 12)
    across = np.cos(sun.declination_rad)
    parts = (across * np.cos(angle), across * np.sin(angle), np.sin(sun.declination_rad))
    vectors = SunVectors(*(part.astype(np.float32) for part in parts))
    for part in (vectors.equator, vectors.west, vectors.pole):
        part.setflags(write=False)
    return vectors


def local_axes(lon_deg: Array, lat_deg: Array) -> tuple[Array, Array, Array]:
    """East, north and up at places, each (place, 3) in the frame of `sun_vectors`. [-]

    The sun's component along any direction fixed to a place is three products of its hour's vector: with up
    the cosine of the zenith angle, with a module's normal that of the incidence; no angle is needed.
    """
    lat, turn = np.radians(np.asarray(lat_deg)), np.radians(np.asarray(lon_deg) - 120.0)
    zero = np.zeros_like(lat)
    east = np.stack([-np.sin(turn), -np.cos(turn), zero], axis=1)
    north = np.stack([-np.sin(lat) * np.cos(turn), np.sin(lat) * np.sin(turn), np.cos(lat)], axis=1)
    up = np.stack([np.cos(lat) * np.cos(turn), -np.cos(lat) * np.sin(turn), np.sin(lat)], axis=1)
    return east, north, up


def hour_angle(lon_deg: Array) -> Array:
    """(place, hour) hour angle of the sun at hour centres, 0 at true noon, positive after it. [rad]"""
    clock = np.arange(HOURS) % 24 + 0.5
    solar_time = (clock + sun_year().equation_of_time_h)[None, :] + (np.asarray(lon_deg)[:, None] - 120) / 15
    angle = np.pi / 12 * (solar_time - 12)
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def cos_zenith(lat_deg: Array, angle: Array) -> Array:
    """(place, hour) cosine of the sun's true zenith angle at hour centres, negative at night. [-]

    Agrees with pvlib's SPA within 0.01 degrees (the observer's parallax is left out).
    """
    lat = np.radians(np.asarray(lat_deg))[:, None]
    declination = sun_year().declination_rad[None, :]
    return np.asarray(np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(angle))


def clear_sky(cosine: Array, elevation_m: Array, temperature_monthly_c: Array) -> Array:
    """(place, hour) clear-sky GHI of the simplified Solis model (Ineichen 2008), 0 at night. [W/m2]

    `temperature_monthly_c` is (place, 12). Haze and vapour are a stated simplification: aerosol depth at
    700 nm on clear days falls with height from 0.18 in the lowlands to 0.06, water vapour follows the
    month's temperature. Only the spread between clear and dull hours depends on them; the month's sum comes
    from the climate.
    """
    import pvlib

    day = cosine > 0
    height = np.degrees(np.arcsin(cosine[day]))
    row, hour = np.nonzero(day)
    month = np.repeat(np.arange(12), [hours.stop - hours.start for hours in MONTH_HOURS])
    above_sea = np.maximum(elevation_m, 0.0)
    haze = 0.06 + 0.12 * np.exp(-above_sea / 1500.0)
    vapour_cm = np.clip(0.9 * np.exp(0.055 * temperature_monthly_c), 0.2, 6.0)
    sky = pvlib.clearsky.simplified_solis(
        height,
        aod700=haze[row],
        precipitable_water=vapour_cm[row, month[hour]],
        pressure=pvlib.atmosphere.alt2pres(above_sea)[row],
        dni_extra=sun_year().normal_w_per_m2[hour],
    )
    out = np.zeros_like(cosine)
    out[day] = np.maximum(np.asarray(sky["ghi"]), 0.0)
    return out


def irradiance_from_clearness(
    latent: Array, clear: Array, cosine: Array, ghi_monthly_kwh_per_m2: Array
) -> Array:
    """GHI whose months sum to the climate's, with the clearness of the latent field.

    Parameters
    ----------
    latent : (place, hour)
        Standard normal field, high = clear.
    clear : (place, hour)
        Clear-sky GHI. [W/m2]
    cosine : (place, hour)
        Cosine of the zenith angle. [-]
    ghi_monthly_kwh_per_m2 : (place, 12)

    Returns
    -------
    (place, hour)
        GHI; 0 at night; never above 92 % of the extraterrestrial. [W/m2]

    Notes
    -----
    Clear-sky index: beta distributed with the month's mean m and variance ``s m (1 - m)``; s falls from 0.45
    where cloud rules to 0.30 in deserts (fitted on the daily clearness of the two CSWD years). A month's
    sample misses its mean by some percent: the latent field is shifted by a constant until the sum is met, so
    no hour leaves the distribution's bounds.
    """
    ghi = np.zeros_like(clear)
    ceiling = _CEILING * sun_year().normal_w_per_m2[None, :] * np.maximum(cosine, 0.0)
    for month, hours in enumerate(MONTH_HOURS):
        target = ghi_monthly_kwh_per_m2[:, month] * 1000.0
        possible = np.maximum(clear[:, hours].sum(axis=1), 1e-9)
        mean = target / possible
        sky = clear[:, hours] * np.maximum(mean / _MEAN_INDEX_LIMIT, 1.0)[:, None]
        curves = _quantile_curves(np.minimum(mean, _MEAN_INDEX_LIMIT))
        low, high = np.full(len(clear), -3.0), np.full(len(clear), 3.0)
        for _ in range(_OFFSET_STEPS):
            offset = (low + high) / 2
            short = (sky * _read(curves, latent[:, hours] + offset[:, None])).sum(axis=1) < target
            low, high = np.where(short, offset, low), np.where(short, high, offset)
        raw = sky * _read(curves, latent[:, hours] + ((low + high) / 2)[:, None])
        # What bisection leaves (some tenths of a percent) is scaled in; in rounds, because of the ceiling.
        for _ in range(6):
            raw *= (target / np.maximum(raw.sum(axis=1), 1e-9))[:, None]
            np.minimum(raw, ceiling[:, hours], out=raw)
        ghi[:, hours] = raw
    return ghi


def _quantile_curves(mean: Array) -> Array:
    """(place, z) clear-sky index at the table's normal values, for each place's mean. [-]"""
    means, table = _quantile_table()
    at = np.clip((mean - means[0]) / (means[1] - means[0]), 0, len(means) - 1.001)
    low = at.astype(np.int64)
    share = (at - low)[:, None]
    return np.asarray(table[low] * (1 - share) + table[low + 1] * share)


def _read(curves: Array, latent: Array) -> Array:
    """(place, hour) value of each place's curve at its latent values."""
    width = curves.shape[1]
    position = np.clip((latent - _NORMAL[0]) / (_NORMAL[1] - _NORMAL[0]), 0, width - 1.001)
    left = position.astype(np.int64)
    share = position - left
    left += (np.arange(len(curves)) * width)[:, None]
    flat = curves.ravel()
    return np.asarray(flat[left] * (1 - share) + flat[left + 1] * share)


@lru_cache(maxsize=1)
def _quantile_table() -> tuple[Array, Array]:
    means = np.linspace(0.04, 1.0, 97)
    width = _INDEX_HIGH - _INDEX_LOW
    m = np.clip((means - _INDEX_LOW) / width, 0.02, 0.98)
    spread = 0.45 - 0.15 * np.clip((m - 0.5) / 0.35, 0.0, 1.0)
    total = 1 / spread - 1
    a, b = (m * total)[:, None], ((1 - m) * total)[:, None]
    return means, _INDEX_LOW + width * betaincinv(a, b, ndtr(_NORMAL)[None, :])


def split_beam(
    ghi: Array, cosine: Array, angle: Array, elevation_m: Array, beam_share_monthly: Array
) -> tuple[Array, Array]:
    """DNI and DHI whose monthly beam share is the climate's; ``GHI = DNI cos z + DHI`` holds by construction.

    Parameters
    ----------
    ghi, cosine, angle : (place, hour)
        GHI [W/m2], cosine of the zenith [-], hour angle [rad].
    elevation_m : (place,)
    beam_share_monthly : (place, 12)
        Direct horizontal over global irradiation. [-]

    Notes
    -----
    Diffuse share of the hour: logistic model of Ridley, Boland and Lauret (2010) in hourly and daily
    clearness, persistence, solar time and height; its constant is moved per place and month until the beam
    share is met. The beam stays under that of a clean, dry sky (Linke turbidity 1.5); where even that cannot
    give the beam share asked for, the share stays lower.
    """
    above = np.maximum(cosine, 0.0)
    top = sun_year().normal_w_per_m2[None, :] * above
    kt = np.divide(ghi, top, out=np.zeros_like(ghi), where=top > 1.0)
    places = len(ghi)
    day_top = top.reshape(places, DAYS, 24).sum(axis=2)
    day_kt = ghi.reshape(places, DAYS, 24).sum(axis=2) / np.maximum(day_top, 1.0)
    before, after = np.roll(kt, 1, axis=1), np.roll(kt, -1, axis=1)
    persistence = np.where(before == 0, after, np.where(after == 0, before, (before + after) / 2))
    solar_hour = 12 + angle * 12 / np.pi
    height_deg = np.degrees(np.arcsin(np.minimum(above, 1.0)))
    slope = 6.63 * kt + 0.006 * solar_hour - 0.007 * height_deg
    slope += 1.75 * np.repeat(day_kt, 24, axis=1) + 1.31 * persistence

    lid = _clean_beam(above, elevation_m) * above
    beam = np.zeros_like(ghi)
    for month, hours in enumerate(MONTH_HOURS):
        g, s, most = ghi[:, hours], slope[:, hours], lid[:, hours]
        wanted = np.clip(beam_share_monthly[:, month], 0.0, 1.0) * g.sum(axis=1)
        low, high = np.full(places, -20.0), np.full(places, 8.0)
        for _ in range(22):
            middle = (low + high) / 2
            got = np.minimum(g / (1 + np.exp(-(middle[:, None] + s))), most).sum(axis=1)
            short = got < wanted
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        beam[:, hours] = np.minimum(g / (1 + np.exp(-(((low + high) / 2)[:, None] + s))), most)
    dni = np.divide(beam, above, out=np.zeros_like(beam), where=above > _LOWEST_BEAM_COSINE)
    return dni, ghi - dni * above


def _clean_beam(above: Array, elevation_m: Array) -> Array:
    """(place, hour) beam of a clean, dry sky: Kasten's Rayleigh depth, Linke turbidity 1.5. [W/m2]"""
    height = np.degrees(np.arcsin(np.minimum(above, 1.0)))
    airmass = 1 / (above + 0.50572 * (height + 6.07995) ** -1.6364)
    airmass *= np.exp(-np.maximum(elevation_m, 0.0) / 8434.5)[:, None]
    depth = 1 / (9.4 + 0.9 * airmass)
    beam = sun_year().normal_w_per_m2[None, :] * np.exp(-1.5 * airmass * depth)
    return np.asarray(np.where(above > _LOWEST_BEAM_COSINE, beam, 0.0))


def day_clearness(ghi: Array, cosine: Array) -> Array:
    """(place, day) GHI of the day over the extraterrestrial. [-]"""
    places = len(ghi)
    top = (
        (sun_year().normal_w_per_m2[None, :] * np.maximum(cosine, 0.0)).reshape(places, DAYS, 24).sum(axis=2)
    )
    return np.asarray(ghi.reshape(places, DAYS, 24).sum(axis=2) / np.maximum(top, 1.0))
