"""Temperature and density of the air with height: the standard atmosphere, shared by atlas and builder."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LAPSE_K_PER_M = 0.0065
"""ISO 2533 standard atmosphere, troposphere. [K/m]"""
SEA_LEVEL_PRESSURE_PA = 101_325.0
SEA_LEVEL_TEMPERATURE_K = 288.15
GAS_CONSTANT_J_PER_KG_K = 287.05
"""Dry air."""
GRAVITY_M_PER_S2 = 9.80665


def pressure_pa(elevation_m: ArrayLike) -> NDArray[np.float64]:
    """Pressure at a height above the sea in the standard atmosphere, ISO 2533. [Pa]"""
    exponent = GRAVITY_M_PER_S2 / (GAS_CONSTANT_J_PER_KG_K * LAPSE_K_PER_M)
    ratio = 1.0 - LAPSE_K_PER_M * np.asarray(elevation_m, dtype=float) / SEA_LEVEL_TEMPERATURE_K
    return np.asarray(SEA_LEVEL_PRESSURE_PA * ratio**exponent, dtype=np.float64)


def air_density_kg_per_m3(
    elevation_m: ArrayLike, temperature_2m_c: ArrayLike, height_m: float
) -> NDArray[np.float64]:
    """Density of dry air at `height_m` above ground whose 2 m temperature is given. [kg/m3]

    Pressure of the standard atmosphere at that height; temperature falls by 6.5 K/km from 2 m up.
    """
    kelvin = np.asarray(temperature_2m_c, dtype=float) + 273.15 - LAPSE_K_PER_M * (height_m - 2.0)
    pressure = pressure_pa(np.asarray(elevation_m, dtype=float) + height_m)
    return np.asarray(pressure / (GAS_CONSTANT_J_PER_KG_K * kelvin), dtype=np.float64)
