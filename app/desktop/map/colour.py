"""Colour ramps for rasters: perceptually even, readable by colour-blind people, given as data; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["sequential", "diverging", "categorical"]


@dataclass(frozen=True, slots=True)
class Ramp:
    """Control colours at even steps, low to high, as 0xRRGGBB."""

    id: str
    colours: tuple[int, ...]
    kind: Kind = "sequential"

    def table(self) -> NDArray[np.uint8]:
        """(256, 3) colours, linear between the control colours; of a categorical ramp, in even blocks."""
        points = np.array([[c >> 16 & 255, c >> 8 & 255, c & 255] for c in self.colours], dtype=np.float64)
        if self.kind == "categorical":
            return points[(np.arange(256) * len(points)) // 256].astype(np.uint8)
        at = np.linspace(0, len(points) - 1, 256)
        columns = [np.interp(at, np.arange(len(points)), points[:, i]) for i in range(3)]
        return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


RAMPS: dict[str, Ramp] = {
    ramp.id: ramp
    for ramp in (
        # Multi-hue sequential ramps after ColorBrewer: YlOrRd, YlGnBu, PuBu, YlGn, BuPu, Greys.
        Ramp("sun", (0xFFFFCC, 0xFFEDA0, 0xFED976, 0xFEB24C, 0xFD8D3C, 0xFC4E2A, 0xE31A1C, 0xB10026)),
        Ramp("wind", (0xFFFFD9, 0xEDF8B1, 0xC7E9B4, 0x7FCDBB, 0x41B6C4, 0x1D91C0, 0x225EA8, 0x0C2C84)),
        Ramp("water", (0xFFF7FB, 0xECE7F2, 0xD0D1E6, 0xA6BDDB, 0x74A9CF, 0x3690C0, 0x0570B0, 0x034E7B)),
        Ramp("leaf", (0xFFFFE5, 0xF7FCB9, 0xD9F0A3, 0xADDD8E, 0x78C679, 0x41AB5D, 0x238443, 0x005A32)),
        Ramp("plum", (0xF7FCFD, 0xE0ECF4, 0xBFD3E6, 0x9EBCDA, 0x8C96C6, 0x8C6BB1, 0x88419D, 0x6E016B)),
        Ramp("grey", (0xFFFFFF, 0xF0F0F0, 0xD9D9D9, 0xBDBDBD, 0x969696, 0x737373, 0x525252, 0x252525)),
        # After cividis, viridis (CC0) and batlow (MIT).
        Ramp(
            "even", (0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xFEE838)
        ),
        Ramp("viridis", (0x440154, 0x46327E, 0x365C8D, 0x277F8E, 0x1FA187, 0x4AC16D, 0xA0DA39, 0xFDE725)),
        Ramp(
            "batlow",
            (
                *(0x011959, 0x103F60, 0x1C5A62, 0x3C6D56, 0x687B3E),
                *(0x9D892B, 0xD29343, 0xF8A17B, 0xFDB7BC, 0xFACCFA),
            ),
        ),
        # Our own: lightness rises with height, so that no two heights look alike in grey.
        Ramp("earth", (0x3E6B52, 0x6B8A63, 0x9AA577, 0xBFB58A, 0xD6C7A3, 0xE8DEC8, 0xFAF8F5)),
        Ramp("sand", (0xF7F4EE, 0xE8D9B5, 0xD6B676, 0xB98A3E)),
        # Diverging, after ColorBrewer RdBu reversed, PuOr and BrBG.
        Ramp(
            "warmth",
            (
                *(0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7),
                *(0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B),
            ),
            "diverging",
        ),
        Ramp(
            "balance",
            (
                *(0xB35806, 0xE08214, 0xFDB863, 0xFEE0B6, 0xF7F7F7),
                *(0xD8DAEB, 0xB2ABD2, 0x8073AC, 0x542788),
            ),
            "diverging",
        ),
        Ramp(
            "moist",
            (
                *(0x8C510A, 0xBF812D, 0xDFC27D, 0xF6E8C3, 0xF5F5F5),
                *(0xC7EAE5, 0x80CDC1, 0x35978F, 0x01665E),
            ),
            "diverging",
        ),
        # Kinds without an order: Okabe and Ito (2008), made for colour-blind readers, their tints beside them.
        Ramp(
            "kinds",
            (
                *(0x56B4E9, 0xE69F00, 0x009E73, 0xF0E442, 0x0072B2),
                *(0xD55E00, 0xCC79A7, 0x999999, 0xB3DDF4, 0xF6D594, 0x80CFB9, 0xEAAF80),
            ),
            "categorical",
        ),
    )
}


QUALITATIVE: tuple[int, ...] = (
    # Okabe and Ito (2008) without black; then colours chosen one after the other, each as far as can be from
    # all before it, from the land, the dark ground and the grey of "other", to the eyes of normal, red-, green-
    # and blue-blind readers (CIELAB of Machado 2009): no two of the 24 are nearer than 14.
    *(0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0xF0E442, 0x8010F0),
    *(0x703010, 0xB0F090, 0x4020A0, 0x502060, 0xF01050, 0x8070F0, 0x10E0A0, 0x705070),
    *(0xC0E060, 0x90E0F0, 0x507040, 0xF08050, 0xA01090, 0xA04010, 0x503020, 0x6040D0),
)
"""Colours of kinds, the most distinct first."""


@lru_cache(maxsize=128)
def colour_table(palette: str, reverse: bool = False) -> NDArray[np.uint8]:
    """(257, 4) premultiplied RGBA: 256 colours of a ramp, and at 256 nothing at all."""
    rgb = RAMPS[palette].table()
    table = np.zeros((257, 4), dtype=np.uint8)
    table[:256, :3] = rgb[::-1] if reverse else rgb
    table[:256, 3] = 255
    table.flags.writeable = False
    return table


def colour_index(
    values: NDArray[Any], low: float, high: float, edges: tuple[float, ...] = ()
) -> NDArray[np.uint16]:
    """Index into `colour_table` of each value; NaN is 256.

    With `edges` (inner class limits, rising) every value gets the colour of its class: class k of n lies
    at k / (n - 1) of the ramp, so that the first and the last colour are used. A value on a limit belongs
    to the class above it.
    """
    if edges:
        which = np.searchsorted(np.asarray(edges, dtype=values.dtype), values, side="right")
        at = np.rint(np.arange(len(edges) + 1) * (255.0 / len(edges))).astype(np.uint16)
        index = at[which]
    else:
        span = high - low if high > low else 1.0
        scaled = (values - values.dtype.type(low)) * values.dtype.type(255.0 / span)
        np.clip(scaled, 0.0, 255.0, out=scaled)
        index = np.nan_to_num(scaled, copy=False).astype(np.uint16)
    index[np.isnan(values)] = 256
    return np.asarray(index, dtype=np.uint16)


def colourise(
    values: NDArray[np.float64], ramp: Ramp, low: float, high: float, classes: int = 0
) -> NDArray[np.uint8]:
    """(row, col, 4) RGBA of values between `low` and `high`; NaN is transparent.

    With `classes` > 1 the range is cut into that many even steps.
    """
    edges = tuple(np.linspace(low, high, classes + 1)[1:-1].tolist()) if classes > 1 else ()
    return np.asarray(colour_table(ramp.id)[colour_index(values, low, high, edges)], dtype=np.uint8)


def nice_range(values: NDArray[Any]) -> tuple[float, float]:
    """A round range that holds the middle 96 % of the values."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(known, (2, 98)))
    if high <= low:
        high = low + 1.0
    step = 10.0 ** np.floor(np.log10((high - low) / 4))
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
