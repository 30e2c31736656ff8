"""Lengths, areas and directions in words, as they stand beside the pointer. No Qt."""

from __future__ import annotations

from app.messages import Language

MU_PER_KM2 = 1500.0
"""15 mu to the hectare."""
HECTARES_PER_KM2 = 100.0


def length(km: float) -> str:
    """Metres below one kilometre."""
    if km < 1.0:
        return f"{km * 1000:,.0f} m"
    return f"{km:,.2f} km" if km < 100 else f"{km:,.1f} km"


def area(km2: float, language: Language) -> str:
    """Square kilometres, with 亩 or 万亩 in Chinese and hectares in English."""
    shown = f"{_figure(km2)} km²"
    if language == "en":
        return f"{shown} · {_figure(km2 * HECTARES_PER_KM2)} ha"
    mu = km2 * MU_PER_KM2
    return f"{shown} · {_figure(mu / 1e4)} 万亩" if mu >= 1e4 else f"{shown} · {mu:,.0f} 亩"


def azimuth(degrees: float) -> str:
    """Three figures before the point, as a compass has them."""
    return f"{degrees % 360:05.1f}°"


def place(lon_deg: float, lat_deg: float) -> str:
    east, north = "E" if lon_deg >= 0 else "W", "N" if lat_deg >= 0 else "S"
    return f"{abs(lon_deg):.4f}°{east} {abs(lat_deg):.4f}°{north}"


def _figure(value: float) -> str:
    """Four figures that count; whole numbers from 1,000 on."""
    if value >= 1000:
        return f"{value:,.0f}"
    decimals = 1 if value >= 100 else 2 if value >= 10 else 3
    return f"{value:,.{decimals}f}"
