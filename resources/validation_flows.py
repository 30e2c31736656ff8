"""Mean flow of rivers at gauges beside the embedded network."""

from __future__ import annotations

from gis_layers.provenance import Tier
from gis_layers.raster import sample
from resources import atlas
from resources.river_gauges import river_gauges
from resources.validation_row import Row, Section

_TIERS: dict[str, Tier] = {"official": "official", "published": "published", "estimated": "estimated"}


def flow_section() -> Section:
    """Gauges, by how well their flow is known; dams are in the table but their flow is not compared."""
    flow = atlas.read("river_flow")
    rows = []
    for gauge in river_gauges():
        if gauge.kind != "gauge":
            continue
        here = float(sample(flow, gauge.lon_deg, gauge.lat_deg, "nearest")[0])
        rows.append(
            Row(
                group=f"gauge_{gauge.tier}",
                name=(f"{gauge.name_zh} 多年平均流量", f"mean flow at {gauge.name}"),
                unit="m3/s",
                ours=here,
                published=(gauge.mean_flow_m3_s, gauge.mean_flow_m3_s),
                year="long-term mean",
                source=gauge.source,
                tier=_TIERS[gauge.tier],
            )
        )
    tiers = {
        "official": ("官方", "official"),
        "published": ("已发表", "published"),
        "estimated": ("估计", "estimated"),
    }
    return Section(
        id="catchments",
        title=("流域流量", "Catchment flows at gauges"),
        rows=tuple(rows),
        groups={f"gauge_{key}": (f"水文站 ({zh})", f"gauges ({en})") for key, (zh, en) in tiers.items()},
        notes=(
            (
                "本图为天然径流的多年平均; 公布值若是实测且含取水, 本图会偏高 (黄河中下游)。",
                (
                    "Ours is natural runoff, a long-term mean; where the published flow is what passes after withdrawals, "
                    "ours is higher (middle and lower Yellow River)."
                ),
            ),
        ),
    )
