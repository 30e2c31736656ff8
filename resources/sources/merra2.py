"""MERRA-2 hourly NetCDF (tavg1_2d_slv, tavg1_2d_rad, tavg1_2d_flx): means of the hour, stamped at its half.

Source: MERRA-2 File Specification, GMAO Office Note 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from resources.sources.grid_format import GridFormat
from resources.sources.gridded import Rule

RULES = {
    "SWGDN": Rule("ghi_w_per_m2", None),
    "T2M": Rule("temperature_c", None),
    "PS": Rule("pressure_pa", None),
    "U50M": Rule("wind_u_ms", None, 50.0),
    "V50M": Rule("wind_v_ms", None, 50.0),
    "U10M": Rule("wind_u_ms", None, 10.0),
    "V10M": Rule("wind_v_ms", None, 10.0),
}


class Merra2(GridFormat):
    """See the module."""

    id: ClassVar[str] = "merra2"
    title_zh: ClassVar[str] = "MERRA-2 逐时再分析（NetCDF）"
    title_en: ClassVar[str] = "MERRA-2 hourly reanalysis (NetCDF)"
    licence: ClassVar[str] = "NASA data, free use with acknowledgement of GMAO, MERRA-2"
    source: ClassVar[str] = "MERRA-2, NASA Global Modeling and Assimilation Office"
    rules: ClassVar[Mapping[str, Rule]] = RULES


FORMAT = Merra2()
