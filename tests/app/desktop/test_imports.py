"""The user's own files on the map: brought in, drawn, part of the project, gone with undo."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from pytestqt.qtbot import QtBot
from rasterio.transform import Affine

from app.desktop.main_window import MainWindow
from app.desktop.map.vector_file import VectorFileLayer
from gis_layers.importer.apply import apply
from gis_layers.importer.inspect import inspect_file


def raster(path: Path) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=50, count=1, dtype="float32", crs="EPSG:4326", nodata=-1.0,
        transform=Affine(0.1, 0.0, 100.0, 0.0, -0.1, 40.0),
    ) as sink:  # fmt: skip
        sink.write(np.linspace(0, 9, 3000, dtype=np.float32).reshape(50, 60), 1)
    return path


def bring(window: MainWindow, path: Path, folder: Path) -> None:
    answers = {"unit": "m/s"} if path.suffix == ".tif" else {}
    window.imports.take(apply(inspect_file(path), answers, folder))


def test_a_raster_and_a_vector_become_layers_of_the_project_and_undo_takes_them_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    start = window.document.workspace
    bring(window, raster(tmp_path / "风速 raster.tif"), tmp_path)
    parks = geopandas.GeoDataFrame(
        {"name": ["甲", "乙"]},
        geometry=[shapely.box(101, 36, 102, 37), shapely.box(103, 36, 104, 37)],
        crs=4326,
    )
    parks.to_file(tmp_path / "parks.gpkg", layer="parks")
    bring(window, tmp_path / "parks.gpkg", tmp_path)
    layers = window.document.workspace.user_layers
    assert [layer.kind for layer in layers] == ["raster", "vector"]
    for layer in layers:
        assert f"user.{layer.id}" in window.bench.stack
        assert window.bench.stack.item(f"user.{layer.id}").grade == "user"
    window.canvas.zoom_to((100.0, 35.0, 106.0, 40.0))
    qtbot.wait(400)
    window.canvas.grab()
    window.results_control.identify(103.5, 36.5, 1000.0)
    said = window.inspector._body.text()
    assert "m/s" in said
    assert "parks · name" in said
    while window.document.undo_name is not None:
        window.document.undo()
    assert window.document.workspace == start
    assert not any(item.id.startswith("user.") for item in window.bench.stack.items())


def test_a_table_of_power_stations_is_drawn_by_technology_and_size_from_a_corrected_copy(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "电站.csv"
    table.write_text(
        "名称,经度,纬度,装机(万千瓦),类型\n甲,94.9,36.4,10,光伏\n乙,101.8,36.6,5,风电\n", encoding="gb18030"
    )
    bring(window, table, tmp_path / "copies")
    (layer,) = window.document.workspace.user_layers
    assert Path(layer.path).parent == tmp_path / "copies"
    assert Path(layer.path).is_file()
    picture = window.bench.stack.layer(f"user.{layer.id}")
    assert isinstance(picture, VectorFileLayer)
    qtbot.waitUntil(lambda: picture.features is not None, timeout=20_000)
    assert picture.features is not None
    assert picture.features.columns["capacity_mw"].tolist() == [100.0, 50.0]
    assert picture.features.columns["technology"].tolist() == ["pv", "wind"]


def test_a_file_that_is_gone_is_named_and_the_project_still_opens(window: MainWindow, tmp_path: Path) -> None:
    path = raster(tmp_path / "gone.tif")
    bring(window, path, tmp_path)
    held = window.document.workspace
    window.bench.stack.remove(f"user.{held.user_layers[0].id}")
    path.unlink()
    window.imports.refresh()
    assert "gone.tif" in window.statusBar().currentMessage()
    assert window.document.workspace == held
