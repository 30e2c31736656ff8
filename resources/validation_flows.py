"""Mean flow of rivers at gauges beside the embedded network, and generation of cascades beside their design."""

from __future__ import annotations

from gis_layers.progress import Progress, silent
from gis_layers.provenance import Tier
from gis_layers.raster import sample
from resources import atlas
from resources.river_gauges import river_gauges
from resources.validation_row import Row, Section, Words

_TIERS: dict[str, Tier] = {"official": "official", "published": "published", "estimated": "estimated"}


_CASCADE_GROUP: dict[str, Words] = {"cascade": ("梯级年发电量", "annual generation of cascades")}


def cascade_rows(progress: Progress = silent) -> tuple[Row, ...]:
    """Design generation of the stations of a cascade beside a simulation of ten years; 6 s."""
    from resources.validation_cascade import CASCADES, station_years

    rows = []
    for number, (rivers, zh, en) in enumerate(CASCADES):
        progress(number / len(CASCADES), "validation catchments")
        stations = station_years(rivers)
        design = sum(one.station.annual_mwh for one in stations) / 1e6
        rows.append(
            Row(
                group="cascade",
                name=(f"{zh}梯级年发电量", f"annual generation of the {en} cascade"),
                unit="TWh",
                ours=sum(one.mwh for one in stations) / 1e6,
                published=(design, design),
                year="design",
                source="design generation, cascade_stations.csv",
                tier="estimated",
            )
        )
    return tuple(rows)


def flow_section(cascades: tuple[Row, ...] = ()) -> Section:
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
        rows=(*rows, *cascades),
        groups=_CASCADE_GROUP
        | {f"gauge_{key}": (f"水文站 ({zh})", f"gauges ({en})") for key, (zh, en) in tiers.items()},
        notes=(
            (
                (
                    "本图为天然径流的多年平均; 公布值若是实测且含取水, 本图会偏高 (黄河中下游)。"
                    "梯级公布值为设计电量, 低于不计检修、备用、取水与负荷的模拟, 偏差的方向已知; 规划中各电站的多年平均折算到设计电量。"
                ),
                (
                    "Ours is natural runoff, a long-term mean; where the published flow is what passes after withdrawals, "
                    "ours is higher (middle and lower Yellow River). A cascade's published generation is its design, below a "
                    "simulation without outages, reserve, withdrawals and load: the sign is known. A plan brings every "
                    "station's long-term mean to its design."
                ),
            ),
        ),
    )
