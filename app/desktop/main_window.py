"""The window: puts panels around the map and passes between them what the state announces."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QProgressBar,
    QPushButton,
    QSlider,
    QToolBar,
    QWidget,
)

from app import messages
from app.desktop import inspect as look
from app.desktop.actions import ACTIONS
from app.desktop.jobs import Job
from app.desktop.map.canvas import MapCanvas
from app.desktop.map.colour import RAMPS, colourise
from app.desktop.map.content import RASTERS, base_layers, raster_layer, raster_values, value_range
from app.desktop.map.furniture import Furniture, RampLegend
from app.desktop.map.layers import MapLayer, RasterLayer
from app.desktop.map.result_layers import BaseLayer, CorridorLayer
from app.desktop.panels.inspector import Inspector
from app.desktop.panels.layer_tree import LayerEntry, LayerTree
from app.desktop.panels.results import ResultsPanel
from app.desktop.state import WindowState
from app.desktop.texts import text
from app.desktop.theme import palette
from gis_layers.errors import EnergyMapError
from resources import atlas

FIRST_RASTER = "ghi_monthly"
TREE_OF_BASE_LAYERS = ("layer.river", "layer.county", "layer.city", "layer.province")


class MainWindow(QMainWindow):
    """Map in the middle, layers left, inspector right, results below."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self.state = state
        self.canvas = MapCanvas()
        self.furniture = Furniture(self.canvas)
        self.canvas.set_furniture(self.furniture)
        self.layer_tree, self.inspector, self.results = LayerTree(), Inspector(), ResultsPanel()
        self._job: Job | None = None
        self._actions: dict[str, QAction] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._views = [v for v in RASTERS if v.id in atlas.layer_ids()]
        self._rasters: dict[str, RasterLayer] = {
            v.id: raster_layer(v, None, v.id == FIRST_RASTER) for v in self._views
        }
        self._base = base_layers()
        self._corridors, self._bases = CorridorLayer([]), BaseLayer([])
        self.setCentralWidget(self.canvas)
        self._make_actions()
        self._make_docks()
        self._make_status()
        self._connect()
        self._stack_layers()
        self._retitle()

    # -- building --------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._menus: dict[str, QWidget] = {}
        self._toolbar = QToolBar()
        self._toolbar.setMovable(False)
        self.addToolBar(self._toolbar)
        bar = self.menuBar()
        menus = {}
        for spec in ACTIONS:
            if spec.menu not in menus:
                menus[spec.menu] = bar.addMenu(spec.menu)
            if spec.separator_before:
                menus[spec.menu].addSeparator()
            action = QAction(self)
            if spec.shortcut:
                action.setShortcut(QKeySequence(spec.shortcut))
            action.triggered.connect(getattr(self, f"_on_{spec.id}"))
            menus[spec.menu].addAction(action)
            if spec.toolbar:
                self._toolbar.addAction(action)
            self._actions[spec.id] = action
        self._menu_of = menus

    def _make_docks(self) -> None:
        for key, widget, area in (
            ("layers", self.layer_tree, Qt.DockWidgetArea.LeftDockWidgetArea),
            ("inspector", self.inspector, Qt.DockWidgetArea.RightDockWidgetArea),
            ("results", self.results, Qt.DockWidgetArea.BottomDockWidgetArea),
        ):
            dock = QDockWidget()
            dock.setObjectName(key)
            dock.setWidget(widget)
            self.addDockWidget(area, dock)
            self._docks[key] = dock
        docks = self._docks
        self.resizeDocks([docks["layers"], docks["inspector"]], [250, 280], Qt.Orientation.Horizontal)
        self.resizeDocks([docks["results"]], [250], Qt.Orientation.Vertical)

    def _make_status(self) -> None:
        self._where, self._task = QLabel(), QLabel()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(180)
        self._bar.hide()
        self._stop = QPushButton()
        self._stop.hide()
        self._stop.clicked.connect(self._on_cancel)
        self._month = QSlider(Qt.Orientation.Horizontal)
        self._month.setRange(0, 12)
        self._month.setFixedWidth(140)
        self._month_label = QLabel()
        self._review = QLineEdit()
        self._review.setFixedWidth(150)
        status = self.statusBar()
        status.addWidget(self._where, 1)
        for widget in (self._task, self._bar, self._stop, self._month_label, self._month, self._review):
            status.addPermanentWidget(widget)

    def _connect(self) -> None:
        self.canvas.hovered.connect(self._show_place)
        self.canvas.clicked.connect(self._inspect)
        self.layer_tree.visibility_changed.connect(self._set_visible)
        self.layer_tree.opacity_changed.connect(self._set_opacity)
        self.results.picked.connect(self.state.select)
        self._month.valueChanged.connect(lambda m: self.state.set_month(m or None))
        self._review.textChanged.connect(self._set_review)
        self.state.language_changed.connect(self._retitle)
        self.state.units_changed.connect(self._show_results)
        self.state.theme_changed.connect(self._retheme)
        self.state.result_changed.connect(self._result_layers)
        self.state.selection_changed.connect(self._show_selection)
        self.state.month_changed.connect(self._recolour)

    # -- map -------------------------------------------------------------------------------------

    def _stack_layers(self) -> None:
        ground = [x for x in self._base if x.id in ("layer.neighbour", "layer.land")]
        over = [x for x in self._base if x not in ground]
        layers: list[MapLayer] = [*ground, *self._rasters.values(), *over, self._corridors, self._bases]
        self.canvas.set_layers(layers)
        self._relegend()

    def _by_id(self) -> dict[str, MapLayer]:
        every: list[MapLayer] = [*self._base, *self._rasters.values(), self._corridors, self._bases]
        return {layer.id: layer for layer in every}

    def _set_visible(self, identity: str, visible: bool) -> None:
        self._by_id()[identity].visible = visible
        self._changed()

    def _set_opacity(self, identity: str, opacity: float) -> None:
        self._by_id()[identity].opacity = opacity
        self._changed()

    def _changed(self) -> None:
        self.furniture.forget_inset()
        self._relegend()
        self.canvas.refresh()

    def _recolour(self) -> None:
        month = self.state.month
        for view in self._views:
            low, high = value_range(view, month)
            self._rasters[view.id].recolour(
                colourise(raster_values(view, month), RAMPS[view.ramp], low, high)
            )
        self._retitle_month()
        self._changed()

    def _relegend(self) -> None:
        language, legends = self.state.language, []
        for view in self._views:
            if self._rasters[view.id].visible:
                info = atlas.layer(view.id)
                low, high = value_range(view, self.state.month)
                grade = f"{text('grade', language)}: {text(f'grade.{info.grade}', language)}"
                title = info.title_zh if language == "zh" else info.title_en
                unit = info.unit.replace("/month", "/a") if self.state.month is None else info.unit
                legends.append(
                    RampLegend(title, unit, f"{grade} · {info.period}", RAMPS[view.ramp], low, high)
                )
        self.furniture.legends = legends
        self.furniture.language = language

    def _set_review(self, number: str) -> None:
        self.furniture.review_number = number
        self.canvas.update()

    def _show_place(self, lon: float, lat: float) -> None:
        scale = round(self.canvas.viewport.scale_denominator, -3)
        self._where.setText(f"{lon:8.3f}E  {lat:7.3f}N   1:{scale:,.0f}")

    def _inspect(self, lon: float, lat: float, metres_per_pixel: float) -> None:
        x, y = self.canvas.viewport.to_screen(*self.canvas.to_plane(lon, lat))
        base = self._bases.at(self.canvas.viewport, x, y) if self._bases.visible else None
        corridor = self._corridors.at(self.canvas.viewport, x, y) if self._corridors.visible else None
        if base is not None:
            self.state.select("base", base)
        elif corridor is not None:
            self.state.select("corridor", corridor)
        else:
            look.show_place(self.inspector, self.state, lon, lat)

    # -- result ----------------------------------------------------------------------------------

    def open_project(self, path: Path) -> None:
        """Show the result of a project; InputError where the file is not one of ours."""
        from planning.project_file import read_project

        self.state.set_result(read_project(path).summary, path)

    def _result_layers(self) -> None:
        summary = self.state.summary
        self._corridors = CorridorLayer(list(summary.corridors.values()) if summary else [])
        self._bases = BaseLayer(list(summary.bases.values()) if summary else [])
        self._stack_layers()
        self._show_results()

    def _show_results(self) -> None:
        self.results.show_summary(self.state.summary, self.state.language, self.state.units)
        self._show_selection()

    def _show_selection(self) -> None:
        chosen = self.state.selected
        self._corridors.selected = chosen[1] if chosen and chosen[0] == "corridor" else None
        self._bases.selected = chosen[1] if chosen and chosen[0] == "base" else None
        if chosen is None:
            self.inspector.show_hint(self.state.language)
        else:
            self.results.select(*chosen)
            look.show_selected(self.inspector, self.state)
        self.canvas.refresh()

    # -- language and looks ----------------------------------------------------------------------

    def _retitle(self) -> None:
        language = self.state.language
        self.setWindowTitle(text("app", language))
        for spec in ACTIONS:
            self._actions[spec.id].setText(text(spec.id, language))
            self._menu_of[spec.menu].setTitle(text(spec.menu, language))
        for key, dock in self._docks.items():
            dock.setWindowTitle(text(key, language))
        self._toolbar.setWindowTitle(text("menu.view", language))
        self._stop.setText(text("cancel", language))
        self._review.setPlaceholderText(text("review_hint", language))
        self._review.setAccessibleName(text("review_number", language))
        self._month.setAccessibleName(text("month", language))
        self.canvas.setAccessibleName(text("app", language))
        if self._job is None:
            self._task.setText(text("ready", language))
        self._retitle_month()
        entries = []
        for view in self._views:
            info, layer = atlas.layer(view.id), self._rasters[view.id]
            hint = f"{info.unit}\n{info.source}\n{info.period}\n{text(f'grade.{info.grade}', language)}"
            entries.append(
                LayerEntry(
                    view.id, view.group, info.title_zh, info.title_en, hint, layer.visible, layer.opacity
                )
            )
        for layer_id, group in (
            *((key, "group.base") for key in TREE_OF_BASE_LAYERS),
            ("layer.corridors", "group.grid"),
            ("layer.bases", "group.grid"),
        ):
            shown = self._by_id()[layer_id]
            zh, en = text(layer_id, "zh"), text(layer_id, "en")
            entries.append(LayerEntry(layer_id, group, zh, en, "", shown.visible, shown.opacity))
        self.layer_tree.show_entries(entries, language)
        self._show_results()
        self._changed()

    def _retitle_month(self) -> None:
        month = self.state.month
        shown = text("year", self.state.language) if month is None else str(month)
        self._month_label.setText(f"{text('month', self.state.language)}: {shown}")

    def _retheme(self) -> None:
        dark = self.state.dark
        self.setPalette(palette(dark))
        for widget in self.findChildren(QWidget):
            widget.setPalette(palette(dark))
        self._show_selection()

    # -- commands --------------------------------------------------------------------------------

    def _on_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "", "", text("project_files", self.state.language))
        if name:
            try:
                self.open_project(Path(name))
            except EnergyMapError as error:
                self.statusBar().showMessage(messages.say(error, self.state.language), 15_000)

    def _on_export_map(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "", "map.png", text("pictures", self.state.language))
        if name and not self.canvas.grab().save(name):
            self.statusBar().showMessage(f"{text('failed', self.state.language)}: {name}", 15_000)

    def _on_run(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, text("choose_folder", self.state.language))
        if folder and self._job is None:
            self.run_chain(Path(folder), "2030-1200GW")

    def run_chain(self, folder: Path, scenario: str) -> None:
        """Run the chain in a worker process and show its project when done."""
        job = Job(["demo", "--out", str(folder), "--scenario", scenario, "--json"], self)
        self._job, self._folder = job, folder
        job.progressed.connect(self._progress)
        job.finished.connect(self._finished)
        self._bar.show()
        self._stop.show()

    def _progress(self, share: float, what: str, remaining: object) -> None:
        language = self.state.language
        self._bar.setValue(round(share * 1000))
        left = f"  {text('remaining', language)} {remaining:.0f} s" if isinstance(remaining, float) else ""
        self._task.setText(f"{messages.step(what, language)}{left}")

    def _finished(self, good: bool, words: str) -> None:
        job, self._job = self._job, None
        self._bar.hide()
        self._stop.hide()
        language = self.state.language
        if good:
            self._task.setText(text("done", language))
            self.open_project(self._folder / "project.gpkg")
        elif job is not None and job.cancelled:
            self._task.setText(text("cancelled", language))
        else:
            self._task.setText(f"{text('failed', language)}: {words.splitlines()[-1] if words else ''}")
        if job is not None:
            job.deleteLater()

    def _on_cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_zoom_in(self) -> None:
        self.canvas.zoom(1.5)

    def _on_zoom_out(self) -> None:
        self.canvas.zoom(1 / 1.5)

    def _on_zoom_all(self) -> None:
        self.canvas.show_all()

    def _on_panels(self) -> None:
        shown = any(dock.isVisible() for dock in self._docks.values())
        for dock in self._docks.values():
            dock.setVisible(not shown)

    def _on_language(self) -> None:
        self.state.set_language("en" if self.state.language == "zh" else "zh")

    def _on_units(self) -> None:
        self.state.set_units("si" if self.state.units == "cn" else "cn")

    def _on_theme(self) -> None:
        self.state.set_dark(not self.state.dark)

    def _on_about(self) -> None:
        from app.cli import version

        self.statusBar().showMessage(f"{text('app', self.state.language)} {version()} · Apache-2.0", 8000)

    def _on_quit(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._on_cancel()
        event.accept()
