"""A plant at a place in the window: what is set is what is computed, in both languages, and wrong input is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.panels.plant_fields import FIELDS, KINDS, PlantFields
from app.desktop.panels.plant_panel import PlantPanel
from app.desktop.texts import TEXTS
from resources.plant import parse_plant, plant_year


@pytest.fixture
def panel(qtbot: QtBot) -> PlantPanel:
    made = PlantPanel()
    qtbot.addWidget(made)
    made.set_place(109.8, 41.6)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_form_starts_with_is_a_plant(kind: str, qtbot: QtBot) -> None:
    fields = PlantFields(kind, lambda: "")  # type: ignore[arg-type]
    qtbot.addWidget(fields)
    plant = parse_plant({"name": "x", "lon_deg": 109.8, "lat_deg": 41.6, kind: fields.values()}, "made")
    assert getattr(plant, kind) is not None
    assert {f"plant.{field.key}" for field in FIELDS[kind]} <= set(TEXTS)  # type: ignore[index]


@pytest.mark.parametrize("kind", KINDS)
def test_the_window_answers_as_the_command_line(kind: str, panel: PlantPanel) -> None:
    if kind == "offshore":
        panel.set_place(121.9, 33.2)
    panel.kind.setCurrentIndex(KINDS.index(kind))  # type: ignore[arg-type]
    panel.run()
    assert panel.background.wait(60)
    assert panel.answer is not None
    lon, lat = float(panel.lon.text()), float(panel.lat.text())
    document = {"name": "x", "lon_deg": lon, "lat_deg": lat, kind: panel.fields[kind].values()}  # type: ignore[index]
    alone = plant_year(parse_plant(document, "made"))
    assert panel.answer.full_load_hours == pytest.approx(alone.full_load_hours)
    assert f"{alone.full_load_hours:,.0f} h" in panel.headline.text()
    assert panel.table.rowCount() == len(alone.figures)
    grid = panel.chart.grid()
    assert grid is not None
    assert sum(row[1] for row in grid.rows) == pytest.approx(alone.full_load_hours)


def test_another_setting_is_another_answer(panel: PlantPanel) -> None:
    panel.run()
    panel.background.wait(60)
    assert panel.answer is not None
    first = panel.answer.full_load_hours
    panel.fields["pv"].controls["mounting"].setCurrentIndex(0)  # type: ignore[attr-defined]
    panel.fields["pv"].controls["cleaning_every_days"].setValue(0)  # type: ignore[attr-defined]
    panel.run()
    panel.background.wait(60)
    assert panel.answer.full_load_hours < first


def test_words_change_with_the_language_and_values_stay(panel: PlantPanel) -> None:
    panel.run()
    panel.background.wait(60)
    zh = [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())]  # type: ignore[union-attr]
    panel.set_language("en")
    en = [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())]  # type: ignore[union-attr]
    assert all(a != b for a, b in zip(zh, en, strict=True))
    assert panel.compute.text() == "Compute"
    assert panel.kind.itemText(3) == "solar tower"


@pytest.mark.parametrize(
    ("lon", "lat", "said"), [("abc", "36", "lon"), ("", "", "lon"), ("104", "47", "中国"), ("20", "36", "73")]
)
def test_a_wrong_place_is_told_and_nothing_is_lost(
    panel: PlantPanel, qtbot: QtBot, lon: str, lat: str, said: str
) -> None:
    panel.run()
    panel.background.wait(60)
    before = panel.answer
    panel.lon.setText(lon)
    panel.lat.setText(lat)
    with qtbot.waitSignal(panel.failed, timeout=20_000) as caught:
        panel.run()
    assert said in caught.args[0]
    assert panel.answer is before
    assert panel.compute.isEnabled()


def test_hours_are_exported_where_the_user_says(panel: PlantPanel, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "逐时.csv"
    panel.choose_with(lambda: "", lambda: str(target))
    panel.run()
    panel.background.wait(60)
    with qtbot.waitSignal(panel.said, timeout=20_000):
        panel.save.click()
    assert len(target.read_text(encoding="utf-8").splitlines()) == 8761
    panel.choose_with(lambda: "", lambda: str(tmp_path / "gone" / "a.csv"))
    with qtbot.waitSignal(panel.failed, timeout=20_000):
        panel.save.click()
