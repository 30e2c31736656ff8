"""ERA5 and ERA5-Land hourly NetCDF of the Copernicus Climate Data Store, old and new layout.

Radiation is accumulated over the hour that ends at the stamp (ERA5) or from 00 UTC on (ERA5-Land); wind,
temperature and pressure are values at the stamp. Source: ERA5 and ERA5-Land data documentation, ECMWF.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from resources.sources.grid_format import GridFormat
from resources.sources.gridded import Rule

RULES = {
    "ssrd": Rule("ghi_w_per_m2", "end"),
    "avg_sdswrf": Rule("ghi_w_per_m2", "end"),
    "msdwswrf": Rule("ghi_w_per_m2", "end"),
    "fdir": Rule("beam_horizontal_w_per_m2", "end"),
    "avg_sdirswrf": Rule("beam_horizontal_w_per_m2", "end"),
    "msdrswrf": Rule("beam_horizontal_w_per_m2", "end"),
    "t2m": Rule("temperature_c", "instant"),
    "sp": Rule("pressure_pa", "instant"),
    "u100": Rule("wind_u_ms", "instant", 100.0),
    "v100": Rule("wind_v_ms", "instant", 100.0),
    "u10": Rule("wind_u_ms", "instant", 10.0),
    "v10": Rule("wind_v_ms", "instant", 10.0),
}


class Era5(GridFormat):
    """See the module."""

    id: ClassVar[str] = "era5"
    title_zh: ClassVar[str] = "ERA5、ERA5-Land 逐时再分析（NetCDF）"
    title_en: ClassVar[str] = "ERA5 and ERA5-Land hourly reanalysis (NetCDF)"
    licence: ClassVar[str] = (
        "Copernicus licence: free use, name 'Copernicus Climate Change Service (C3S), ERA5'"
    )
    source: ClassVar[str] = "ERA5, Copernicus Climate Change Service (ECMWF)"
    rules: ClassVar[Mapping[str, Rule]] = RULES


FORMAT = Era5()
