"""The panels of pins and profiles, offscreen."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.background import Background
from app.desktop.panels.pins import PinPanel
from app.desktop.panels.profile_panel import ProfilePanel
from app.desktop.start import make_application
from app.desktop.tools.pin_table import ROWS
from app.desktop.tools.pins import Pin, PinList
from app.desktop.tools.profile_samples import ProfileSource, atlas_sources
from gis_layers.errors import EnergyMapError
from resources import atlas
from resources.resource_data import EMBEDDED, Origin

LINE = [(91.1, 29.7), (104.1, 30.7)]
WAIT_MS = 60_000


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def pins() -> tuple[Pin, ...]:
    made = PinList()
    made.add("青海", (94.9, 36.4))
    made.add("上海", (121.3, 31.1))
    return made.pins


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[PinPanel]:
    shown = PinPanel()
    qtbot.addWidget(shown)
    shown.resize(1300, 400)
    shown.show()
    yield shown
    shown.stop()


@pytest.fixture
def profile(qtbot: QtBot, qapp: QApplication) -> Iterator[ProfilePanel]:
    shown = ProfilePanel()
    qtbot.addWidget(shown)
    shown.resize(900, 300)
    shown.show()
    yield shown
    shown.stop()


def test_an_empty_panel_says_what_to_do(panel: PinPanel) -> None:
    assert "标记对比点" in panel.months._empty.text()
    assert not panel.remove.isEnabled()


def test_figures_and_both_charts_come_for_every_pin(
    panel: PinPanel, pins: tuple[Pin, ...], qtbot: QtBot
) -> None:
    panel.show_pins(pins)
    assert panel._status.text()
    qtbot.waitUntil(lambda: panel.idle, timeout=WAIT_MS)
    assert panel._status.text() == ""
    assert panel.table.columnCount() == 2
    cells = [[panel.table.item(r, c).text() for c in range(2)] for r in range(len(ROWS) + 2)]
    assert cells[0] == ["青海", "上海"]
    assert all("–" not in row for row in cells)
    months, hours = panel.months.grid(), panel.hours.grid()
    assert months is not None
    assert hours is not None
    assert (len(months.rows), len(hours.rows)) == (12, 24)
    panel.period.setCurrentIndex(1)
    panel.number.setValue(52)
    hours = panel.hours.grid()
    assert hours is not None
    assert len(hours.rows) == 168
    panel.period.setCurrentIndex(0)
    assert panel.number.value() == 12
    for choice in range(panel.monthly.count()):
        panel.monthly.setCurrentIndex(choice)
        assert panel.months.grid() is not None
    panel.set_language("en")
    panel.set_dark(True)
    panel.set_units("si")
    assert panel.table.verticalHeaderItem(1).text() == "Place"
    panel.copy.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].split("\t") == ["", "A", "B"]
    assert len(copied) == len(ROWS) + 3


def test_a_removed_pin_goes_and_comes_back_without_new_work(
    panel: PinPanel, pins: tuple[Pin, ...], qtbot: QtBot
) -> None:
    panel.show_pins(pins[:1])
    qtbot.waitUntil(lambda: panel.idle, timeout=WAIT_MS)
    panel.show_pins(())
    assert panel.table.columnCount() == 0
    assert panel.months.grid() is None
    panel.show_pins(pins[:1])
    assert panel.idle
    assert panel.hours.grid() is not None


def test_renaming_and_removing_are_asked_for_not_done(
    panel: PinPanel, pins: tuple[Pin, ...], qtbot: QtBot
) -> None:
    panel.show_pins(pins)
    with qtbot.waitSignal(panel.renamed) as renamed:
        panel.table.item(0, 1).setText("崇明")
    assert renamed.args == ["B", "崇明"]
    panel.table.item(0, 0).setText("  ")
    assert panel.table.item(0, 0).text() == "青海"  # an empty name is put back
    panel.table.setCurrentCell(2, 0)
    with qtbot.waitSignal(panel.removed) as removed:
        qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert removed.args == ["A"]
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.table.horizontalHeader().sectionDoubleClicked.emit(1)
    assert chosen.args == pytest.approx([121.3, 31.1])
    qtbot.waitUntil(lambda: panel.idle, timeout=WAIT_MS)


def test_a_place_that_cannot_be_computed_is_said_and_hides_nothing_else(
    panel: PinPanel, pins: tuple[Pin, ...], qtbot: QtBot
) -> None:
    said: list[str] = []
    panel.message.connect(said.append)
    beyond = Pin(letter="C", name="欧洲", lon_deg=10.0, lat_deg=50.0)
    panel.show_pins(pins[:1])
    qtbot.waitUntil(lambda: panel.idle, timeout=WAIT_MS)
    panel.show_pins([*pins[:1], beyond])
    qtbot.waitUntil(lambda: panel.idle, timeout=WAIT_MS)
    assert said
    assert panel.table.item(2, 1).text() == "–"
    assert panel.table.item(2, 0).text() != "–"


def test_the_panel_stacks_where_it_is_narrow(panel: PinPanel) -> None:
    assert panel.splitter.orientation() == Qt.Orientation.Horizontal
    panel.resize(600, 800)
    QApplication.processEvents()
    assert panel.splitter.orientation() == Qt.Orientation.Vertical


def test_a_profile_is_drawn_switched_copied_and_exported(
    profile: ProfilePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    profile.set_sources(atlas_sources())
    assert profile.grid() is None
    profile.show_line(LINE)
    qtbot.waitUntil(lambda: profile.idle, timeout=WAIT_MS)
    grid = profile.grid()
    assert grid is not None
    assert grid.headers[-1] == "海拔 [m]"
    profile.choice.setCurrentIndex(1)
    qtbot.waitUntil(lambda: profile.idle, timeout=WAIT_MS)
    profile.set_language("en")
    grid = profile.grid()
    assert grid is not None
    assert grid.headers[-1] == "GHI of the year [kWh/m²]"
    assert profile.choice.currentIndex() == 1
    profile.copy_values.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(grid.rows) + 1
    profile.save(tmp_path / "剖面.csv")
    assert "GHI of the year [kWh/m²]" in (tmp_path / "剖面.csv").read_text("utf-8-sig")
    profile.show_line([])
    assert profile.grid() is None


def test_pointing_into_the_profile_tells_the_value_and_the_place(profile: ProfilePanel, qtbot: QtBot) -> None:
    profile.set_sources(atlas_sources())
    profile.show_line(LINE)
    qtbot.waitUntil(lambda: profile.idle, timeout=WAIT_MS)
    with qtbot.waitSignal(profile.pointed) as pointed:
        profile.point_at(0.0)
    assert pointed.args is not None
    assert pointed.args[0] == pytest.approx(LINE[0])
    assert " m" in profile.readout.text()


def test_only_the_last_line_is_answered(profile: ProfilePanel, qtbot: QtBot) -> None:
    latitude = ProfileSource("lat", "纬度", "latitude", "°", lambda lon, lat: lat)
    profile.set_sources([latitude])
    for end in (31.0, 32.0, 33.0):
        profile.show_line([(91.0, 30.0), (91.0, end)])
    qtbot.waitUntil(lambda: profile.idle, timeout=WAIT_MS)
    grid = profile.grid()
    assert grid is not None
    assert grid.rows[-1][-1] == 33.0


def test_a_layer_that_fails_or_has_no_values_is_said(profile: ProfilePanel, qtbot: QtBot) -> None:
    def broken(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        raise EnergyMapError("atlas_layer_missing", layer="x", path="y")

    empty = ProfileSource("none", "空", "none", "m", lambda lon, lat: np.full(lon.shape, np.nan))
    profile.set_sources([ProfileSource("broken", "坏", "broken", "m", broken), empty])
    with qtbot.waitSignal(profile.failed, timeout=WAIT_MS) as failed:
        profile.show_line(LINE)
    assert failed.args is not None
    assert "剖面失败" in failed.args[0]
    profile.choice.setCurrentIndex(1)
    qtbot.waitUntil(lambda: profile.idle, timeout=WAIT_MS)
    assert profile._empty.text() == "沿线没有数值"


def test_an_answer_after_the_asker_is_gone_harms_nobody(qtbot: QtBot, qapp: QApplication) -> None:
    import threading

    gate = threading.Event()
    asker = Background()
    got: list[object] = []
    asker.run(gate.wait, got.append, got.append, key="slow")
    asker.run(lambda: 1, got.append, got.append, key="slow")  # asked once only
    assert asker.busy
    gate.set()
    asker.stop()
    assert not asker.busy
    QApplication.processEvents()
    assert not got


def test_every_failure_beside_the_window_is_an_answer_the_window_has_words_for(
    qtbot: QtBot, qapp: QApplication
) -> None:
    asker = Background()
    failures: list[EnergyMapError] = []

    def fail(error: Exception) -> object:
        raise error

    for error in (ValueError("x"), MemoryError(), EnergyMapError("atlas_layer_missing", layer="x", path="y")):
        asker.run(lambda error=error: fail(error), lambda _: None, failures.append)  # type: ignore[misc]
    with qtbot.waitSignal(asker.idle, timeout=WAIT_MS):
        pass
    assert [error.code for error in failures] == ["system_error", "memory_full", "atlas_layer_missing"]
    assert failures[0].params["what"] == "ValueError: x"
    asker.stop()


def test_files_that_were_asked_for_are_written_though_the_asker_goes(
    qtbot: QtBot, qapp: QApplication
) -> None:
    import threading

    import shiboken6

    gate, second = threading.Event(), threading.Event()
    asker = Background(finish=True)
    asker.run(lambda: gate.wait(10), lambda _: None, lambda _: None)
    asker.run(second.set, lambda _: None, lambda _: None)
    worker = asker._worker
    shiboken6.delete(asker)
    gate.set()
    worker.join()
    assert second.is_set()
    assert worker._thread is not None
    assert not worker._thread.is_alive()


def test_work_that_has_not_begun_is_dropped_when_the_asker_goes(qtbot: QtBot, qapp: QApplication) -> None:
    import threading

    import shiboken6

    begun, gate, second = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        gate.wait(10)

    asker = Background()
    worker = asker._worker
    asker.run(first, lambda _: None, lambda _: None)
    asker.run(second.set, lambda _: None, lambda _: None)
    assert begun.wait(10)
    shiboken6.delete(asker)
    gate.set()
    worker.join()
    QApplication.processEvents()
    assert not second.is_set()
    assert worker._thread is not None
    assert not worker._thread.is_alive()


def test_a_program_that_ends_while_hours_are_computed_ends_well() -> None:
    import subprocess
    import sys

    script = """
