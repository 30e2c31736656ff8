"""The form's list of resource data: what is in use, what is at hand, and edits that can be undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desktop.control.serving import ServingData
from app.desktop.document import Document
from app.desktop.inspect import show_place
from app.desktop.main_window import MainWindow
from app.desktop.map.stack import resolve
from app.desktop.panels.inspector import Inspector, Line
from app.desktop.panels.resource_list import ResourceList
from app.desktop.panels.scenario_form import ScenarioForm
from app.desktop.state import WindowState
from app.desktop.texts import text
from planning import edits
from planning.project_file import read_workspace
from resources.choice import ResourceChoice, with_entry
from resources.library import DataRef, Entry, remove
from resources.resource_data import EMBEDDED
from tests.resources.library_factory import raster_entry

BOX = (100.0, 40.0, 101.0, 41.0)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    monkeypatch.setenv("ENERGYMAP_LIBRARY", str(folder))
    return folder


def wind(library: Path, name: str) -> Entry:
    return raster_entry(library, name, "wind_speed_ms", np.full((1, 30, 30), 8.0), BOX, height_m=100.0)


def opened(qtbot: QtBot, document: Document, language: str = "en") -> tuple[ScenarioForm, ResourceList]:
    form = ScenarioForm(document, "zh" if language == "zh" else "en")
    qtbot.addWidget(form)
    form.resize(400, 700)
    form.show()
    form.show_section("resource")
    assert document.background.wait()
    assert form._resource is not None
    return form, form._resource


def shown(listed: ResourceList) -> list[str]:
    heads = [listed.tree.topLevelItem(i) for i in range(listed.tree.topLevelItemCount())]
    return [head.child(n).text(0) for head in heads if head is not None for n in range(head.childCount())]


def pick(listed: ResourceList, head: int, child: int) -> None:
    top = listed.tree.topLevelItem(head)
    assert top is not None
    listed.tree.setCurrentItem(top.child(child))


def test_data_are_added_ordered_and_removed_by_edits_that_can_be_undone(qtbot: QtBot, library: Path) -> None:
    first, second = wind(library, "alpha"), wind(library, "beta")
    document = Document()
    form, listed = opened(qtbot, document)
    offered = [a for a in listed.menu.actions() if not a.isSeparator()]
    assert [a.text().split()[0] for a in offered] == ["alpha", "beta"]
    offered[1].trigger()
    assert document.scenario.resource.rasters == (second.ref,)
    next(a for a in form._resource.menu.actions() if a.text().startswith("alpha")).trigger()
    assert document.scenario.resource.rasters == (second.ref, first.ref)
    listed = form._resource
    pick(listed, 0, 1)
    listed.up.click()
    assert document.scenario.resource.rasters == (first.ref, second.ref)
    assert [words.split("\n")[0] for words in shown(listed)] == ["alpha", "beta"]
    name = document.undo_name
    assert name is not None
    assert (name.zh, name.en) == ("移动资源数据 alpha", "Move resource data alpha")
    pick(listed, 0, 0)
    assert not listed.up.isEnabled()
    listed.drop.click()
    assert document.scenario.resource.rasters == (second.ref,)
    for _ in range(4):
        document.undo()
    assert document.scenario.resource == ResourceChoice()
    assert shown(listed) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_at_hand_is_hatched_and_says_so(qtbot: QtBot, library: Path, language: str) -> None:
    gone, other = wind(library, "gone"), wind(library, "other")
    document = Document()
    choice = with_entry(ResourceChoice(), gone)
    choice = choice.model_copy(
        update={"rasters": (*choice.rasters, DataRef(id="other", sha256="0" * 64), wind(library, "good").ref)}
    )
    assert other.ref not in choice.rasters
    remove(gone)
    document.apply(
        edits.set_resource(document.workspace, document.workspace.active, choice, edits.USE, "gone")
    )
    _, listed = opened(qtbot, document, language)
    states = []
    head = listed.tree.topLevelItem(0)
    assert head is not None
    for number in range(3):
        item = head.child(number)
        hatched = item.background(0).style() == Qt.BrushStyle.BDiagPattern
        states.append((item.text(0).split("\n")[0], hatched))
        assert item.text(0).split("\n")[1]
    assert states == [("gone", True), ("other", True), ("good", False)]
    assert listed.words.text().startswith("2 ")


def test_an_empty_library_says_where_it_is_looked_for(qtbot: QtBot, library: Path) -> None:
    _, listed = opened(qtbot, Document())
    assert str(library) in listed.words.text()
    assert not listed.add.isEnabled()


def test_a_saved_project_keeps_the_choice_and_opens_without_the_data(
    qtbot: QtBot, library: Path, tmp_path: Path
) -> None:
    entry = wind(library, "alpha")
    document = Document()
    choice = with_entry(ResourceChoice(weather_year=2020, level="own"), entry)
    document.apply(
        edits.set_resource(document.workspace, document.workspace.active, choice, edits.USE, "alpha")
    )
    remove(entry)
    document.save_as(tmp_path / "plan.gpkg")
    assert document.background.wait()
    again = read_workspace(tmp_path / "plan.gpkg").workspace.scenario()
    assert again.resource == choice


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_inspector_shows_a_places_own_data_with_source_and_grade(
    qtbot: QtBot, library: Path, language: str
) -> None:
    state = WindowState("zh" if language == "zh" else "en")
    inspector = Inspector()
    qtbot.addWidget(inspector)
    document = Document()
    serving = ServingData(document)
    choice = with_entry(ResourceChoice(), wind(library, "survey"))
    document.apply(
        edits.set_resource(document.workspace, document.workspace.active, choice, edits.USE, "survey")
    )
    assert serving.opening
    assert serving.words(state.language)
    assert serving.background.wait()
    assert serving.words(state.language) == ""

    def line(lon: float, lat: float) -> Line:
        lines = []
        inspector.show_thing = lambda *given, **more: lines.extend([given, more])  # type: ignore[method-assign, assignment]
        show_place(inspector, state, lon, lat, (), serving.data, serving.words(state.language))
        named = text("charts.wind_100m", state.language)
        (found,) = [one for one in lines[0][1] if one.name == named]
        assert isinstance(found, Line)
        self_grade.append(lines[0][3])
        return found

    self_grade: list[str] = []
    inside, outside = line(100.5, 40.5), line(110.0, 35.0)
    assert inside.value.startswith("8.0")  # months of unequal length leave a hundredth
    assert "made for a test: survey" in inside.hint
    assert text("grade.measured", state.language) in inside.hint
    assert "survey" not in outside.hint
    assert "survey" in self_grade[0]
    assert "survey" not in self_grade[1]
    # The sun is still the atlas's: the place is of the worse grade.
    assert text("grade.reference", state.language) in self_grade[0]


def test_layers_of_the_atlas_say_that_the_scenario_has_other_data(
    window: MainWindow, qtbot: QtBot, library: Path
) -> None:
    document, stack = window.document, window.bench.stack

    def marked() -> set[str]:
        return {item.id for item in stack.items() if item.stands_in}

    assert not marked()
    choice = with_entry(ResourceChoice(), wind(library, "survey"))
    document.apply(
        edits.set_resource(document.workspace, document.workspace.active, choice, edits.USE, "survey")
    )
    # The yields cannot be the scenario's; which rasters it has is known once they are read.
    yields = {"pv_yield", "wind_cf", "wind_cf_area_mean", "complementarity"}
    assert marked() == yields
    qtbot.waitUntil(lambda: not window.results_control.serving.opening, timeout=20_000)
    assert marked() == yields | {"wind_speed_100m"}
    stack.set_visible("wind_speed_100m", True)
    for language, words in (
        ("zh", "内嵌图集, 非本情景数据"),
        ("en", "atlas, not the scenario's"),
    ):
        window.state.set_language("zh" if language == "zh" else "en")
        by_id = {entry.id: entry for entry in resolve(stack.items(), window.state.language)}
        assert words in by_id["wind_speed_100m"].short
        assert words in by_id["wind_speed_100m"].hint
        assert words not in by_id["ghi_monthly"].hint
        noted = [legend.note for legend in window.bench.furniture.legends if words in legend.note]
        assert len(noted) == sum(stack.item(i).visible for i in marked()) > 0
    document.undo()
    assert not marked()


def test_data_that_are_gone_leave_the_atlas_and_say_so(qtbot: QtBot, library: Path) -> None:
    document = Document()
    serving = ServingData(document)
    entry = wind(library, "survey")
    choice = with_entry(ResourceChoice(), entry)
    remove(entry)
    document.apply(
        edits.set_resource(document.workspace, document.workspace.active, choice, edits.USE, "survey")
    )
    assert serving.background.wait()
    assert serving.data is EMBEDDED
    assert serving.failed is not None
    assert "1" in serving.words("en")
    document.undo()
    assert serving.words("en") == ""
