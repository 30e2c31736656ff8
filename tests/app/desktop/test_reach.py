"""Everything a hand can work has a name for a screen reader, in both languages, and is reached by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolBar,
    QWidget,
)

from app.desktop.main_window import MainWindow
from app.desktop.panels.style_dialog import StyleDialog
from planning.project_file import StoredResult
from tests.planning.summary_factory import make_summary

WORKED = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit,
)  # fmt: skip
OF_QT = (QScrollBar, QHeaderView)
"""Parts of a view, worked by the keys of the view itself."""


def worked(top: QWidget) -> list[QWidget]:
    """What can be worked within a window or panel; parts Qt makes for itself are left out."""
    found = []
    for widget in top.findChildren(QWidget):
        parent = widget.parentWidget()
        inner = isinstance(parent, QComboBox | QAbstractSpinBox | QTabBar | QLineEdit | QAbstractItemView)
        popup = parent is not None and parent.metaObject().className() == "QComboBoxPrivateContainer"
        of_qt = widget.objectName().startswith("qt_") and not isinstance(widget, QLineEdit)
        if isinstance(widget, WORKED) and not isinstance(widget, OF_QT) and not (inner or popup or of_qt):
            found.append(widget)
    return found


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the name, the words on a button, or the label that points at it."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    for label in widget.window().findChildren(QLabel):
        if label.buddy() is widget and label.text():
            return label.text()
    return ""


def reached(widget: QWidget) -> bool:
    """By Tab itself, by a shortcut of its own, or as part of a bar whose commands stand in the menu too."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None:
        return True
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QToolBar | QTabBar):
            return True
        if widget.metaObject().className() == "QDockWidgetTitleButton":
            return True  # the same is in the menu View
        if parent.focusProxy() is widget:
            return True
        parent = parent.parentWidget()
    return isinstance(widget, QAbstractButton) and not widget.shortcut().isEmpty()


def wanting(top: QWidget) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {"without a name": [], "out of reach": []}
    for widget in worked(top):
        line = " < ".join(_line(widget))
        if not name_of(widget):
            told["without a name"].append(line)
        if not reached(widget):
            told["out of reach"].append(line)
    return {key: lines for key, lines in told.items() if lines}


def _line(widget: QWidget) -> list[str]:
    names, part = [], widget
    while part is not None and len(names) < 4:
        names.append(f"{type(part).__name__}({part.objectName() or name_of(part)[:24]})")
        part = part.parentWidget()  # type: ignore[assignment]
    return names


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_of_every_panel_has_a_name_and_is_reached_by_keys(
    window: MainWindow, language: str
) -> None:
    window.state.set_language(language)  # type: ignore[arg-type]
    scenario = window.document.scenario
    window.document.set_result(scenario.id, StoredResult(make_summary(), scenario, None))
    for key in window.results.tab_keys():
        window.results.show_tab(key)
        settle()
    found = {}
    count = 0
    for key, dock in window.docks.docks.items():
        window.docks.show(key)
        settle()
        count += len(worked(dock))
        if lacking := wanting(dock):
            found[key] = lacking
    for bar in window.findChildren(QToolBar):
        if lacking := wanting(bar):
            found[bar.objectName()] = lacking
    assert count > 120
    assert found == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_of_every_dialog_has_a_name_and_is_reached_by_keys(
    window: MainWindow, language: str
) -> None:
    window.state.set_language(language)  # type: ignore[arg-type]
    window.layers.edit_style("pv_yield")
    window._actions["download"].trigger()
    window._actions["palette"].trigger()
    window._actions["about"].trigger()
    settle()
    dialogs = [w for w in window.findChildren(QDialog) if not w.isHidden()]
    dialogs.append(window.palette_box)  # type: ignore[arg-type]
    assert any(isinstance(dialog, StyleDialog) for dialog in dialogs)
    found = {type(dialog).__name__: lacking for dialog in dialogs if (lacking := wanting(dialog))}
    assert found == {}
    for dialog in dialogs:
        assert dialog.windowTitle() or dialog.accessibleName(), type(dialog).__name__
        for box in dialog.findChildren(QDialogButtonBox):
            assert all(button.text() for button in box.buttons())
        dialog.close()
