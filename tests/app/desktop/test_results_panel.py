"""The results: tables and charts beside each other, one selection, words and units of the reader."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication, QGraphicsView
from pytestqt.qtbot import QtBot

from app.desktop.charts.data import balance
from app.desktop.charts.money import base_flows, province_money
from app.desktop.panels.result_groups import GROUPS
from app.desktop.panels.results import PAGES, ResultsPanel
from app.desktop.panels.table import Cell, TableContent, ValueTable
from app.desktop.start import make_application
from planning.hourly import HOURS, HourlyResult
from planning.results import Summary
from planning.scenario import load_scenario
from planning.tables import load_tables
from planning.words import term, unit
from tests.planning.summary_factory import make_summary


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


def hours_of(summary: Summary) -> HourlyResult:
    """Hours of the made-up document's provinces, bases and corridors: random, but of the right shape."""
    rng = np.random.default_rng(7)
    provinces, bases, lines = list(summary.provinces), list(summary.bases), list(summary.corridors)
    nodes = [*provinces, *bases]

    def power(rows: int) -> np.ndarray:
        return rng.uniform(0, 9000, (rows, HOURS)).astype(np.float32)

    return HourlyResult(
        node_ids=tuple(nodes), base_nodes=tuple(bases), line_ids=tuple(lines),
        node_adcodes=tuple([int(p) for p in provinces] + [summary.bases[b].adcode for b in bases]),
        line_from=tuple(0 for _ in lines), line_to=tuple(1 for _ in lines),
        supply_mw={k: power(len(nodes)) for k in ("coal", "wind", "pv", "battery")},
        charge_mw=power(len(nodes)), load_mw=power(len(nodes)), curtailed_mw=power(len(nodes)),
        price_cny_per_mwh=power(len(nodes)), flow_mw=power(len(lines)) - 4000,
        green_share=power(len(lines)) / 9000,
    )  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> ResultsPanel:
    shown = ResultsPanel()
    qtbot.addWidget(shown)
    shown.resize(1200, 320)
    shown.show()
    shown.show_summary(make_summary(), "zh", "cn")
    shown.set_hourly(hours_of(make_summary()))
    return shown


def test_without_a_result_the_panel_says_how_to_get_one(qtbot: QtBot, qapp: QApplication) -> None:
    empty = ResultsPanel()
    qtbot.addWidget(empty)
    empty.show()
    empty.show_summary(None, "en", "si")
    assert empty._empty.isVisible()
    assert "run the chain" in empty._empty.text()
    empty.set_hour(5)
    empty.select("base", "qinghai")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_fills_and_its_charts_can_be_exported(
    panel: ResultsPanel, qapp: QApplication, language: str, tmp_path: Path
) -> None:
    panel.set_language(language)  # type: ignore[arg-type]
    panel.set_dark(language == "en")
    panel.set_scenario(load_scenario("2030-1200GW"))
    for key in panel.tab_keys():
        panel.show_tab(key)
        qapp.processEvents()
        page = panel.page(key)
        if page.table is not None:
            assert page.table.model().rowCount() > 0
        for group in page.groups:
            for index, (_, chart) in enumerate(group.charts):
                group.show_chart(index)
                assert chart.title
                if chart.grid() is None:
                    continue
                chart.save(tmp_path / "values.csv")
                text = (tmp_path / "values.csv").read_text("utf-8-sig")
                assert len(text.splitlines()) > 3
                assert "参考级" in text or "reference" in text


def test_without_hours_the_charts_say_so_and_the_tables_stay(panel: ResultsPanel, qapp: QApplication) -> None:
    panel.set_hourly(None)
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").charts()[0]
    assert "没有逐时数据" in chart._empty.text()
    assert chart._empty.isVisible()


