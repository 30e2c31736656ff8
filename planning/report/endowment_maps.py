"""Printed maps of the endowment: regions coloured by energy, by capacity over land, by their best class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planning.endowment_values import Endowment, LandTechnology, RegionEndowment, best_class
from planning.report.endowment_sheets import TECHNOLOGY_WORDS
from planning.report.map_base import INK, NO_DATA, borders, key_panel, map_page, png, province_rings
from planning.words import Language, term

Array = NDArray[np.float64]

FEWEST_KM2: Final = 1.0
"""Less eligible land than that has no class worth a colour."""


@dataclass(frozen=True, slots=True)
class EndowmentMap:
    """One page: what is coloured, and how."""

    file: str
    title: tuple[str, str]
    label: tuple[str, str]
    palette: str
    read: Callable[[RegionEndowment], float | None]


def _pages(key: LandTechnology) -> tuple[EndowmentMap, EndowmentMap]:
    zh, en = TECHNOLOGY_WORDS[key]
    palette = "YlGnBu" if key == "wind" else "YlOrRd"
    return (
        EndowmentMap(
            f"{key}_energy", (f"{zh}可开发电量", f"{_capital(en)}: energy that could be developed"), ENERGY, palette,
            lambda r: r.of(key).energy_mwh / 1e6,
        ),
        EndowmentMap(
            f"{key}_density", (f"{zh}单位面积可开发容量", f"{_capital(en)}: capacity over land"),
            ("容量 / (GW/1,000 km²)", "capacity / (GW per 1,000 km²)"), palette,
            lambda r: r.of(key).capacity_mw / r.land_km2 if r.land_km2 else None,
        ),
    )  # fmt: skip


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


ENERGY: Final = ("年电量 / TWh (对数)", "energy a year / TWh (logarithmic)")
MAPS: Final = (
    *_pages("wind"),
    *_pages("pv"),
    EndowmentMap(
        "total_energy",
        ("风光可开发电量 (含屋顶与海上)", "Wind and sun that could be developed, roofs and sea included"),
        ENERGY,
        "viridis_r",
        lambda r: r.wind_pv_mwh / 1e6,
    ),
)


def endowment_map(e: Endowment, which: EndowmentMap, language: Language, review_number: str) -> bytes:
    """Regions by a number: energy on a logarithmic scale, others from 0 to what 98 in 100 stay below."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    values = {r.id: which.read(r) for r in e.regions}
    known = np.array([v for v in values.values() if v is not None and v > 0])
    top = float(np.quantile(known, 0.98)) if len(known) > 100 else float(known.max())
    energy = which.file.endswith("energy")
    norm: Any = LogNorm(max(float(np.quantile(known, 0.05)), top / 1e4), top, clip=True) if energy else (
        Normalize(0.0, top, clip=True)
    )  # fmt: skip
    colours: Any = ScalarMappable(norm=norm, cmap=colormaps[which.palette])

    def face(identity: str) -> Any:
        value = values.get(identity)
        return NO_DATA if value is None or value <= 0 else colours.to_rgba(value)

    page = map_page(language, _pick(which.title, language), _note(e, language), review_number)
    _fill(page, e, face)
    if e.level == "province":
        _print_figures(page, values, face)
    borders(page)
    bar = key_panel(
        page, colours, _pick(which.label, language), _pick(("无可用土地", "no eligible land"), language)
    )
    if energy:
        bar.ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.6g}")
        bar.ax.minorticks_off()
    return png(page)


