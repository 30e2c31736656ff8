"""ERA5 and ERA5-Land hourly NetCDF of the Copernicus Climate Data Store, old and new layout.

Radiation is accumulated over the hour that ends at the stamp (ERA5) or from 00 UTC on (ERA5-Land); wind,
temperature and pressure are values at the stamp. Source: ERA5 and ERA5-Land data documentation, ECMWF.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import ClassVar

from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Kind
from resources.sources.gridded import GridRaw, Rule
from resources.sources.hourly import HourlyRaw
from resources.sources.hourly_format import HourlyFormat
from resources.sources.netcdf_file import is_netcdf, variables_of

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


class Era5(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "era5"
    kind: ClassVar[Kind] = "hourly-grid"
    title_zh: ClassVar[str] = "ERA5、ERA5-Land 逐时再分析（NetCDF）"
    title_en: ClassVar[str] = "ERA5 and ERA5-Land hourly reanalysis (NetCDF)"
    licence: ClassVar[str] = (
        "Copernicus licence: free use, name 'Copernicus Climate Change Service (C3S), ERA5'"
    )
    grade: ClassVar[Grade] = "reanalysis"
    source: ClassVar[str] = "ERA5, Copernicus Climate Change Service (ECMWF)"

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_netcdf(head):
            return 0.0
        known = RULES.keys() & variables_of(path).keys()
        return 0.9 if len(known) > 1 else 0.8 if known else 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        return closing(GridRaw(paths, RULES))


FORMAT = Era5()
