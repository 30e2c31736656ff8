"""In Chinese with Chinese units, nothing a planner counts in stands in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.panels import results_tables
from app.desktop.panels.compare_panel import input_table, result_table
from app.desktop.panels.flow_tables import power_flow_table, tie_table_of
from app.desktop.panels.results import ResultsPanel
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import TableContent
from app.desktop.texts import TEXTS
from planning.compare import input_differences, result_differences
from planning.scenario import load_scenario
from planning.scenario_fields import form_fields
from planning.typed import shown_unit, with_unit
from planning.words import QUANTITIES, UNITS_ZH, plain_unit, unit
from tests.app.desktop.test_results_panel import hours_of
from tests.planning.summary_factory import make_summary

LATIN = re.compile(
    r"(?<![A-Za-z0-9_{/.-])(?:[0-9][0-9.,]* ?)?(?:[kMGT]W(?:h|p)?(?!/m)|CNY|km²?|h/a|h|t)(?![A-Za-z0-9_}²])"
)
"""Power, energy, money, length of lines and hours; not m/s, kWh/m² and °C, which have no other form here, nor kV: "500 kV" is the name of a voltage level."""
TYPED = {
    "tour.scenario": "8 GW",  # both ways of typing a figure are told
    "tool.draw_circle.hint": "50 km",
    "tool.type.help": "50 km",  # what is typed on the map is read like this
    "tool.profile.distance": "km",  # a chart's axis, as the scale bar of the map
}


def test_the_pattern_finds_what_it_should() -> None:
    for words in ("9 GW", "CNY/t", "潮流损耗\nMWh", "差 3 MWh", "利用小时 h", "h/a", "120 km²"):
        assert LATIN.search(words), words
    for words in (
        "kWh/m²",
        "m/s",
        "万千瓦",
        "hydro",
        "AC",
        "2030-1200GW-a",
        "GDP",
        "pv_chart",
        "{km2} 平方公里",
    ):
        assert not LATIN.search(words), words


def test_no_text_of_the_window_names_a_unit_in_latin_letters() -> None:
    found = {key: match.group() for key, (zh, _) in TEXTS.items() if (match := LATIN.search(zh)) is not None}
    assert found == TYPED


def test_forms_show_chinese_units_and_every_unit_of_the_models_has_one() -> None:
    for name in ("2020", "2030-1200GW"):
        for field in form_fields(load_scenario(name)):
            beside = shown_unit(field, "cn", "zh")
            assert not LATIN.search(beside), (field.path, beside)
    assert with_unit(8000.0, "MW", "cn", "zh") == "800 万千瓦"
    assert with_unit(8000.0, "MW", "si", "zh") == "8 GW"
    assert with_unit(106.0, "CNY/t", "si", "zh") == "106 元/吨"
    assert with_unit(36.0, "TWh", "cn", "en") == "360 亿千瓦时"


def test_every_kind_of_figure_and_plain_unit_has_a_chinese_word() -> None:
    for kind in QUANTITIES:
        assert not LATIN.search(unit(kind, "cn", "zh"))
    for name in UNITS_ZH:
        assert not re.search("[A-Za-z]", plain_unit(name, "zh"))
        assert plain_unit(name, "en") == name


def tables() -> Iterator[TableContent]:
    columns, summary = Columns("zh", "cn"), make_summary()
    for name in ("province", "corridor", "base", "claim", "overview", "cash"):
        yield getattr(results_tables, f"{name}_table")(summary, columns)
    yield power_flow_table(summary, columns)
    yield tie_table_of(summary, columns)
    nation = summary.national.model_copy(update={"load_twh": 1.0, "curtailment_rate": 0.5, "co2_mt": 9.0})
    other = summary.model_copy(update={"national": nation})
    yield result_table(result_differences(summary, other), "zh", "cn")
    yield input_table(input_differences(load_scenario("2020"), load_scenario("2030-1200GW")), "zh", "cn")


@pytest.mark.parametrize("content", list(tables()))
def test_tables_show_chinese_units(content: TableContent) -> None:
    for header in content.headers:
        assert not LATIN.search(header), header
    for identity, row in zip(content.ids, content.rows, strict=True):
        if identity.endswith(("description", "source", "text", "design")):
            continue  # prose of the scenario, shown as it was written
        for cell in row:
            assert not LATIN.search(cell.shown), cell.shown


def test_charts_show_chinese_units(qtbot: QtBot, qapp: QApplication) -> None:
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    summary = make_summary()
    panel.resize(1200, 320)
    panel.show()
    panel.show_summary(summary, "zh", "cn")
    panel.set_hourly(hours_of(summary))
    panel.set_scenario(load_scenario("2030-1200GW"))
    drawn = 0
    for key in panel.tab_keys():
        panel.show_tab(key)
        qapp.processEvents()
        for group in panel.page(key).groups:
            for index, (_, chart) in enumerate(group.charts):
                group.show_chart(index)
                grid = chart.grid()
                for words in (*(grid.headers if grid else ()), chart.title, chart.source_label.text()):
                    assert not LATIN.search(words), (key, words)
                drawn += grid is not None
    assert drawn >= 15
