"""The large hydro stations in the order of their rivers; their hydrology is in `resources.cascade_tables`."""

from __future__ import annotations

from typing import Literal

from planning.table_rows import Row

Cascade = Literal["yellow", "jinsha", "yalong", "dadu", "lancang", "yangtze"]


class HydroStation(Row):
    """A station of a cascade (`hydro_stations.csv`); `date` is the year it was complete."""

    id: str
    cascade: Cascade
    position: int
    """From the source down."""
    name_zh: str
    name_en: str
    node_id: str
    mw: float
    rated_head_m: float
    normal_level_m: float
    regulating_storage_hm3: float
    total_storage_hm3: float
    regulation: str
    mean_flow_m3_s: float
    design_mwh: float
    """Design energy of a mean year; of some, with the stations upstream working."""
    measured_m3_per_kwh: float | None = None
    """Water used, mean of 2009-15 where reported."""
    lon_deg: float
    lat_deg: float
    status: Literal["in_service", "under_construction"]
    note: str = ""

    @property
    def year(self) -> int:
        return int(self.date)
