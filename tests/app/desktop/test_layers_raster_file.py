"""A raster file on the map: painted in the background, coarse first, and let go of when removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.desktop.map.open_raster import open_raster
from app.desktop.map.projection import Projection
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerStack
from app.desktop.map.style import RasterStyle
from app.desktop.map.viewport import Viewport
from gis_layers.errors import InputError
from gis_layers.raster_windows import RasterFile

ALBERS = Projection("albers")
VIEW = Viewport(0, 0, 1000, 640, 480).fitted(*ALBERS.bounds(100, 30, 110, 40))


def write(path: Path, values: np.ndarray, crs: str | None = "EPSG:4326", compress: str | None = None) -> Path:
    rows, cols = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=1,
        height=rows,
        width=cols,
        dtype="float32",
        crs=crs,
        transform=Affine(10 / cols, 0, 100, 0, -10 / rows, 40),
        nodata=-9,
        compress=compress,
    ) as file:
        file.write(values.astype(np.float32), 1)
    return path


def opener(path: Path) -> Callable[[int], RasterFile]:
    return lambda band: RasterFile(path, band)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    values = np.tile(np.linspace(0, 100, 1000), (1000, 1))
    values[:, :500] = -9
    return write(tmp_path / "某图.tif", values)


def picture(layer: RasterFileLayer, view: Viewport = VIEW) -> QImage:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, view)
    painter.end()
    return image


def finish(layer: RasterFileLayer, qtbot: QtBot, view: Viewport = VIEW) -> QImage:
    """Paint until nothing is missing."""

    def settled() -> None:
        for _ in range(2):  # the coarse picture may have come just after the first look for it
            picture(layer, view)
            assert layer.pending == 0

    qtbot.waitUntil(settled, timeout=10_000)
    return picture(layer, view)


def test_the_file_appears_where_it_lies_and_nodata_stays_clear(path: Path, qtbot: QtBot) -> None:
    layer = RasterFileLayer("x", opener(path), RasterStyle(palette="grey", low=0, high=100, reverse=True))
    layer.project(ALBERS)
    assert picture(layer).pixelColor(320, 240).alpha() == 0  # nothing is read while painting
    image = finish(layer, qtbot)
    for lon, lat, value in ((103.0, 35.0, None), (107.5, 35.0, 75), (109.5, 39.0, 95), (98.0, 35.0, None)):
        x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
        px, py = VIEW.to_screen(float(x[0]), float(y[0]))
        colour = image.pixelColor(round(px), round(py))
        if value is None:
            assert colour.alpha() == 0
        else:
            want = RasterStyle(palette="grey", low=0, high=100, reverse=True).colour(np.array([float(value)]))
            assert abs(colour.red() - int(want[0, 0])) <= 4
    layer.close()


def test_a_new_style_recolours_without_reading_again(path: Path, qtbot: QtBot) -> None:
    layer = RasterFileLayer("x", opener(path), RasterStyle(palette="grey", low=0, high=100))
    layer.project(ALBERS)
    before = finish(layer, qtbot)
    layer.set_style(RasterStyle(palette="sun", low=0, high=100))
    after = picture(layer)
    assert layer.pending == 0
    assert after != before
    layer.close()


def test_another_projection_moves_the_picture_and_drops_old_tiles(path: Path, qtbot: QtBot) -> None:
    layer = RasterFileLayer("x", opener(path))
    layer.project(ALBERS)
    albers = finish(layer, qtbot)
    mercator = Projection("mercator")
    layer.project(mercator)
    view = Viewport(0, 0, 1000, 640, 480).fitted(*mercator.bounds(100, 30, 110, 40))
    assert finish(layer, qtbot, view) != albers
    layer.close()


def test_the_range_comes_from_the_data_and_the_stack_hears_of_it(path: Path, qtbot: QtBot) -> None:
    item, layer = open_raster(path)
    stack = LayerStack()
    stack.add(item, layer)
    layer.project(ALBERS)
    with qtbot.waitSignal(stack.repaint, timeout=10_000):
        finish(layer, qtbot)
    style = stack.item(item.id).style
    assert isinstance(style, RasterStyle)
    assert 45 <= style.low <= 55
    assert 95 <= style.high <= 105
    assert stack.first_style(item.id) == style
    assert stack.item(item.id).removable
    stack.remove(item.id)


def test_zooming_in_reads_the_cells_themselves(path: Path, qtbot: QtBot) -> None:
    layer = RasterFileLayer("x", opener(path), RasterStyle(palette="grey", low=75, high=85))
    layer.project(ALBERS)
    x, y = ALBERS.forward(np.array([108.0]), np.array([35.0]))
    near = Viewport(float(x[0]), float(y[0]), 60.0, 640, 480)
    image = finish(layer, qtbot, near)
    greys = {image.pixelColor(px, 240).red() for px in range(0, 640, 4)}
    assert len(greys) > 20
    assert layer.value_at(108.0, 35.0) == pytest.approx(80, abs=0.2)
    layer.close()


def test_a_file_that_breaks_while_read_is_told_once(tmp_path: Path, qtbot: QtBot) -> None:
    noise = np.random.default_rng(1).uniform(size=(1200, 1200))
    path = write(tmp_path / "cut.tif", noise, compress="deflate")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    layer = RasterFileLayer("x", opener(path))
    layer.project(ALBERS)
    heard: list[InputError] = []
    layer.failed.connect(heard.append)
    with qtbot.waitSignal(layer.failed, timeout=10_000):
        picture(layer)
    picture(layer)
    qtbot.wait(100)
    assert len(heard) == 1
    assert "cut.tif" in heard[0].problems[0].where
    layer.close()


def test_a_file_without_coordinates_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write(tmp_path / "no_crs.tif", np.ones((4, 4)), crs=None)
    with pytest.raises(InputError, match="crs"):
        open_raster(path)
    _, layer = open_raster(path, crs="EPSG:4326")
    layer.close()


def test_a_closed_layer_reads_and_announces_nothing_more(path: Path, qtbot: QtBot) -> None:
    layer = RasterFileLayer("x", opener(path))
    layer.project(ALBERS)
    heard: list[None] = []
    layer.updated.connect(lambda: heard.append(None))
    picture(layer)
    layer.close()
    qtbot.wait(200)
    assert heard == []
    assert layer.pending == 0