def test_a_row_reached_by_key_selects_the_thing_and_selecting_shows_the_row(
    panel: ResultsPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    panel.show_tab("tab.provinces")
    qapp.processEvents()
    table = panel.page("tab.provinces").table
    assert table is not None
    panel.select("province", "630000")
    assert table.current_id() == "630000"
    with qtbot.waitSignal(panel.picked) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == ["province", table.current_id()]
    assert table.current_id() != "630000"


def test_selecting_on_the_map_never_answers_with_another_pick(
    panel: ResultsPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    told: list[tuple[str, str]] = []
    panel.picked.connect(lambda kind, identity: told.append((kind, identity)))
    for kind, identity in (("base", next(iter(make_summary().bases))), ("province", "440000")):
        panel.select(kind, identity)
        qapp.processEvents()
    assert told == []


def test_selecting_a_province_gives_its_hours_to_the_curves(panel: ResultsPanel, qapp: QApplication) -> None:
    panel.show_tab("charts.tab.dispatch")
    panel.select("province", "630000")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").charts()[0]
    assert make_summary().provinces["630000"].name_zh in chart.title


def test_the_hour_marked_in_a_chart_is_told_and_the_hour_set_is_not(
    panel: ResultsPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    told: list[int] = []
    panel.hour_changed.connect(told.append)
    panel.set_hour(4693)
    assert told == []
    chart = panel.page("charts.tab.dispatch").chart  # type: ignore[attr-defined]
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right)
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert told == [4694, 4718]
    assert chart.hour == 4718


def test_picking_an_ac_hour_moves_the_window_to_it(
    panel: ResultsPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    panel.show_tab("tab.power_flow")
    qapp.processEvents()
    table = panel.page("tab.power_flow").table
    assert table is not None
    hours = [h.hour for h in make_summary().power_flow.hours]
    table.select_id(str(hours[0]))
    with qtbot.waitSignal(panel.hour_changed) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == [hours[1]]


def test_zooming_goes_from_the_year_as_daily_means_to_single_hours(
    panel: ResultsPanel, qapp: QApplication
) -> None:
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").chart  # type: ignore[attr-defined]
    assert chart._step_h == 24
    chart.set_hour(4700)
    chart.show_span("day")
    assert chart._step_h == 1
    first, last = chart.visible_hours()
    assert last - first == pytest.approx(24)
    assert first <= 4700 < last


@pytest.mark.slow  # a time, which a busy machine spoils
def test_a_frame_of_panning_takes_less_than_30_ms_at_every_zoom(
    panel: ResultsPanel, qapp: QApplication
) -> None:
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").chart  # type: ignore[attr-defined]
    for width in (HOURS, 1500, 168):
        took = []
        for step in range(20):
            first = min(step * 7, HOURS - width)
            start = time.perf_counter()
            chart.plot.getViewBox().setXRange(first, first + width - step % 2, padding=0)
            chart.plot.viewport().repaint()
            took.append(time.perf_counter() - start)
        assert sorted(took)[len(took) // 2] < 0.030


def test_changing_words_and_colours_again_and_again_leaves_nothing_behind(
    panel: ResultsPanel, qapp: QApplication
) -> None:
    panel.select("base", next(iter(make_summary().bases)))

    def count() -> int:
        """All Qt children, and all items of the plots' scenes."""
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        scenes = sum(len(view.scene().items()) for view in panel.findChildren(QGraphicsView))
        return len(panel.findChildren(QObject)) + scenes

    def round_trip() -> None:
        for language, dark in (("en", True), ("zh", False)):
            panel.set_language(language)  # type: ignore[arg-type]
            panel.set_dark(dark)
            for key in panel.tab_keys():
                panel.show_tab(key)
                qapp.processEvents()

    round_trip()
    before = count()
    for _ in range(3):
        round_trip()
    assert count() <= before


def test_stale_results_carry_a_badge_until_they_are_fresh(panel: ResultsPanel) -> None:
    panel.set_stale(2)
    assert panel._badge.isVisible()
    assert "2" in panel._badge.accessibleName()
    panel.set_stale(0)
    assert not panel._badge.isVisible()


def test_units_change_the_numbers_and_their_unit_together(panel: ResultsPanel, qapp: QApplication) -> None:
    panel.show_tab("tab.provinces")
    qapp.processEvents()
    table = panel.page("tab.provinces").table
    assert table is not None
    cn = table.grid()
    panel.set_units("si")
    si = table.grid()
    assert "亿千瓦时" in cn.headers[3]
    assert "TWh" in si.headers[3]
    for a, b in zip(cn.rows, si.rows, strict=True):
        assert float(a[3]) == pytest.approx(10 * float(b[3]))  # type: ignore[arg-type]


def test_text_that_looks_like_a_formula_stays_text_in_csv_and_excel(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    table = ValueTable("=1+1")
    qtbot.addWidget(table)
    rows = ((Cell("=cmd|' /C calc'!A0", "x"), Cell("–", float("-inf"))), (Cell("b", "b"), Cell("−5", -5.0)))
    table.show_content(TableContent(("name", "money\nbn CNY"), rows, ("a", "b")))
    table.save(tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "name,money [bn CNY]"
    assert lines[1].startswith("'=cmd")
    assert lines[1].endswith(",")
    assert lines[2] == "b,-5"
    table.save(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet.cell(4, 1).data_type == "s"
    assert sheet.cell(5, 2).value == -5


def test_sorting_puts_the_largest_first_and_keeps_missing_values_last(
    qtbot: QtBot, qapp: QApplication
) -> None:
    table = ValueTable("t")
    qtbot.addWidget(table)
    keys = (3.0, float("-inf"), 100.0)
    rows = tuple((Cell(str(k), k),) for k in keys)
    table.show_content(TableContent(("v",), rows, ("a", "b", "c")))
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in table.grid().rows] == [100.0, 3.0, None]
    table.select_id("c")
    table.copy_selected()
    assert qapp.clipboard().text() == "v\n100.0"


def test_the_yearly_money_of_a_base_needs_the_scenario_it_was_sized_with() -> None:
    base = next(iter(make_summary().bases.values()))
    other = load_scenario("2020")
    assert base_flows(other, load_tables(), base.model_copy(update={"id": "nowhere"})) is None
    # The made-up base has an invented annual cost: the scenario's prices cannot give it back.
    assert base_flows(load_scenario("2030-1200GW"), load_tables(), base) is None


def test_province_money_is_ordered_and_complete() -> None:
    summary = make_summary()
    rows = province_money(summary)
    cash = [row.cash_cny for row in rows]
    assert cash == sorted(cash, reverse=True)
    assert sum(row.receipts_cny for row in rows) == pytest.approx(
        sum(p.receipts_cny for p in summary.provinces.values())
    )


def test_a_chart_picture_is_written_whole_as_png_and_svg(
    panel: ResultsPanel, qapp: QApplication, tmp_path: Path
) -> None:
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").charts()[0]
    for name, start in (("c.png", b"\x89PNG"), ("c.svg", b"<?xml")):
        chart.save(tmp_path / name)
        content = (tmp_path / name).read_bytes()
        assert content.startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.png", "c.svg"]
    assert "万千瓦" in content.decode()
    assert chart._copy.isVisible()


def test_a_copied_chart_is_a_picture_of_twice_the_pixels_and_the_buttons_stay(
    panel: ResultsPanel, qapp: QApplication
) -> None:
    panel.show_tab("charts.tab.dispatch")
    qapp.processEvents()
    chart = panel.page("charts.tab.dispatch").charts()[0]
    chart.copy_picture()
    copied = qapp.clipboard().image()
    assert (copied.width(), copied.height()) == (2 * chart.width(), 2 * chart.height())
    assert chart._copy.isVisible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_of_a_table_tells_its_unit_source_and_grade(
    panel: ResultsPanel, qapp: QApplication, language: str
) -> None:
    panel.set_language(language)  # type: ignore[arg-type]
    grade = term("reference", language)  # type: ignore[arg-type]
    numbers = 0
    for key in panel.tab_keys():
        panel.show_tab(key)
        qapp.processEvents()
        table = panel.page(key).table
        if table is None:
            continue
        content, model = table._content, table._model
        for column, header in enumerate(content.headers):
            unit = header.partition("\n")[2]
            assert unit in str(
                model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            )
            for row in range(len(content.rows)):
                cell, index = content.rows[row][column], model.index(row, column)
                if isinstance(cell.key, str):
                    continue
                numbers += 1
                tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
                assert cell.shown in tip
                assert unit in tip
                assert grade in tip.splitlines()[-1]
                assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert numbers > 500


def test_figures_are_all_of_one_width(qapp: QApplication, panel: ResultsPanel) -> None:
    panel.show_tab("tab.provinces")
    qapp.processEvents()
    table = panel.page("tab.provinces").table
    assert table is not None
    metrics = QFontMetricsF(table.font())
    assert len({round(metrics.horizontalAdvance(d * 8), 2) for d in "0123456789"}) == 1


CHARTS = {
    "charts.tab.dispatch": 1, "charts.tab.duration": 6, "charts.tab.complement": 2, "tab.corridors": 3,
    "tab.provinces": 1, "tab.bases": 1, "charts.tab.cash": 2, "tab.overview": 1, "tab.claim": 3,
    "tab.accounts": 1, "tab.trades": 1,
    "charts.tab.exchange": 1, "charts.tab.single": 1, "charts.tab.prices": 3,
}  # fmt: skip
"""Tabs and how many charts of them are drawn: dispatch; duration, loading and four heat maps; correlation and complementarity;
corridor hours, duration, heat map; balance; sizes; cash; Sankey; the claim's grid, what it hangs on and its provinces;
who sends to whom; single line; three of prices; accounts; payers by payees."""


@pytest.mark.parametrize(("language", "units", "dark"), [("zh", "cn", False), ("en", "si", True)])
def test_every_chart_has_unit_source_and_grade_and_leaves_in_every_format(
    panel: ResultsPanel, qapp: QApplication, language: str, units: str, dark: bool, tmp_path: Path
) -> None:
    panel.set_language(language)  # type: ignore[arg-type]
    panel.set_units(units)  # type: ignore[arg-type]
    panel.set_dark(dark)
    grade = term("reference", language)  # type: ignore[arg-type]
    kinds = ("power_mw", "energy_mwh", "money_cny", "price_cny_per_mwh")
    mine = {unit(k, units, language) for k in kinds} | {"%", "1"}  # type: ignore[arg-type]
    other = {unit(k, "si" if units == "cn" else "cn", language) for k in kinds}  # type: ignore[arg-type]
    drawn: dict[str, int] = {}
    for key in panel.tab_keys():
        panel.show_tab(key)
        qapp.processEvents()
        for group in panel.page(key).groups:
            for index, (_, chart) in enumerate(group.charts):
                group.show_chart(index)
                grid = chart.grid()
                if grid is None:
                    continue
                drawn[key] = drawn.get(key, 0) + 1
                assert grade in chart.source_label.text(), chart.title
                assert grade in chart.source_label.toolTip()
                assert grade in grid.source
                units_named = {header.partition("[")[2].rstrip("]") for header in grid.headers} - {""}
                plain = any(
                    kind in chart._title_key for kind in ("correl", "single", "tornado")
                )  # units in a column of their own
                assert units_named & mine or plain, (chart.title, grid.headers)
                assert not units_named & other, (chart.title, grid.headers)
                chart.copy_picture()
                copied = QGuiApplication.clipboard().image()
                assert copied.width() == 2 * chart.width()
                ground = copied.pixelColor(copied.width() - 3, 3).lightness()
                assert (ground < 60) == dark, chart.title
                # Every format once: how a file is written does not depend on the language.
                for ending in ("png", "svg", "csv", "xlsx") if language == "zh" else ("svg",):
                    chart.save(tmp_path / f"{key}{index}.{ending}")
                    assert (tmp_path / f"{key}{index}.{ending}").stat().st_size > 200
    assert drawn == CHARTS


def test_the_heat_maps_of_a_base_show_what_it_sends_out(panel: ResultsPanel, qapp: QApplication) -> None:
    panel.select("base", "hami")
    panel.show_tab("charts.tab.duration")
    qapp.processEvents()
    page = panel.page("charts.tab.duration")
    page.groups[1].show_chart(1)
    chart = page.groups[1].current()
    assert "送出" in chart.title
    grid, hourly = chart.grid(), hours_of(make_summary())
    base = balance(hourly, "base", "hami")
    assert grid is not None
    assert base is not None
    january_midnight = base.sent[: 31 * 24 : 24].mean() / 10  # 万千瓦
    assert grid.rows[0][1] == pytest.approx(january_midnight)


def test_an_export_that_fails_is_told_by_chart_and_table_alike(
    panel: ResultsPanel, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.show_tab("tab.provinces")
    qapp.processEvents()
    page = panel.page("tab.provinces")
    asked = "app.desktop.charts.export.QFileDialog.getSaveFileName"
    monkeypatch.setattr(asked, lambda *_: (str(tmp_path / "no" / "a"), ""))
    assert page.table is not None
    told: list[str] = []
    page.table.failed.connect(told.append)
    page.charts()[0].failed.connect(told.append)
    page.table._ask_and_save("csv")
    page.charts()[0]._ask_and_save("png")
    assert len(told) == 2
    assert all(str(tmp_path / "no") in words for words in told)
    monkeypatch.setattr(asked, lambda *_: (str(tmp_path / "各省"), ""))
    page.table._ask_and_save("csv")
    page.charts()[0]._ask_and_save("svg")
    assert len(told) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"各省.csv", "各省.svg"}


def test_a_long_text_takes_the_room_that_others_leave(qtbot: QtBot) -> None:
    table = ValueTable("sources")
    qtbot.addWidget(table)
    words = "a source that is far longer than a column usually is, with its year, its page and its table"
    table.resize(900, 200)
    table.show()
    table.show_content(
        TableContent(("item", "source"), ((Cell("load", "load"), Cell(words, words)),), ("a",))
    )
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance(words)
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()
    table.resize(420, 200)
    qtbot.waitUntil(lambda: table.columnWidth(1) < 400)
    table.setColumnWidth(1, 333)
    table.resize(900, 200)
    assert table.columnWidth(1) == 333


def test_the_tabs_of_one_group_are_shown_and_a_group_opens_where_it_was_left(
    panel: ResultsPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    bar, tabs = panel._groups, panel._tabs
    keys = list(panel.tab_keys())
    assert sorted(keys) == sorted(PAGES)

    def seen() -> list[str]:
        return [key for index, key in enumerate(keys) if tabs.isTabVisible(index)]

    assert seen() == list(GROUPS["overview"])
    panel.show_tab("tab.claim")
    assert seen() == list(GROUPS["money"])
    assert bar.buttons["money"].isChecked()
    bar.buttons["flow"].click()
    assert keys[tabs.currentIndex()] == "tab.power_flow"
    bar.buttons["money"].click()
    assert keys[tabs.currentIndex()] == "tab.claim"
    panel.resize(420, 300)
    qapp.processEvents()
    assert not bar.buttons["money"].isVisible()
    menu = bar._menu.menu()
    assert bar._menu.isVisible()
    menu.actions()[list(GROUPS).index("balance")].trigger()
    assert seen() == list(GROUPS["balance"])
