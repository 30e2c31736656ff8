"""The class of land of each pixel, for densities: of the land-cover map there is, else of the atlas's climate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.provenance import Grade
from planning.siting.density import CLIMATE_CLASSES, LAND_CLASSES
from planning.siting.raster_tiles import RasterLayer, Tile, TileReader, Window
from planning.siting.rule_data import atlas_source, cover_layer, desert_layer
from planning.siting.rules import LandCoverRule, LandUseRule, RuleSet
from resources.resource_data import ResourceData

Codes = NDArray[np.uint8]

_OF_CLIMATE: Final = (CLIMATE_CLASSES[0], CLIMATE_CLASSES[1], CLIMATE_CLASSES[1], CLIMATE_CLASSES[2])
"""By code of the atlas's layer: other, hot desert, cold desert, steppe."""


@dataclass(frozen=True, slots=True)
class LandClasses:
    """Where classes are read, and which."""

    layer: RasterLayer
    index: Codes
    """(256,) code -> index into `names`."""
    names: tuple[str, ...]
    source: str
    grade: Grade

    def of(self, reader: TileReader, tile: Tile) -> Codes:
        """(row, col) index into `names`; 'other' where there is no class."""
        values, known = reader.values(self.layer, tile)
        whole = (values >= 0) & (values <= 255)
        if known is not None:
            whole &= known
        other = np.uint8(self.names.index("other"))
        codes = np.where(whole, values, 0).astype(np.uint8)
        return np.asarray(np.where(whole, self.index[codes], other), dtype=np.uint8)


def land_classes(rules: RuleSet, data: ResourceData, window: Window) -> LandClasses:
    """Of the first land cover the rules name, else the library's, else climate; InputError as `rules_applied`."""
    named = [rule for rule in rules.rules if isinstance(rule, (LandCoverRule, LandUseRule)) and rule.file]
    fallback = LandUseRule(id="land_class", kind="land_use", source="land classes")
    found = cover_layer(named[0] if named else fallback, data, window)
    index = np.full(256, LAND_CLASSES.index("other"), dtype=np.uint8)
    if found is not None:
        layer, legend, source, grade = found
        for code, (_, _, name) in legend.classes.items():
            index[code] = LAND_CLASSES.index(name)
        return LandClasses(layer, index, LAND_CLASSES, source, grade)
    for code, name in enumerate(_OF_CLIMATE):
        index[code] = LAND_CLASSES.index(name)
    return LandClasses(desert_layer(data), index, LAND_CLASSES, *atlas_source(data, "desert_class"))
