"""SVG files need no font of the reader: text is outlines, in its place, and still found as words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.desktop.charts.export import write_picture
from app.desktop.svg import outlined, svg_painter


def ink(image: QImage) -> np.ndarray:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return 255.0 - rows[:, : grey.width()].astype(np.float64)


def test_words_are_outlines_where_the_painter_wrote_them(qapp: QApplication, tmp_path: Path) -> None:
    path, size = tmp_path / "省间.svg", QSize(240, 60)
    raster = QImage(size, QImage.Format.Format_RGB32)
    raster.fill(QColor("white"))

    def paint(painter: QPainter) -> None:
        font = QFont(qapp.font())
        font.setPixelSize(28)
        painter.setFont(font)
        painter.setPen(QColor("black"))
        painter.drawText(QRectF(10, 5, 220, 50), Qt.AlignmentFlag.AlignLeft, "送端 <8 GW>")

    with svg_painter(path, size, "图 & 表") as painter:
        paint(painter)
    painter = QPainter(raster)
    paint(painter)
    painter.end()
    svg = path.read_text("utf-8")
    ET.fromstring(svg)  # well-formed, whatever was written
    assert "<text" not in svg
    assert "".join(re.findall('aria-label="([^"]*)"', svg)).replace(" ", "") == "送端&lt;8GW&gt;"
    again = QImage(size, QImage.Format.Format_RGB32)
    again.fill(QColor("white"))
    painter = QPainter(again)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(path)).render(painter, QRectF(0, 0, 240, 60))
    painter.end()
    want, got = ink(raster), ink(again)
    assert got.sum() == pytest.approx(want.sum(), rel=0.15)
    for axis in (0, 1):  # the same place, to a pixel and a half
        steps = np.arange(want.shape[1 - axis])
        centre = [float((steps * w.sum(axis=axis)).sum() / w.sum()) for w in (want, got)]
        assert centre[0] == pytest.approx(centre[1], abs=1.5)


def test_blank_text_leaves_nothing_and_other_elements_stay() -> None:
    svg = '<svg><rect x="0"/><text font-family="x" font-size="9" x="1" y="2" > </text></svg>'
    assert outlined(svg) == '<svg><rect x="0"/></svg>'


def test_a_widget_is_written_without_text_elements(qtbot: QtBot, tmp_path: Path) -> None:
    label = QLabel("弃风弃光率 6.1 %")
    qtbot.addWidget(label)
    label.resize(160, 30)
    write_picture(tmp_path / "a.svg", label)
    svg = (tmp_path / "a.svg").read_text("utf-8")
    assert "<text" not in svg
    assert "弃风弃光率" in svg
    assert QSvgRenderer(str(tmp_path / "a.svg")).isValid()


def test_a_folder_that_is_not_there_is_an_error(qapp: QApplication, tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="not written"),
        svg_painter(tmp_path / "no" / "a.svg", QSize(9, 9), "") as p,
    ):
        p.drawPoint(QPoint(1, 1))
