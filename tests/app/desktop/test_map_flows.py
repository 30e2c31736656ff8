"""Flows of an hour on the map."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.desktop.map.flows import WIDTH_PX_PER_GW, FlowOverlay, flow_of, geodesic
from app.desktop.map.legends import PAD_PX, WIDTH_PX, KeyLegend, RampLegend
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from app.desktop.state import UnitSystem
from app.messages import Language
from planning.hourly import HourlyResult
from planning.results import CorridorResult
from tests.planning.summary_factory import make_summary

ALBERS = Projection("albers")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def corridors() -> list[CorridorResult]:
    return [c for c in make_summary().corridors.values() if c.kind == "dc"][:3]


def hours(corridors: list[CorridorResult]) -> HourlyResult:
    """Forward at half the capacity in hour 0, backward at full capacity in hour 1, nothing in hour 2."""
    flow = np.zeros((len(corridors), 8760), np.float32)
    capacity = np.array([c.capacity_mw for c in corridors])
    flow[:, 0], flow[:, 1] = capacity / 2, -capacity
    green = np.full(flow.shape, 0.25, np.float32)
    none = np.zeros((1, 8760), np.float32)
    ids = tuple(c.id for c in corridors)
    ends = (0,) * len(ids)
    return HourlyResult(("n",), (1,), (), ids, ends, ends, {}, none, none, none, none, flow, green)


def view() -> Viewport:
    return Viewport(0, 0, 1, 900, 700).fitted(*ALBERS.bounds(73, 18, 135, 54))


def painted(overlay: FlowOverlay) -> np.ndarray:
    image = QImage(900, 700, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    overlay.paint(painter, view(), ALBERS)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(700, 900).copy()


def test_a_line_is_as_wide_as_the_hours_power(qapp: QApplication, corridors: list[CorridorResult]) -> None:
    overlay = FlowOverlay(corridors, hours(corridors))
    widths = []
    for hour in (2, 0, 1):
        overlay.set_hour(hour)
        widths.append(overlay.widths_px())
    idle, half, full = widths
    assert (idle < half).all()
    assert (half < full).all()
    np.testing.assert_allclose(full - 1.0, 2 * (half - 1.0), rtol=1e-4)


def test_arrows_move_with_the_flow_and_stand_still_where_nothing_flows(
    corridors: list[CorridorResult],
) -> None:
    overlay = FlowOverlay(corridors[:1], hours(corridors))
    painted(overlay)
    only = np.array([True])
    for hour, sign in ((0, 1.0), (1, -1.0)):
        overlay.set_hour(hour)
        overlay._phase[:] = 0.4
        x0, y0 = overlay.arrows(view(), only, overlay.widths_px())
        overlay.advance(0.05)
        x1, y1 = overlay.arrows(view(), only, overlay.widths_px())
        moved = np.array([x1[0] - x0[0], y1[0] - y0[0]])
        way = overlay._plane[0, -1] - overlay._plane[0, 0]
        assert np.sign(moved @ [way[0], -way[1]]) == sign
        # The tip is ahead of the back in the direction of the power.
        tip = np.array([x0[0] - x0[1], y0[0] - y0[1]])
        assert np.sign(tip @ [way[0], -way[1]]) == sign
    overlay.set_hour(2)
    before = overlay._phase.copy()
    overlay.advance(1.0)
    np.testing.assert_array_equal(overlay._phase, before)


def test_every_arrow_lies_on_its_line(qapp: QApplication, corridors: list[CorridorResult]) -> None:
    overlay = FlowOverlay(corridors, hours(corridors))
    overlay.set_hour(0)
    painted(overlay)
    for number, corridor in enumerate(corridors):
        which = np.arange(len(corridors)) == number
        x, y = overlay.arrows(view(), which, overlay.widths_px())
        assert len(x) >= 4
        assert overlay.at(view(), (x[0] + x[1] + x[2]) / 3, (y[0] + y[1] + y[2]) / 3) is not None
        assert corridor.id in {overlay.at(view(), a, b, 12.0) for a, b in zip(x, y, strict=True)}


def test_the_hit_follows_the_geodesic_and_misses_beside_it(
    qapp: QApplication, corridors: list[CorridorResult]
) -> None:
    overlay = FlowOverlay(corridors[:1], hours(corridors))
    assert overlay.at(view(), 100, 100) is None
    painted(overlay)
    c = corridors[0]
    middle = geodesic(c.from_lon, c.from_lat, c.to_lon, c.to_lat)[8]
    px, py = view().to_screen(*(float(v[0]) for v in ALBERS.forward(middle[:1], middle[1:])))
    assert overlay.at(view(), px, py) == c.id
    assert overlay.at(view(), px + 40, py + 40) is None


def test_a_geodesic_bends_north_of_the_rhumb_line() -> None:
    way = geodesic(80.0, 43.0, 120.0, 43.0)
    assert tuple(way[0]) == (80.0, 43.0)
    assert tuple(way[-1]) == (120.0, 43.0)
    assert way[8, 1] > 44.5


def test_colours_follow_the_mode(qapp: QApplication, corridors: list[CorridorResult]) -> None:
    overlay = FlowOverlay(corridors, hours(corridors))
    overlay.set_hour(0)
    shown = {}
    for mode in ("kind", "loading", "green"):
        overlay.set_colour_mode(mode)
        shown[mode] = overlay.colours()[0].name()
    assert len(set(shown.values())) == 3
    overlay.set_colour_mode("loading")
    overlay.set_hour(1)
    assert overlay.colours()[0].name() != shown["loading"]
    assert all(isinstance(one, RampLegend | KeyLegend) for one in overlay.legends("en", "cn"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("units", ["cn", "si"])
def test_the_legend_tells_width_style_and_colour_as_they_are_painted(
    qapp: QApplication, corridors: list[CorridorResult], language: Language, units: UnitSystem
) -> None:
    overlay = FlowOverlay(corridors)
    overlay.set_colour_mode("green")
    ramp, key = overlay.legends(language, units)
    assert isinstance(ramp, RampLegend)
    assert isinstance(key, KeyLegend)
    for row in key.rows[:-1]:
        number = float(re.findall(r"[\d.]+", row.label)[0])
        gw = number / 100 if units == "cn" else number
        assert row.width_px == pytest.approx(1.0 + gw * WIDTH_PX_PER_GW)
        assert row.dashed == row.label.startswith(("AC", "交流"))
    assert {row.dashed for row in key.rows} == {False, True}
    # Every word fits the legend's width.
    metrics = QFontMetricsF(sized_font(8.5))
    room = WIDTH_PX - 2 * PAD_PX
    assert metrics.horizontalAdvance(key.note) <= room
    assert all(metrics.horizontalAdvance(row.label) <= room - 44 for row in key.rows)


def test_an_ac_line_is_dashed_and_a_dc_line_is_not(
    qapp: QApplication, corridors: list[CorridorResult]
) -> None:
    inked = {}
    for kind in ("dc", "ac"):
        overlay = FlowOverlay([corridors[0].model_copy(update={"kind": kind})])
        overlay.set_colour_mode("kind")
        image = QImage(900, 700, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        overlay._project(ALBERS)
        overlay.paint_lines(painter, view(), np.array([True]), np.array([6.0]))
        painter.end()
        inked[kind] = int((np.frombuffer(image.constBits(), np.uint32) != 0xFFFFFFFF).sum())
    # Nine of thirteen pixels.
    assert inked["ac"] / inked["dc"] == pytest.approx(9 / 13, abs=0.06)


def sized_font(points: float) -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(points)
    return font


def test_without_hours_the_yearly_means_are_shown(corridors: list[CorridorResult]) -> None:
    overlay = FlowOverlay(corridors)
    flow = overlay.flow(corridors[0].id)
    assert flow is not None
    assert flow == flow_of(corridors[0], None, None)
    assert flow.mw * 8760 == pytest.approx(corridors[0].sent_mwh, rel=1e-9)


def test_the_picture_of_the_lines_looks_like_the_lines(
    qapp: QApplication, corridors: list[CorridorResult]
) -> None:
    overlay = FlowOverlay(corridors, hours(corridors))
    overlay.set_hour(0)
    first, second, third = painted(overlay), painted(overlay), painted(overlay)
    assert (first != 0xFFFFFFFF).sum() > 500
    assert np.mean(first != second) < 0.02
    np.testing.assert_array_equal(second, third)


def test_a_result_without_corridors_paints_nothing(qapp: QApplication) -> None:
    overlay = FlowOverlay([])
    overlay.advance(0.1)
    assert (painted(overlay) == 0xFFFFFFFF).all()
    assert overlay.at(view(), 10, 10) is None
