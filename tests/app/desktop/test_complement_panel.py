"""Pinned places beside each other: the panel shows what the core computes, in both languages."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.desktop.charts.matrix import MatrixChart
from app.desktop.panels.complement_panel import ComplementPanel
from app.desktop.tools.pins import Pin
from resources.place_set import Member, set_report

PINS = (Pin("A", "格尔木", 94.9, 36.4), Pin("B", "张北", 114.7, 41.2))


@pytest.fixture
def panel(qtbot: QtBot) -> ComplementPanel:
    made = ComplementPanel()
    qtbot.addWidget(made)
    made.resize(1100, 260)
    made.show_pins(PINS)
    return made


def test_the_panel_tells_what_the_core_computes(panel: ComplementPanel) -> None:
    panel.run()
    assert panel.background.wait(60)
    assert panel.report is not None
    members = [
        Member(f"{p.letter} {p.name} {t}", p.lon_deg, p.lat_deg, t, 1.0)  # type: ignore[arg-type]
        for p in PINS
        for t in ("wind", "pv")
    ]
    alone = set_report(members)
    assert np.array_equal(panel.report.correlations.pearson, alone.correlations.pearson)
    grid = panel.matrix.grid()
    assert grid is not None
    assert grid.headers[1] == "A 格尔木 风"
    assert panel.table.rowCount() == 4
    panel.set_language("en")
    assert panel.matrix.grid().headers[1] == "A 格尔木 wind"  # type: ignore[union-attr]
    assert panel.table.horizontalHeaderItem(1).text() == "variation"


def test_one_technology_alone_is_half_the_series(panel: ComplementPanel) -> None:
    panel.technology.setCurrentIndex(1)
    panel.run()
    panel.background.wait(60)
    assert panel.table.rowCount() == 2


def test_without_pins_it_says_what_to_do(panel: ComplementPanel, qtbot: QtBot) -> None:
    panel.show_pins(())
    with qtbot.waitSignal(panel.failed) as caught:
        panel.run()
    assert "标记" in caught.args[0]


def test_a_place_abroad_is_told(panel: ComplementPanel, qtbot: QtBot) -> None:
    panel.show_pins((Pin("A", "x", 20.0, 40.0),))
    with qtbot.waitSignal(panel.failed, timeout=20_000) as caught:
        panel.run()
    assert "73" in caught.args[0]
    assert panel.compute.isEnabled()


def test_the_mouse_reads_a_pair(qtbot: QtBot) -> None:
    chart = MatrixChart("complement.matrix", "complement.empty")
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.show_matrix(("a", "b"), np.array([[1.0, -0.25], [-0.25, 1.0]]), "made")
    chart.view.pointed.emit(0, 1)
    assert "-0.250" in chart.readout.text()
    chart.view.pointed.emit(-1, -1)
    assert chart.readout.text() == ""
    chart.show_matrix((), np.zeros((0, 0)), "")
    assert chart.grid() is None
