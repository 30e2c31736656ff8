"""The inspector: values with unit and source, months, the week of the hour, and pinning."""

from __future__ import annotations

import re
import time

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop import inspect as look_at
from app.desktop.charts.look import Look
from app.desktop.panels.inspector import Inspector, Line
from app.desktop.start import make_application
from app.desktop.state import WindowState
from app.desktop.texts import TEXTS
from tests.app.desktop.test_results_panel import hours_of
from tests.planning.summary_factory import make_summary


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def inspector(qtbot: QtBot, qapp: QApplication) -> Inspector:
    shown = Inspector()
    qtbot.addWidget(shown)
    shown.resize(300, 700)
    shown.show()
    return shown


@pytest.fixture
def state(qapp: QApplication) -> WindowState:
    made = WindowState("zh")
    made.summary = make_summary()
    return made


def test_a_place_shows_values_with_unit_source_and_grade(inspector: Inspector, state: WindowState) -> None:
    look_at.show_place(inspector, state, 94.9, 36.4)
    values = {line.name: line for line in inspector._lines}
    assert values["省份"].value == "青海省"
    assert values["水平面总辐照量"].value.endswith("kWh/m²·a")
    for line in inspector._lines[1:]:
        assert "等级" in line.hint, line.name
    assert [chart.isVisible() for chart in inspector._charts] == [True, True, True]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_that_offers_an_explanation_has_one(
    inspector: Inspector, state: WindowState, language: str
) -> None:
    state.set_language(language)  # type: ignore[arg-type]
    summary = make_summary()
    seen = []
    look_at.show_place(inspector, state, 94.9, 36.4)
    seen += list(inspector._lines)
    for kind, things in (
        ("corridor", summary.corridors), ("base", summary.bases), ("province", summary.provinces),
    ):  # fmt: skip
        state.select(kind, next(iter(things)))
        look_at.show_selected(inspector, state)
        seen += list(inspector._lines)
    offered = {line.how for line in seen if line.how}
    assert len(offered) > 20
    assert {f"charts.how.{how}" for how in offered} <= set(TEXTS)
    for index, line in enumerate(inspector._lines):
        if line.how:
            inspector._explain(f"how:{index}")
            assert inspector._how.isVisible()
            assert line.name in inspector._how.text()


def test_the_same_link_again_hides_the_explanation(inspector: Inspector, state: WindowState) -> None:
    look_at.show_place(inspector, state, 94.9, 36.4)
    inspector._explain("how:2")
    inspector._explain("how:2")
    assert not inspector._how.isVisible()


@pytest.mark.slow  # a time, which a busy machine spoils
def test_a_warm_look_at_a_place_takes_less_than_50_ms(inspector: Inspector, state: WindowState) -> None:
    look_at.warm_up()
    took = []
    for lon in (94.0, 95.5, 97.0, 98.5, 100.0, 101.5, 103.0):
        start = time.perf_counter()
        look_at.show_place(inspector, state, lon, 36.4)
        took.append(time.perf_counter() - start)
    assert sorted(took)[len(took) // 2] < 0.050


def test_the_week_follows_the_hour_of_what_is_selected(inspector: Inspector, state: WindowState) -> None:
    hourly = hours_of(make_summary())
    inspector.set_hourly(hourly)
    line = next(iter(make_summary().corridors))
    state.select("corridor", line)
    look_at.show_selected(inspector, state)
    inspector.set_hour(5000)
    index = hourly.line(line)
    assert index is not None
    shown = re.search(r"<b>([^<]+)</b>", inspector._week_key.text())
    assert shown is not None
    want = Look("zh", "cn").short(float(hourly.flow_mw[index, 5000]) / 10)
    assert shown.group(1) == want
    first, last = inspector._week.getViewBox().viewRange()[0]
    assert last - first == pytest.approx(168)
    assert first < 5000 < last


@pytest.mark.parametrize("kind", ["corridor", "base", "province"])
def test_without_hours_there_is_no_week_and_nothing_fails(
    inspector: Inspector, state: WindowState, kind: str
) -> None:
    things = {"corridor": "corridors", "base": "bases", "province": "provinces"}
    state.select(kind, next(iter(getattr(make_summary(), things[kind]))))
    look_at.show_selected(inspector, state)
    assert not inspector._week.isVisible()
    inspector.set_hour(100)


def test_pinning_tells_what_is_shown(inspector: Inspector, state: WindowState, qtbot: QtBot) -> None:
    state.select("base", "kubuqi")
    look_at.show_selected(inspector, state)
    with qtbot.waitSignal(inspector.pin_requested) as told:
        inspector._pin.click()
    assert told.args == ["base", "kubuqi", make_summary().bases["kubuqi"].name_zh]


def test_an_unknown_thing_leaves_the_inspector_as_it_is(inspector: Inspector, state: WindowState) -> None:
    inspector.show_thing("before", [])
    state.select("base", "nowhere")
    look_at.show_selected(inspector, state)
    assert "before" in inspector._body.text()


def test_names_from_files_are_text_and_never_markup(inspector: Inspector) -> None:
    inspector.show_thing("<img src=x>", [Line("<b>n</b>", "1 <i>kW</i>", "hint <a>")])
    assert "<img" not in inspector._body.text()
    assert "<b>n" not in inspector._body.text()


def test_a_place_abroad_says_so_and_cannot_be_pinned(inspector: Inspector, state: WindowState) -> None:
    look_at.show_place(inspector, state, 139.7, 35.7)
    assert "不在中国境内" in inspector._body.text()
    assert not inspector._pin.isVisible()
