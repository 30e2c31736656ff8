"""Eligible land made for tests: an account of one rule that took what is not eligible."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import ALBERS_CHINA, to_albers
from planning.siting.eligibility import AuditRow, Eligibility, ServedLayer

Array = NDArray[np.float64]


def made_land(
    lon_deg: float,
    lat_deg: float,
    eligible: Mapping[str, Array],
    cell_m: float = 1000.0,
    slope_percent: Array | None = None,
    elevation_m: Array | None = None,
) -> Eligibility:
    """Land whose north-western corner is at a place; all of every cell is inside."""
    shape = next(iter(eligible.values())).shape
    x, y = to_albers(lon_deg, lat_deg)
    cell_km2 = cell_m**2 / 1e6
    area = float(np.prod(shape)) * cell_km2
    shares = {
        name: np.asarray(eligible.get(name, np.zeros(shape)), dtype=float) for name in ("wind", "pv", "csp")
    }
    audit = tuple(
        AuditRow(
            technology=name, rule_id="made", title_zh="试验", title_en="made for a test", source="test",
            tier="estimated", buffer_m=0.0, alone_km2=area - float(share.sum()) * cell_km2,
            in_order_km2=area - float(share.sum()) * cell_km2, left_km2=float(share.sum()) * cell_km2,
            nodata_km2=0.0,
        )
        for name, share in shares.items()
    )  # fmt: skip
    return Eligibility(
        crs=ALBERS_CHINA, west_m=float(x), north_m=float(y), cell_m=cell_m, inside_share=np.ones(shape),
        eligible_share=shares, slope_percent=slope_percent, elevation_m=elevation_m, audit=audit, area_km2=area,
        served=(ServedLayer("elevation", "test", "reference"),),
    )  # fmt: skip
