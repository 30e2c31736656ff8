"""Solar towers with molten salt: hourly heat of the receiver from DNI, and the block as the sizing sees it.

Field: heliostats around the tower; cosine, air, shading and blocking by the sun's height and direction, tabulated
once per latitude. Receiver: a share absorbed, a constant loss while it runs. The numbers that describe a plant are
typical of 100 MW towers and carry the tier "estimated"; the method is that of design books (Stine and Geyer,
Power from the Sun, chapter 10).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from resources.hours import HOURS
from resources.pv_planes import along
from resources.weather import HourlyWeather
from resources.weather_solar import local_axes, sun_vectors

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

_PLACES_AT_ONCE: Final = 32
_STEP_DEG: Final = 5.0
_WIND_10M_OVER_100M: Final = (10.0 / 100.0) ** 0.2
_INTERCEPT: Final = 0.95
"""Light that meets the receiver (spillage; estimated)."""
_RINGS: Final = np.linspace(0.8, 7.5, 14)
"""Distances of heliostats from the tower, in tower heights (usual surround fields)."""


class CspTower(BaseModel):
    """A tower plant per unit of the net electric capacity of its block. Defaults: tier estimated, 100 MW class."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    solar_multiple: float = Field(default=2.4, ge=0.5, le=6)
    """Rated heat of the receiver over the heat the block takes at full load. [-]"""
    storage_h: float = Field(default=10.0, ge=0, le=24)
    """Hours of full load the salt holds."""
    tower_height_m: float = Field(default=200.0, gt=20, le=400)
    design_dni_w_per_m2: float = Field(default=850.0, ge=500, le=1100)
    """At which, at noon of an equinox, the receiver reaches its rated heat."""
    reflectivity: float = Field(default=0.93, gt=0.5, le=1)
    cleanliness: float = Field(default=0.94, gt=0.5, le=1)
    """Of the mirrors, mean of the year under the plant's own washing. [-]"""
    field_availability: float = Field(default=0.98, gt=0.5, le=1)
    absorptance: float = Field(default=0.93, gt=0.5, le=1)
    receiver_loss_share: float = Field(default=0.07, ge=0, lt=0.5)
    """Radiation and convection of the hot receiver over its rated heat, whenever it runs. [-]"""
    receiver_min_share: float = Field(default=0.2, ge=0, lt=1)
    """Of the rated heat; below it the receiver stands."""
    stow_wind_ms: float = Field(default=15.0, gt=5, le=30)
    """At 10 m, above which the heliostats lie down."""
    gross_efficiency: float = Field(default=0.43, gt=0.2, lt=0.6)
    """Electricity at the generator over heat, at full load. [-]"""
    own_use_share: float = Field(default=0.09, ge=0, lt=0.5)
    """Of gross electricity: salt pumps, tracking, cooling fans. [-]"""
    no_load_share: float = Field(default=0.05, ge=0, lt=0.5)
    """Heat of the turning but idle block over that at full load: part load is less efficient. [-]"""
    min_load_share: float = Field(default=0.25, ge=0, lt=1)
    start_h: float = Field(default=0.4, ge=0, le=3)
    """Heat of a start in hours of the block's full heat."""
    storage_loss_per_h: float = Field(default=0.0004, ge=0, lt=0.05)
    """Of the stored heat (about 1 % a day)."""
    availability: float = Field(default=0.95, gt=0.5, le=1)
    """Of the block. [-]"""

    @property
    def net_efficiency(self) -> float:
        """Net electricity over heat at full load. [-]"""
        return self.gross_efficiency * (1 - self.own_use_share)


@dataclass(frozen=True, slots=True)
class CspBlock:
    """What a plan must know of a tower plant, per MW of net electric capacity; heat is the commodity stored.

    In each hour: stored heat grows by `receiver_mw * profile` less what the block takes, less the storage loss;
    the block takes `heat_idle_mw + heat_per_mwh * power` while it runs between `min_load_share` and 1, and
    `start_mwh` more in the hour it starts. Heat may be refused (heliostats turned away), never bought.
    """

    receiver_mw: float
    """Rated heat of the receiver."""
    storage_mwh: float
    """Heat the salt holds."""
    storage_loss_per_h: float
    heat_idle_mw: float
    heat_per_mwh: float
    """Heat per net MWh of electricity, beside the idle heat. [MWh/MWh]"""
    min_load_share: float
    start_mwh: float
    availability: float


def block(tower: CspTower) -> CspBlock:
    """The dispatchable block of a tower plant."""
    full_mw = 1 / tower.net_efficiency
    return CspBlock(
        receiver_mw=tower.solar_multiple * full_mw,
        storage_mwh=tower.storage_h * full_mw,
        storage_loss_per_h=tower.storage_loss_per_h,
        heat_idle_mw=tower.no_load_share * full_mw,
        heat_per_mwh=(1 - tower.no_load_share) * full_mw,
        min_load_share=tower.min_load_share,
        start_mwh=tower.start_h * full_mw,
        availability=tower.availability,
    )


