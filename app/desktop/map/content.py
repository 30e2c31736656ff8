"""The layers of the map from the embedded data; no widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.hillshade import HillshadeLayer
from app.desktop.map.land import COARSE, FINE, MIDDLE, NATIONAL_LAND, rings
from app.desktop.map.layers import GridLayer, Parts, PathLayer, PathStyle
from app.desktop.map.stack import LayerItem, LayerStack
from app.desktop.map.style import RasterStyle, VectorStyle
from app.desktop.texts import TEXTS, text
from gis_layers import boundary
from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, WEST_DEG

Array = NDArray[np.float64]

ATLAS_BOX_DEG = (WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG)
FIRST_RASTER = ("pv_yield", "ghi_monthly")
"""The raster shown at the start: the first of these the atlas holds."""


@dataclass(frozen=True)
class RasterView:
    """How one atlas layer is shown."""

    id: str
    group: str
    style: RasterStyle
    month_style: RasterStyle | None = None
    """Style of a single month, where the layer answers to the month."""
    year_is_sum: bool = False
    """Monthly layers: the year is the sum (energy, water) rather than the mean."""
    national: bool = False
    """Known in China alone: drawn up to the border itself rather than to the edges of cells."""

    def style_of(self, month: int | None) -> RasterStyle:
        """The style the layer comes with for a month (1-12) or the year."""
        return self.style if month is None or self.month_style is None else self.month_style


def _view(id: str, group: str, palette: str, low: float, high: float, **more: Any) -> RasterView:
    month = more.pop("month", None)
    total, national = more.pop("year_is_sum", False), more.pop("national", False)
    style = RasterStyle(palette=palette, low=low, high=high, **more)
    if month is None:
        return RasterView(id, f"group.{group}", style, national=national)
    monthly = style.model_copy(update={"low": month[0], "high": month[1]})
    return RasterView(id, f"group.{group}", style, monthly, total, national)


# Values that stand for kinds or lie on single cells (rivers) are never blended between cells.
RASTERS: tuple[RasterView, ...] = (
    _view("pv_yield", "resource", "sun", 800, 2000, national=True),
    _view("ghi_monthly", "resource", "sun", 900, 2200, month=(40.0, 240.0), year_is_sum=True),
    _view("wind_speed_100m", "resource", "wind", 2, 10, month=(2.0, 10.0)),
    _view("wind_cf", "resource", "wind", 0.0, 0.5, national=True),
    _view("wind_cf_area_mean", "resource", "wind", 0.0, 0.5, national=True),
    _view("complementarity", "resource", "balance", -0.2, 0.2, national=True),
    _view("hydro_potential", "resource", "water", 0, 300, hide_below=0.5, smooth=False),
    _view(
        "river_flow",
        "resource",
        "water",
        3,
        30_000,
        classification="breaks",
        breaks=(10.0, 100.0, 1000.0, 10_000.0),
        hide_below=3.0,
        smooth=False,
    ),
    _view("runoff", "resource", "water", 0, 1200),
    _view("basin", "terrain", "kinds", 1, 11, smooth=False),
    _view("elevation", "terrain", "earth", 0, 5500),
    _view("desert_class", "terrain", "sand", 1, 3, hide_below=0.5, smooth=False),
    _view("temperature_monthly", "terrain", "warmth", -10, 30, month=(-30.0, 35.0)),
    _view("rain_monthly", "terrain", "water", 0, 2000, month=(0.0, 350.0), year_is_sum=True),
)


# -- values ----------------------------------------------------------------------------------------


def raster_values(view: RasterView, month: int | None) -> Array:
    """(row, col) of a layer for a month (1-12) or the year."""
    from resources import atlas

    values = atlas.read(view.id).values
    if values.shape[0] == 1:
        shown = values[0]
        if month is not None and view.id == "wind_speed_100m" and "wind_month_ratio" in atlas.layer_ids():
            shown = shown * _month_ratio(month)
    elif month is not None:
        shown = values[month - 1]
    else:
        shown = values.sum(axis=0) if view.year_is_sum else values.mean(axis=0)
    if view.style.hide_below is not None:
        shown = np.where(shown >= view.style.hide_below, shown, np.nan)
    return np.asarray(shown, dtype=np.float64)


@lru_cache(maxsize=12)
def _month_ratio(month: int) -> Array:
    """(row, col) on the terrain grid, bilinear, as `atlas.climate_at` reads it."""
    from gis_layers.grid import TERRAIN
    from gis_layers.raster import Raster, sample
    from resources import atlas

    ratio = atlas.read("wind_month_ratio")
    one = Raster(ratio.values[month - 1 : month].copy(), ratio.bounds, ratio.crs)
    lon, lat = np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg)
    return np.asarray(sample(one, lon, lat)[0])


def classes_of(title: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """A title that lists its classes ("Desert: 0 none, 1 cold (BWk)") as the title and the classes."""
    name, colon, listed = re.sub("：", ":", title).partition(":")
    found = re.findall(r"(?:^|[,，])\s*(\d+)\s+((?:\([^)]*\)|[^,，(])+)", listed)
    if not colon or not found:
        return title, ()
    return name.strip(), tuple((int(number), words.strip()) for number, words in found)


# -- the stack -------------------------------------------------------------------------------------


def build_stack() -> LayerStack:
    """All layers the map has from the start, bottom first; what this atlas lacks is left out."""
    from resources import atlas

    stack = LayerStack()
    outlines = {layer.id: layer for layer in base_layers()}
    for identity in ("layer.neighbour", "layer.land"):
        stack.add(_outline_item(identity, outlines[identity], listed=False), outlines[identity])
    present = atlas.layer_ids()
    first = next((identity for identity in FIRST_RASTER if identity in present), None)
    for view in reversed([view for view in RASTERS if view.id in present]):
        item = _raster_item(view, visible=view.id == first)
        layer = GridLayer(
            view.id, partial(raster_values, view, None), WEST_DEG, NORTH_DEG, EAST_DEG - WEST_DEG, view.style,
            clip=NATIONAL_LAND if view.national else None,
        )  # fmt: skip
        stack.add(item, layer)
    if "elevation" in present:
        _add_hillshade(stack)
    for identity in ("layer.lake", "layer.river", "layer.county", "layer.city"):
        listed = identity != "layer.lake"
        stack.add(_outline_item(identity, outlines[identity], listed=listed), outlines[identity])
    regions: tuple[tuple[boundary.AreaLayer, str], ...] = (
        ("dispatch_region", "#7a5c9e"),
        ("grid_region", "#2f7f9e"),
    )
    for name, colour in regions:
        layer_of = _region_layer(name, colour)
        stack.add(_outline_item(layer_of.id, layer_of, "group.grid", f"layers.{name}"), layer_of)
    for identity in ("layer.province", "layer.strokes"):
        listed = identity == "layer.province"
        stack.add(_outline_item(identity, outlines[identity], listed=listed), outlines[identity])
    return stack


def show_month(stack: LayerStack, month: int | None) -> None:
    """Monthly layers show a month (1-12) or the year; what the user chose of the style stays."""
    for view in RASTERS:
        if view.month_style is None or view.id not in stack:
            continue
        layer = stack.layer(view.id)
        assert isinstance(layer, GridLayer)
        layer.set_values(partial(raster_values, view, month))
        fresh, style = view.style_of(month), stack.item(view.id).style
        if isinstance(style, RasterStyle) and style != stack.first_style(view.id):
            style = style.model_copy(update={"low": fresh.low, "high": fresh.high})
        else:
            style = fresh
        stack.show_content(view.id, fresh, style)


def year_ranges(settings: dict[str, Any]) -> None:
    """Settings of a stack (`LayerStack.to_dict`) taken while a month is shown, with the ranges of the year."""
    for view in RASTERS:
        style = settings["layers"].get(view.id, {}).get("style")
        if view.month_style is not None and style is not None:
            style |= {"low": view.style.low, "high": view.style.high}


def _raster_item(view: RasterView, visible: bool) -> LayerItem:
    from resources import atlas

    info = atlas.layer(view.id)
    title_zh, kinds_zh = classes_of(info.title_zh)
    title_en, kinds_en = classes_of(info.title_en)
    style = view.style
    numbers = [number for number, _ in kinds_zh if number >= (style.hide_below or 0)]
    if numbers:
        names_zh, names_en = dict(kinds_zh), dict(kinds_en)
        style = style.model_copy(
            update={
                "low": float(numbers[0]),
                "high": float(numbers[-1]),
                "classification": "breaks",
                "breaks": tuple(number - 0.5 for number in numbers[1:]),
                "labels_zh": tuple(names_zh[n] for n in numbers),
                "labels_en": tuple(_capital(names_en.get(n, str(n))) for n in numbers),
            }
        )
    unit = "" if numbers or info.unit in ("1", "class") else info.unit
    of_month = unit if view.month_style is not None else ""
    if view.year_is_sum:
        unit = unit.replace("/month", "/a") if "/month" in unit else f"{unit}/a"
    short_zh, short_en = TEXTS.get(f"layers.short.{view.id}", ("", ""))
    return LayerItem(
        id=view.id,
        group=view.group,
        title_zh=title_zh,
        title_en=title_en,
        short_zh=short_zh,
        short_en=short_en,
        unit=unit,
        unit_of_month=of_month,
        grade=info.grade,
        source=info.source,
        period=info.period,
        source_zh=info.source_zh,
        period_zh=info.period_zh,
        visible=visible,
        opacity=0.85,
        style=style,
        box_deg=ATLAS_BOX_DEG,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _add_hillshade(stack: LayerStack) -> None:
    from resources import atlas

    view = next(view for view in RASTERS if view.id == "elevation")
    info = atlas.layer("elevation")
    item = LayerItem(
        id="layer.hillshade",
        group="group.terrain",
        title_zh=text("layers.hillshade", "zh"),
        title_en=text("layers.hillshade", "en"),
        grade=info.grade,
        source=f"{text('layers.hillshade_source', 'en')} · {info.source}",
        source_zh=f"{text('layers.hillshade_source', 'zh')} · {info.source_zh}",
        visible=True,
        opacity=0.7,
        box_deg=ATLAS_BOX_DEG,
    )
    # Above the rasters: its shadow multiplies what lies beneath, which is the look of a relief under glass.
    layer = HillshadeLayer(
        item.id, partial(raster_values, view, None), WEST_DEG, NORTH_DEG, EAST_DEG - WEST_DEG
    )
    stack.add(item, layer)


def _outline_item(
    identity: str, layer: PathLayer, group: str = "group.base", words: str = "", listed: bool = True
) -> LayerItem:
    sources = boundary.layer_sources()
    name = {
        "layer.neighbour": "neighbour_land",
        "layer.strokes": "ten_stroke_line",
        "layer.land": "province_1",
    }
    key = name.get(identity) or identity.removeprefix("layer.")
    info = sources.get(key) or sources.get(f"{key}_1") or {"source": "", "source_zh": "", "date": ""}
    style = layer.style
    return LayerItem(
        id=identity,
        group=group,
        title_zh=text(words or identity, "zh") if listed else identity,
        title_en=text(words or identity, "en") if listed else identity,
        source=info["source"],
        source_zh=info["source_zh"],
        period=info["date"],
        visible=layer.visible,
        opacity=layer.opacity,
        style=VectorStyle(line=style.line, fill=style.fill, width_px=style.width_px, dash=style.dash),
        listed=listed,
    )


def _region_layer(name: boundary.AreaLayer, colour: str) -> PathLayer:
    style = PathStyle(colour, 1.6 if name == "grid_region" else 1.2, None, (4.0, 3.0))
    return PathLayer(f"layer.{name}", style, [(COARSE, partial(_regions, name, 1), True)], visible=False)


# -- outlines --------------------------------------------------------------------------------------


def base_layers() -> list[PathLayer]:
    """Neighbours, provinces, cities, counties, rivers, coast and the ten-stroke line, bottom first.

    Nothing is read before it is painted.
    """

    def frame(name: str, closed: bool) -> list[tuple[float, Parts, bool]]:
        return [(MIDDLE, partial(_frame, name, 0.0), closed), (COARSE, partial(_frame, name, 0.02), closed)]

    def three(name: boundary.AreaLayer) -> list[tuple[float, Parts, bool]]:
        levels: tuple[tuple[boundary.Detail, float], ...] = ((0, FINE), (1, MIDDLE), (2, COARSE))
        return [(limit, partial(_regions, name, level), True) for level, limit in levels]

    return [
        PathLayer("layer.neighbour", PathStyle("#c3c8cc", 0.6, "#f1efe9"), frame("neighbour_land", True)),
        PathLayer("layer.land", PathStyle(None, 0.0, "#faf8f2"), three("province")),
        PathLayer("layer.lake", PathStyle("#8fb6cf", 0.5, "#cfe0ea"), frame("lake", True)),
        PathLayer("layer.river", PathStyle("#7fa9c9", 0.9), frame("river", False), visible=False),
        PathLayer("layer.county", PathStyle("#c9c4ba", 0.4), three("county"), visible=False),
        PathLayer("layer.city", PathStyle("#b0aaa0", 0.6), three("city"), visible=False),
        PathLayer("layer.province", PathStyle("#6b747b", 0.9), three("province")),
        PathLayer("layer.strokes", PathStyle("#30363c", 2.2), frame("ten_stroke_line", False)),
    ]


def _frame(name: str, tolerance_deg: float) -> list[Array]:
    """Outlines of a layer; for coarse views without what is smaller than a pixel."""
    import shapely

    geometry = boundary.table(name).geometry
    return rings(shapely.simplify(geometry, tolerance_deg) if tolerance_deg > 0 else geometry)


def _regions(name: boundary.AreaLayer, detail: boundary.Detail) -> list[Array]:
    return rings(boundary.regions(name, detail).geometry)
