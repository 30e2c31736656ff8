"""Data for the library: read and asked about in the dialog, brought in by the worker process, listed and used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desktop.control import library as control
from app.desktop.control.library_commands import Cost, Fetch, cost_of, download, import_source
from app.desktop.importing.dialog import ImportDialog
from app.desktop.importing.entries import Entry
from app.desktop.main_window import MainWindow
from gis_layers.grid import CLIMATE
from gis_layers.raster import WINDOW_BOUNDS
from resources import atlas
from resources.library import entries
from resources.sources.house import open_weather
from resources.weather import generate
from tests.app.desktop.conftest import Answers
from tests.resources.library_factory import raster_entry, weather_entry
from tests.resources.sources_made import hours_of, made
from tests.resources.test_sources_gridded import era5, save
from tests.resources.test_sources_places import mast

TOLD = {"lon_deg": "94.9", "lat_deg": "36.4", "utc_offset_h": "8"}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ERA5 year, the same with a wrong unit and cut off, and a mast; small."""
    folder = tmp_path_factory.mktemp("数据 sources")
    year: xarray.Dataset = era5(hours_of("2021-01-01T00", "2021-12-31T23"))
    save(year, folder / "era5.nc")
    year["t2m"].attrs["units"] = "degC"
    save(year, folder / "unit.nc")
    (folder / "cut.nc").write_bytes((folder / "era5.nc").read_bytes()[:200_000])
    mast(folder / "测风塔.csv", made(hours_of("2020-12-31T16", "2021-12-31T15")), step=60)
    return folder


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[ImportDialog]:
    window.imports.on_import()
    shown = window.imports.dialog
    assert shown is not None
    yield shown
    qtbot.waitUntil(lambda: not shown.busy, timeout=30_000)
    shown.close()


def read(qtbot: QtBot, dialog: ImportDialog, *paths: Path) -> None:
    dialog.add_files(paths)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=60_000)


def at_rest(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.library.busy, timeout=120_000)


def lines(dialog: ImportDialog) -> str:
    return "\n".join(dialog._list.item(row).text() for row in range(dialog._list.count()))


def tell(qtbot: QtBot, dialog: ImportDialog, entry: Entry) -> None:
    for name, value in TOLD.items():
        box = dialog.source_page.form
        if name in box.lines:
            box.lines[name].setText(value)
        else:
            box.boxes[name].setEditText(value)
    qtbot.waitUntil(lambda: not dialog.busy and not entry.checking, timeout=30_000)


