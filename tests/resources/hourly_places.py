"""Hand-made climates for the tests of the hourly chain, and the provinces as discs."""

from __future__ import annotations

import numpy as np

from resources.climate import PlaceClimate
from resources.hours import DAYS_OF_MONTH

# name: lon, lat, elevation m, GHI kWh/m2 a year, beam share, mean temperature C, its swing, wind m/s, density
PLACES = {
    "Golmud": (94.90, 36.42, 2808.0, 1926.0, 0.62, 5.3, 13.5, 5.5, 0.90),
    "Beijing": (116.47, 39.80, 31.0, 1401.0, 0.52, 12.6, 15.0, 5.0, 1.20),
    "Shanghai": (121.45, 31.40, 5.0, 1271.0, 0.45, 16.7, 12.0, 6.0, 1.19),
    "Chengdu": (104.02, 30.67, 506.0, 950.0, 0.25, 16.2, 10.0, 2.8, 1.13),
    "Jiuquan": (96.50, 40.50, 1500.0, 1750.0, 0.60, 7.5, 16.0, 7.6, 1.03),
    "Lhasa": (91.13, 29.67, 3649.0, 2050.0, 0.62, 8.0, 8.5, 4.5, 0.81),
    "Xilinhot": (116.12, 43.95, 1003.0, 1600.0, 0.58, 3.0, 20.0, 7.2, 1.10),
    "Guangzhou": (113.33, 23.17, 41.0, 1200.0, 0.38, 22.0, 7.5, 4.5, 1.17),
}


def place_climate(*names: str) -> PlaceClimate:
    """Climate of the named places, with the sun's and a winter-spring wind's seasons."""
    rows = np.array([PLACES[name] for name in names])
    lon, lat, height, ghi, beam, warm, swing, wind, density = rows.T
    month = np.arange(12)
    days = np.array(DAYS_OF_MONTH)
    declination = np.radians(23.45 * np.sin(2 * np.pi * (284 + 30.4 * month + 15) / 365))
    top = _daily_top(np.radians(lat)[:, None], declination[None, :]) * days
    ones = np.ones((len(names), 12))
    return PlaceClimate(
        lon_deg=lon,
        lat_deg=lat,
        elevation_m=height,
        ghi_monthly_kwh_per_m2=ghi[:, None] * top / top.sum(axis=1, keepdims=True),
        beam_share_monthly=beam[:, None] * ones,
        temperature_monthly_c=warm[:, None] - swing[:, None] * np.cos(2 * np.pi * month / 12),
        rain_monthly_mm=50.0 * ones,
        wind_speed_monthly_ms=wind[:, None] * (1 + 0.15 * np.cos(2 * np.pi * (month - 2.5) / 12)),
        weibull_shape=np.full(len(names), 2.0),
        wind_speedup=np.full(len(names), 1.1),
        air_density_kg_per_m3=density,
    )


def _daily_top(lat: np.ndarray, declination: np.ndarray) -> np.ndarray:
    """Extraterrestrial irradiation of a day, any scale."""
    sunset = np.arccos(np.clip(-np.tan(lat) * np.tan(declination), -1, 1))
    return np.asarray(
        np.cos(lat) * np.cos(declination) * np.sin(sunset) + sunset * np.sin(lat) * np.sin(declination)
    )


# province of the reference profiles: centre lon, lat, area in 10,000 km2 (rounded; only to place test cells)
PROVINCES = {
    "Anhui": (117.2, 31.9, 14.0),
    "Beijing": (116.4, 40.2, 1.6),
    "Chongqing": (107.8, 30.0, 8.2),
    "Fujian": (118.0, 26.0, 12.0),
    "Gansu": (99.5, 38.5, 42.0),
    "Guangdong": (113.5, 23.4, 18.0),
    "Guangxi": (108.8, 23.8, 24.0),
    "Guizhou": (106.8, 26.8, 18.0),
    "Hainan": (109.8, 19.2, 3.4),
    "Hebei": (115.8, 39.5, 19.0),
    "Heilongjiang": (128.0, 48.0, 47.0),
    "Henan": (113.6, 33.9, 17.0),
    "Hubei": (112.3, 31.0, 19.0),
    "Hunan": (111.7, 27.6, 21.0),
    "InnerMongolia": (113.5, 44.0, 118.0),
    "Jiangsu": (119.6, 33.0, 10.0),
    "Jiangxi": (115.7, 27.6, 17.0),
    "Jilin": (126.0, 43.7, 19.0),
    "Liaoning": (122.7, 41.3, 15.0),
    "Ningxia": (106.2, 37.3, 6.6),
    "Qinghai": (96.0, 35.6, 72.0),
    "Shaanxi": (108.9, 35.5, 21.0),
    "Shandong": (118.2, 36.4, 16.0),
    "Shanghai": (121.5, 31.2, 0.6),
    "Shanxi": (112.3, 37.6, 16.0),
    "Sichuan": (102.8, 30.6, 49.0),
    "Tianjin": (117.3, 39.3, 1.1),
    "Tibet": (88.5, 31.5, 123.0),
    "Xinjiang": (85.0, 41.0, 166.0),
    "Yunnan": (101.6, 25.0, 39.0),
    "Zhejiang": (120.0, 29.2, 10.0),
}
