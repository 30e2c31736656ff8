"""Power curve and stations of discharge, picked from the library in the scenario's form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.desktop.document import Document
from app.desktop.panels.scenario_form import ScenarioForm
from app.desktop.texts import text
from planning import edits
from planning.scenario_toml import to_toml
from resources.choice import ResourceChoice, with_entry
from resources.library import DataRef, entries
from resources.plant_choice import WindChoice
from resources.sources.importing import import_source
from tests.resources.library_factory import flow_entry
from tests.resources.test_cascade_year import series


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    monkeypatch.setenv("ENERGYMAP_LIBRARY", str(folder))
    return folder


@pytest.fixture
def curve(library: Path, tmp_path: Path) -> DataRef:
    speeds = np.arange(3.0, 25.5, 0.5)
    rows = [f"{v:g},{min((v / 10.0) ** 3, 1.0) * 5000:.6f}" for v in speeds]
    path = tmp_path / "own-curve.csv"
    path.write_text("\n".join(["风速(m/s),功率(kW)", *rows]), encoding="utf-8")
    import_source([path], {"rotor_m": "171"}, library)
    return entries(library)[0][0].ref


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document()


def opened(qtbot: QtBot, document: Document, section: str, language: str = "en") -> ScenarioForm:
    form = ScenarioForm(document, "zh" if language == "zh" else "en")
    qtbot.addWidget(form)
    form.resize(420, 700)
    form.show()
    form.show_section(section)
    assert document.background.wait()
    return form


def items(form: ScenarioForm) -> list[str]:
    assert form._curve is not None
    return [form._curve.box.itemText(at) for at in range(form._curve.box.count())]


def test_a_curve_of_the_library_takes_the_place_of_the_machine(
    qtbot: QtBot, document: Document, curve: DataRef
) -> None:
    document.apply(
        edits.set_field(document.workspace, document.workspace.active, "plant.wind.machine", "class_1")
    )
    document.apply(edits.set_field(document.workspace, document.workspace.active, "plant.wind.hub_m", 100.0))
    form = opened(qtbot, document, "plant.wind")
    assert items(form) == [text("scenario.usual", "en"), curve.id]
    assert form._curve is not None
    form._curve.box.activated.emit(1)
    assert document.scenario.plant.wind == WindChoice(curve=curve, hub_m=100.0)
    assert f'id = "{curve.id}"' in to_toml(document.scenario)
    assert form._curve.box.currentText() == curve.id
    document.undo()
    assert document.scenario.plant.wind.machine == "class_1"
    assert document.background.wait()
    assert form._curve.box.currentIndex() == 0


def test_a_base_takes_a_curve_of_its_own_or_follows_its_scenario(
    qtbot: QtBot, document: Document, curve: DataRef
) -> None:
    form = opened(qtbot, document, "bases.kubuqi")
    assert items(form)[0] == text("scenario.as_scenario", "en")
    assert form._curve is not None
    form._curve.box.activated.emit(1)
    assert document.scenario.base("kubuqi").plant.wind.curve == curve
    assert document.scenario.plant.wind.curve is None
    form._curve.box.activated.emit(0)
    assert document.scenario.base("kubuqi").plant.wind.curve is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_curve_that_is_not_at_hand_is_named_and_said(
    qtbot: QtBot, document: Document, library: Path, language: str
) -> None:
    gone = DataRef(id="gone", sha256="0" * 64)
    document.apply(edits.set_curve(document.workspace, document.workspace.active, "plant.wind", gone))
    form = opened(qtbot, document, "plant.wind", language)
    assert form._curve is not None
    assert form._curve.box.currentText() == "gone"
    assert form._curve._complaint.text() == text("resource.missing", "zh" if language == "zh" else "en")
    assert "→" in form._curve._about.text()


def test_a_series_is_placed_at_the_station_the_user_names_and_goes_back(
    qtbot: QtBot, document: Document, library: Path
) -> None:
    near = flow_entry(library, "near", series())
    nowhere = flow_entry(library, "nowhere", series("Somewhere", place=None))
    choice = with_entry(with_entry(ResourceChoice(), near), nowhere)
    active = document.workspace.active
    document.apply(edits.set_resource(document.workspace, active, choice, edits.USE, "flows"))
    form = opened(qtbot, document, "resource")
    pick = form._stations
    assert pick is not None
    assert set(pick.boxes) == {"Tangnaihai", "Somewhere"}
    assert "Longyangxia" in pick.boxes["Tangnaihai"].currentText()
    assert pick.boxes["Somewhere"].currentText() == text("resource.station_none", "en")
    box = pick.boxes["Somewhere"]
    box.activated.emit(box.findText("Liujiaxia"))
    assert document.scenario.resource.flow_stations == {"Somewhere": "yellow-14"}
    assert document.background.wait()
    assert pick.boxes["Somewhere"].currentText() == "Liujiaxia"
    pick.boxes["Somewhere"].activated.emit(0)
    assert document.scenario.resource.flow_stations == {}
    # A word for a series whose data was taken out stands there until it is taken back.
    document.apply(edits.set_flow_station(document.workspace, active, "Gone", "yellow-04"))
    assert document.background.wait()
    assert pick.boxes["Gone"].currentText() == "Longyangxia"
