"""Vector files and power stations on the map: read in the background, drawn, asked, refused with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.desktop.map.features import as_stations, column_of, read_features, technology_of
from app.desktop.map.projection import Projection
from app.desktop.map.stack import LayerStack
from app.desktop.map.style import Category, VectorStyle
from app.desktop.map.vector_file import VectorFileLayer, diameters_px, open_vector
from app.desktop.map.viewport import Viewport
from gis_layers.errors import InputError
from planning.words import TECHNOLOGY_COLOURS

ALBERS = Projection("albers")
VIEW = Viewport(0, 0, 1000, 600, 500).fitted(*ALBERS.bounds(100, 30, 110, 40))
WITH_HOLE = shapely.Polygon(
    [(101, 31), (105, 31), (105, 35), (101, 35)],
    [[(102.5, 32.5), (103.5, 32.5), (103.5, 33.5), (102.5, 33.5)]],
)


def write(
    path: Path, shapes: Sequence[Any], kind: str, crs: str | None = "EPSG:4326", encoding: str | None = None
) -> Path:
    names = np.array([f"特征{i}" for i in range(len(shapes))], dtype=object)
    with np.errstate(all="ignore"):
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
            field_data=[names, np.arange(len(shapes), dtype=float)],
            fields=np.array(["名称", "value"], dtype=object),
            geometry_type=kind,
            crs=crs,
            encoding=encoding,
        )
    return path


def picture(layer: VectorFileLayer, view: Viewport = VIEW) -> QImage:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    layer.paint(painter, view)
    painter.end()
    return image


def pixel(lon: float, lat: float) -> tuple[int, int]:
    x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
    px, py = VIEW.to_screen(float(x[0]), float(y[0]))
    return round(px), round(py)


def show(layer: VectorFileLayer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(layer.updated, timeout=10_000):
        layer.project(ALBERS)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_areas_keep_their_holes_whatever_the_file(tmp_path: Path, qtbot: QtBot, ending: str) -> None:
    item, layer = open_vector(write(tmp_path / f"某区.{ending}", [WITH_HOLE], "Polygon"))
    stack = LayerStack()
    stack.add(item, layer)
    stack.set_style(item.id, VectorStyle(line=None, fill="#ff0000"))
    show(layer, qtbot)
    image = picture(layer)
    assert image.pixelColor(*pixel(101.7, 31.7)).red() == 255
    assert image.pixelColor(*pixel(103.0, 33.0)).alpha() == 0
    assert image.pixelColor(*pixel(107.0, 38.0)).alpha() == 0
    qtbot.waitUntil(lambda: stack.item(item.id).box_deg is not None)
    assert stack.item(item.id).box_deg == pytest.approx((101, 31, 105, 35))
    assert layer.at(VIEW, *pixel(101.7, 31.7)) == 0
    assert layer.at(VIEW, *pixel(103.0, 33.0)) is None
    assert layer.attributes(0) == {"名称": "特征0", "value": 0.0}
    assert layer.fields == ("名称", "value")
    stack.remove(item.id)


def test_a_gbk_table_is_read_with_its_encoding(tmp_path: Path) -> None:
    path = write(tmp_path / "old.shp", [shapely.Point(100, 35)], "Point", encoding="GB18030")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    features = read_features(path, encoding="GB18030")
    assert "名称" in features.columns
    assert features.columns["名称"][0] == "特征0"


def test_a_projected_file_lands_where_it_should(tmp_path: Path) -> None:
    path = write(tmp_path / "utm.gpkg", [shapely.Point(500_000, 4_000_000)], "Point", "EPSG:32648")
    point = read_features(path).geometry[0]
    assert (point.x, point.y) == pytest.approx((105.0, 36.1439), abs=1e-3)


def test_files_that_cannot_be_drawn_say_why(tmp_path: Path) -> None:
    (tmp_path / "no.gpkg").write_bytes(b"nothing")
    with pytest.warns(UserWarning, match="crs"):
        bare = write(tmp_path / "bare.shp", [shapely.Point(100, 35)], "Point", crs=None)
    far = write(tmp_path / "far.gpkg", [shapely.Point(39_500_000, 4_000_000)], "Point")
    empty = write(tmp_path / "empty.gpkg", [shapely.Point()], "Point")
    for path, field in (
        (tmp_path / "no.gpkg", "file"),
        (tmp_path / "absent.shp", "file"),
        (bare, "crs"),
        (far, "crs"),
        (empty, "geometry"),
    ):
        with pytest.raises(InputError) as caught:
            read_features(path)
        assert caught.value.problems[0].field == field
    with pytest.raises(InputError):
        read_features(far, layer="absent")
    assert len(read_features(bare, crs="EPSG:4490")) == 1


def test_a_broken_file_is_told_by_the_layer(tmp_path: Path, qtbot: QtBot) -> None:
    _, layer = open_vector(tmp_path / "absent.gpkg")
    with qtbot.waitSignal(layer.failed, timeout=10_000) as told:
        layer.project(ALBERS)
    assert "absent.gpkg" in told.args[0].problems[0].where
    assert layer.at(VIEW, 10, 10) is None
    layer.close()


def test_lines_are_hit_near_and_points_before_areas(tmp_path: Path, qtbot: QtBot) -> None:
    shapes = [WITH_HOLE, shapely.LineString([(100, 38), (110, 38)]), shapely.Point(102, 32)]
    _, layer = open_vector(write(tmp_path / "mix.gpkg", shapes, "Unknown"))
    show(layer, qtbot)
    x, y = pixel(105, 38)
    line_y = next(row for row in range(y - 20, y + 20) if picture(layer).pixelColor(x, row).alpha() > 100)
    assert layer.at(VIEW, x, line_y + 4) == 1
    assert layer.at(VIEW, x, line_y + 20) is None
    assert layer.at(VIEW, *pixel(102, 32)) == 2
    assert layer.at(VIEW, *pixel(104.5, 31.5)) == 0
    layer.close()


def test_coarse_views_draw_fewer_vertices(tmp_path: Path, qtbot: QtBot) -> None:
    angle = np.linspace(0, 2 * np.pi, 5000)
    noise = 1 + 0.001 * np.sin(400 * angle)
    ring = np.column_stack([105 + 2 * noise * np.cos(angle), 35 + 2 * noise * np.sin(angle)])
    _, layer = open_vector(write(tmp_path / "ring.gpkg", [shapely.Polygon(ring)], "Polygon"))
    show(layer, qtbot)
    assert layer._prepared is not None
    counts = [paths[0].elementCount() for paths in layer._prepared.paths if paths[0] is not None]
    assert counts[0] >= 5000
    assert counts[0] > counts[1] > counts[2]
    layer.close()


def test_another_projection_is_prepared_anew(tmp_path: Path, qtbot: QtBot) -> None:
    _, layer = open_vector(write(tmp_path / "p.gpkg", [WITH_HOLE], "Polygon"))
    layer.set_style(VectorStyle(fill="#00ff00"))
    show(layer, qtbot)
    mercator = Projection("mercator")
    with qtbot.waitSignal(layer.updated, timeout=10_000):
        layer.project(mercator)
    view = Viewport(0, 0, 1000, 600, 500).fitted(*mercator.bounds(101, 31, 105, 35))
    assert picture(layer, view).pixelColor(150, 100).green() == 255
    layer.close()


def station_file(path: Path, columns: dict[str, list[object]], lon: Sequence[float]) -> Path:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(lon, [35.0] * len(lon))),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=np.array(list(columns), dtype=object),
        geometry_type="Point",
        crs="EPSG:4326",
    )
    return path


def test_stations_are_read_from_chinese_heads_in_their_unit(tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {
        "电站名称": ["三峡", "酒泉", "塔拉滩"],
        "装机容量(万千瓦)": ["2250", "100", ""],
        "类型": ["水电", "陆上风电", "光伏"],
    }
    stations = as_stations(read_features(station_file(tmp_path / "电站.gpkg", columns, (111, 98.5, 100.6))))
    assert stations.columns["capacity_mw"][:2].tolist() == [22_500, 1000]
    assert np.isnan(stations.columns["capacity_mw"][2])
    assert stations.columns["technology"].tolist() == ["hydro", "wind", "pv"]
    assert stations.attributes(2)["capacity_mw"] is None
    assert stations.attributes(0)["name"] == "三峡"


def test_stations_are_coloured_by_technology_and_sized_by_capacity(tmp_path: Path, qtbot: QtBot) -> None:
    columns: dict[str, list[object]] = {
        "name": ["a", "b", "c"],
        "capacity_mw": ["4000", "1000", ""],
        "fuel": ["Wind", "Solar PV", "?"],
    }
    path = station_file(tmp_path / "s.gpkg", columns, (102, 105, 108))
    item, layer = open_vector(path, stations=True)
    assert item.unit == "MW"
    assert isinstance(item.style, VectorStyle)
    show(layer, qtbot)
    image = picture(layer)
    assert image.pixelColor(*pixel(102, 35)).name() == TECHNOLOGY_COLOURS["wind"]
    assert image.pixelColor(*pixel(105, 35)).name() == TECHNOLOGY_COLOURS["pv"]
    assert image.pixelColor(*pixel(108, 35)).name() == item.style.other
    assert layer.features is not None
    assert diameters_px(layer.features, item.style) == pytest.approx([26, 13, 5])
    x, y = pixel(102, 35)
    assert layer.at(VIEW, x + 10, y) == 0
    assert layer.at(VIEW, x + 16, y) is None
    before = image
    layer.set_style(item.style.model_copy(update={"label_field": "name"}))
    assert picture(layer) != before
    layer.close()


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("海上风电", "wind"),
        ("抽水蓄能", "pumped"),
        ("太阳能", "pv"),
        ("火电", "coal"),
        ("天然气", "gas"),
        ("", None),
    ],
)
def test_technologies_are_known_by_many_names(words: str, key: str | None) -> None:
    assert technology_of(words) == key


def test_the_unit_of_the_capacity_is_read_from_its_head() -> None:
    assert column_of(["LON", "Lat", "Capacity (kW)"])["mw"] == (2, 1e-3)
    assert column_of(["capacity_gw"])["mw"] == (0, 1e3)
    assert column_of(["装机容量（万千瓦）"])["mw"] == (0, 10.0)
    assert column_of(["capacity"])["mw"] == (0, 1.0)


def test_kinds_of_a_column_colour_areas() -> None:
    style = VectorStyle(colour_field="kind", categories=(Category(value="a", colour="#010203"),))
    assert style.colours(np.array(["a"], dtype=object), 1) == ["#010203"]
