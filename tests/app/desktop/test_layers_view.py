"""How the layers are shown goes with the project: written at every save, no edit, restored when it opens."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from app.desktop.map.style import RasterStyle, VectorStyle
from gis_layers.importer.apply import apply
from gis_layers.importer.inspect import inspect_file
from planning.project_file import read_workspace
from planning.workspace import LayerLook, LayersView, new_workspace


def save(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.document.saved, timeout=20_000):
        window.document.save_as(path)


def reopen(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.document.opened, timeout=20_000):
        window.document.open(path)


def test_order_visibility_opacity_and_style_come_back_and_are_nothing_to_undo_or_to_save(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    stack, document = window.bench.stack, window.document
    stack.set_visible("pv_yield", False)
    stack.set_visible("wind_cf", True)
    stack.set_opacity("wind_cf", 0.35)
    style = RasterStyle(palette="plum", low=0.1, high=0.6, classes=4)
    stack.set_style("wind_cf", style)
    stack.move_above("wind_cf", "layer.hillshade")
    assert not document.dirty
    assert document.undo_name is None
    kept = stack.to_dict()
    save(window, tmp_path / "p.gpkg", qtbot)
    assert not document.dirty
    stack.set_visible("pv_yield", True)
    stack.set_style("wind_cf", RasterStyle(palette="sun"))
    stack.move("wind_cf", 3)
    assert not document.dirty
    reopen(window, tmp_path / "p.gpkg", qtbot)
    assert stack.to_dict() == kept
    assert stack.item("wind_cf").style == style
    assert not document.dirty


def test_a_month_on_the_map_does_not_change_what_is_kept(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    stack = window.bench.stack
    before = stack.item("rain_monthly").style
    window.state.set_month(7)
    assert stack.item("rain_monthly").style != before
    save(window, tmp_path / "july.gpkg", qtbot)
    kept = read_workspace(tmp_path / "july.gpkg").workspace.view.layers["rain_monthly"].style
    assert kept is not None
    assert isinstance(before, RasterStyle)
    assert (kept["low"], kept["high"]) == (before.low, before.high)
    reopen(window, tmp_path / "july.gpkg", qtbot)
    shown = stack.item("rain_monthly").style
    assert isinstance(shown, RasterStyle)
    assert (shown.low, shown.high) == (0.0, 350.0)
    window.state.set_month(None)
    assert stack.item("rain_monthly").style == before


def test_a_project_that_says_nothing_of_layers_leaves_the_map_as_it_is(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.bench.stack.set_visible("elevation", True)
    shown = window.bench.stack.to_dict()
    with qtbot.wait_signal(window.document.opened):
        window.document.new(window.document.scenario)
    assert window.bench.stack.to_dict() == shown


def test_a_view_that_cannot_be_read_is_told_and_the_project_opens(window: MainWindow, qtbot: QtBot) -> None:
    shown = window.bench.stack.to_dict()
    crooked = LayersView(
        layers={"pv_yield": LayerLook(visible=True, style={"kind": "raster", "low": 9, "high": 1})}
    )
    workspace = new_workspace(window.document.scenario).model_copy(update={"view": crooked})
    with qtbot.wait_signal(window.document.opened):
        window.document.recover(workspace, {}, None)
    assert "pv_yield" in window.statusBar().currentMessage()
    assert window.bench.stack.to_dict() == shown


@pytest.fixture
def parks(tmp_path: Path) -> Path:
    path = tmp_path / "parks.gpkg"
    geopandas.GeoDataFrame(
        {"kind": ["甲", "乙"], "mw": [10.0, 20.0]},
        geometry=[shapely.box(101, 36, 102, 37), shapely.box(103, 36, 104, 37)],
        crs=4326,
    ).to_file(path, layer="parks")
    return path


def test_the_style_of_a_users_layer_is_kept_and_undo_of_its_removal_brings_it_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, parks: Path
) -> None:
    window.imports.take(apply(inspect_file(parks), {}, tmp_path))
    (layer,) = window.document.workspace.user_layers
    identity = f"user.{layer.id}"
    style = VectorStyle(line="#112233", colour_field="kind", label_field="kind", width_px=3.0)
    window.bench.stack.set_style(identity, style)
    window.layer_tree.select(identity)
    window.layer_tree.run("remove")
    assert identity not in window.bench.stack
    assert window.document.workspace.user_layers == ()
    window.document.undo()
    assert window.bench.stack.item(identity).style == style
    save(window, tmp_path / "p.gpkg", qtbot)
    with qtbot.wait_signal(window.document.opened):
        window.document.new(window.document.scenario)
    assert identity not in window.bench.stack
    reopen(window, tmp_path / "p.gpkg", qtbot)
    assert window.bench.stack.item(identity).style == style


def test_a_layer_of_the_same_id_in_another_project_is_another_layer(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, parks: Path
) -> None:
    window.imports.take(apply(inspect_file(parks), {}, tmp_path))
    save(window, tmp_path / "a.gpkg", qtbot)
    held = window.document.workspace.user_layers[0]
    other = tmp_path / "other.gpkg"
    other.write_bytes(parks.read_bytes())
    copy = held.model_copy(update={"path": str(other), "name": "other"})
    with qtbot.wait_signal(window.document.opened):
        window.document.recover(
            window.document.workspace.model_copy(update={"user_layers": (copy,)}), {}, None
        )
    assert window.bench.stack.item(f"user.{held.id}").source == str(other)
