"""The window: panels around the map, commands made from the table of actions, controllers that do the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.desktop import qt_words
from app.desktop.command_bar import CommandBar
from app.desktop.control.drawing import DrawingControl
from app.desktop.control.endowment import EndowmentControl
from app.desktop.control.files import FileControl
from app.desktop.control.flow_places import FlowPlaces
from app.desktop.control.help import HelpControl
from app.desktop.control.imports import ImportControl
from app.desktop.control.layers import LayerControl
from app.desktop.control.library import LibraryControl
from app.desktop.control.lines import LinesControl
from app.desktop.control.national import NationalControl
from app.desktop.control.network_export import NetworkExport
from app.desktop.control.outage import OutageControl
from app.desktop.control.plants import PlantControl
from app.desktop.control.results import ResultControl
from app.desktop.control.runs import RunControl
from app.desktop.control.scenarios import ScenarioControl
from app.desktop.control.siting import SitingControl
from app.desktop.control.sizing import SizingControl
from app.desktop.control.view import ViewControl
from app.desktop.dialogs import QtDialogs
from app.desktop.docks import Docks
from app.desktop.document import Document
from app.desktop.importing import work as importing
from app.desktop.importing.drop import urls_accepted
from app.desktop.inspect import warm_up
from app.desktop.map.canvas import MapCanvas
from app.desktop.map.content import build_stack
from app.desktop.map.furniture import Furniture
from app.desktop.map.labels import LabelLayer
from app.desktop.palette import CommandPalette
from app.desktop.panels.compare_panel import ComparePanel
from app.desktop.panels.complement_panel import ComplementPanel
from app.desktop.panels.endowment import EndowmentPanel
from app.desktop.panels.inspector import Inspector
from app.desktop.panels.layer_tree import LayerTree
from app.desktop.panels.library import LibraryPanel
from app.desktop.panels.lines import LinesPanel
from app.desktop.panels.link_result import LinkPage
from app.desktop.panels.log import LogPanel
from app.desktop.panels.outage import OutagePanel
from app.desktop.panels.pins import PinPanel
from app.desktop.panels.plant_panel import PlantPanel
from app.desktop.panels.profile_panel import ProfilePanel
from app.desktop.panels.results import ResultsPanel
from app.desktop.panels.scenario_form import ScenarioForm
from app.desktop.panels.scenarios import ScenarioPanel
from app.desktop.panels.siting import SitingPanel
from app.desktop.panels.sized import SizedPanel
from app.desktop.panels.sizing_form import SizingForm
from app.desktop.panels.status import PlaceLabel, StatusParts
from app.desktop.panels.time_bar import TimeBar
from app.desktop.state import WindowState
from app.desktop.submenus import Submenus
from app.desktop.texts import text
from app.desktop.theme import wear, wearing
from app.desktop.tools.profile_samples import atlas_sources
from app.desktop.tools.toolbox import ToolBox
from app.desktop.turns import Turns
from app.desktop.workbench import Dialogs, Workbench


class MainWindow(QMainWindow):
    """Map in the middle; layers and scenarios left, inspector and inputs right, results and log below."""

    closing = Signal()
    """It will close; everything still stands as the user left it."""

    def __init__(
        self,
        state: WindowState,
        document: Document | None = None,
        dialogs: Dialogs | None = None,
        state_folder: Path | None = None,
    ) -> None:
        super().__init__()
        wear(self, state.dark)
        self.state, self.document = state, document or Document()
        self.canvas = MapCanvas()
        self.furniture = Furniture(self.canvas)
        self.canvas.set_furniture(self.furniture)
        self.layer_tree, self.inspector = LayerTree(), Inspector()
        self.results, self.time_bar = ResultsPanel(), TimeBar()
        self.log, self.status = LogPanel(), StatusParts()
        self.scenarios, self.form = ScenarioPanel(self.document), ScenarioForm(self.document)
        self.compare = ComparePanel(self.document, state.language, state.units)
        self.pins, self.profile, self.link_page = PinPanel(), ProfilePanel(), LinkPage()
        self.library_panel = LibraryPanel()
        self.plant, self.complement = PlantPanel(), ComplementPanel()
        self.endowment = EndowmentPanel()
        self.siting = SitingPanel()
        self.outage, self.lines = OutagePanel(), LinesPanel()
        self.sizing, self.sized = SizingForm(), SizedPanel()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.canvas)
        self.setCentralWidget(self._pages)
        self.setAcceptDrops(True)
        self.commands = CommandBar(self)
        self._actions = self.commands.actions
        panels: dict[str, QWidget] = {
            "layers": self.layer_tree, "scenarios": self.scenarios, "inspector": self.inspector,
            "inputs": self.form, "pins": self.pins, "results": self.results, "profile": self.profile,
            "compare": self.compare, "log": self.log, "link": self.link_page, "plant": self.plant, "complement": self.complement,
            "endowment": self.endowment, "siting": self.siting, "library": self.library_panel,
            "sizing": self.sizing, "sized": self.sized, "outage": self.outage, "lines": self.lines,
        }  # fmt: skip
        self.docks = Docks(self, panels, self.time_bar)
        stack = build_stack()
        for held in (self.document, self.state, stack):
            # Their signals hold who listens where Python's collector cannot see it: they go with the window.
            held.setParent(self)
        self.bench = Workbench(
            window=self,
            state=state,
            document=self.document,
            canvas=self.canvas,
            furniture=self.furniture,
            stack=stack,
            labels=LabelLayer(state.language),
            toolbox=ToolBox(self.canvas),
            dialogs=dialogs or QtDialogs(self),
            tree=self.layer_tree,
            inspector=self.inspector,
            results=self.results,
            time_bar=self.time_bar,
            show_dock=self.docks.show,
        )
        self.layers = LayerControl(self.bench)
        self.view = ViewControl(self.bench)
        self.results_control = ResultControl(self.bench, self.layers)
        self.national = NationalControl(self.bench, self.results_control)
        self.flow_places = FlowPlaces(self.bench, self.results_control)
        self.drawing = DrawingControl(self.bench)
        self.files = FileControl(self.bench, state_folder=state_folder)
        self.runs = RunControl(self.bench, state_folder / "runs" if state_folder else None)
        self.line_edits = LinesControl(self.bench, self.lines)
        self.network_export = NetworkExport(self.bench, self.runs)
        self.outages = OutageControl(
            self.bench, self.outage, self.results_control, self.layers, self.runs,
            state_folder / "runs" if state_folder else None,
        )  # fmt: skip
        self.scenario_control = ScenarioControl(self.bench, self.scenarios, self.form, self.compare)
        self.imports = ImportControl(self.bench, state_folder / "imported" if state_folder else None)
        self.plants = PlantControl(self.bench, self.plant)
        self.endowments = EndowmentControl(
            self.bench, self.endowment, state_folder / "endowments" if state_folder else None
        )
        self.sitings = SitingControl(
            self.bench, self.siting, state_folder / "sitings" if state_folder else None
        )
        self.drawing.assess_asked.connect(self.sitings.assess)
        self.sizings = SizingControl(
            self.bench, self.sizing, self.sized, state_folder / "runs" if state_folder else None
        )
        self.library = LibraryControl(
            self.bench, self.library_panel, self.imports, state_folder / "library" if state_folder else None
        )
        docks = self.docks.docks
        targets: dict[str, QWidget] = {
            "map": self.canvas, "layers": docks["layers"], "inspector": docks["inspector"],
            "scenario": docks["scenarios"], "tools": self.commands.toolbar, "run": self.commands.toolbar,
            "results": docks["results"],
        }  # fmt: skip
        self.help = HelpControl(self.bench, self.files, self._pages, targets)
        self.commands.build(
            (
                self.files, self.view, self.layers, self.results_control, self.national, self.outages, self.network_export, self.line_edits, self.drawing, self.runs,
                self.scenario_control, self.imports, self.library, self.plants, self.endowments, self.sizings, self.sitings,
                self.help, self,
            )
        )  # fmt: skip
        self._actions["tool_hand"].setChecked(True)
        self.submenus = Submenus(
            self.bench, self.commands, self.docks, self.files, self.view, self.results_control
        )
        self.place = PlaceLabel(self.canvas, state)
        self.statusBar().addWidget(self.place, 1)
        self.statusBar().addPermanentWidget(self.status)
        self.palette_box = CommandPalette(self)
        self._redress = Turns(self)
        self._connect()
        self._retitle()
        self._enable()

    # -- building --------------------------------------------------------------------------------

    def _connect(self) -> None:
        state, document = self.state, self.document
        self.layer_tree.set_stack(self.bench.stack)
        state.language_changed.connect(self._retitle)
        state.units_changed.connect(self._reunit)
        state.theme_changed.connect(self._retheme)
        state.selection_changed.connect(self._enable)
        state.month_changed.connect(lambda: self.layer_tree.set_month(state.month))
        for signal in (document.workspace_changed, document.results_changed, document.path_changed):
            signal.connect(self._enable)
        document.results_changed.connect(lambda: self.docks.follow_result(bool(document.results)))
        document.dirty_changed.connect(self._enable)
        document.stale_changed.connect(self._enable)
        self.view.history_changed.connect(self._enable)
        self.runs.changed.connect(self._enable)
        self.runs.progressed.connect(
            lambda words, share, left: self.status.show_progress(words, share, left, state.language)
        )
        self.runs.logged.connect(self.log.add)
        self.library.moved.connect(self._library_moved)
        self.library.rested.connect(self._enable)
        self.sizings.moved.connect(self._library_moved)
        self.sizings.rested.connect(self._enable)
        self.library.changed.connect(lambda: self.pins.set_stations(self.library.stations()))
        self.runs.link_answered.connect(self._link_answered)
        self.runs.link_stale.connect(self.link_page.set_stale)
        self.link_page.picked.connect(state.select)
        self.link_page.failed.connect(self.bench.say)
        self.status.cancelled.connect(self._cancel)
        self.status.review_number_entered.connect(self.scenario_control.set_review_number)
        self.bench.toolbox.tool_changed.connect(self._tool_changed)
        self.palette_box.chosen.connect(lambda key: self._actions[key].trigger())
        self.runs.base_sized.connect(self.results_control.show_sized)
        self.profile.set_sources(atlas_sources())
        self.bench.toolbox.profile_drawn.connect(self._profile)
        self.profile.pointed.connect(self.bench.toolbox.profile_line.mark)
        self.profile.failed.connect(self.bench.say)
        self.bench.toolbox.pins_changed.connect(self.pins.show_pins)
        self.bench.toolbox.pins_changed.connect(self.complement.show_pins)
        self.complement.failed.connect(self.bench.say)
        self.pins.removed.connect(self.bench.toolbox.remove_pin)
        self.pins.renamed.connect(self.bench.toolbox.rename_pin)
        self.pins.chosen.connect(self.canvas.center_on)
        self.pins.message.connect(self.bench.say)
        self.layer_tree.style_requested.connect(self.layers.edit_style)
        self.layer_tree.zoom_requested.connect(lambda *box: self.canvas.zoom_to(box))

    # -- commands of the window itself -----------------------------------------------------------

    def on_quit(self) -> None:
        self.close()

    def on_palette(self) -> None:
        language = self.state.language
        self.palette_box.open(self.commands.entries(language), text("palette_hint", language))

    def on_panels(self) -> None:
        """Fold all panels away, or bring them back."""
        self.docks.fold()

    def on_present(self) -> None:
        """Map, legend, time bar and the results alone, on the whole screen."""
        presenting = not self.isFullScreen()
        self.docks.present(presenting, self.document.summary is not None)
        self.commands.toolbar.setVisible(not presenting)
        self.menuBar().setVisible(not presenting)
        # The menu bar's shortcuts must work while it is hidden.
        for action in self._actions.values():
            if presenting:
                self.addAction(action)
        self.showFullScreen() if presenting else self.showNormal()

    def on_log(self) -> None:
        self.docks.show("log")

    def on_edit_inputs(self) -> None:
        self.docks.show("inputs")

    def on_complement_pins(self) -> None:
        """How the pinned places complete each other."""
        self.docks.show("complement")
        self.complement.run()

    def on_undo(self) -> None:
        self.document.undo()

    def on_redo(self) -> None:
        self.document.redo()

    def begin(self, project: Path | None) -> None:
        """After the window is on the screen: the project, or the welcome page."""
        QTimer.singleShot(0, self.canvas.show_all)
        self.canvas.painted.connect(self._warm_up, Qt.ConnectionType.SingleShotConnection)
        if project is None:
            self.help.on_welcome()
        else:
            self.files.open(project)

    def _warm_up(self) -> None:
        """What a first look, line or import needs is read in the background, after the first map."""
        self.document.background.run(warm_up, lambda _: None, self.bench.complain)
        self.document.background.run(self.runs.forget_old, lambda _: None, self.bench.complain)
        self.bench.toolbox.load_borders()
        importing.warm_up()
        self.library.refresh()

    def open_project(self, path: Path) -> None:
        """Read a project in the background; the window stays usable."""
        self.files.open(path)

    # -- what is shown ---------------------------------------------------------------------------

    def _library_moved(self, words: str, share: float, left: object) -> None:
        """A run has the status bar; what the library or a sizing does beside it stands in its own panel."""
        if not self.runs.busy:
            self.status.show_progress(words, share, left, self.state.language)

    def _cancel(self) -> None:
        """Stop what the status bar shows."""
        if self.runs.busy:
            self.runs.on_cancel()
        elif self.sizings.busy:
            self.sizings.stop()
        else:
            self.library.cancel()

    def _link_answered(self, answer: Any) -> None:
        self.link_page.show_answer(answer)
        self.docks.show("link")

    def _profile(self, places: Any) -> None:
        self.profile.show_line(places)
        self.docks.show("profile")

    def _tool_changed(self, tool: Any) -> None:
        from app.desktop.control.drawing import TOOL_OF_COMMAND

        held = None if tool is None else tool.id
        for command, name in TOOL_OF_COMMAND.items():
            if name == held:
                self._actions[command].setChecked(True)

    def _enable(self) -> None:
        """Offer what can be done now, with the names of what undo and redo would do."""
        document, language = self.document, self.state.language
        chosen = self.state.selected
        facts = {
            "": True,
            "result": document.summary is not None,
            "idle": not self.runs.busy,
            "running": self.runs.busy,
            "undo": document.undo_name is not None,
            "redo": document.redo_name is not None,
            "back": self.view.history.can_go_back,
            "forward": self.view.history.can_go_forward,
            "base": chosen is not None and chosen[0] == "base" and not self.runs.busy,
        }
        self.commands.enable(facts)
        for key, edit in (("undo", document.undo_name), ("redo", document.redo_name)):
            words = text(key, language)
            if edit is not None:
                words = f"{words}: {edit.zh if language == 'zh' else edit.en}"
            self.commands.name(key, words)
        if not (self.runs.busy or self.library.under_way or self.sizings.busy):
            self.status.show_idle()
        self.status.set_stale(len(document.stale()), language, self.runs.stale_from())
        scenario = document.scenario
        name = document.path.name if document.path else text("untitled", language)
        title = scenario.name_zh if language == "zh" else scenario.name_en
        self.setWindowTitle(f"{'*' if document.dirty else ''}{name} — {title} — {text('app', language)}")
        self.submenus.refresh()

    def _retitle(self) -> None:
        state = self.state
        language = state.language
        qt_words.speak(language)
        dialogs = self.bench.dialogs
        if isinstance(dialogs, QtDialogs):
            dialogs.save_word, dialogs.discard_word, dialogs.cancel_word = (
                text(key, language) for key in ("save", "discard", "cancel")
            )
        self.commands.retitle(language, state.dark)
        self.docks.retitle(language)
        self.canvas.setAccessibleName(text("map", language))
        self.log.setAccessibleName(text("log", language))
        for part in (
            self.layer_tree, self.time_bar, self.scenarios, self.form, self.status, self.pins,
            self.profile, self.compare, self.plant, self.complement, self.bench.toolbox, self.help, self.link_page,
        ):  # fmt: skip
            part.set_language(language)
        self.library.set_language()
        self._reunit()
        self._enable()

    def _reunit(self) -> None:
        for part in (self.form, self.pins, self.compare, self.link_page):
            part.set_units(self.state.units)

    def _retheme(self) -> None:
        """Panel by panel, then what draws itself: no turn of the event loop is held long."""
        self._redress.start(*wearing(self, self.state.dark), self._dress_parts)

    def _dress_parts(self) -> None:
        dark = self.state.dark
        for part in (
            self.time_bar,
            self.form,
            self.layer_tree,
            self.pins,
            self.profile,
            self.inspector,
            self.plant,
            self.complement,
        ):
            part.set_dark(dark)
        self.commands.retitle(self.state.language, dark)
        self._enable()

    # -- Qt --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if urls_accepted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A project is opened; anything else we may read goes to the import."""
        paths = urls_accepted(event.mimeData())
        event.acceptProposedAction()
        self.take_files(paths)

    def take_files(self, paths: tuple[Path, ...]) -> None:
        from planning.project_file import is_project

        projects = [path for path in paths if path.suffix.lower() == ".gpkg" and is_project(path)]
        if projects:
            self.files.open(projects[0])
        elif paths:
            self.imports.offer(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close(self.on_quit):
            event.ignore()
            return
        if self.isFullScreen():
            self.on_present()
        self.closing.emit()
        self.runs.stop()
        self.library.stop()
        self.outages.stop()
        self.line_edits.stop()
        for part in (
            self.pins,
            self.profile,
            self.plant,
            self.complement,
            self.bench.toolbox,
            self.endowments,
            self.sizings,
            self.sitings,
        ):
            part.stop()
        self.files.finish()
        self.runs.clear()
        self.bench.stack.close()
        event.accept()
