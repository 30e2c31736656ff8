"""The real window, offscreen: every path a planner takes through it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.actions import ACTIONS, MENUS, TOOLS
from app.desktop.control.drawing import TOOL_OF_COMMAND
from app.desktop.main_window import MainWindow
from app.desktop.submenus import FLOW_COLOURS
from app.desktop.texts import TEXTS
from app.desktop.theme import palette
from planning.project_file import StoredResult, read_workspace
from planning.workspace import LayersView
from tests.app.desktop.conftest import Answers
from tests.planning.summary_factory import make_summary


def trigger(window: MainWindow, action: str) -> None:
    window._actions[action].trigger()


def with_result(window: MainWindow) -> None:
    scenario = window.document.scenario
    window.document.set_result(scenario.id, StoredResult(make_summary(), scenario, None))


def test_every_command_has_words_in_both_languages_a_menu_and_a_handler(window: MainWindow) -> None:
    for spec in ACTIONS:
        assert all(TEXTS[spec.id])
        assert spec.menu in MENUS
        assert spec.id in window._actions
    assert set(TOOLS) == set(TOOL_OF_COMMAND)
    shortcuts = [spec.shortcut for spec in ACTIONS if spec.shortcut]
    assert len(shortcuts) == len(set(shortcuts))


def test_every_text_is_in_both_languages() -> None:
    for key, (zh, en) in TEXTS.items():
        assert zh.strip(), key
        assert en.strip(), key


def test_the_window_opens_in_chinese_and_switches_to_english_and_back(window: MainWindow) -> None:
    assert "国家能源版图" in window.windowTitle()
    trigger(window, "language")
    assert "National Energy Map" in window.windowTitle()
    assert window.menuBar().actions()[0].text() == "File"
    words = [
        str(widget.text())
        for widget in window.findChildren(QWidget)
        if callable(getattr(widget, "text", None)) and widget.isVisible()
    ]
    left = [w for w in words if re.search("[\u4e00-\u9fff]", w)]
    names = {"中文", "Units: GW/万千瓦", window.document.scenario.name_zh}
    assert set(left) <= names
    trigger(window, "language")
    assert window.menuBar().actions()[0].text() == "文件"


def test_another_language_leaves_the_tab_in_sight_and_fills_it_anew(window: MainWindow, qtbot: QtBot) -> None:
    with_result(window)
    window.state.select("corridor", next(iter(make_summary().corridors)))
    window.results.show_tab("tab.sources")
    table = window.results.page("tab.sources").table
    assert table is not None
    qtbot.waitUntil(lambda: "来源" in table.grid().headers)
    trigger(window, "language")
    assert window.results._tabs.currentIndex() == list(window.results.tab_keys()).index("tab.sources")
    qtbot.waitUntil(lambda: "source" in table.grid().headers)


def test_the_theme_reaches_every_widget_and_menu_and_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    def colours() -> dict[str, str]:
        return {key: widget.palette().window().color().name() for key, widget in looked_at(window).items()}

    light = colours()
    assert set(light.values()) == {palette(False).window().color().name()}
    trigger(window, "theme")
    # Panel by panel, one in each turn of the event loop.
    qtbot.wait_until(lambda: set(colours().values()) == {palette(True).window().color().name()})
    trigger(window, "theme")
    qtbot.wait_until(lambda: colours() == light)


def looked_at(window: MainWindow) -> dict[str, QWidget]:
    """Every panel, bar and menu, and a box that is opened after the change."""
    panels: dict[str, QWidget] = {key: dock.widget() for key, dock in window.docks.docks.items()}
    bars: dict[str, QWidget] = {"window": window, "bar": window.menuBar(), "tools": window.commands.toolbar}
    menus: dict[str, QWidget] = dict(window.commands.menus)
    return {**panels, **bars, **menus, "palette": window.palette_box, "recent": window.submenus.recent}


def test_the_map_is_painted_and_moves(window: MainWindow, qtbot: QtBot) -> None:
    picture = window.canvas.grab().toImage()
    colours = {
        picture.pixelColor(x, y).rgb()
        for x in range(0, picture.width(), 9)
        for y in range(0, picture.height(), 9)
    }
    assert len(colours) > 50
    before = window.canvas.viewport
    qtbot.keyClick(window.canvas, Qt.Key.Key_Plus)
    assert window.canvas.viewport.metres_per_pixel < before.metres_per_pixel


def test_a_click_on_golmud_shows_qinghai(window: MainWindow) -> None:
    window.canvas.clicked.emit(94.9, 36.4, 5000.0)
    assert "青海" in window.inspector._body.text()


def test_views_go_back_and_forward_and_are_bookmarked(
    window: MainWindow, qtbot: QtBot, answers: Answers
) -> None:
    qtbot.wait(150)
    first = window.canvas.view()
    window.canvas.center_on(100.0, 37.0, 800.0)
    qtbot.waitUntil(lambda: window._actions["view_back"].isEnabled(), timeout=4000)
    trigger(window, "view_back")
    assert window.canvas.view().near(first)
    trigger(window, "view_forward")
    assert window.canvas.view().lon_deg == pytest.approx(100.0, abs=0.05)
    answers.name = "柴达木"
    trigger(window, "bookmark")
    assert [b.name for b in window.document.workspace.bookmarks] == ["柴达木"]
    window.canvas.show_all()
    window.view.go_to(window.document.workspace.bookmarks[0])
    assert window.canvas.view().lat_deg == pytest.approx(37.0, abs=0.05)


def test_the_list_of_recent_projects_is_read_when_it_changes_not_at_every_edit(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    paths = type(window.files.recents).paths
    monkeypatch.setattr(type(window.files.recents), "paths", lambda self: reads.append(1) or paths(self))
    answers.name = "格尔木"
    trigger(window, "bookmark")
    trigger(window, "undo")
    trigger(window, "language")
    window.state.select("province", "630000")
    assert not reads
    assert window.submenus.recent.isEmpty()
    assert not window.submenus.recent.isEnabled()
    answers.file = str(tmp_path / "项目.gpkg")
    with qtbot.waitSignal(window.document.saved, timeout=30_000):  # the first save loads its libraries
        trigger(window, "save_as")
    assert reads
    assert [action.text() for action in window.submenus.recent.actions()] == ["项目.gpkg"]
    assert window.submenus.recent.isEnabled()


@pytest.mark.parametrize("projection", ["mercator", "albers"])
def test_the_projection_in_use_is_marked_in_its_menu(window: MainWindow, projection: str) -> None:
    window.view.set_projection(projection)  # type: ignore[arg-type]
    marked = [action.isChecked() for action in window.submenus.projections.actions()]
    assert marked == [projection == name for name in ("albers", "mercator", "plate_carree")]


def test_of_the_colours_of_flows_the_chosen_one_alone_is_marked(window: MainWindow) -> None:
    colours = window.submenus.colours

    def marked() -> list[str]:
        return [
            mode for mode, action in zip(FLOW_COLOURS, colours.actions(), strict=True) if action.isChecked()
        ]

    assert marked() == ["green"]
    colours.actions()[FLOW_COLOURS.index("loading")].trigger()
    assert window.results_control.colour_mode == "loading"
    assert marked() == ["loading"]
    window.results_control.set_colour_mode("n1")
    assert marked() == ["n1"]
    window.state.set_language("en")
    assert marked() == ["n1"]
    colours.actions()[FLOW_COLOURS.index("n1")].trigger()  # the chosen one again takes no mark away
    assert marked() == ["n1"]


@pytest.mark.parametrize("projection", ["mercator", "plate_carree", "albers"])
def test_the_map_shows_the_same_place_in_every_projection(window: MainWindow, projection: str) -> None:
    window.canvas.center_on(104.0, 36.0, 3000.0)
    window.view.set_projection(projection)  # type: ignore[arg-type]
    lon, lat = window.canvas.center_deg()
    assert (lon, lat) == pytest.approx((104.0, 36.0), abs=0.1)


def test_a_result_fills_tables_and_selection_is_one_thing(window: MainWindow) -> None:
    with_result(window)
    summary = make_summary()
    base = next(iter(summary.bases))
    window.results.picked.emit("base", base)
    assert window.state.selected == ("base", base)
    assert summary.bases[base].name_zh in window.inspector._body.text()
    assert window.results_control.bases.selected == base
    assert window._actions["size_base"].isEnabled()
    trigger(window, "units")
    window.state.set_month(7)
    trigger(window, "theme")
    trigger(window, "zoom_selection")
    assert window.canvas.center_deg()[0] == pytest.approx(summary.bases[base].lon, abs=0.3)


def test_corridors_can_be_switched_off_in_the_tree(window: MainWindow) -> None:
    with_result(window)
    assert window.results_control.flows.visible
    window.bench.stack.set_visible("layer.corridors", False)
    assert not window.results_control.flows.visible


def test_the_review_number_is_on_the_map_in_the_project_and_undone(window: MainWindow) -> None:
    window.status.review.setText("GS(2024)0650号")
    window.status.review.editingFinished.emit()
    assert window.furniture.review_number == "GS(2024)0650号"
    assert window.document.workspace.map_review_number == "GS(2024)0650号"
    trigger(window, "undo")
    assert window.furniture.review_number == ""


def test_a_drawn_area_becomes_a_base_of_the_scenario_and_can_be_undone(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.document.workspace
    trigger(window, "tool_polygon")
    window.bench.toolbox.drawn.emit(shapely.box(107.0, 40.0, 109.5, 41.0))
    bar = window.drawing.bar
    assert bar.isVisible()
    bar.name.setText("试验基地")
    bar.make.click()
    window.document.background.wait(60)
    qtbot.waitUntil(
        lambda: len(window.document.scenario.bases) == len(before.scenario().bases) + 1, timeout=60_000
    )
    base = window.document.scenario.bases[-1]
    assert base.name_zh == "试验基地"
    assert base.node == "150000W"
    assert len(window.document.workspace.drawings) == 1
    while window.document.undo_name is not None:
        trigger(window, "undo")
    assert window.document.workspace == before


def test_a_drawn_corridor_becomes_a_line_of_the_scenario(window: MainWindow) -> None:
    window.bench.toolbox.corridor_drawn.emit((101.8, 36.6), (113.6, 34.7), 1080.0)
    window.drawing.bar.make.click()
    (line,) = window.document.scenario.lines.own
    assert line.from_node == "630000"
    assert line.to_node == "410000"
    assert line.km > 1080


def test_pins_are_part_of_the_project(window: MainWindow) -> None:
    window.bench.toolbox.add_pin(94.9, 36.4)
    window.bench.toolbox.add_pin(116.4, 39.9)
    assert len(window.document.workspace.pins) == 2
    trigger(window, "undo")
    assert len(window.document.workspace.pins) == 1
    assert len(window.bench.toolbox.pins.pins) == 1


def test_a_project_is_saved_and_opened_again(
    window: MainWindow, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    with_result(window)
    window.bench.toolbox.add_pin(94.9, 36.4)
    answers.file = str(tmp_path / "我的 项目.gpkg")
    trigger(window, "save_as")
    window.document.background.wait()
    assert not window.document.dirty
    held = read_workspace(Path(answers.file))
    # How the layers are shown is written beside the edits, and is none of them.
    assert held.workspace.view.order
    assert held.workspace.model_copy(update={"view": LayersView()}) == window.document.workspace
    trigger(window, "new")
    window.document.background.wait()
    assert window.document.workspace.pins == ()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(answers.file)])
    window.dropEvent(
        QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    window.document.background.wait()
    assert len(window.document.workspace.pins) == 1
    assert window.document.summary == make_summary()
    assert Path(answers.file) in window.files.recents.paths()


def test_a_broken_project_is_named_and_nothing_is_lost(window: MainWindow, tmp_path: Path) -> None:
    window.bench.toolbox.add_pin(94.9, 36.4)
    before = window.document.workspace
    bad = tmp_path / "坏.gpkg"
    bad.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    window.document.open(bad)
    window.document.background.wait()
    assert "坏.gpkg" in window.statusBar().currentMessage()
    assert window.document.workspace == before


def test_closing_with_unsaved_work_asks_and_cancel_keeps_the_window(
    window: MainWindow, answers: Answers
) -> None:
    window.bench.toolbox.add_pin(94.9, 36.4)
    answers.save = "cancel"
    assert not window.close()
    assert window.isVisible()
    assert len(answers.asked) == 1


def test_a_changed_input_marks_the_result_stale_and_undo_makes_it_stand_again(window: MainWindow) -> None:
    from planning.edits import set_field

    with_result(window)
    document = window.document
    document.apply(set_field(document.workspace, document.workspace.active, "prices.carbon_cny_per_t", 150.0))
    assert "1" in window.status.stale.text()
    trigger(window, "undo")
    assert window.status.stale.text() == ""


def test_scenarios_are_duplicated_and_compared(window: MainWindow) -> None:
    trigger(window, "duplicate_scenario")
    assert len(window.document.workspace.scenarios) == 2
    trigger(window, "compare_scenarios")
    assert window.docks.docks["compare"].isVisible()


def test_panels_fold_and_come_back(window: MainWindow) -> None:
    trigger(window, "panels")
    assert not any(dock.isVisible() for dock in window.docks.docks.values())
    trigger(window, "panels")
    assert window.docks.docks["layers"].isVisible()


def test_the_palette_runs_a_command(window: MainWindow, qtbot: QtBot) -> None:
    trigger(window, "palette")
    qtbot.keyClicks(window.palette_box._line, "English")
    qtbot.keyClick(window.palette_box._line, Qt.Key.Key_Return)
    assert window.state.language == "en"


def test_the_welcome_page_leads_to_the_map(window: MainWindow, qtbot: QtBot) -> None:
    trigger(window, "welcome")
    assert window._pages.currentWidget() is window.help.welcome
    window.help.welcome.map_requested.emit()
    assert window._pages.currentWidget() is window.canvas


def test_everything_with_focus_has_a_name_for_screen_readers(window: MainWindow) -> None:
    for widget in (window.canvas, window.status.review, window.log):
        assert widget.accessibleName()


def test_random_commands_end_with_undo_to_the_same_project(window: MainWindow, answers: Answers) -> None:
    """Two hundred commands in random order; then everything is undone and the project is as it was."""
    start = window.document.workspace
    rng = np.random.default_rng(7)
    harmless = [
        spec.id
        for spec in ACTIONS
        if not spec.id.startswith("run") and spec.id not in ("quit", "size_base", "endowment", "cancel", "new", "open", "save", "save_as", "export_map",
                           "import", "present", "tour", "play", "style", "palette")
    ]  # fmt: skip
    for _ in range(200):
        trigger(window, str(rng.choice(harmless)))
        if rng.random() < 0.2:
            lon, lat = rng.uniform(85, 120), rng.uniform(28, 45)
            window.bench.toolbox.add_pin(float(lon), float(lat))
        QApplication.processEvents()
    while window.document.undo_name is not None:
        window.document.undo()
    assert window.document.workspace == start


def test_the_presentation_leaves_map_time_bar_and_results_and_gives_all_back(
    window: MainWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    window.document.set_result(window.document.workspace.active, StoredResult(make_summary(), None))
    qapp.processEvents()
    before = {key for key, dock in window.docks.docks.items() if not dock.isHidden()}
    assert "results" in before
    window.on_present()
    qapp.processEvents()
    assert {key for key, dock in window.docks.docks.items() if not dock.isHidden()} == {"results"}
    assert window.docks.time_bar.isVisible()
    window.on_present()
    # The window takes its size back first, then the panels their places.
    qtbot.waitUntil(
        lambda: {key for key, dock in window.docks.docks.items() if not dock.isHidden()} == before
    )