def heat_profile(weather: HourlyWeather, tower: CspTower | None = None) -> Hourly:
    """(place, hour) heat of the receiver over its rated heat, 0..1. [-]

    Parameters
    ----------
    weather : HourlyWeather
        DNI, wind at 100 m.
    tower : CspTower

    Notes
    -----
    Mirrors are sized so that the receiver is just full at the design DNI at noon of the equinox at the place's
    own latitude; what is more is refused.
    """
    tower = tower or CspTower()
    out = np.zeros((len(weather), HOURS), dtype=np.float32)
    sun = sun_vectors()
    vectors = (sun.equator, sun.west, sun.pole)
    for start in range(0, len(weather), _PLACES_AT_ONCE):
        some = slice(start, min(start + _PLACES_AT_ONCE, len(weather)))
        east, north, up = (
            along(axis.astype(np.float32), vectors).astype(np.float64)
            for axis in local_axes(weather.lon_deg[some], weather.lat_deg[some])
        )
        height_deg = np.degrees(np.arcsin(np.clip(up, -1, 1)))
        from_south_deg = np.degrees(np.arctan2(np.abs(east), -north))
        optical = np.zeros_like(up)
        design = np.zeros(len(up))
        for place, lat in enumerate(weather.lat_deg[some]):
            table = field_table(_band(float(lat)), tower.tower_height_m)
            optical[place] = _read(table, height_deg[place], from_south_deg[place])
            design[place] = _read(table, np.array([90.0 - lat]), np.array([0.0]))[0]
        light = weather.dni_w_per_m2[some] * optical / (tower.design_dni_w_per_m2 * design[:, None])
        # Reflectivity, dirt and failures are made up for by more mirrors (`mirror_m2_per_mw`).
        share = light * (1 + tower.receiver_loss_share) - tower.receiver_loss_share
        calm = weather.wind_speed_ms[some] * _WIND_10M_OVER_100M <= tower.stow_wind_ms
        share = np.where(calm & (share >= tower.receiver_min_share), np.minimum(share, 1.0), 0.0)
        out[some] = share
    return out


def mirror_m2_per_mw(lat_deg: float, tower: CspTower | None = None) -> float:
    """Mirrors per MW of the receiver's rated heat, from the design point. [m2/MW]"""
    tower = tower or CspTower()
    optical = _read(
        field_table(_band(lat_deg), tower.tower_height_m), np.array([90.0 - lat_deg]), np.zeros(1)
    )
    share = float(optical[0]) * tower.reflectivity * tower.cleanliness * tower.field_availability
    heat_w_per_m2 = tower.design_dni_w_per_m2 * share * tower.absorptance
    return (1 + tower.receiver_loss_share) * 1e6 / heat_w_per_m2


@functools.lru_cache(maxsize=64)
def field_table(lat_deg: float, tower_height_m: float) -> Array:
    """(height, direction) light on the receiver over DNI x mirror area, mirrors perfect, in steps of 5 degrees. [-]

    Rows are the sun's height 0..90 degrees, columns its direction from south 0..180. [deg]

    Notes
    -----
    Mean over heliostats on rings of 0.8 to 7.5 tower heights, more of them poleward with latitude. Cosine: half the
    angle between sun and tower at the mirror. Air: Leary and Hankins (1979) as in MIRVAL, d in m, 0.99321 -
    1.176e-4 d + 1.97e-8 d2 (to 1 km), exp(-1.106e-4 d) beyond. Shading and blocking: 1 - 0.55 exp(-height / 9
    degrees), estimated to follow published field matrices. Spillage 5 %.
    """
    around = np.radians(np.arange(0.0, 360.0, 12.0))
    # Polar weight: fields near the equator are round, northern ones lean to the north.
    lean = np.clip(lat_deg / 45.0, 0.0, 1.0)
    ring, angle = (a.ravel() for a in np.meshgrid(_RINGS, around, indexing="ij"))
    weight = (1 + 0.6 * lean * np.cos(angle)) * ring / (1 + (ring / 4.0) ** 2)
    east, north = ring * np.sin(angle), ring * np.cos(angle)
    length = np.sqrt(ring**2 + 1)
    to_tower = np.stack([-east, -north, np.ones_like(ring)]) / length
    far_m = length * tower_height_m
    near = 0.99321 - 1.176e-4 * far_m + 1.97e-8 * far_m**2
    air = np.where(far_m <= 1000.0, near, np.exp(-1.106e-4 * far_m))

    height = np.radians(np.arange(0.0, 90.1, _STEP_DEG))[:, None]
    direction = np.radians(np.arange(0.0, 180.1, _STEP_DEG))[None, :]
    sun = np.stack(
        [
            np.cos(height) * np.sin(direction),
            -np.cos(height) * np.cos(direction),
            np.sin(height) * np.ones_like(direction),
        ],
        axis=-1,
    )
    cosine = np.sqrt((1 + sun @ to_tower) / 2)
    table = (cosine * (air * weight)).sum(axis=-1) / weight.sum()
    table = table * (1 - 0.55 * np.exp(-np.degrees(height) / 9.0)) * _INTERCEPT
    table.setflags(write=False)
    return np.asarray(table)


def _band(lat_deg: float) -> float:
    """Latitude in whole degrees, so that a nation needs some tens of tables."""
    return float(np.round(lat_deg))


def _read(table: Array, height_deg: Array, from_south_deg: Array) -> Array:
    """Bilinear between the table's steps; 0 with the sun down."""
    row = np.clip(height_deg / _STEP_DEG, 0, table.shape[0] - 1.000001)
    col = np.clip(from_south_deg / _STEP_DEG, 0, table.shape[1] - 1.000001)
    i, j = row.astype(np.int64), col.astype(np.int64)
    a, b = row - i, col - j
    value = (
        table[i, j] * (1 - a) * (1 - b)
        + table[i + 1, j] * a * (1 - b)
        + table[i, j + 1] * (1 - a) * b
        + table[i + 1, j + 1] * a * b
    )
    return np.asarray(np.where(height_deg > 0, value, 0.0))
