"""The import dialog, offscreen: reads files, shows them, asks what is left, hands over layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.importing.dialog import ImportDialog
from app.desktop.importing.drop import urls_accepted
from app.desktop.start import make_application
from app.desktop.texts import TEXTS
from gis_layers.importer.apply import ImportedLayer
from gis_layers.vector import write_layer

IMPORTER = Path(__file__).parents[3] / "gis_layers" / "importer"


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "数据 文件夹"
    made.mkdir()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[ImportDialog]:
    shown = ImportDialog("zh", folder / "imports")
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    qtbot.waitUntil(lambda: not shown.busy, timeout=20_000)


def write_tif(path: Path) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=40, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.1, 0.0, 100.0, 0.0, -0.1, 40.0),
    ) as out:  # fmt: skip
        out.write(np.linspace(3.0, 9.0, 2400, dtype=np.float32).reshape(40, 60), 1)
    return path


def write_csv(path: Path) -> Path:
    path.write_text(
        "名称,经度,纬度,MW\n溪洛渡,103.65,28.26,13860\n锦屏,101.63,28.19,3600\n", encoding="gb18030"
    )
    return path


def finish(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)


def test_every_code_of_the_importer_has_words() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in IMPORTER.glob("*.py"))
    codes = set(re.findall(r'Finding\(\s*"(\w+)"', source))
    codes |= {
        "crs_missing",
        "crs_unknown",
        "cgcs2000",
        "beijing54",
        "xian80",
        "shapes_missing",
        "shapes_invalid",
    }
    assert len(codes) > 15
    assert {f"import.finding.{code}" for code in codes} <= TEXTS.keys()
    questions = set(re.findall(r'Question\(\s*"(\w+)"', source)) | {"lon", "lat"}
    assert {f"import.ask.{name}" for name in questions} <= TEXTS.keys()


def test_several_files_are_read_shown_and_handed_over(
    dialog: ImportDialog, folder: Path, qtbot: QtBot
) -> None:
    taken: list[ImportedLayer] = []
    dialog.imported.connect(taken.append)
    dialog.add_files([write_tif(folder / "风速.tif"), write_csv(folder / "电站.csv")])
    assert dialog.busy
    finish(qtbot, dialog)
    assert [entry.open_questions for entry in dialog.entries] == [1, 0]
    assert dialog.layer_page.table.rowCount() > 5
    box = dialog.layer_page.form.boxes["unit"]
    box.setEditText("m/s")
    assert dialog.entries[0].open_questions == 0
    assert dialog._go.isEnabled()
    qtbot.mouseClick(dialog._go, Qt.MouseButton.LeftButton)
    finish(qtbot, dialog)
    by_kind = {layer.kind: layer for layer in taken}
    assert by_kind["raster"].unit == "m/s"
    assert by_kind["vector"].path.parent == folder / "imports"
    assert all(entry.done for entry in dialog.entries)
    assert not dialog._go.isEnabled()


def test_only_answered_layers_are_imported_and_unchecked_ones_are_left(
    dialog: ImportDialog, folder: Path, qtbot: QtBot
) -> None:
    path = folder / "多层.gpkg"
    points = shapely.points([(101.0, 35.0), (102.0, 36.0)])
    for name in ("甲", "乙"):
        write_layer(path, name, points, "Point", {"n": [1, 2]})
    dialog.add_files([path])
    finish(qtbot, dialog)
    assert [entry.layer.name for entry in dialog.entries if entry.layer] == ["甲", "乙"]
    dialog._list.item(1).setCheckState(Qt.CheckState.Unchecked)
    taken: list[ImportedLayer] = []
    dialog.imported.connect(taken.append)
    dialog.import_checked()
    finish(qtbot, dialog)
    assert [layer.layer for layer in taken] == ["甲"]


def test_a_bad_file_says_why_beside_good_ones(dialog: ImportDialog, folder: Path, qtbot: QtBot) -> None:
    (folder / "坏.tif").write_bytes(b"II*\x00broken")
    dialog.add_files([folder / "坏.tif", write_csv(folder / "好.csv")])
    finish(qtbot, dialog)
    assert dialog.entries[0].error is not None
    assert "坏.tif" in dialog.layer_page.notes.text()
    assert dialog.entries[1].importable


def test_language_switches_with_answers_kept(dialog: ImportDialog, folder: Path, qtbot: QtBot) -> None:
    dialog.add_files([write_tif(folder / "a.tif")])
    finish(qtbot, dialog)
    dialog.layer_page.form.boxes["unit"].setEditText("W/m2")
    dialog.set_language("en")
    assert dialog.windowTitle() == "Import data"
    assert dialog.layer_page.form.boxes["unit"].currentText() == "W/m2"
    dialog.set_dark(True)


def test_a_file_is_listed_once_and_can_be_removed_by_key(
    dialog: ImportDialog, folder: Path, qtbot: QtBot
) -> None:
    path = write_csv(folder / "a.csv")
    dialog.add_files([path, path])
    finish(qtbot, dialog)
    dialog.add_files([path])
    finish(qtbot, dialog)
    assert len(dialog.entries) == 1
    dialog._list.setFocus()
    qtbot.keyClick(dialog._list, Qt.Key.Key_Delete)
    assert dialog.entries == []


def test_closing_while_reading_does_no_harm(qtbot: QtBot, qapp: QApplication, folder: Path) -> None:
    path = write_tif(folder / "a.tif")
    shown = ImportDialog("en", folder)
    qtbot.addWidget(shown)
    shown.add_files([path])
    shown.close()
    finish(qtbot, shown)


def test_only_local_map_files_are_accepted_and_a_shapefile_once() -> None:
    mime = QMimeData()
    names = ("/d/a.shp", "/d/a.dbf", "/d/风 速.tif", "/d/letter.docx")
    mime.setUrls([*(QUrl.fromLocalFile(name) for name in names), QUrl("https://example.org/b.tif")])
    assert urls_accepted(mime) == (Path("/d/a.shp"), Path("/d/风 速.tif"))
    assert urls_accepted(QMimeData()) == ()


def test_a_record_whose_times_cannot_be_read_is_told_by_its_column(
    dialog: ImportDialog, folder: Path, qtbot: QtBot
) -> None:
    path = folder / "测风塔.csv"
    rows = "\n".join(f"第{number}次,7.{number % 10},20.1" for number in range(50))
    path.write_text(f"时间,80m风速(m/s),气温(℃)\n{rows}\n", encoding="utf-8")
    dialog.add_files([path])
    finish(qtbot, dialog)
    (entry,) = dialog.entries
    assert not entry.importable
    assert "不能作为资源数据读取" in dialog.layer_page.notes.text()
    assert "第0次" in dialog.layer_page.notes.text()
