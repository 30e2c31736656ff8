"""The layers the map has from the start: every one the atlas holds, in units a reader knows."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from app.desktop.map import content
from app.desktop.map.content import RASTERS, build_stack, classes_of, raster_values, show_month
from app.desktop.map.layers import GridLayer, PathLayer
from app.desktop.map.projection import Projection
from app.desktop.map.stack import LayerStack, resolve
from app.desktop.map.style import RasterStyle
from app.desktop.map.viewport import Viewport
from app.desktop.texts import text
from resources import atlas

ALBERS = Projection("albers")
VIEW = Viewport(0, 0, 1000, 500, 400).fitted(*ALBERS.bounds(73, 15, 136, 55))


@pytest.fixture
def stack() -> LayerStack:
    return build_stack()


def test_sources_and_periods_are_told_in_the_reader_s_language(stack: LayerStack) -> None:
    item = stack.item("wind_speed_100m")
    assert "克里金" in item.source_in("zh")
    assert "kriging" in item.source_in("en")
    assert "台站" in item.period_in("zh")
    assert "stations" in item.period_in("en")
    assert "天地图" in stack.item("layer.province").source_in("zh")
    assert stack.item("layer.hillshade").source_in("zh").startswith("由高程")
    hint = next(entry.hint for entry in resolve(stack.items(), "zh") if entry.id == item.id)
    assert item.source_in("zh") in hint
    assert item.source not in hint


def colour_at(stack: LayerStack, identity: str, lon: float, lat: float) -> tuple[int, ...]:
    layer = stack.layer(identity)
    layer.project(ALBERS)
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, VIEW)
    painter.end()
    x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
    px, py = VIEW.to_screen(float(x[0]), float(y[0]))
    return image.pixelColor(int(px), int(py)).getRgb()[:4]


def test_every_view_the_atlas_holds_is_in_the_stack_with_its_source(stack: LayerStack) -> None:
    for view in RASTERS:
        assert (view.id in stack) == (view.id in atlas.layer_ids())
    for entry in resolve(stack.items(), "zh"):
        assert entry.title
        assert text("source", "zh") in entry.hint


def test_a_layer_the_atlas_lacks_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    present = tuple(i for i in atlas.layer_ids() if i not in ("pv_yield", "elevation", "wind_month_ratio"))
    monkeypatch.setattr(atlas, "layer_ids", lambda: present)
    stack = build_stack()
    assert "pv_yield" not in stack
    assert "layer.hillshade" not in stack
    assert stack.item("ghi_monthly").visible
    show_month(stack, 7)


def test_outlines_lie_over_rasters_and_the_relief_between(stack: LayerStack) -> None:
    order = [layer.id for layer in stack.layers()]
    rasters = [order.index(view.id) for view in RASTERS if view.id in stack]
    assert order.index("layer.land") < min(rasters)
    assert max(rasters) < order.index("layer.hillshade") < order.index("layer.province")
    assert {"layer.grid_region", "layer.dispatch_region", "layer.county", "layer.city"} <= set(order)


def test_the_colour_on_the_map_is_the_style_applied_to_the_value(stack: LayerStack) -> None:
    lon, lat = 94.0, 38.0
    values = raster_values(next(v for v in RASTERS if v.id == "ghi_monthly"), None)
    from gis_layers.raster import Raster, sample

    value = sample(Raster(values[None].copy(), (73.0, 15.0, 136.0, 55.0)), lon, lat)
    style = stack.item("ghi_monthly").style
    assert isinstance(style, RasterStyle)
    want = style.colour(value)[0]
    got = colour_at(stack, "ghi_monthly", lon, lat)
    assert np.abs(np.array(got) - want).max() <= 6


def test_the_month_changes_values_range_and_unit_and_keeps_the_users_palette(stack: LayerStack) -> None:
    year = colour_at(stack, "ghi_monthly", 94.0, 38.0)
    july = raster_values(next(v for v in RASTERS if v.id == "ghi_monthly"), 7)
    show_month(stack, 7)
    layer = stack.layer("ghi_monthly")
    assert isinstance(layer, GridLayer)
    assert (layer.sample() == july)[~np.isnan(july)].all()
    style = stack.item("ghi_monthly").style
    assert isinstance(style, RasterStyle)
    assert (style.low, style.high) == (40, 240)
    stack.set_style("ghi_monthly", style.model_copy(update={"palette": "viridis"}))
    show_month(stack, 1)
    kept = stack.item("ghi_monthly").style
    assert isinstance(kept, RasterStyle)
    assert kept.palette == "viridis"
    show_month(stack, None)
    stack.set_style("ghi_monthly", stack.first_style("ghi_monthly"))  # type: ignore[arg-type]
    assert colour_at(stack, "ghi_monthly", 94.0, 38.0) == year
    units = {e.id: e.legend.unit for e in resolve(stack.items(), "en", 7) if e.legend}
    assert units["ghi_monthly"] == "kWh/m²/month"
    units = {e.id: e.legend.unit for e in resolve(stack.items(), "en") if e.legend}
    assert (units["ghi_monthly"], units["rain_monthly"]) == ("kWh/m²/a", "mm/a")


def test_wind_of_a_month_is_the_climate_the_model_uses() -> None:
    view = next(v for v in RASTERS if v.id == "wind_speed_100m")
    lon, lat = 73 + (500 + 0.5) / 12, 55 - (150 + 0.5) / 12
    speed = atlas.climate_at(lon, lat).wind_speed_monthly_ms[0, 3]
    assert raster_values(view, 4)[150, 500] == pytest.approx(speed, rel=1e-9)


def test_kinds_have_names_in_both_languages(stack: LayerStack) -> None:
    for language, name in (("zh", "长江"), ("en", "Yangtze")):
        entry = next(e for e in resolve(stack.items(), language) if e.id == "basin")  # type: ignore[arg-type]
        assert entry.legend is not None
        assert len(entry.legend.steps) == 11
        assert len({step.colour for step in entry.legend.steps}) == 11
        assert entry.legend.steps[5].label == name
        assert ":" not in entry.title
    desert = next(e for e in resolve(stack.items(), "zh") if e.id == "desert_class")
    assert desert.legend is not None
    assert [step.label[:3] for step in desert.legend.steps] == ["冷荒漠", "热荒漠", "草原 "]


def test_titles_without_classes_stay_whole() -> None:
    assert classes_of("Elevation") == ("Elevation", ())
    assert classes_of("Hydro potential: mean, power") == ("Hydro potential: mean, power", ())
    assert classes_of("D: 0 none, 1 cold (B, k)") == ("D", ((0, "none"), (1, "cold (B, k)")))


@pytest.mark.slow  # a time, which a busy machine spoils
def test_recolouring_the_large_grid_takes_less_than_a_tenth_of_a_second(stack: LayerStack) -> None:
    layer = stack.layer("wind_speed_100m")
    assert isinstance(layer, GridLayer)
    layer.project(ALBERS)
    assert layer.sample().shape == (480, 756)
    image = QImage(50, 40, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    layer.paint(painter, VIEW)
    times = []
    for palette in ("sun", "wind", "leaf", "plum", "earth"):
        layer.set_style(RasterStyle(palette=palette, low=2, high=10))
        start = time.perf_counter()
        layer.paint(painter, VIEW)
        times.append(time.perf_counter() - start)
    painter.end()
    assert sorted(times)[2] < 0.1


def test_building_the_stack_reads_no_raster(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(identity: str) -> None:
        raise AssertionError(identity)

    monkeypatch.setattr(atlas, "read", refuse)
    build_stack()


def test_outlines_are_read_when_painted_and_get_coarser_with_distance() -> None:
    layers = {layer.id: layer for layer in content.base_layers()}
    province = layers["layer.province"]
    assert isinstance(province, PathLayer)
    counts = []
    for _, parts, _ in province.levels:
        assert callable(parts)
        counts.append(sum(len(part) for part in parts()))
    assert counts[0] > counts[1] > counts[2]
