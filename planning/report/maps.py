"""The printed maps: resource, corridors and bases, cash and curtailment by province; zh and en alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import to_albers
from gis_layers.errors import EnergyMapError
from planning.report.map_base import (
    INK,
    NO_DATA,
    MapPage,
    borders,
    image,
    key_panel,
    map_page,
    png,
    province_rings,
    rivers,
)
from planning.results import BaseResult, CorridorResult, Summary
from planning.words import TECHNOLOGY_COLOURS, Language, term

Array = NDArray[np.float64]
UNITS = {"kWh/m2/month": "kWh/m²·a", "m/s": "m/s"}
"""What is shown of a layer's own unit: monthly sums are added up to a year."""


@dataclass(frozen=True)
class ResourceMap:
    """One atlas layer as a page."""

    file: str
    layer: str
    title: tuple[str, str]
    palette: str
    low: float
    high: float | None
    """None: the value 98 in 100 cells with any stay below, so that single giants do not pale the rest."""
    of_year: Callable[[Array], Array]
    """(band, row, col) to the (row, col) shown."""


RESOURCE_MAPS = (
    ResourceMap(
        "ghi", "ghi_monthly", ("水平面总辐照量", "Global horizontal irradiation"), "inferno", 800, 2300,
        lambda v: np.asarray(v.sum(axis=0)),
    ),
    ResourceMap(
        "wind_100m", "wind_speed_100m", ("100 m 高度年平均风速", "Mean wind speed at 100 m"),
        "viridis", 2, 10, lambda v: np.asarray(v[0]),
    ),
    ResourceMap(
        "hydro_potential", "hydro_potential",
        ("河流水能理论蕴藏量", "Theoretical hydro potential along rivers"),
        "cividis_r", 0, None, lambda v: np.where(v[0] >= 1.0, v[0], np.nan),
    ),
)  # fmt: skip


def installed_resource_maps() -> tuple[ResourceMap, ...]:
    """The maps whose atlas layer is in this installation."""
    from resources import atlas

    found = []
    for which in RESOURCE_MAPS:
        try:
            atlas.layer(which.layer)
        except EnergyMapError as error:
            if error.code != "atlas_layer_missing":
                raise
        else:
            found.append(which)
    return tuple(found)


def resource_map(which: ResourceMap, language: Language, review_number: str) -> bytes:
    """A map of one atlas layer.

    Raises
    ------
    EnergyMapError
        `atlas_layer_missing`: the layer's file is not in this installation.
    """
    from resources import atlas

    info, raster = atlas.layer(which.layer), atlas.read(which.layer)
    unit = UNITS.get(info.unit, info.unit)
    period = info.period_zh if language == "zh" else info.period
    grade = term(info.grade, language)
    source = shortened(info.source_zh if language == "zh" else info.source, 150)
    note = _pick(
        (
            f"单位：{unit}　时段：{period}　等级：{grade}　来源：{source}",
            f"Unit: {unit} · Period: {period} · Grade: {grade} · Source: {source}",
        ),
        language,
    )
    page = map_page(language, _pick(which.title, language), note, review_number)
    borders(page, colour="#e8e8e8" if which.layer != "hydro_potential" else "#8a949c", fill="#fbfaf6")
    if which.layer == "hydro_potential":
        rivers(page)
    place = (raster.bounds[0], raster.bounds[3], raster.x_step)
    values = which.of_year(raster.values)
    high = float(np.nanpercentile(values, 98)) if which.high is None else which.high
    drawn = image(page, values, place, which.palette, which.low, high)
    key_panel(page, drawn, unit)
    return png(page)


def province_map(summary: Summary, language: Language, review_number: str, what: str) -> bytes:
    """Provinces coloured by `cash` (share of GDP) or `curtailment`, the figure printed on each."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import Normalize, TwoSlopeNorm

    values: dict[str, float | None]
    if what == "cash":
        values = {code: p.gdp_share for code, p in summary.provinces.items()}
        title = ("绿电净现金流占 GDP", "Net cash of green power over GDP")
        label = ("净收入为正，净支出为负 / %", "net receipts positive, net payments negative / %")
        top = max(*(abs(v) for v in values.values() if v is not None), 0.005)
        norm: Any = TwoSlopeNorm(0.0, -top, top)
        palette = "PuOr_r"
    else:
        values = {code: p.curtailment_rate for code, p in summary.provinces.items()}
        title = ("弃风弃光率", "Curtailment of wind and PV")
        label = ("弃风弃光电量占可发电量 / %", "share of what could have been generated / %")
        norm = Normalize(0.0, max(*(v for v in values.values() if v is not None), 0.02))
        palette = "YlOrBr"
    heading = f"{_pick(title, language)} · {_name(summary, language)}"
    page = map_page(language, heading, _note(summary, language), review_number)
    colours: Any = ScalarMappable(norm=norm, cmap=colormaps[palette])
    for code, rings, x, y in province_rings():
        value = values.get(code)
        face = NO_DATA if value is None else colours.to_rgba(value)
        for axes in (page.main, page.inset):
            axes.add_collection(PolyCollection(rings, facecolors=[face], zorder=3), autolim=False)
        if value is not None:
            dark = np.dot(np.asarray(face[:3], dtype=float), (0.299, 0.587, 0.114)) < 0.5
            text = f"{round(value * 100, 1) + 0.0:.1f}".replace("-", "−")
            page.main.text(
                x, y, text, fontsize=6.2, ha="center", va="center", color="white" if dark else INK, zorder=11,
                clip_on=True,
            )  # fmt: skip
    borders(page)
    missing = _pick(("无数据（未参与调度）", "no data (not dispatched)"), language)
    bar = key_panel(page, colours, _pick(label, language), missing)
    bar.ax.xaxis.set_major_formatter(lambda x, _: f"{x * 100:.1f}".replace("-", "−"))
    return png(page)


def corridor_map(summary: Summary, language: Language, review_number: str) -> bytes:
    """Corridors by width (MW) and colour (green share), bases as pies."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    title = _pick(("输电通道与综合能源基地", "Corridors and bases"), language)
    page = map_page(
        language, f"{title} · {_name(summary, language)}", _note(summary, language), review_number
    )
    borders(page, fill="#fbfaf6")
    colours: Any = ScalarMappable(norm=Normalize(0.0, 1.0), cmap=colormaps["viridis_r"])
    for corridor in sorted(summary.corridors.values(), key=lambda c: c.kind == "dc"):
        _corridor(page.main, corridor, colours.to_rgba(corridor.green_share))
    for base in summary.bases.values():
        _pie(page.main, base)
    bar = key_panel(page, colours, f"{term('green_share', language)} / %")
    bar.ax.xaxis.set_major_formatter(lambda x, _: f"{x * 100:.0f}")
    _key(page, language, {t for b in summary.bases.values() for t, mw in b.capacity_mw.items() if mw > 0})
    return png(page)


