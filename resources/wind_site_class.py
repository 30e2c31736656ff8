"""Which wind turbine class a site asks for: mean wind, the wind of fifty years and turbulence, with their uncertainty.

A suggestion for planning, by IEC 61400-1:2019 table 1; site suitability proper (clause 11) needs a mast and loads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gamma

from gis_layers.errors import InputError, Problem
from resources.climate import PlaceClimate
from resources.hours import DAYS, DAYS_OF_MONTH

Array = NDArray[np.float64]
WindClass = Literal["III", "II", "I", "S"]
TurbulenceClass = Literal["C", "B", "A", "A+", "S"]
Method = Literal["gumbel", "weibull"]

LIMITS: Final[dict[WindClass, tuple[float, float]]] = {
    "III": (7.5, 37.5),
    "II": (8.5, 42.5),
    "I": (10.0, 50.0),
}
"""Mean wind at the hub and 50-year 10-minute mean of each class, IEC 61400-1:2019 table 1. [m/s]"""
TYPHOON_VREF_MS: Final = 57.0
"""V_ref,T of the same table, for regions of tropical cyclones. [m/s]"""
TURBULENCE_LIMITS: Final[dict[TurbulenceClass, float]] = {"C": 0.12, "B": 0.14, "A": 0.16, "A+": 0.18}
"""I_ref, mean turbulence intensity at 15 m/s, of the same table. [-]"""
INDEPENDENT_PER_YEAR: Final = 23037
"""Independent 10-minute means a year for the Weibull estimate of V_ref: European Wind Turbine Standards II (1999)."""
TEN_MINUTES_OVER_HOUR: Final = 1.06
"""Highest 10-minute mean over the hourly mean of the same storm; estimated. [-]"""
_SHAPE_SPREAD: Final = 0.05
"""Relative uncertainty of a Weibull shape for the tail; estimated. [-]"""
_MEAN_SPREAD: Final = {"measured": 0.03, "modelled": 0.10}
"""Relative uncertainty of the long-term mean wind; estimated. [-]"""
_FEWEST_YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class SiteClass:
    """What one site asks of a machine, and from what figures that follows."""

    wind_class: WindClass
    turbulence_class: TurbulenceClass
    mean_ms: float
    mean_sigma_ms: float
    vref_ms: float
    """Wind with a return period of fifty years, 10-minute mean at the hub."""
    vref_sigma_ms: float
    vref_method: Method
    turbulence: float
    """Mean turbulence intensity at 15 m/s. [-]"""
    turbulence_measured: bool
    cautious_class: WindClass
    """The class if mean and V_ref are each one standard deviation higher than estimated."""
    typhoon: bool
    """Within reach of tropical cyclones: Weibull and short series say nothing of their winds; class T or S."""

    @property
    def name(self) -> str:
        """As the trade writes it: 'IIIB', 'S'."""
        return (
            "S"
            if "S" in (self.wind_class, self.turbulence_class)
            else self.wind_class + self.turbulence_class
        )


def suggest_class(
    mean_ms: float,
    weibull_shape: float,
    *,
    yearly_highest_hour_ms: ArrayLike = (),
    turbulence_at_15_ms: float | None = None,
    hub_m: float = 100.0,
    roughness_m: float = 0.03,
    measured: bool = False,
    typhoon: bool = False,
) -> SiteClass:
    """Suggest wind and turbulence class.

    Parameters
    ----------
    mean_ms : float
        Long-term mean at the hub. [m/s]
    weibull_shape : float
        Of hourly speeds. [-]
    yearly_highest_hour_ms : (year,)
        Highest hourly mean at the hub of each year; with five or more V_ref comes from them. [m/s]
    turbulence_at_15_ms : float or None
        Measured; None: neutral flow over `roughness_m`.
    roughness_m : float
        Of the ground. [m]
    measured : bool
        The mean comes from a mast with long-term correction, not from an atlas.
    typhoon : bool
        See `in_typhoon_reach`.

    Raises
    ------
    InputError
        Figures that no site has.

    Notes
    -----
    V_ref of years: Gumbel by moments, mean + K s of the yearly maxima with ``K = sqrt(6)/pi (-ln(-ln 0.98) -
    0.5772)`` = 2.59; standard error ``s / sqrt(n) sqrt(1 + 1.1396 K + 1.1 K^2)``. Otherwise from the Weibull distribution: the quantile 0.98 of the highest
    of 23,037 independent values, ``A (-ln(1 - 0.98^(1/n)))^(1/k)``; its standard error from those of mean and shape.
    """
    _check(mean_ms, weibull_shape, turbulence_at_15_ms, hub_m, roughness_m)
    mean_sigma = mean_ms * _MEAN_SPREAD["measured" if measured else "modelled"]
    highest = np.asarray(yearly_highest_hour_ms, dtype=np.float64)
    method: Method = "gumbel" if len(highest) >= _FEWEST_YEARS else "weibull"
    if method == "gumbel":
        vref, vref_sigma = vref_of_years(highest * TEN_MINUTES_OVER_HOUR)
    else:
        vref = vref_of_weibull(mean_ms, weibull_shape)
        by_shape = abs(vref_of_weibull(mean_ms, weibull_shape * (1 + _SHAPE_SPREAD)) - vref)
        vref_sigma = float(np.hypot(vref * mean_sigma / mean_ms, by_shape))
    turbulence = (
        turbulence_at_15_ms if turbulence_at_15_ms is not None else neutral_turbulence(hub_m, roughness_m)
    )
    return SiteClass(
        wind_class=_wind_class(mean_ms, vref, typhoon),
        turbulence_class=_turbulence_class(turbulence),
        mean_ms=mean_ms,
        mean_sigma_ms=mean_sigma,
        vref_ms=vref,
        vref_sigma_ms=vref_sigma,
        vref_method=method,
        turbulence=turbulence,
        turbulence_measured=turbulence_at_15_ms is not None,
        cautious_class=_wind_class(mean_ms + mean_sigma, vref + vref_sigma, typhoon),
        typhoon=typhoon,
    )


def classes_of_climate(
    climate: PlaceClimate, hub_m: float = 120.0, shear_exponent: float = 0.14, roughness_m: float = 0.03
) -> tuple[SiteClass, ...]:
    """Class of each place on its developable ground, from the climate alone: a first look before any mast.

    Parameters
    ----------
    shear_exponent : float
        Power law from 100 m to the hub. [-]

    Raises
    ------
    InputError
        As `suggest_class`.
    """
    days = np.array(DAYS_OF_MONTH) / DAYS
    lift = (hub_m / 100.0) ** shear_exponent
    means = climate.wind_speed_monthly_ms @ days * climate.wind_speedup * lift
    return tuple(
        suggest_class(
            float(mean),
            float(shape),
            hub_m=hub_m,
            roughness_m=roughness_m,
            typhoon=in_typhoon_reach(lon, lat),
        )
        for mean, shape, lon, lat in zip(
            means, climate.weibull_shape, climate.lon_deg.tolist(), climate.lat_deg.tolist(), strict=True
        )
    )


def vref_of_weibull(mean_ms: float, shape: float) -> float:
    """50-year 10-minute mean from the distribution of all winds. [m/s]"""
    scale = mean_ms / gamma(1 + 1 / shape)
    # 0.98^(1/n) is too near to 1 to be taken from it.
    rare = -np.expm1(np.log(0.98) / INDEPENDENT_PER_YEAR)
    return float(scale * (-np.log(rare)) ** (1 / shape))


def vref_of_years(yearly_highest_ms: Array) -> tuple[float, float]:
    """50-year value and its standard error from the highest value of each year (Gumbel, by moments). [m/s]"""
    n = len(yearly_highest_ms)
    spread = float(np.std(yearly_highest_ms, ddof=1))
    factor = np.sqrt(6) / np.pi * (-np.log(-np.log(0.98)) - np.euler_gamma)
    error = spread / np.sqrt(n) * np.sqrt(1 + 1.1396 * factor + 1.1 * factor**2)
    return float(yearly_highest_ms.mean() + factor * spread), float(error)


def neutral_turbulence(hub_m: float, roughness_m: float) -> float:
    """Turbulence intensity of neutral flow over even ground: 1 / ln(z / z0). [-]"""
    return float(1 / np.log(hub_m / roughness_m))


def in_typhoon_reach(lon_deg: float, lat_deg: float) -> bool:
    """Whether tropical cyclones bring the highest winds here: within about 100 km of the coast from the Leizhou
    peninsula to the mouth of the Yangtze, Hainan, Taiwan and the seas off them. A coarse line, estimated."""
    if not 15.0 <= lat_deg <= 33.0:
        return False
    coast_lat = (15.0, 21.0, 21.8, 23.0, 24.5, 27.0, 30.0, 33.0)
    coast_lon = (107.5, 108.0, 112.0, 115.5, 118.0, 120.0, 121.5, 120.8)
    return bool(lon_deg >= np.interp(lat_deg, coast_lat, coast_lon) - 1.0)


def _wind_class(mean_ms: float, vref_ms: float, typhoon: bool) -> WindClass:
    for name, (mean_limit, vref_limit) in LIMITS.items():
        if mean_ms <= mean_limit and vref_ms <= vref_limit:
            # A class T machine keeps the mean's class; without a typhoon's V_ref no class can be vouched for.
            return "S" if typhoon else name
    return "S"


def _turbulence_class(turbulence: float) -> TurbulenceClass:
    return next((name for name, limit in TURBULENCE_LIMITS.items() if turbulence <= limit), "S")


def _check(mean_ms: float, shape: float, turbulence: float | None, hub_m: float, roughness_m: float) -> None:
    checks = [
        ("mean_ms", mean_ms, 0.5, 25.0),
        ("weibull_shape", shape, 1.0, 5.0),
        ("hub_m", hub_m, 10.0, 250.0),
        ("roughness_m", roughness_m, 1e-5, 3.0),
    ]
    if turbulence is not None:
        checks.append(("turbulence_at_15_ms", turbulence, 0.02, 0.5))
    problems = [
        Problem("argument", name, f"{value:g}", f"{low:g} to {high:g}")
        for name, value, low, high in checks
        if not low <= value <= high
    ]
    if problems:
        raise InputError(problems)
