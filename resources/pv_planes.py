"""Where PV modules face: fixed planes and single-axis trackers as vectors, so that hours need no angles.

A tracker's rotation is kept as its sine and cosine: true tracking is the sun's direction in the plane across
the axis, and backtracking turns it by an angle whose cosine is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resources.weather_solar import local_axes

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Facing:
    """How the modules of some places stand to the sun at some hours."""

    incidence: Hourly
    """(place, hour) cosine of the angle between beam and the modules' normal; negative behind them. [-]"""
    cos_tilt: Hourly
    """(place, hour), or (place, 1) where it does not change. [-]"""
    sin_tilt: Hourly
    """As `cos_tilt`."""


@dataclass(frozen=True, slots=True)
class FixedPlanes:
    """Modules that do not move."""

    normal: Hourly
    """(place, 3) in the frame of `SunVectors`."""
    cos_tilt: Hourly
    """(place,)"""
    sin_tilt: Hourly
    """(place,)"""

    def facing(self, some: slice, sun: tuple[Hourly, Hourly, Hourly]) -> Facing:
        """Of the places `some`, at hours whose vectors to the sun are `sun`."""
        return Facing(
            along(self.normal[some], sun), self.cos_tilt[some, None].copy(), self.sin_tilt[some, None].copy()
        )


@dataclass(frozen=True, slots=True)
class Trackers:
    """Rows that turn about one axis, all alike, on flat or evenly sloping ground."""

    across: Hourly
    """(place, 3) horizontal direction across the axis."""
    above: Hourly
    """(place, 3) direction the modules face at rotation 0."""
    cos_axis_tilt: float
    cos_limit: float
    """Cosine of the largest rotation."""
    sin_limit: float
    spacing: float
    """Distance of the axes over the rows' width, seen along the slope across the axis."""
    cos_slope: float
    """Cosine of the slope across the axis (pvlib's cross-axis tilt)."""
    sin_slope: float
    backtrack: bool

    def facing(self, some: slice, sun: tuple[Hourly, Hourly, Hourly]) -> Facing:
        """Of the places `some`, at hours whose vectors to the sun are `sun`.

        Rotation and backtracking as `pvlib.tracking.singleaxis`: Marion and Dobos (2013), Anderson and Mikofski
        (2020, NREL/TP-5K00-76626) equation 14, the latter for slopes.
        """
        x, z = along(self.across[some], sun), along(self.above[some], sun)
        far: Hourly = np.sqrt(x * x + z * z)
        np.maximum(far, np.float32(1e-9), out=far)
        cosine: Hourly = np.divide(z, far)
        sine: Hourly = np.divide(np.abs(x), far)
        side: Hourly = np.copysign(np.float32(1.0), x)
        if self.backtrack:
            cosine, sine = self._backtracked(cosine, sine, side)
        # Rows stop at their limit; behind it the cosine is smaller.
        beyond = cosine < np.float32(self.cos_limit)
        limit = np.copysign(np.float32(self.sin_limit), sine)
        np.copyto(cosine, np.float32(self.cos_limit), where=beyond)
        np.copyto(sine, limit, where=beyond)
        sine *= side
        x *= sine
        z *= cosine
        x += z
        cos_tilt = cosine
        cos_tilt *= np.float32(self.cos_axis_tilt)
        sin_tilt: Hourly = np.sqrt(np.maximum(1 - cos_tilt * cos_tilt, np.float32(0.0)))
        return Facing(x, cos_tilt, sin_tilt)

    def _backtracked(self, cosine: Hourly, sine: Hourly, side: Hourly) -> tuple[Hourly, Hourly]:
        """Turned back so far that no row shades the next. `sine` and the result's are of the sun's side."""
        shadow = cosine * np.float32(self.cos_slope)
        if self.sin_slope:
            shadow += sine * side * np.float32(self.sin_slope)
        shadow *= np.float32(self.spacing)
        np.abs(shadow, out=shadow)
        np.minimum(shadow, np.float32(1.0), out=shadow)
        rest: Hourly = np.sqrt(1 - shadow * shadow)
        return cosine * shadow + sine * rest, sine * shadow - cosine * rest


def along(vectors: Hourly, sun: tuple[Hourly, Hourly, Hourly]) -> Hourly:
    """(place, hour) component of the sun's direction along each place's vector. [-]"""
    out = vectors[:, 0, None] * sun[0]
    out += vectors[:, 1, None] * sun[1]
    out += vectors[:, 2, None] * sun[2]
    return out


def fixed_planes(lon_deg: Array, lat_deg: Array, tilt_deg: Array, azimuth_deg: float) -> FixedPlanes:
    """Planes of `tilt_deg` (place,) that face `azimuth_deg`, clockwise from north."""
    east, north, up = local_axes(lon_deg, lat_deg)
    tilt, azimuth = np.radians(tilt_deg)[:, None], np.radians(azimuth_deg)
    level = np.sin(azimuth) * east + np.cos(azimuth) * north
    return FixedPlanes(
        (np.cos(tilt) * up + np.sin(tilt) * level).astype(np.float32),
        np.cos(tilt[:, 0]).astype(np.float32),
        np.sin(tilt[:, 0]).astype(np.float32),
    )


def trackers(
    lon_deg: Array,
    lat_deg: Array,
    *,
    axis_azimuth_deg: float,
    slope_deg: float,
    slope_azimuth_deg: float,
    max_rotation_deg: float,
    gcr: float,
    backtrack: bool,
) -> Trackers:
    """Trackers whose axes lie on ground that falls by `slope_deg` towards `slope_azimuth_deg`.

    The tilt of the axis and the slope across it follow from the ground: Anderson and Mikofski (2020),
    equations 18 to 26 in pvlib's `calc_axis_tilt` and `calc_cross_axis_tilt`.
    """
    import pvlib

    axis_tilt, cross_tilt = 0.0, 0.0
    if slope_deg:
        axis_tilt = float(pvlib.tracking.calc_axis_tilt(slope_azimuth_deg, slope_deg, axis_azimuth_deg))
        cross_tilt = float(
            pvlib.tracking.calc_cross_axis_tilt(slope_azimuth_deg, slope_deg, axis_azimuth_deg, axis_tilt)
        )
    east, north, up = local_axes(lon_deg, lat_deg)
    azimuth, tilt, cross = np.radians([axis_azimuth_deg, axis_tilt, cross_tilt])
    down_axis = np.sin(azimuth) * east + np.cos(azimuth) * north
    limit = np.radians(max_rotation_deg)
    return Trackers(
        across=(np.cos(azimuth) * east - np.sin(azimuth) * north).astype(np.float32),
        above=(np.cos(tilt) * up + np.sin(tilt) * down_axis).astype(np.float32),
        cos_axis_tilt=float(np.cos(tilt)),
        cos_limit=float(np.cos(limit)),
        sin_limit=float(np.sin(limit)),
        spacing=float(1 / (gcr * np.cos(cross))),
        cos_slope=float(np.cos(cross)),
        sin_slope=float(np.sin(cross)),
        backtrack=backtrack,
    )
