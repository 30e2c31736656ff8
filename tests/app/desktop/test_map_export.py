"""The map in a file."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.export import MapExport, Sheet, SheetSize, write_sheet
from app.desktop.map.furniture import Furniture, MapSource
from app.desktop.start import make_application
from gis_layers.errors import InputError
from tests.app.desktop.test_map_canvas import Sheet as ColourLayer

Made = tuple[MapCanvas, Furniture]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def made(qtbot: QtBot, qapp: QApplication) -> Made:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    furniture = Furniture(canvas)
    furniture.language = "en"
    furniture.review_number = "GS(2024)0650"
    furniture.sources = [MapSource("Atlas of somewhere", "reference")]
    canvas.set_furniture(furniture)
    canvas.set_layers([ColourLayer("sheet", "#336699")])
    canvas.resize(800, 600)
    canvas.show()
    canvas.wait_painted()
    return canvas, furniture


def test_a_png_has_the_pixels_and_the_resolution_asked_for(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "地图 one.png"
    write_sheet(Sheet.of(*made, SheetSize(1600, 1200, 192.0, "A title")), path)
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (1600, 1200)
    assert picture.dotsPerMeterX() == pytest.approx(192 / 0.0254, abs=1)
    assert picture.pixelColor(800, 500).name() == "#336699"
    # Title and source line are on paper, not on the map.
    assert picture.pixelColor(8, 40).name() == "#ffffff"
    assert picture.pixelColor(1590, 1190).name() == "#ffffff"


def test_a_pdf_is_one_page_of_the_size_with_words_that_can_be_found(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "map.pdf"
    write_sheet(Sheet.of(*made, SheetSize(1920, 1440, 192.0, "Flows of the year"), "peak hour"), path)
    (page,) = pypdf.PdfReader(path).pages
    assert float(page.mediabox.width) == pytest.approx(720, abs=1)
    assert float(page.mediabox.height) == pytest.approx(540, abs=1)
    # Qt writes some blanks as tabs and gives no codes for the font's digits.
    words = "".join(page.extract_text().split())
    for expected in ("Flowsoftheyear", "Atlasofsomewhere", "Mapreviewno.", "peakhour", "reconstructed"):
        assert expected in words


def test_an_svg_says_title_and_review_number(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    write_sheet(Sheet.of(*made, SheetSize(960, 720, 96.0, "Flows")), path)
    written = path.read_text(encoding="utf-8")
    assert 'viewBox="0 0 960 720"' in written
    assert "Flows" in written
    assert "GS(2024)0650" in written


def test_the_sheet_shows_all_that_the_window_shows(made: Made) -> None:
    canvas, furniture = made
    for size in (SheetSize(2000, 600), SheetSize(700, 2000)):
        sheet = Sheet.of(canvas, furniture, size)
        assert sheet.viewport.covers(canvas.viewport)


def test_all_that_is_wrong_with_a_size_is_said_at_once(made: Made) -> None:
    with pytest.raises(InputError) as caught:
        Sheet.of(*made, SheetSize(10, 50_000, 5000.0))
    assert [p.field for p in caught.value.problems] == ["width", "height", "dpi"]
    with pytest.raises(InputError):
        Sheet.of(*made, SheetSize(20_000, 20_000))


def test_another_ending_is_refused_and_nothing_is_written(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_sheet(Sheet.of(*made, SheetSize(800, 600, 96.0)), tmp_path / "map.bmp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_a_folder_that_is_gone_is_said_in_words(made: Made, tmp_path: Path, ending: str) -> None:
    with pytest.raises(InputError):
        write_sheet(Sheet.of(*made, SheetSize(800, 600, 96.0)), tmp_path / "gone" / f"map.{ending}")


def test_an_export_in_the_background_leaves_only_the_file(made: Made, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "map.png"
    export = MapExport()
    with qtbot.waitSignal(export.finished, timeout=20_000) as signal:
        export.start(Sheet.of(*made, SheetSize(800, 600, 96.0)), path)
    assert signal.args == [str(path)]
    assert list(tmp_path.iterdir()) == [path]
    with qtbot.waitSignal(export.failed, timeout=20_000) as failed:
        export.start(Sheet.of(*made, SheetSize(800, 600, 96.0)), tmp_path / "map.gif")
    assert isinstance(failed.args[0], InputError)
