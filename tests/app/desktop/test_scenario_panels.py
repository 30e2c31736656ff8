"""Scenarios in the window: the list, the forms made from the models, two side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop.document import Document
from app.desktop.panels.compare_panel import ComparePanel
from app.desktop.panels.scenario_form import MOST_FOUND, ScenarioForm
from app.desktop.panels.scenarios import ScenarioPanel
from planning import edits
from planning.project_file import StoredResult
from planning.scenario import load_scenario
from planning.scenario_fields import form_fields
from tests.planning.summary_factory import make_summary

CLAIM = "2030-1200GW"
COPY = f"{CLAIM}-2"


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document()


@pytest.fixture
def form(qtbot: QtBot, document: Document) -> ScenarioForm:
    made = ScenarioForm(document, "zh", "cn")
    qtbot.addWidget(made)
    made.resize(620, 700)
    made.show()
    return made


def type_into(qtbot: QtBot, form: ScenarioForm, path: str, words: str) -> None:
    line = form._editors[path].editor
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, words)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_every_input_has_an_editor_in_its_section(form: ScenarioForm, document: Document) -> None:
    fields = form_fields(document.scenario)
    for section in dict.fromkeys(field.section for field in fields):
        form.show_section(section)
        assert set(form._editors) == {field.path for field in fields if field.section == section}
        for editor in form._editors.values():
            assert editor.editor.accessibleName()


@pytest.mark.parametrize("typed", ["6 GW", "600 万千瓦", "600", "6000MW"])
def test_a_number_in_any_unit_becomes_a_named_edit(
    qtbot: QtBot, form: ScenarioForm, document: Document, typed: str
) -> None:
    form.show_section("bases.kubuqi")
    line = form._editors["bases.kubuqi.channel_mw"].editor
    assert isinstance(line, QLineEdit)
    line.setText("")
    line.setModified(True)
    line.setText(typed)
    line.setModified(True)
    line.editingFinished.emit()
    assert document.scenario.base("kubuqi").channel_mw == 6000.0
    assert document.undo_name is not None
    assert document.undo_name.zh == "修改库布齐中北部 · 通道容量"
    assert line.text() == "600"
    document.undo()
    assert line.text() == "800"


def test_what_is_no_number_is_said_at_the_field_and_nothing_changes(
    qtbot: QtBot, form: ScenarioForm, document: Document
) -> None:
    form.show_section("bases.kubuqi")
    for words, said in (("lots", "不是数"), ("8 GWh", "单位"), ("-1", "过小")):
        type_into(qtbot, form, "bases.kubuqi.channel_mw", words)
        assert said in form._editors["bases.kubuqi.channel_mw"].complaint.text()
    assert not document.dirty


def test_a_refusal_of_the_checks_is_in_the_users_words(
    qtbot: QtBot, form: ScenarioForm, document: Document
) -> None:
    form.show_section("bases.kubuqi")
    type_into(qtbot, form, "bases.kubuqi.channel_mw", "9 GW")
    said = form._editors["bases.kubuqi.channel_mw"].complaint.text()
    assert said == "未采用: 库布齐中北部 · 通道容量: 900 万千瓦，应为不超过该通道的 800 万千瓦"
    type_into(qtbot, form, "bases.kubuqi.channel_mw", "7 GW")
    assert form._editors["bases.kubuqi.channel_mw"].complaint.text() == ""
    assert document.scenario.base("kubuqi").channel_mw == 7000.0


def test_choices_flags_and_lists_are_edited_too(form: ScenarioForm, document: Document) -> None:
    form.show_section("prices")
    rule = form._editors["prices.sale_rule"].editor
    assert isinstance(rule, QComboBox)
    rule.setCurrentIndex(2)
    rule.activated.emit(2)
    assert document.scenario.prices.sale_rule == "split"
    tariff = form._editors["prices.export_tariff"].editor
    assert isinstance(tariff, QCheckBox)
    tariff.click()
    assert document.scenario.prices.export_tariff is False
    form.show_section("claim")
    editor = form._editors["claim.sending_nodes"]
    before = document.scenario.claim.sending_nodes
    menu = editor.editor.menu()  # type: ignore[attr-defined]
    next(a for a in menu.actions() if a.text() == "西藏" or a.text().startswith("西藏")).trigger()
    assert document.scenario.claim.sending_nodes == tuple(n for n in before if n != "540000")


def test_search_finds_inputs_of_all_sections_in_both_languages(form: ScenarioForm) -> None:
    for words in ("碳价", "carbon price", "carbon_cny"):
        form._search.setText(words)
        assert "prices.carbon_cny_per_t" in form._editors
    form._search.setText("a")
    assert len(form._editors) == MOST_FOUND
    form.show_input("prices.discount_rate")
    assert form._search.text() == ""
    assert "prices.discount_rate" in form._editors


def test_a_base_is_removed_and_comes_back_with_undo(form: ScenarioForm, document: Document) -> None:
    form.show_section("bases.hami")
    assert form._remove.isEnabled()
    form._remove.click()
    assert "hami" not in {base.id for base in document.scenario.bases}
    document.undo()
    assert document.scenario.base("hami")
    form.show_section("prices")
    assert not form._remove.isEnabled()


def test_an_addition_can_be_fixed_for_a_grid(form: ScenarioForm, document: Document) -> None:
    form.show_section("fleet.wind")
    form._edit("fleet.wind.fixed_mw.630000", 3000.0)
    assert "fleet.wind.fixed_mw.630000" in form._editors
    assert document.scenario.fleet["wind"].fixed_mw == {"630000": 3000.0}


def test_language_units_and_theme_change_in_place(form: ScenarioForm) -> None:
    form.show_section("bases.kubuqi")
    form.set_language("en")
    form.set_units("si")
    form.set_dark(True)
    line = form._editors["bases.kubuqi.channel_mw"].editor
    assert isinstance(line, QLineEdit)
    assert line.text() == "8"
    assert form._title.text() == "Bases · Kubuqi mid-north"


@pytest.mark.parametrize("width", [300, 900])
def test_nothing_is_cut_off_in_a_narrow_dock(form: ScenarioForm, qtbot: QtBot, width: int) -> None:
    form.resize(width, 700)
    form.show_section("claim")
    qtbot.waitUntil(lambda: form._scroll.widget().width() == form._scroll.viewport().width())
    assert form._split.orientation() == (
        Qt.Orientation.Vertical if width < 400 else Qt.Orientation.Horizontal
    )
    for editor in form._editors.values():
        assert editor.geometry().right() <= form._scroll.viewport().width()


def test_a_hidden_form_waits_until_it_is_shown(qtbot: QtBot, document: Document) -> None:
    form = ScenarioForm(document)
    qtbot.addWidget(form)
    assert form._editors == {}
    document.apply(edits.set_field(document.workspace, CLAIM, "year", 2035))
    form.show()
    line = form._editors["year"].editor
    assert isinstance(line, QLineEdit)
    assert line.text() == "2035"


@pytest.fixture
def panel(qtbot: QtBot, document: Document) -> ScenarioPanel:
    made = ScenarioPanel(document, "zh")
    qtbot.addWidget(made)
    made.show()
    return made


def test_scenarios_are_copied_renamed_activated_and_deleted_from_the_list(
    panel: ScenarioPanel, document: Document, qtbot: QtBot
) -> None:
    start = document.workspace
    panel._buttons["duplicate"].click()
    assert [s.id for s in document.workspace.scenarios] == [CLAIM, COPY]
    assert panel.chosen() == COPY == document.workspace.active
    panel._buttons["rename"].click()
    panel._zh.setText("高碳价")
    panel._ok.click()
    assert document.workspace.scenario(COPY).name_zh == "高碳价"
    panel.choose(CLAIM)
    panel._buttons["activate"].click()
    assert document.workspace.active == CLAIM
    with qtbot.waitSignal(panel.compare_requested) as asked:
        panel._buttons["compare"].click()
    assert asked.args == [CLAIM, COPY]
    panel.choose(COPY)
    panel._buttons["delete"].click()
    assert document.workspace == start
    assert not panel._buttons["delete"].isEnabled()
    while document.undo_name is not None:
        document.undo()
    assert document.workspace is start


def test_an_empty_name_is_refused_in_place(panel: ScenarioPanel, document: Document) -> None:
    panel._buttons["rename"].click()
    panel._zh.setText("")
    panel._ok.click()
    assert panel._message.isVisible()
    assert not document.dirty


def test_the_list_says_what_is_computed_and_what_is_stale(panel: ScenarioPanel, document: Document) -> None:
    assert "未计算" in panel._list.item(0).text()
    document.set_result(CLAIM, StoredResult(make_summary(), document.scenario))
    assert "已计算" in panel._list.item(0).text()
    document.apply(edits.set_field(document.workspace, CLAIM, "prices.carbon_cny_per_t", 1.0))
    assert "已过期: 1 项输入已改" in panel._list.item(0).text()
    panel.set_language("en")
    assert "stale: 1 input(s) changed" in panel._list.item(0).text()


def test_two_scenarios_are_compared_copied_and_written(
    qtbot: QtBot, document: Document, tmp_path: Path
) -> None:
    panel = ComparePanel(document, "zh", "cn")
    qtbot.addWidget(panel)
    run = document.scenario
    document.set_result(CLAIM, StoredResult(make_summary(), run))
    document.apply(edits.duplicate_scenario(document.workspace, CLAIM))
    panel.show_pair(CLAIM, COPY)
    assert panel.pair() == (CLAIM, COPY)
    assert "尚未计算" in panel._note.text()
    name = document.workspace.scenario(COPY).name_zh
    assert panel._missing.text().startswith(f"情景“{name}”尚未计算")
    assert panel._results.currentWidget() is panel._missing
    assert panel._tabs.tabText(1) == "不同的结果 (未计算)"
    document.apply(edits.set_field(document.workspace, COPY, "prices.carbon_cny_per_t", 150.0))
    assert "价格 · 碳价,100,150,元/吨" in panel.csv_text()
    nation = make_summary().national.model_copy(update={"load_twh": 10_000.0})
    other = make_summary().model_copy(update={"national": nation})
    document.set_result(COPY, StoredResult(other, document.scenario))
    panel._tabs.setCurrentIndex(1)
    panel.set_units("si")
    panel.set_language("en")
    line = next(x for x in panel.csv_text().splitlines() if x.startswith("nation,nation,load,"))
    assert line.split(",")[4] == "10000"
    assert panel._results.currentWidget() is panel._tables[1]
    assert line.endswith(",TWh")
    panel.copy()
    assert "\t10000\t" in QGuiApplication.clipboard().text()
    panel.write_csv(tmp_path / "对比.csv")
    assert (tmp_path / "对比.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    panel.write_csv(tmp_path / "none" / "x.csv")
    assert "x.csv" in panel._note.text()
    document.apply(edits.remove_scenario(document.workspace, COPY))
    assert panel.pair() == (CLAIM, CLAIM)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_typed_where_undo_to_the_start_is_the_same_scenario(
    form: ScenarioForm, document: Document, data: st.DataObject
) -> None:
    document.new(load_scenario(CLAIM))
    QApplication.processEvents()  # what shows it follows, a panel a turn
    start = document.workspace
    for _ in range(8):
        fields = form_fields(document.scenario)
        field = data.draw(st.sampled_from(fields))
        form.show_input(field.path)
        line = form._editors[field.path].editor
        if isinstance(line, QLineEdit):
            line.setText(
                data.draw(st.sampled_from(["", "1", "0.5 GW", "800 万千瓦", "-3", "2031", "x", "50 %"]))
            )
            line.setModified(True)
            line.editingFinished.emit()
        elif isinstance(line, QComboBox):
            index = data.draw(st.integers(0, line.count() - 1))
            line.activated.emit(index)
        elif isinstance(line, QCheckBox):
            line.click()
        if data.draw(st.booleans()):
            document.undo()
    while document.undo_name is not None:
        document.undo()
    assert document.workspace is start
    assert document.scenario == load_scenario(CLAIM)
    assert not document.dirty
