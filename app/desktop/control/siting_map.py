"""The layers of a siting: eligible land, sites coloured by cost, their lines, and the mark of the one picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.desktop.map.by_field import by_number
from app.desktop.map.layers import PathLayer, PathStyle
from app.desktop.map.siting_layers import LINE_COLOUR, LandGrid, LandLayer, SiteLayer, SiteMark
from app.desktop.map.stack import LayerItem
from app.desktop.map.style import RasterStyle, VectorStyle
from app.desktop.texts import text
from app.desktop.workbench import Workbench
from app.messages import Language
from planning.words import converted, term, unit

if TYPE_CHECKING:
    from app.desktop.control.siting_work import Answer

LAND, SITES, LINKS = "layer.siting_land", "layer.siting_sites", "layer.siting_links"
SOURCE, SOURCE_ZH = "energymap site; rules and densities estimated", "energymap 选址评估; 规则与密度为估计"
COST_SOURCE = "energymap site; costs of plants and lines estimated"
COST_SOURCE_ZH = "energymap 选址评估; 电站与线路造价为估计"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FEW = 8
TOPS = (0.1, 0.2, 0.5, 1.0)
"""Upper ends of the scale of shares."""


class SitingMap:
    """What of a siting is on the map."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._mark = SiteMark()
        bench.canvas.add_overlay(self._mark)
        bench.stack.changed.connect(lambda _: self._switched())

    def show_land(self, grid: LandGrid, technology: str, preview: bool) -> None:
        """The eligible share of every cell for a technology."""
        if technology not in grid.shares:
            return
        stack = self.bench.stack
        values = grid.shares[technology]
        known = values[np.isfinite(values)]
        most = float(np.quantile(known, 0.98)) if known.size else 1.0
        style = RasterStyle(
            palette="leaf", low=0.0, high=100.0 * next((t for t in TOPS if most <= t), 1.0), hide_below=0.05, smooth=False,
        )  # fmt: skip
        key = "siting.layer.land_preview" if preview else "siting.layer.land"
        titles = [text(key, language, technology=term(technology, language)) for language in LANGUAGES]
        item = LayerItem(
            id=LAND, group="group.resource", title_zh=titles[0], title_en=titles[1], unit="%", grade="reference",
            source=SOURCE, source_zh=SOURCE_ZH, visible=True, opacity=0.6, style=style,
        )  # fmt: skip
        layer = LandLayer(LAND, grid, technology, style)
        layer.project(self.bench.canvas.projection)
        stack.add(item, layer, below="layer.lake")
        stack.show_content(LAND, style, style)
        self.bench.canvas.refresh()

    def show_sites(self, answer: Answer) -> None:
        """Outlines coloured by cost, and lines."""
        state, stack = self.bench.state, self.bench.stack
        language = state.language
        sites = answer.document["candidates"]
        ids = tuple(site["id"] for site in sites)
        layer = SiteLayer(SITES, ids, [answer.outlines[one] for one in ids])
        field = text("siting.layer.cost", language)
        price = unit("price_cny_per_mwh", state.units, language)
        costs = np.array([
            np.nan if s["lcoe_cny_per_mwh"] is None else converted(s["lcoe_cny_per_mwh"], "price_cny_per_mwh", state.units)
            for s in sites
        ])  # fmt: skip
        layer.set_columns({field: costs})
        base = VectorStyle(line="#ffffff", width_px=0.8, other="#bbbbbb")
        # Few sites: each its own place on the ramp; of many, classes are told apart more easily.
        classes = 5 if len(ids) > FEW else 0
        ramp = RasterStyle(
            palette="viridis", reverse=True, classes=classes, classification="natural" if classes else "equal"
        )
        style = by_number(base, field, costs, ramp)
        grade = answer.document["grade"]
        title_zh, title_en = (f"{text('siting.layer.sites', one)} ({price})" for one in LANGUAGES)
        item = LayerItem(
            id=SITES, group="group.resource", title_zh=title_zh, title_en=title_en, unit=price, grade=grade,
            source=COST_SOURCE, source_zh=COST_SOURCE_ZH, visible=True, opacity=0.75, style=style,
        )  # fmt: skip
        stack.add(item, layer)
        stack.show_content(SITES, style, style)
        ways = [way for one in ids if (way := answer.way(one)) is not None]
        links = VectorStyle(line=LINE_COLOUR, width_px=1.4)
        lines = PathLayer(LINKS, PathStyle(LINE_COLOUR, 1.4), [(1e9, ways, False)])
        stack.add(
            LayerItem(
                id=LINKS, group="group.grid", title_zh=text("siting.layer.links", "zh"),
                title_en=text("siting.layer.links", "en"), grade=grade, source=COST_SOURCE,
                source_zh=COST_SOURCE_ZH, visible=True, style=links,
            ),
            lines,
        )  # fmt: skip
        self.bench.canvas.refresh()

    def mark(self, answer: Answer | None, site: str) -> None:
        """The site picked; "" takes the mark away."""
        outline = answer.outlines.get(site) if answer is not None and site else None
        self._mark.set_site(outline, answer.way(site) if answer is not None and site else None)
        self.bench.canvas.update()

    def site_at(self, answer: Answer, lon: float, lat: float) -> str:
        """The site at a place; "" where there is none, or they are hidden."""
        import shapely

        stack = self.bench.stack
        if SITES not in stack or not stack.item(SITES).visible:
            return ""
        return next(
            (one for one, shape in answer.outlines.items() if shapely.contains_xy(shape, lon, lat)), ""
        )

    def _switched(self) -> None:
        stack = self.bench.stack
        visible = SITES in stack and stack.item(SITES).visible
        if self._mark.visible != visible:
            self._mark.visible = visible
            self.bench.canvas.update()
