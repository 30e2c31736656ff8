"""Any raster GDAL or xarray reads, once the user has said what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from gis_layers.provenance import Grade
from resources.sources.raster_format import RasterFormat, is_raster
from resources.sources.raster_questions import Known
from resources.sources.raster_tile import Tile, netcdf_variables


class RasterFile(RasterFormat):
    """See the module."""

    id: ClassVar[str] = "raster_file"
    title_zh: ClassVar[str] = "栅格（GeoTIFF、NetCDF 等）"
    title_en: ClassVar[str] = "Raster (GeoTIFF, NetCDF and others)"
    licence: ClassVar[str] = "of who made the file"
    grade: ClassVar[Grade] = "user"
    reads_anything: ClassVar[bool] = True

    def known(self, path: Path) -> Known | None:
        return Known()

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_raster(head, path):
            return 0.0
        if head[:4] == b"\x89HDF" or head[:3] == b"CDF":
            return 0.3 if _on_a_map(path) else 0.0
        return 0.4

    def _source(self, tile: Tile) -> str:
        said = [tile.tags.get(key, "") for key in ("SOURCE", "title", "institution", "creator")]
        return "; ".join(dict.fromkeys(text for text in said if text))[:200] or super()._source(tile)

    def _licence(self, tile: Tile) -> str:
        return next(
            (tile.tags[key][:200] for key in ("LICENCE", "license", "licence") if tile.tags.get(key)),
            self.licence,
        )


def _on_a_map(path: Path) -> bool:
    from gis_layers.errors import InputError

    try:
        return bool(netcdf_variables(path))
    except InputError:
        return False


FORMAT = RasterFile()
