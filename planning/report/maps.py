"""The printed maps: resource, corridors and bases, cash and curtailment by province; zh and en alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import geometry_to_albers, to_albers
from planning.report.map_base import INK, INSET_BOX_M, MAIN_BOX_M, MapPage, borders, both, map_page, png, warp
from planning.results import BaseResult, CorridorResult, Summary
from planning.words import Language, term

Array = NDArray[np.float64]

TECHNOLOGY_COLOURS = {
    "wind": "#4f9bb8",
    "pv": "#e8b23a",
    "hydro": "#2f6db0",
    "nuclear": "#8c6bb1",
    "coal": "#7a7a7a",
    "gas": "#c08a5b",
    "battery": "#5aa469",
    "pumped": "#9cc5a1",
}
MODEL_NOTE = {
    "zh": "模型结果; 资源为参考级（重建）, 未经实测标定",
    "en": "model result on reference-grade (reconstructed) resource",
}


@dataclass(frozen=True)
class ResourceMap:
    """One atlas layer as a page."""

    file: str
    layer: str
    title: tuple[str, str]
    palette: str
    low: float
    high: float
    of_year: Callable[[Array], Array]
    """(band, row, col) to the (row, col) shown."""


RESOURCE_MAPS = (
    ResourceMap(
        "ghi", "ghi_monthly", ("水平面总辐照量", "Global horizontal irradiation"), "YlOrRd", 900, 2200,
        lambda v: np.asarray(v.sum(axis=0)),
    ),
    ResourceMap(
        "wind_100m", "wind_speed_100m", ("100 m 年平均风速", "Mean wind speed at 100 m"), "YlGnBu", 2, 10,
        lambda v: np.asarray(v[0]),
    ),
    ResourceMap(
        "hydro_potential", "hydro_potential", ("水能理论蕴藏量", "Theoretical hydro potential"),
        "Blues", 0, 300,
        lambda v: np.where(v[0] > 0.5, v[0], np.nan),
    ),
)  # fmt: skip


def resource_map(which: ResourceMap, language: Language, review_number: str) -> bytes:
    """A map of one atlas layer."""
    from gis_layers.grid import NORTH_DEG, WEST_DEG
    from resources import atlas

    info, raster = atlas.layer(which.layer), atlas.read(which.layer)
    values = which.of_year(raster.values)
    step = 63.0 / values.shape[1]
    unit = info.unit.replace(" per month", "/a").replace("/month", "/a")
    note = f"{unit} · {info.period} · {_grade(language)} · {info.source}"
    page = map_page(language, _pick(which.title, language), _shorten(note, 190), review_number)
    borders(page)
    image = None
    for axes, box, pixels in ((page.main, MAIN_BOX_M, 1100), (page.inset, INSET_BOX_M, 300)):
        image = axes.imshow(
            warp(values, WEST_DEG, NORTH_DEG, step, box, pixels),
            extent=box,
            cmap=which.palette,
            vmin=which.low,
            vmax=which.high,
            zorder=3,
            alpha=0.92,
            interpolation="nearest",
        )
    _bar(page, image, unit)
    return png(page)


def province_map(summary: Summary, language: Language, review_number: str, what: str) -> bytes:
    """Provinces coloured by `cash` (share of GDP) or `curtailment`."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import Normalize, TwoSlopeNorm

    from gis_layers import boundary

    if what == "cash":
        values = {c: p.gdp_share for c, p in summary.provinces.items()}
        title = ("绿电净现金流占 GDP", "Net cash of green power over GDP")
        top = max(max((abs(v) for v in values.values() if v is not None), default=0.01), 0.005)
        norm: Any = TwoSlopeNorm(0.0, -top, top)
        palette = "PuOr_r"
    else:
        values = {c: p.curtailment_rate for c, p in summary.provinces.items()}
        title = ("弃风弃光率", "Curtailment of wind and PV")
        norm = Normalize(0.0, max(max(values.values(), default=0.0) or 0.0, 0.02))  # type: ignore[type-var]
        palette = "YlOrBr"
    page = map_page(
        language,
        f"{_pick(title, language)} · {_name(summary, language)}",
        _note(summary, language),
        review_number,
    )
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable

    colours = ScalarMappable(norm=norm, cmap=colormaps[palette])
    table = boundary.regions("province", 2)
    for code, shape in zip(table.ids, table.geometry, strict=True):
        value = values.get(code)
        face = "#dcdcdc" if value is None else colours.to_rgba(value)
        rings = [np.asarray(g.exterior.coords) for g in geometry_to_albers(shape).geoms]
        both(
            page,
            lambda a, r=rings, f=face: a.add_collection(
                PolyCollection(r, facecolors=[f], zorder=3), autolim=False
            ),
        )  # type: ignore[misc]
        if value is not None and what == "cash":
            point = geometry_to_albers(shape).representative_point()
            page.main.text(
                point.x, point.y, f"{value * 100:.1f}", fontsize=6, ha="center", color=INK, zorder=11
            )
    borders(page)
    bar = _bar(page, colours, "%")
    bar.ax.xaxis.set_major_formatter(lambda x, _: f"{x * 100:.1f}")
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
    colours = ScalarMappable(norm=Normalize(0.0, 1.0), cmap=colormaps["viridis_r"])
    for corridor in sorted(summary.corridors.values(), key=lambda c: c.kind == "dc"):
        _corridor(page.main, corridor, colours.to_rgba(corridor.green_share))
    for base in summary.bases.values():
        _pie(page.main, base)
    bar = _bar(page, colours, f"{term('green_share', language)} %")
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
        wedge.set_facecolor(TECHNOLOGY_COLOURS[technology])
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


def _bar(page: MapPage, image: Any, label: str) -> Any:
    axes = page.figure.add_axes((0.30, 0.125, 0.24, 0.014))
    bar = page.figure.colorbar(image, cax=axes, orientation="horizontal", extend="neither")
    bar.ax.tick_params(labelsize=7, colors=INK, length=2)
    bar.ax.set_title(label, fontsize=7.5, color=INK, pad=3)
    bar.outline.set_linewidth(0.4)
    return bar


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0 if language == "zh" else 1]


def _grade(language: Language) -> str:
    return term("reference", language)


def _name(summary: Summary, language: Language) -> str:
    return summary.scenario_name_zh if language == "zh" else summary.scenario_name_en


def _note(summary: Summary, language: Language) -> str:
    year = f"{summary.year} 年" if language == "zh" else f"{summary.year}"
    return f"{year} · {MODEL_NOTE[language]}"


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def all_maps(
    summary: Summary, review_number: str, resource_maps: bool = True
) -> dict[str, Callable[[], bytes]]:
    """File name -> how to draw it, for zh and en."""
    pages: dict[str, Callable[[], bytes]] = {}
    for language in ("zh", "en"):
        lang: Language = "zh" if language == "zh" else "en"
        if resource_maps:
            for which in RESOURCE_MAPS:
                pages[f"{which.file}_{lang}.png"] = lambda w=which, x=lang: resource_map(w, x, review_number)  # type: ignore[misc]
        pages[f"corridors_{lang}.png"] = lambda x=lang: corridor_map(summary, x, review_number)  # type: ignore[misc]
        for what in ("cash", "curtailment"):
            pages[f"{what}_{lang}.png"] = lambda w=what, x=lang: province_map(summary, x, review_number, w)  # type: ignore[misc]
    return pages
