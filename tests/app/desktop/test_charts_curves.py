"""Curves over hours: what limits them is named in the legend, where no curve can run through the words."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from app.desktop.charts.curves import Curve, CurveChart
from app.desktop.charts.look import Look

LIMITS = (("capacity", 4000.0), ("capacity, reverse", -4000.0))


@pytest.mark.parametrize("over_time", [True, False])
def test_limits_are_dashed_lines_with_their_names_and_values_in_the_legend(
    qtbot: QtBot, over_time: bool
) -> None:
    chart = CurveChart("charts.line_hours", over_time=over_time)
    qtbot.addWidget(chart)
    chart.set_look(Look("en", "si", False))
    flow = np.linspace(-4000.0, 4000.0, 8760)
    chart.show_curves([Curve("flow", "power sent", flow)], "power_mw", "line", "source", LIMITS)
    words = [item for item in chart.plot.getViewBox().allChildren() if isinstance(item, pg.TextItem)]
    assert words == []  # nothing is written over the curve
    said = chart.legend.accessibleDescription()
    assert "capacity 4.00" in said
    assert "capacity, reverse −4.00" in said
    assert [(e.name, e.dashed) for e in chart.legend._entries] == [
        ("power sent", False), ("capacity", True), ("capacity, reverse", True),
    ]  # fmt: skip
    high, low = (line.value() for line in chart._lines[1:])
    assert (high, low) == (4.0, -4.0)
