"""Elevation in tiles: Copernicus DEM, SRTM, GEBCO. Metres above the sea, below 0 the depth of the sea.

The vertical datum is that of the files (EGM2008 of Copernicus, EGM96 of SRTM, about mean sea level of GEBCO); they
differ by a metre or two, which is nothing to siting.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar, Literal

from gis_layers.provenance import Grade
from resources.sources.raster_format import RasterFormat, is_raster
from resources.sources.raster_questions import Known
from resources.sources.raster_tile import Tile

_PRODUCTS: tuple[tuple[str, str, str, str], ...] = (
    (
        r"^Copernicus_DSM_(COG_)?\d+_[NS]\d+", "Copernicus DEM GLO-30/90 (ESA, Airbus)",
        "Copernicus DEM licence: free of charge with the attribution it asks for", "2011-2015",
    ),
    (
        r"^[NS]\d{2}[EW]\d{3}(\.SRTM.*)?$|^srtm_\d+_\d+$|^SRTM", "Shuttle Radar Topography Mission (NASA, USGS, CGIAR-CSI)",
        "public domain (NASA, USGS); CGIAR-CSI's filled version: no commercial use without leave", "2000",
    ),
    (r"^gebco", "GEBCO Grid (Nippon Foundation-GEBCO Seabed 2030, BODC)", "public domain", ""),
)  # fmt: skip
_GEBCO_YEAR = re.compile(r"GEBCO_(20\d{2})")


class ElevationTiles(RasterFormat):
    """See the module."""

    id: ClassVar[str] = "elevation_tiles"
    title_zh: ClassVar[str] = "高程瓦片（Copernicus DEM、SRTM、GEBCO）"
    title_en: ClassVar[str] = "Elevation tiles (Copernicus DEM, SRTM, GEBCO)"
    licence: ClassVar[str] = "of the product"
    grade: ClassVar[Grade] = "measured"

    def known(self, path: Path) -> Known | None:
        product = _product(path.stem)
        return None if product is None else Known("elevation_m", "m", None, product[3])

    def sniff(self, head: bytes, path: Path) -> float:
        return 0.95 if is_raster(head, path) and self.known(path) is not None else 0.0

    def stored_as(self, tile: Tile) -> Literal["float32", "int16", "uint8"]:
        return "int16" if tile.dtype == "int16" else "float32"

    def _source(self, tile: Tile) -> str:
        product = _product(tile.path.stem)
        said = _GEBCO_YEAR.search(" ".join(tile.tags.values()))
        name = product[1] if product else super()._source(tile)
        return f"{name}, {said[1]}" if said else name

    def _period(self, tile: Tile) -> str:
        said = _GEBCO_YEAR.search(" ".join(tile.tags.values()))
        return said[1] if said else super()._period(tile)

    def _licence(self, tile: Tile) -> str:
        product = _product(tile.path.stem)
        return product[2] if product else self.licence


def _product(name: str) -> tuple[str, str, str, str] | None:
    return next((one for one in _PRODUCTS if re.search(one[0], name, re.IGNORECASE)), None)


FORMAT = ElevationTiles()
