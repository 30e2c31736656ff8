"""What of a raster is drawn: bands, composites, the file's own colours, cells or between them, the border."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.desktop.map.content import build_stack
from app.desktop.map.land import LandMask
from app.desktop.map.layers import GridLayer
from app.desktop.map.open_raster import open_raster
from app.desktop.map.projection import Projection
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerStack, resolve
from app.desktop.map.style import (
    CompositeStyle,
    PalettedStyle,
    RasterStyle,
    found_in,
    legend,
)
from app.desktop.map.viewport import Viewport
from app.desktop.map.warp import spread
from app.desktop.panels.style_dialog import StyleDialog
from app.desktop.panels.style_source import MODES, natural_colours
from gis_layers import boundary
from tests.app.desktop.test_layers_raster_file import ALBERS, VIEW, finish


def write(path: Path, bands: np.ndarray, names: tuple[str, ...] = (), units: tuple[str, ...] = ()) -> Path:
    count, rows, cols = bands.shape
    with rasterio.open(
        path, "w", driver="GTiff", count=count, height=rows, width=cols, dtype=bands.dtype, crs="EPSG:4326",
        transform=Affine(10 / cols, 0, 100, 0, -10 / rows, 40), nodata=None if count > 1 else 0,
    ) as file:  # fmt: skip
        file.write(bands)
        for number, name in enumerate(names, start=1):
            file.set_band_description(number, name)
        for number, unit in enumerate(units, start=1):
            file.set_band_unit(number, unit)
    return path


def paletted(path: Path) -> Path:
    cells = np.zeros((1, 40, 40), dtype=np.uint8)
    cells[0, :, 10:20], cells[0, :, 20:] = 1, 2
    write(path, cells)
    with rasterio.open(path, "r+") as file:
        file.write_colormap(
            1, {0: (0, 0, 0, 0), 1: (10, 200, 30, 255), 2: (200, 20, 40, 255), 3: (1, 2, 3, 255)}
        )
    return path


def colour(image: QImage, lon: float, lat: float) -> tuple[int, int, int, int]:
    x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
    px, py = VIEW.to_screen(float(x[0]), float(y[0]))
    seen = image.pixelColor(round(px), round(py))
    return seen.red(), seen.green(), seen.blue(), seen.alpha()


@pytest.fixture
def three(tmp_path: Path) -> Path:
    ramp = np.tile(np.linspace(0, 100, 200, dtype=np.float32), (200, 1))
    bands = np.stack([ramp, np.full_like(ramp, 7.0) + ramp * 1e-3, 1000 - 5 * ramp])
    return write(tmp_path / "三.tif", bands, ("red", "NIR", ""), ("K", "m/s", "mm"))


def shown(stack: LayerStack, item_id: str) -> object:
    return stack.item(item_id).style


# -- bands -----------------------------------------------------------------------------------------


def test_another_band_is_read_with_its_own_range_and_unit(three: Path, qtbot: QtBot) -> None:
    item, layer = open_raster(three, unit="°C")
    stack = LayerStack()
    stack.add(item, layer)
    layer.project(ALBERS)
    finish(layer, qtbot)
    assert stack.item(item.id).unit == "°C"
    dialog = StyleDialog(stack, item.id, "en")
    qtbot.addWidget(dialog)
    dialog.show()
    assert [dialog.source.band.itemText(i) for i in range(3)] == ["1 · red", "2 · NIR", "3"]
    dialog.source.band.setCurrentIndex(2)
    finish(layer, qtbot)

    def ranged() -> None:
        style = shown(stack, item.id)
        assert isinstance(style, RasterStyle)
        assert not style.from_data
        assert style.band == 3
        assert 490 <= style.low <= 520
        assert 970 <= style.high <= 1000

    qtbot.waitUntil(ranged, timeout=10_000)
    assert stack.item(item.id).unit == "mm"
    assert layer.value_at(100.01, 35.0) == pytest.approx(1000, abs=1)
    first = stack.first_style(item.id)
    assert isinstance(first, RasterStyle)
    assert first.band == 1
    stack.remove(item.id)


def test_a_composite_stretches_each_band_over_its_middle(three: Path, qtbot: QtBot) -> None:
    item, layer = open_raster(three)
    stack = LayerStack()
    stack.add(item, layer)
    layer.project(ALBERS)
    finish(layer, qtbot)
    dialog = StyleDialog(stack, item.id, "zh")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.source.mode.setCurrentIndex(MODES.index("composite"))
    assert dialog.raster.isHidden()

    def found() -> None:
        finish(layer, qtbot)
        style = shown(stack, item.id)
        assert isinstance(style, CompositeStyle)
        assert not style.from_data

    qtbot.waitUntil(found, timeout=10_000)
    style = shown(stack, item.id)
    assert isinstance(style, CompositeStyle)
    assert style.stretch[0] == pytest.approx((2, 98), abs=2)
    assert style.stretch[2] == pytest.approx((510, 990), abs=12)
    image = finish(layer, qtbot)
    west, east = colour(image, 100.3, 35.0), colour(image, 109.7, 35.0)
    assert west[0] < 20
    assert west[2] > 235
    assert east[0] > 235
    assert east[2] < 20
    assert np.isnan(layer.value_at(105.0, 35.0))
    assert len(dialog._preview.legend.steps) == 3
    dialog.source.channels[0].setCurrentIndex(2)
    held = shown(stack, item.id)
    assert isinstance(held, CompositeStyle)
    assert held.bands == (3, 2, 3)
    stack.remove(item.id)


def test_a_composite_is_clear_where_one_band_is_missing() -> None:
    values = np.array([[[0.0, 255.0]], [[128.0, 128.0]], [[np.nan, 64.0]]])
    assert CompositeStyle().colour(values)[0].tolist() == [[0, 0, 0, 0], [255, 128, 64, 255]]


def test_a_band_that_is_not_there_is_told_and_the_old_one_stays(three: Path, qtbot: QtBot) -> None:
    item, layer = open_raster(three)
    with qtbot.waitSignal(layer.failed) as told:
        layer.set_style(RasterStyle(band=9))
    assert told.args[0].problems[0].field == "band"
    assert layer.file.band == 1
    assert item.unit == "K"
    layer.close()


# -- kinds -----------------------------------------------------------------------------------------


def test_a_paletted_file_is_drawn_in_its_own_colours_and_only_those_present_are_in_the_legend(
    tmp_path: Path, qtbot: QtBot
) -> None:
    item, layer = open_raster(paletted(tmp_path / "地类.tif"))
    assert isinstance(item.style, PalettedStyle)
    stack = LayerStack()
    stack.add(item, layer)
    layer.project(ALBERS)
    image = finish(layer, qtbot)
    assert colour(image, 101.0, 35.0)[3] == 0
    assert colour(image, 103.7, 35.0) == (10, 200, 30, 255)
    assert colour(image, 108.0, 35.0) == (200, 20, 40, 255)
    qtbot.waitUntil(lambda: getattr(shown(stack, item.id), "present", ()) == (1, 2), timeout=10_000)
    (entry,) = resolve(stack.items(), "en")
    assert entry.legend is not None
    assert [(s.label, s.colour) for s in entry.legend.steps] == [("1", "#0ac81e"), ("2", "#c81428")]
    dialog = StyleDialog(stack, item.id, "en")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.source.resampling.isEnabled()
    dialog.source.mode.setCurrentIndex(MODES.index("band"))
    qtbot.waitUntil(lambda: not getattr(shown(stack, item.id), "from_data", True), timeout=10_000)
    kinds = shown(stack, item.id)
    assert isinstance(kinds, RasterStyle)
    assert not kinds.smooth  # few whole numbers are kinds
    stack.remove(item.id)


@pytest.mark.parametrize(
    ("names", "bands"),
    [
        (("Blue", "green", "RED", "NIR"), (3, 2, 1)),
        (("红", "绿", "蓝"), (1, 2, 3)),
        (("a", "b", "c", "d"), (1, 2, 3)),
    ],
)
def test_a_composite_begins_with_the_bands_a_file_calls_so(
    names: tuple[str, ...], bands: tuple[int, int, int]
) -> None:
    assert natural_colours(names) == bands


def test_few_whole_numbers_are_kinds_and_many_are_not() -> None:
    few = np.tile(np.arange(6.0), (5, 1))
    many = np.arange(400.0).reshape(20, 20)
    style = RasterStyle(from_data=True)
    for values, whole, smooth in ((few, True, False), (few, False, True), (many, True, True)):
        found = found_in(style, values, whole)
        assert isinstance(found, RasterStyle)
        assert found.smooth is smooth
        assert not found.from_data
    left = found_in(RasterStyle(from_data=True, palette="wind"), many, True)
    assert isinstance(left, RasterStyle)
    assert left.palette == "wind"


def test_styles_of_every_kind_survive_the_way_to_json_and_back() -> None:
    for style in (
        CompositeStyle(bands=(4, 3, 2), stretch=((0, 1), (2, 3), (4, 5))),
        RasterStyle(band=3, smooth=False, from_data=True),
        PalettedStyle(present=(1, 2)),
    ):
        assert type(style).model_validate_json(style.model_dump_json()) == style
    with pytest.raises(ValueError, match="high above low"):
        CompositeStyle(stretch=((1, 1), (0, 1), (0, 1)))
    assert len(legend(CompositeStyle(), "", "").steps) == 3


# -- cells or between them -------------------------------------------------------------------------


def test_the_style_says_whether_values_are_blended(tmp_path: Path, qtbot: QtBot) -> None:
    cells = np.arange(1, 17, dtype=np.float32).reshape(1, 4, 4)
    path = write(tmp_path / "c.tif", cells)
    _, layer = open_raster(path)
    layer.project(ALBERS)
    tones = {}
    for smooth in (True, False):
        layer.set_style(RasterStyle(palette="grey", low=0, high=17, smooth=smooth))
        image = finish(layer, qtbot)
        row = [image.pixelColor(px, 240).red() for px in range(150, 490, 3)]
        tones[smooth] = len(set(row))
    assert tones[True] > 3 * tones[False]
    layer.close()


# -- the border ------------------------------------------------------------------------------------


def test_cells_are_drawn_on_by_two_at_most_and_known_ones_stay() -> None:
    values = np.full((7, 7), np.nan)
    values[3, 3] = 5.0
    out = spread(values)
    assert out[3, 3] == 5.0
    assert (out[1:6, 1:6] == 5.0).all()
    assert np.isnan(out[0]).all()
    assert np.isnan(out[:, 6]).all()
    pair = spread(np.array([[1.0, np.nan, 3.0]]), 1)
    assert pair.tolist() == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize("box", [(117.0, 22.0, 123.0, 27.0), (97.0, 21.0, 103.0, 26.0)])
def test_a_national_raster_ends_at_the_border_and_fills_the_land(box: tuple[float, ...]) -> None:
    layer = build_stack().layer("pv_yield")
    assert isinstance(layer, GridLayer)
    layer.project(ALBERS)
    view = Viewport(0, 0, 1000, 400, 300).fitted(*ALBERS.bounds(*box))
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, view)
    painter.end()
    import shapely

    land = boundary.china(1)
    px, py = np.meshgrid(np.arange(5, 400, 6), np.arange(5, 300, 6))
    x, y = (
        np.array(v)
        for v in zip(
            *(view.to_map(a + 0.5, b + 0.5) for a, b in zip(px.flat, py.flat, strict=True)), strict=True
        )
    )
    lon, lat = ALBERS.inverse(x, y)
    inside = shapely.contains_xy(land, lon, lat)
    edge = shapely.distance(shapely.points(lon, lat), land.boundary) < 0.05
    alpha = np.array(
        [image.pixelColor(int(a), int(b)).alpha() for a, b in zip(px.flat, py.flat, strict=True)]
    )
    assert inside[~edge].any()
    assert (~inside[~edge]).any()
    assert (alpha[inside & ~edge] == 255).mean() > 0.995
    assert (alpha[~inside & ~edge] == 0).all()


def test_the_mask_of_a_view_is_made_once_for_all_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    mask, made = LandMask(), list[int]()
    of_view = LandMask._of_view

    def counted(self: LandMask, viewport: Viewport, projection: Projection) -> object:
        made.append(1)
        return of_view(self, viewport, projection)

    monkeypatch.setattr(LandMask, "_of_view", counted)
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    for _ in range(3):
        mask.clip(painter, VIEW, ALBERS)
    assert len(made) == 1
    mask.clip(painter, VIEW, Projection("mercator"))
    painter.end()
    assert len(made) == 2


def test_layers_known_beyond_the_border_are_not_cut() -> None:
    stack = build_stack()
    cut = {i.id for i in stack.items() if getattr(stack.layer(i.id), "_clip", None) is not None}
    assert cut == {"pv_yield", "wind_cf", "wind_cf_area_mean", "complementarity"}
    assert isinstance(stack.layer("wind_speed_100m"), GridLayer)  # at sea there is wind, too


def test_a_user_raster_layer_is_of_one_type(three: Path) -> None:
    _, layer = open_raster(three, band=2)
    assert isinstance(layer, RasterFileLayer)
    assert layer.unit == "m/s"
    layer.close()
