"""Global Solar Atlas rasters: GHI.tif and its like, as daily or yearly sums; the folder or the size tells which.

Long-term means by Solargis for the World Bank (CC BY 4.0); over China from 1999 or 2007 on, by satellite.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from gis_layers.provenance import Grade
from resources.sources.raster_format import RasterFormat
from resources.sources.raster_questions import Known

_NAMES = {
    "GHI": ("ghi_kwh_per_m2_year", "kWh/m2"),
    "DIF": ("dhi_kwh_per_m2_year", "kWh/m2"),
    "DNI": ("dni_kwh_per_m2_year", "kWh/m2"),
    "GTI": ("gti_kwh_per_m2_year", "kWh/m2"),
    "PVOUT": ("pvout_kwh_per_kwp_year", "kWh/kWp"),
    "TEMP": ("temperature_c", "C"),
}
_NAME = re.compile(r"^(?:[A-Za-z-]+_)?(GHI|DIF|DNI|GTI|PVOUT|TEMP)(?:_.*)?$")
_OTHER = re.compile(r"^(?:OPTA|ELE)$|^(?:GHI|DIF|DNI|GTI|PVOUT|TEMP)_(?:0[1-9]|1[0-2])$")
"""Of the same delivery, not read: the best tilt, months."""


class GlobalSolarAtlas(RasterFormat):
    """See the module."""

    id: ClassVar[str] = "global_solar_atlas"
    title_zh: ClassVar[str] = "全球太阳能图谱 Global Solar Atlas（GeoTIFF、ASCII）"
    title_en: ClassVar[str] = "Global Solar Atlas (GeoTIFF, ASCII grid)"
    licence: ClassVar[str] = (
        "CC BY 4.0 (Global Solar Atlas 2.0, Solargis and World Bank Group, globalsolaratlas.info)"
    )
    grade: ClassVar[Grade] = "measured"
    source: ClassVar[str] = "Global Solar Atlas 2.0 (Solargis, World Bank Group, ESMAP)"

    def known(self, path: Path) -> Known | None:
        if _OTHER.match(path.stem):
            return Known()
        found = _NAME.match(path.stem)
        if found is None:
            return None
        variable, unit = _NAMES[found[1].upper()]
        sums = _sums(path)
        return Known(
            variable,
            f"{unit}/{sums}"
            if sums and variable != "temperature_c"
            else unit
            if variable == "temperature_c"
            else "",
        )


def _sums(path: Path) -> str:
    """'day' or 'year' as the file or its folders say; '' where they do not (then the values tell)."""
    for text in (path.stem, *(parent.name for parent in list(path.parents)[:3])):
        if re.search(r"AvgDaily|DailySum|DailyTotals", text, re.IGNORECASE):
            return "day"
        if re.search(r"Yearly|YearlySum|YearlyMonthlyTotals", text, re.IGNORECASE):
            return "year"
    return ""


FORMAT = GlobalSolarAtlas()
