"""Global Wind Atlas rasters, recognised by their names: of the world, of a country, of the single downloads.

Means of 10 years of mesoscale modelling (versions 1 to 3: 2008-2017) brought to 250 m (DTU, World Bank; CC BY 4.0).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from gis_layers.provenance import Grade
from resources.sources.raster_format import RasterFormat
from resources.sources.raster_questions import Known

_HEIGHTS = (10, 50, 100, 150, 200)
_NAMES: tuple[tuple[str, str, str], ...] = (
    (r"combined[-_]weibull[-_]a", "weibull_scale_ms", "m/s"),
    (r"combined[-_]weibull[-_]k", "weibull_shape", "1"),
    (r"power[-_]?density", "wind_power_density_w_per_m2", "W/m2"),
    (r"air[-_]?density", "air_density_kg_per_m3", "kg/m3"),
    (r"wind[-_]?speed", "wind_speed_ms", "m/s"),
)
_ATLAS = re.compile(
    r"^(gwa\d?([-_]\d+)?|[a-z]{3}|global|china)[-_](wind[-_])?|globalwindatlas|combined[-_]weibull", re.I
)
_HEIGHT = re.compile(r"(?<!\d)(\d{2,3})(m)?(?:[-_.]|$)")


class GlobalWindAtlas(RasterFormat):
    """See the module."""

    id: ClassVar[str] = "global_wind_atlas"
    title_zh: ClassVar[str] = "全球风能图谱 Global Wind Atlas（GeoTIFF）"
    title_en: ClassVar[str] = "Global Wind Atlas (GeoTIFF)"
    licence: ClassVar[str] = "CC BY 4.0 (Global Wind Atlas, DTU and World Bank Group, globalwindatlas.info)"
    grade: ClassVar[Grade] = "reanalysis"
    source: ClassVar[str] = "Global Wind Atlas (DTU Wind and Energy Systems, Vortex, World Bank Group, ESMAP)"

    def known(self, path: Path) -> Known | None:
        name = path.stem.lower()
        variable = next(((id, unit) for pattern, id, unit in _NAMES if re.search(pattern, name)), None)
        heights = [int(found) for found, _ in _HEIGHT.findall(name)]
        height = next((one for one in reversed(heights) if one in _HEIGHTS), None)
        if variable is None or height is None or not _ATLAS.search(name):
            return None
        return Known(variable[0], variable[1], float(height), "2008-2017")


FORMAT = GlobalWindAtlas()