import dataclasses
import time
from PySide6.QtCore import QCoreApplication
from app.desktop.background import Background
application = QCoreApplication([])
asker = Background()
for key in range(50):
    asker.run(lambda: sum(i * i for i in range(2_000_000)), print, print, key=key)
time.sleep(0.3)
"""
    begin = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert time.perf_counter() - begin < 60


def test_pins_follow_the_data_of_the_scenario_and_drop_what_came_from_others(
    qtbot: QtBot, qapp: QApplication
) -> None:
    panel = PinPanel()
    qtbot.addWidget(panel)
    pin = Pin(letter="A", name="格尔木", lon_deg=94.9, lat_deg=36.4)
    panel.show_pins([pin])
    speed = atlas.read("wind_speed_100m")
    doubled = dataclasses.replace(speed, values=speed.values * 2)
    origin = Origin(("wind_speed_100m",), "my-wind", "a mast", "CC0", "user", "2021")
    there = np.ones(speed.values.shape[-2:], dtype=np.bool_)
    data = dataclasses.replace(
        EMBEDDED,
        layers={**EMBEDDED.layers, "wind_speed_100m": doubled},
        origins=(origin,),
        where={"wind_speed_100m": (("my-wind", there),)},
    )
    panel.set_data(data)  # while the atlas's figures are still on their way
    qtbot.waitUntil(lambda: panel.idle and pin.place in panel._years, timeout=30_000)
    assert "my-wind" in panel.months.source_label.text() or "my-wind" in panel.hours.source_label.text()
    panel.set_data(data, lambda language: "not at hand")
    assert "not at hand" in panel.hours.source_label.text()
    panel.set_data(EMBEDDED)
    qtbot.waitUntil(lambda: panel.idle and pin.place in panel._years, timeout=30_000)
    assert "my-wind" not in panel.hours.source_label.text()
    panel.stop()
