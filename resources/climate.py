"""The monthly climate of a set of places: what the atlas knows and the hourly generator needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlaceClimate:
    """Climate of `place` places; every array has the place as its first axis."""

    lon_deg: Array
    lat_deg: Array
    elevation_m: Array
    ghi_monthly_kwh_per_m2: Array
    """(place, 12) global horizontal irradiation, sum of the month."""
    beam_share_monthly: Array
    """(place, 12) share of direct horizontal irradiation in GHI. [-]"""
    temperature_monthly_c: Array
    """(place, 12) mean air temperature at 2 m and the place's own elevation."""
    rain_monthly_mm: Array
    """(place, 12)"""
    wind_speed_monthly_ms: Array
    """(place, 12) mean wind speed at 100 m, area mean of the cell."""
    weibull_shape: Array
    """(place,) Weibull k of the hourly wind speed at 100 m. [-]"""
    wind_speedup: Array
    """(place,) mean speed of developable sites over the area mean of their cell. [-]"""
    air_density_kg_per_m3: Array
    """(place,) annual mean at 100 m above ground."""

    def __len__(self) -> int:
        return len(self.lon_deg)