def test_a_mast_is_mapped_answered_and_comes_into_the_library_with_a_pin(
    window: MainWindow, dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    read(qtbot, dialog, files / "测风塔.csv")
    (entry,) = dialog.entries
    assert (entry.purpose, entry.importable, entry.open_questions) == ("library", False, 3)
    page = dialog.source_page
    assert dialog._pages.currentWidget() is page
    assert page.columns.boxes["总辐射(W/m2)"].currentData() == "ghi_w_per_m2"
    assert page.columns.boxes["80m风向"].currentData() == ""
    tell(qtbot, dialog, entry)
    assert entry.importable, lines(dialog)
    assert entry.source is not None
    assert entry.source.report.places[0].lon_deg == 94.9
    qtbot.mouseClick(dialog._go, Qt.MouseButton.LeftButton)
    assert "等待入库" in lines(dialog) or "正在入库" in lines(dialog)
    at_rest(qtbot, window)
    assert entry.done, entry.said
    (held,) = window.library.held
    assert (held.id, held.kind, held.years, held.places) == ("测风塔", "hourly-place", (2021,), 1)
    assert [pin.name for pin in window.bench.toolbox.pins.pins] == ["测风塔"]
    assert "已入库" in window.statusBar().currentMessage()
    row = [window.library_panel.table.item(0, column).text() for column in range(8)]
    assert row[1:5] == ["单点逐时数据", "2021", "94.900°E 36.400°N", "实测"]
    # The same files once more are told, and wait for a word.
    dialog._remove_current()
    read(qtbot, dialog, files / "测风塔.csv")
    (again,) = dialog.entries
    assert again.source is not None
    assert again.source.twin == "测风塔"
    assert "测风塔" in page.boxes["twin"].accessibleName()
    tell(qtbot, dialog, again)
    assert not again.importable
    page.boxes["twin"].click()
    assert again.importable


def test_a_wrong_column_or_place_is_told_while_it_is_typed(
    dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    read(qtbot, dialog, files / "测风塔.csv")
    (entry,) = dialog.entries
    tell(qtbot, dialog, entry)
    dialog.source_page.form.lines["lon_deg"].setText("9.49")
    qtbot.waitUntil(lambda: not dialog.busy and not entry.checking, timeout=30_000)
    assert not entry.importable
    assert "9.49" in dialog.source_page.fatal.text()
    dialog.source_page.form.lines["lon_deg"].setText("94.9")
    qtbot.waitUntil(lambda: not dialog.busy and not entry.checking, timeout=30_000)
    assert entry.importable


def test_a_wrong_unit_needs_consent_and_a_cut_file_is_named(
    dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    read(qtbot, dialog, files / "unit.nc", files / "cut.nc")
    unit, cut = sorted(dialog.entries, key=lambda entry: entry.path.name, reverse=True)
    assert cut.error is not None
    assert "cut off" in str(cut.error)
    assert not cut.importable
    dialog._list.setCurrentRow(dialog.entries.index(unit))
    assert not unit.importable
    assert "单位" in dialog.source_page.boxes["unit_wrong"].accessibleName()
    dialog.source_page.boxes["unit_wrong"].click()
    assert unit.importable
    assert unit.order_of().answers == {"fix:unit_wrong": "yes"}
    assert "--agree" in import_source(unit.order_of(), Path("library"))
    dialog.set_language("en")
    assert "declared unit" in dialog.source_page.boxes["unit_wrong"].accessibleName()
    assert dialog.source_page.boxes["unit_wrong"].isChecked()


def test_months_of_a_reanalysis_are_one_source_and_can_be_read_one_by_one(
    dialog: ImportDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    halves = (("2021-01-01T00", "2021-06-30T23"), ("2021-07-01T00", "2021-12-31T23"))
    paths = [
        save(era5(hours_of(*half), names=("t2m", "ssrd")), tmp_path / f"{number}.nc")
        for number, half in enumerate(halves)
    ]
    read(qtbot, dialog, *paths)
    (entry,) = dialog.entries
    assert entry.paths == tuple(paths)
    assert entry.source is not None
    assert entry.source.report.period is not None
    assert entry.source.report.period.years == (2021,)
    dialog._split_current()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=60_000)
    assert [one.paths for one in dialog.entries] == [(path,) for path in paths]


def test_a_raster_of_wind_may_be_data_or_a_picture(
    dialog: ImportDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    import rasterio

    path = tmp_path / "wind_speed_100m.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=40, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.1, 0.0, 100.0, 0.0, -0.1, 40.0),
    ) as out:  # fmt: skip
        out.write(np.linspace(3.0, 9.0, 2400, dtype=np.float32).reshape(40, 60), 1)
    read(qtbot, dialog, path)
    (entry,) = dialog.entries
    assert entry.choice
    for purpose, page in (("library", dialog.source_page), ("layer", dialog.layer_page)):
        dialog._purposes[purpose].click()  # type: ignore[index]
        assert entry.purpose == purpose
        assert dialog._pages.currentWidget() is page


def test_a_worker_that_dies_leaves_nothing_and_says_so(
    window: MainWindow, dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    read(qtbot, dialog, files / "era5.nc")
    (entry,) = dialog.entries
    dialog.import_checked()
    qtbot.waitUntil(lambda: entry.progress is not None and entry.progress[0] > 0.05, timeout=60_000)
    task = window.library.tasks.now
    assert task is not None
    assert task.job is not None
    os.kill(task.job.pid, 9)
    at_rest(qtbot, window)
    assert "工作进程中断" in entry.said
    assert not entry.done
    assert list(window.library.folder().iterdir()) == []
    assert entry.importable  # and can be tried again


@pytest.mark.slow
def test_an_import_is_cancelled_and_one_that_waits_is_taken_back(
    window: MainWindow, dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    read(qtbot, dialog, files / "era5.nc")
    read(qtbot, dialog, files / "测风塔.csv")
    dialog._list.setCurrentRow(1)
    tell(qtbot, dialog, dialog.entries[1])
    dialog.import_checked()
    first, second = dialog.entries
    dialog._stop_current()
    assert "已取消" in second.said
    assert not second.busy
    qtbot.waitUntil(lambda: first.progress is not None and first.progress[0] > 0.05, timeout=60_000)
    dialog._list.setCurrentRow(0)
    qtbot.mouseClick(dialog._stop, Qt.MouseButton.LeftButton)
    at_rest(qtbot, window)
    assert "已取消" in first.said
    assert not [path for path in window.library.folder().iterdir() if path.name != "tmp"]


def test_a_library_that_cannot_be_written_is_named(
    window: MainWindow, dialog: ImportDialog, files: Path, qtbot: QtBot
) -> None:
    window.library.folder().parent.mkdir(parents=True, exist_ok=True)
    window.library.folder().write_text("a file stands where the folder should be", encoding="utf-8")
    read(qtbot, dialog, files / "era5.nc")
    dialog.import_checked()
    at_rest(qtbot, window)
    (entry,) = dialog.entries
    assert not entry.done
    assert str(window.library.folder()) in entry.said
    assert dialog._said.text().endswith(entry.said)


@pytest.fixture
def stocked(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A library of a raster and of hours at a place."""
    folder = window.library.folder()
    folder.mkdir(parents=True)
    values = np.full((1, *CLIMATE.shape), 7.5)
    raster_entry(folder, "gwa", "wind_speed_ms", values, WINDOW_BOUNDS, height_m=100.0)
    weather_entry(folder, "格尔木", generate(atlas.climate_at([94.9], [36.4]), 7), "hourly-place")
    window.library.on_library()
    at_rest(qtbot, window)
    return window


def choose(window: MainWindow, identity: str) -> None:
    window.library_panel.choose(identity)
    assert [held.id for held in window.library_panel.chosen] == [identity]


def test_entries_are_listed_with_details_and_used_by_the_active_scenario(
    stocked: MainWindow, qtbot: QtBot
) -> None:
    panel = stocked.library_panel
    choose(stocked, "gwa")
    assert "made for a test: gwa" in panel._details.text()
    before = stocked.document.scenario.resource
    panel.buttons["use"].click()
    assert [ref.id for ref in stocked.document.scenario.resource.rasters] == ["gwa"]
    row = next(r for r in range(panel.table.rowCount()) if panel.table.item(r, 0).text() == "gwa")
    assert panel.table.item(row, 6).text() == stocked.document.scenario.name_zh
    assert panel.buttons["use"].text() == "当前情景不再使用"
    stocked.document.undo()
    assert stocked.document.scenario.resource == before
    stocked.state.set_language("en")
    assert panel.table.horizontalHeaderItem(6).text() == "Used by"


def test_an_imported_raster_is_a_layer_with_its_grade_and_source(stocked: MainWindow, qtbot: QtBot) -> None:
    choose(stocked, "gwa")
    stocked.library_panel.buttons["show"].click()
    (layer,) = stocked.document.workspace.user_layers
    item = stocked.bench.stack.item(f"user.{layer.id}")
    assert (item.grade, item.source, item.unit) == ("measured", "made for a test: gwa · none", "m/s")
    stocked.library_panel.buttons["show"].click()
    assert len(stocked.document.workspace.user_layers) == 1
    stocked.results_control.identify(100.0, 36.0, 1000.0)
    assert "7.5 m/s" in stocked.inspector._body.text()
    hint = next(line.hint for line in stocked.inspector._lines if line.value == "7.5 m/s")
    assert hint == "made for a test: gwa · none\n等级: 实测"


def test_removing_asks_by_name_and_takes_the_layer_along(stocked: MainWindow, qtbot: QtBot) -> None:
    panel = stocked.library_panel
    choose(stocked, "gwa")
    panel.buttons["show"].click()
    panel.buttons["use"].click()
    panel.buttons["remove"].click()
    assert "gwa" in panel._sentence.text()
    assert stocked.document.scenario.name_zh in panel._sentence.text()
    panel._keep.click()
    assert len(entries(stocked.library.folder())[0]) == 2
    panel.buttons["remove"].click()
    panel._yes.click()
    at_rest(qtbot, stocked)
    assert [held.id for held in stocked.library.held] == ["格尔木"]
    assert not stocked.document.workspace.user_layers


@pytest.mark.slow
def test_entries_are_verified_packed_and_unpacked_in_the_worker(
    stocked: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = stocked.library_panel
    choose(stocked, "格尔木")
    panel.buttons["verify"].click()
    at_rest(qtbot, stocked)
    assert panel._message.text() == "“格尔木”完好, 与导入时一致"
    answers.file = str(tmp_path / "数据 包.energypack")
    panel.buttons["pack"].click()
    at_rest(qtbot, stocked)
    assert Path(answers.file).is_file()
    stocked.library.remove("格尔木")
    at_rest(qtbot, stocked)
    panel.buttons["unpack"].click()
    at_rest(qtbot, stocked)
    assert {held.id for held in stocked.library.held} == {"gwa", "格尔木"}
    (held,) = [one for one in stocked.library.held if one.id == "格尔木"]
    with held.entry.data.open("r+b") as handle:
        handle.seek(2000)
        handle.write(b"\x00\x01\x02\x03")
    choose(stocked, "格尔木")
    panel.buttons["verify"].click()
    at_rest(qtbot, stocked)
    assert "sha256" in panel._message.text()


def test_a_download_shows_its_size_first_and_ends_in_the_import_dialog(
    window: MainWindow, files: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.bench.toolbox.add_pin(94.9, 36.4)
    asked: list[Fetch] = []

    def cost(fetch: Fetch) -> Cost:
        asked.append(fetch)
        return Cost(1_400_000, "estimated", 1, Path("downloads"))

    monkeypatch.setattr(control.commands, "cost_of", cost)
    window.library.on_download()
    box = window.library._download
    assert box is not None
    assert not box.go.isEnabled()
    box.proxy.setText("http://proxy:8080")
    box.ask.click()
    qtbot.waitUntil(lambda: box.go.isEnabled(), timeout=10_000)
    assert "1.4 MB" in box.said.text()
    assert (asked[0].lon_deg, asked[0].lat_deg, asked[0].proxy) == (94.9, 36.4, "http://proxy:8080")
    box.first.setValue(2019)
    assert not box.go.isEnabled()  # another question, another size
    box.ask.click()
    qtbot.waitUntil(lambda: box.go.isEnabled(), timeout=10_000)
    ran: list[list[str]] = []

    def run(title: str, arguments: list[str], then: object, *rest: object) -> None:
        ran.append(list(arguments))
        then({"files": [{"path": str(files / "测风塔.csv")}]})  # type: ignore[operator]

    monkeypatch.setattr(window.library, "_run", run)
    box.go.click()
    assert ran == [download(asked[1])]
    assert "--yes" in ran[0]
    assert window.imports.dialog is not None
    qtbot.waitUntil(lambda: not window.imports.dialog.busy, timeout=30_000)  # type: ignore[union-attr]
    assert [entry.path.name for entry in window.imports.dialog.entries] == ["测风塔.csv"]
    window.imports.dialog.close()


def test_an_address_nobody_answers_is_told_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.library.on_download()
    box = window.library._download
    assert box is not None
    box.service.setCurrentIndex(box.service.count() - 1)
    box.address.setText("ftp://example.org/a.nc")
    box.ask.click()
    qtbot.waitUntil(lambda: "ftp" in box.said.text(), timeout=10_000)
    assert not box.go.isEnabled()
    box.close()


def test_the_cost_of_an_answer_a_service_makes_is_estimated_without_the_network() -> None:
    cost = cost_of(Fetch("nasa_power", "x", 94.9, 36.4, (2020, 2020)))
    assert (cost.known, cost.files) == ("estimated", 1)
    assert cost.size_bytes is not None
    assert 0.5e6 < cost.size_bytes < 5e6


def test_a_pin_on_an_imported_station_shows_its_own_months_and_hours(
    stocked: MainWindow, qtbot: QtBot
) -> None:
    choose(stocked, "格尔木")
    stocked.library_panel.buttons["show"].click()
    (pin,) = stocked.bench.toolbox.pins.pins
    assert (pin.name, pin.lon_deg, pin.lat_deg) == ("格尔木", 94.9, 36.4)
    qtbot.waitUntil(lambda: stocked.pins.idle, timeout=60_000)
    (held,) = [one for one in stocked.library.held if one.id == "格尔木"]
    weather = next(open_weather(held.entry.data).blocks(2021))
    months, year = stocked.pins._months[pin.place], stocked.pins._years[pin.place]
    assert months.ghi_year_kwh_per_m2 == pytest.approx(weather.ghi_w_per_m2.sum() / 1e3, rel=1e-4)
    assert months.wind_speed_ms[0] == pytest.approx(weather.wind_speed_ms[0, :744].mean(), rel=1e-5)
    assert year.pv.shape == (8760,)
    assert "导入数据“格尔木” 2021 (实测" in stocked.pins._source()
    stocked.library.remove("格尔木")
    at_rest(qtbot, stocked)
    qtbot.waitUntil(lambda: stocked.pins.idle, timeout=60_000)
    assert "导入数据" not in stocked.pins._source()
    assert stocked.pins._months[pin.place] is not months
