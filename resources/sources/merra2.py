"""MERRA-2 hourly NetCDF (tavg1_2d_slv, tavg1_2d_rad, tavg1_2d_flx): means of the hour, stamped at its half.

Source: MERRA-2 File Specification, GMAO Office Note 9.
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
    "SWGDN": Rule("ghi_w_per_m2", None),
    "T2M": Rule("temperature_c", None),
    "PS": Rule("pressure_pa", None),
    "U50M": Rule("wind_u_ms", None, 50.0),
    "V50M": Rule("wind_v_ms", None, 50.0),
    "U10M": Rule("wind_u_ms", None, 10.0),
    "V10M": Rule("wind_v_ms", None, 10.0),
}


class Merra2(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "merra2"
    kind: ClassVar[Kind] = "hourly-grid"
    title_zh: ClassVar[str] = "MERRA-2 逐时再分析（NetCDF）"
    title_en: ClassVar[str] = "MERRA-2 hourly reanalysis (NetCDF)"
    licence: ClassVar[str] = "NASA data, free use with acknowledgement of GMAO, MERRA-2"
    grade: ClassVar[Grade] = "reanalysis"
    source: ClassVar[str] = "MERRA-2, NASA Global Modeling and Assimilation Office"

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_netcdf(head):
            return 0.0
        known = RULES.keys() & variables_of(path).keys()
        return 0.9 if len(known) > 1 else 0.8 if known else 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        return closing(GridRaw(paths, RULES))


FORMAT = Merra2()