def class_map(e: Endowment, technology: LandTechnology, language: Language, review_number: str) -> bytes:
    """Regions by the class that the best fifth of their eligible land reaches."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import BoundaryNorm

    titles = e.technology(technology).class_titles
    palette = colormaps["YlGnBu" if technology == "wind" else "YlOrRd"].resampled(len(titles))
    found = {
        r.id: best_class(r.of(technology)) for r in e.regions if r.of(technology).eligible_km2 >= FEWEST_KM2
    }

    def face(identity: str) -> Any:
        k = found.get(identity)
        return NO_DATA if k is None else palette(k)

    zh, en = TECHNOLOGY_WORDS[technology]
    title = _pick((f"{zh}质量等级 (最好的五分之一可用土地达到)", f"{_capital(en)}: class that the best fifth of the eligible land reaches"), language)  # fmt: skip
    page = map_page(language, title, _note(e, language), review_number)
    _fill(page, e, face)
    borders(page)
    scale: Any = ScalarMappable(
        norm=BoundaryNorm(np.arange(len(titles) + 1) - 0.5, len(titles)), cmap=palette
    )
    unit = "kWh/kWp" if technology == "pv" else _pick(("小时/年", "h/a"), language)
    label = _pick((f"利用小时 / {unit}", f"full-load hours / {unit}"), language)
    bar = key_panel(page, scale, label, _pick(("无可用土地", "no eligible land"), language))
    # Class limits stand below their left edge: whole titles would run into each other.
    bar.set_ticks(np.arange(1, len(titles)) - 0.5)
    bar.set_ticklabels([f"{limit:,.0f}" for limit in e.technology(technology).limits_h])
    return png(page)


def endowment_pages(e: Endowment, review_number: str) -> dict[str, Callable[[], bytes]]:
    """File name -> how to draw it, zh and en."""
    pages: dict[str, Callable[[], bytes]] = {}
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for which in MAPS:
            pages[f"{which.file}_{language}.png"] = partial(endowment_map, e, which, language, review_number)
        for technology in TECHNOLOGY_WORDS:
            name = f"{technology}_class_{language}.png"
            pages[name] = partial(class_map, e, technology, language, review_number)
    return pages


@lru_cache(maxsize=3)
def _rings(level: str) -> tuple[tuple[str, tuple[Array, ...]], ...]:
    """Code and outer rings of every region in Albers metres."""
    import shapely

    from gis_layers import boundary
    from gis_layers.crs import geometry_to_albers

    table = boundary.regions("county" if level == "county" else "city", 2)
    answers = []
    for code, shape in zip(table.ids, geometry_to_albers(table.geometry), strict=True):
        parts = shapely.get_parts(shape)
        answers.append((code, tuple(shapely.get_coordinates(shapely.get_exterior_ring(p)) for p in parts)))
    return tuple(answers)


def _fill(page: Any, e: Endowment, face: Callable[[str], Any]) -> None:
    from matplotlib.collections import PolyCollection

    shapes = (
        [(code, rings) for code, rings, _, _ in province_rings()]
        if e.level == "province"
        else _rings(e.level)
    )
    rings = [ring for _, parts in shapes for ring in parts]
    faces = [face(code) for code, parts in shapes for _ in parts]
    for axes in (page.main, page.inset):
        # Edges in the colour of the face close the hairlines between neighbours.
        made = PolyCollection(rings, facecolors=faces, edgecolors=faces, linewidths=0.2, zorder=3)
        axes.add_collection(made, autolim=False)


def _print_figures(page: Any, values: dict[str, float | None], face: Callable[[str], Any]) -> None:
    from matplotlib.colors import to_rgb

    for code, _, x, y in province_rings():
        value = values.get(code)
        if value is None:
            continue
        dark = np.dot(np.asarray(to_rgb(face(code)), dtype=float), (0.299, 0.587, 0.114)) < 0.5
        digits = 0 if value >= 10 else 1 if value >= 1 else 2
        page.main.text(
            x, y, f"{value:,.{digits}f}", fontsize=6.2, ha="center", va="center",
            color="white" if dark else INK, zorder=11, clip_on=True,
        )  # fmt: skip


def _note(e: Endowment, language: Language) -> str:
    grade = term(e.grade, language)
    zh = (
        f"时段：{e.period_zh}　等级：{grade}；土地规则、密度与屋顶、海域比例为估计　来源：energymap 资源禀赋评估　"
        "海上风电按最近海岸作技术性归集"
    )
    en = (
        f"Period: {e.period_en} · Grade: {grade}; rules for land, densities, roofs and shares of the sea are estimates · "
        "Source: energymap endowment · Sea by nearest coast, plain geometry"
    )
    return zh if language == "zh" else en


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0 if language == "zh" else 1]
