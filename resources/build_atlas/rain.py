"""Monthly rain."""

from __future__ import annotations

from gis_layers.grid import CLIMATE
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context


def build(context: Context) -> list[BuiltLayer]:
    """`rain_monthly` (mm of the month), CLIMATE."""
    return [
        BuiltLayer(
            id="rain_monthly",
            title_en="Rain by month",
            title_zh="逐月降水量",
            unit="mm",
            source="ITU-R P.837-7 (package itur 0.4.0; GPCC over land, ERA-Interim at sea)",
            licence="MIT (itur); ITU-R software and data, free use with attribution",
            period="50-year climatology, as ITU-R P.837-7 (2017)",
            grade="measured",
            grid=CLIMATE,
            values=context.rain_monthly_mm,
            resolution=0.5,
        )
    ]
