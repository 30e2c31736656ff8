"""Colour ramps for rasters: perceptually even, readable by colour-blind people, given as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ramp:
    """Control colours at even steps, low to high, as 0xRRGGBB."""

    id: str
    colours: tuple[int, ...]

    def table(self) -> NDArray[np.uint8]:
        """(256, 3) colours, linear between the control colours."""
        points = np.array([[c >> 16 & 255, c >> 8 & 255, c & 255] for c in self.colours], dtype=np.float64)
        at = np.linspace(0, len(points) - 1, 256)
        columns = [np.interp(at, np.arange(len(points)), points[:, i]) for i in range(3)]
        return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


RAMPS: dict[str, Ramp] = {
    ramp.id: ramp
    for ramp in (
        # Multi-hue sequential ramps after ColorBrewer (YlOrRd, YlGnBu, PuBu) and viridis/cividis corners.
        Ramp("sun", (0xFFFFCC, 0xFFEDA0, 0xFED976, 0xFEB24C, 0xFD8D3C, 0xFC4E2A, 0xE31A1C, 0xB10026)),
        Ramp("wind", (0xFFFFD9, 0xEDF8B1, 0xC7E9B4, 0x7FCDBB, 0x41B6C4, 0x1D91C0, 0x225EA8, 0x0C2C84)),
        Ramp("water", (0xFFF7FB, 0xECE7F2, 0xD0D1E6, 0xA6BDDB, 0x74A9CF, 0x3690C0, 0x0570B0, 0x034E7B)),
        Ramp(
            "even", (0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xFEE838)
        ),
        Ramp("earth", (0x5E8C61, 0x9DBF8A, 0xE3E2B4, 0xD9C08A, 0xB58B5B, 0x8C5E3C, 0xF2F0EE)),
        Ramp("sand", (0xF7F4EE, 0xE8D9B5, 0xD6B676, 0xB98A3E)),
    )
}


def colourise(
    values: NDArray[np.float64], ramp: Ramp, low: float, high: float, classes: int = 0
) -> NDArray[np.uint8]:
    """(row, col, 4) RGBA of values between `low` and `high`; NaN is transparent.

    With `classes` > 1 the ramp is cut into that many even steps.
    """
    span = high - low if high > low else 1.0
    share = np.clip((values - low) / span, 0.0, 1.0)
    if classes > 1:
        share = (np.minimum(np.floor(share * classes), classes - 1) + 0.5) / classes
    index = np.nan_to_num(share * 255.0).astype(np.uint8)
    rgba = np.empty((*values.shape, 4), dtype=np.uint8)
    rgba[..., :3] = ramp.table()[index]
    rgba[..., 3] = np.where(np.isnan(values), 0, 255)
    return rgba


def nice_range(values: NDArray[np.float64]) -> tuple[float, float]:
    """A round range that holds the middle 96 % of the values."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(known, (2, 98)))
    if high <= low:
        high = low + 1.0
    step = 10.0 ** np.floor(np.log10((high - low) / 4))
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
