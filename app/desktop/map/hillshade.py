"""Hill shade from the atlas elevation: shadow and light laid over the layers beneath.

Shadow is painted as black of some opacity, which is the same as multiplying what lies beneath; light as
white of less. Steepness is per metre of ground on the WGS84 ellipsoid, and the light comes from the upper
left of the page in every projection: the direction of north is computed at every place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from app.desktop.map.layers import Array, GridLayer, paint_picture, table_image
from app.desktop.map.projection import Projection
from app.desktop.map.style import RasterStyle
from app.desktop.map.viewport import Viewport
from gis_layers.crs import ECCENTRICITY, SEMI_MAJOR_AXIS_M

AZIMUTH_DEG, ALTITUDE_DEG = 315.0, 45.0
EXAGGERATION = 14.0
"""Means over 5' flatten slopes to a few percent; this makes ranges readable without blackening Tibet."""
SHADOW, LIGHT = 0.75, 0.35
"""Opacity of the darkest shadow and of the brightest light."""


def ground_slopes(
    elevation_m: Array, north_deg: float, step_deg: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rise to the east and to the north, metres per metre of ground.

    Parameters
    ----------
    elevation_m
        (row, col), row 0 north; missing counts as sea level.
    """
    height = np.nan_to_num(elevation_m, nan=0.0)
    lat = np.radians(north_deg - (np.arange(height.shape[0]) + 0.5) * step_deg)
    bend = 1.0 - (ECCENTRICITY * np.sin(lat)) ** 2
    north_m = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY**2) / bend**1.5 * np.radians(step_deg)
    east_m = SEMI_MAJOR_AXIS_M / np.sqrt(bend) * np.cos(lat) * np.radians(step_deg)
    down, right = np.gradient(height)
    return (right / east_m[:, None]).astype(np.float32), (-down / north_m[:, None]).astype(np.float32)


def illumination(
    east: NDArray[np.float32], north: NDArray[np.float32], north_rad: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How much lighter (to +1) or darker (to -1) than flat ground each place is under the lamp.

    Parameters
    ----------
    east, north
        Slopes, any shape.
    north_rad
        Direction of true north on the page, clockwise from up. [rad]

    Horn, B. K. P. (1981), Hill shading and the reflectance map, Proc. IEEE 69, 14-47 (Lambert's surface).
    """
    sine, cosine = np.sin(north_rad), np.cos(north_rad)
    right = (east * cosine + north * sine) * EXAGGERATION
    up = (north * cosine - east * sine) * EXAGGERATION
    azimuth, altitude = np.radians(AZIMUTH_DEG), np.radians(ALTITUDE_DEG)
    flat = float(np.sin(altitude))
    lamp_right = float(np.sin(azimuth) * np.cos(altitude))
    lamp_up = float(np.cos(azimuth) * np.cos(altitude))
    lit = (flat - right * lamp_right - up * lamp_up) / np.sqrt(1.0 + right**2 + up**2)
    relative = np.where(lit >= flat, (lit - flat) / (1.0 - flat), (lit - flat) / flat)
    return np.asarray(np.clip(relative, -1.0, 1.0), dtype=np.float32)


def north_on_page(projection: Projection, lon: Array, lat: Array) -> Array:
    """Direction of true north on the page, clockwise from up, at places of any one shape. [rad]"""
    x0, y0 = projection.forward(lon, lat)
    x1, y1 = projection.forward(lon, lat + 1e-3)
    return np.asarray(np.arctan2(x1 - x0, y1 - y0))


class HillshadeLayer(GridLayer):
    """Toggled like any layer; made once a projection, in the painting thread."""

    def __init__(
        self, identity: str, elevation_m: Callable[[], Array], west: float, north: float, width: float
    ) -> None:
        super().__init__(identity, elevation_m, west, north, width, RasterStyle())
        self._north = north
        self._shade: tuple[Projection, QImage, tuple[float, float, float, float]] | None = None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        projection, held = self._projection, self._shade
        if projection is None:
            return
        if held is None or held[0] != projection:
            held = self._shade = (projection, *self._make(projection))
        paint_picture(painter, viewport, held[1], held[2])

    def _make(self, projection: Projection) -> tuple[QImage, tuple[float, float, float, float]]:
        elevation = self.sample()
        west, _, width = self._box
        step = width / elevation.shape[1]
        rows, cols = elevation.shape
        # Where north points changes slowly: at every 16th cell, held to the cells around it.
        lon, lat = np.meshgrid(
            west + (np.arange(0, cols, 16) + 8.0) * step, self._north - (np.arange(0, rows, 16) + 8.0) * step
        )
        turn = north_on_page(projection, lon, lat).astype(np.float32)
        page_north = np.repeat(np.repeat(turn, 16, axis=0), 16, axis=1)[:rows, :cols]
        lit = illumination(*ground_slopes(elevation, self._north, step), page_north)
        warp = self.warp(projection, elevation.shape)
        light = warp.bilinear(np.where(np.isnan(elevation), np.nan, lit))
        index = np.rint(np.nan_to_num(light) * 255).astype(np.int16) + 255
        index[np.isnan(light)] = 255
        return table_image(index, _shade_table()), warp.rect


def _shade_table() -> NDArray[np.uint8]:
    """(511, 4) premultiplied: black of falling opacity, nothing at 255, white of rising opacity."""
    table = np.zeros((511, 4), dtype=np.uint8)
    table[:255, 3] = np.rint(np.linspace(1.0, 0.0, 255, endpoint=False) * SHADOW * 255)
    table[255:] = np.rint(np.linspace(0.0, 1.0, 256) * LIGHT * 255)[:, None]
    return table