def _corridor(axes: Any, corridor: CorridorResult, colour: Any) -> None:
    (x0, x1), (y0, y1) = to_albers([corridor.from_lon, corridor.to_lon], [corridor.from_lat, corridor.to_lat])
    if np.hypot(x1 - x0, y1 - y0) < 20_000:  # back-to-back stations have no length to draw
        axes.plot(
            [x0], [y0], "s", color=colour, markersize=3.5, markeredgecolor=INK, markeredgewidth=0.4, zorder=12
        )
        return
    dc = corridor.kind == "dc"
    width = 0.5 + corridor.capacity_mw / 3000.0 if dc else 0.35 + corridor.capacity_mw / 12000.0
    axes.annotate(
        "",
        (x1, y1),
        (x0, y0),
        zorder=12 if dc else 10,
        arrowprops={
            "arrowstyle": "-|>,head_length=0.42,head_width=0.2" if dc else "-",
            "color": colour if dc else "#9aa3aa",
            "linewidth": width,
            "alpha": 0.9 if dc else 0.6,
            "shrinkA": 0,
            "shrinkB": 0,
            "connectionstyle": "arc3,rad=0.06" if dc else "arc3",
        },
    )


def _pie(axes: Any, base: BaseResult) -> None:
    x, y = (float(v) for v in to_albers(base.lon, base.lat))
    parts = {t: mw for t, mw in base.capacity_mw.items() if mw > 0}
    total = sum(parts.values())
    if total <= 0:
        return
    radius = 22_000.0 + 18_000.0 * float(np.sqrt(total / 1e3))
    from matplotlib.patches import Wedge

    angle = 90.0
    for technology, mw in parts.items():
        turn = 360.0 * mw / total
        wedge = Wedge((x, y), radius, angle - turn, angle, edgecolor="white", linewidth=0.4, zorder=13)
        wedge.set_facecolor(TECHNOLOGY_COLOURS.get(technology, "#bbbbbb"))
        axes.add_patch(wedge)
        angle -= turn


def _key(page: MapPage, language: Language, technologies: set[str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(facecolor=colour, label=term(t, language))
        for t, colour in TECHNOLOGY_COLOURS.items()
        if t in technologies
    ]
    handles += [
        Line2D(
            [],
            [],
            color="#3b7a6b",
            linewidth=0.5 + mw / 3000.0,
            label=_pick((f"直流 {mw / 10:,.0f} 万千瓦", f"DC {mw / 1e3:.0f} GW"), language),
        )
        for mw in (3000, 8000)
    ]
    handles.append(
        Line2D([], [], color="#9aa3aa", linewidth=1.0, label=_pick(("交流断面", "AC interface"), language))
    )
    page.main.legend(
        handles=handles, loc="upper right", fontsize=7, framealpha=0.9, bbox_to_anchor=(0.995, 0.62)
    )


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0 if language == "zh" else 1]


def _name(summary: Summary, language: Language) -> str:
    return summary.scenario_name_zh if language == "zh" else summary.scenario_name_en


def _note(summary: Summary, language: Language) -> str:
    grade = term(summary.grade, language)
    zh = f"年份：{summary.year}　等级：模型结果，资源为{grade}　来源：energymap，情景 {summary.scenario}"
    en = f"Year: {summary.year} · Grade: model result on a {grade} resource · Source: energymap, scenario "
    return zh if language == "zh" else en + summary.scenario


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"


def all_maps(summary: Summary, review_number: str) -> dict[str, Callable[[], bytes]]:
    """File name -> how to draw it, for zh and en; an atlas layer that is not installed has no page."""
    pages: dict[str, Callable[[], bytes]] = {}
    languages: tuple[Language, ...] = ("zh", "en")
    for lang in languages:
        for which in installed_resource_maps():
            pages[f"{which.file}_{lang}.png"] = partial(resource_map, which, lang, review_number)
        pages[f"corridors_{lang}.png"] = partial(corridor_map, summary, lang, review_number)
        for what in ("cash", "curtailment"):
            pages[f"{what}_{lang}.png"] = partial(province_map, summary, lang, review_number, what)
    return pages
