"""Latent weather fields: standard normal in every place and hour, correlated in space and time, from a seed.

A field is a sum of plane waves over China with fixed wave vectors and random, slowly changing amplitudes that
travel with the flow. So the value at a place depends on the seed and its coordinates alone, never on which
other places are asked for. Used by the hourly weather generator.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resources.hours import HOURS

Array = NDArray[np.float64]

_EARTH_RADIUS_KM = 6371.0
_CENTRE_LON_DEG, _CENTRE_LAT_DEG = 105.0, 36.0


@dataclass(frozen=True, slots=True)
class FieldModel:
    """One latent field.

    Its covariance is Matern in space (`length_km`, `smoothness`), exponential in time with `memory_h` when
    seen from an air parcel, and the whole pattern moves with the drift. Seen from the ground the field
    therefore forgets faster than `memory_h`, and a place downstream repeats, later and fainter, the weather
    upstream.
    """

    stream: int
    """Number of the random stream; two fields of one stream and seed are the same field."""
    length_km: float
    smoothness: float
    memory_h: float
    drift_east_km_per_h: float = 0.0
    drift_north_km_per_h: float = 0.0
    waves: int = 192


@dataclass(frozen=True, slots=True)
class Waves:
    """A field drawn from a seed: wave vectors and the hourly amplitudes of each."""

    vector_rad_per_km: Array
    """(wave, 2) east, north."""
    amplitude: Array
    """(2 wave, hour) of the cosines, then of the sines."""


@functools.lru_cache(maxsize=6)
def draw(model: FieldModel, seed: int, hours: int = HOURS) -> Waves:
    """Draw the field: the same waves for the same model, seed and length on every platform.

    Notes
    -----
    Random Fourier features (Rahimi and Recht 2007) with the wave vectors laid out evenly over the spectrum
    instead of drawn: radii at equal steps of the spectral distribution of the Matern covariance in the plane,
    ``F(k) = 1 - (1 + (k L)^2)^-nu``, directions by the golden angle. Each amplitude is a stationary complex
    AR(1) process, turned by ``-vector . drift`` an hour.
    """
    from scipy.signal import lfilter  # a second of loading that a map without hours need not wait for

    step = (np.arange(model.waves) + 0.5) / model.waves
    radius = np.sqrt((1 - step) ** (-1 / model.smoothness) - 1) / model.length_km
    angle = np.pi * (np.arange(model.waves) * (np.sqrt(5) - 1) / 2 % 1)
    vector = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)

    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, model.stream])))
    noise = generator.standard_normal((2 * model.waves, hours))
    memory = np.exp(-1.0 / model.memory_h)
    noise[:, 1:] *= np.sqrt(1 - memory**2)
    amplitude = lfilter([1.0], [1.0, -memory], noise, axis=1)

    turn = -(vector @ np.array([model.drift_east_km_per_h, model.drift_north_km_per_h]))
    phase = turn[:, None] * np.arange(hours)
    cos, sin = np.cos(phase), np.sin(phase)
    real, imaginary = amplitude[: model.waves], amplitude[model.waves :]
    turned = np.concatenate([real * cos - imaginary * sin, -(real * sin + imaginary * cos)])
    amplitude = turned / np.sqrt(model.waves)
    vector.flags.writeable = amplitude.flags.writeable = False
    return Waves(vector, amplitude)


def values_at(waves: Waves, lon_deg: Array, lat_deg: Array) -> Array:
    """(place, hour) value of the field: standard normal at each place and hour. [-]"""
    phase = plane_km(lon_deg, lat_deg) @ waves.vector_rad_per_km.T
    return np.asarray(np.concatenate([np.cos(phase), np.sin(phase)], axis=1) @ waves.amplitude)


def plane_km(lon_deg: Array, lat_deg: Array) -> Array:
    """(place, 2) east and north in the azimuthal equal-area plane of 105E 36N (sphere). [km]

    Distances over China are true within about 3 %, which is far inside what the correlations are known to.
    """
    lam = np.radians(np.asarray(lon_deg) - _CENTRE_LON_DEG)
    phi, phi_0 = np.radians(np.asarray(lat_deg)), np.radians(_CENTRE_LAT_DEG)
    cos_c = np.sin(phi_0) * np.sin(phi) + np.cos(phi_0) * np.cos(phi) * np.cos(lam)
    scale = _EARTH_RADIUS_KM * np.sqrt(2 / (1 + cos_c))
    east = scale * np.cos(phi) * np.sin(lam)
    north = scale * (np.cos(phi_0) * np.sin(phi) - np.sin(phi_0) * np.cos(phi) * np.cos(lam))
    return np.stack([east, north], axis=1)
