"""Qt's own words (menus of text fields, buttons of its dialogs, titles of docks) in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QTabBar

from app.desktop.texts import text
from app.messages import Language

_TRANSLATORS: list[QTranslator] = []
"""The one installed; Qt does not keep it."""


def speak(language: Language) -> None:
    """Qt speaks the language from now on; English is what it was written in."""
    while _TRANSLATORS:
        QApplication.removeTranslator(_TRANSLATORS.pop())
    if language == "zh":
        translator = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load("qtbase_zh_CN", folder):
            QApplication.installTranslator(translator)
            _TRANSLATORS.append(translator)


def name_buttons(dock: QDockWidget, language: Language) -> None:
    """The two buttons in a dock's title, which Qt names once and for ever."""
    for name in ("float", "close"):
        button = dock.findChild(QAbstractButton, f"qt_dockwidget_{name}button")
        if isinstance(button, QAbstractButton):
            button.setAccessibleName(text(f"dock.{name}", language))
            button.setAccessibleDescription("")
            button.setToolTip(text(f"dock.{name}", language))


def name_scrolling(bar: QTabBar, language: Language) -> None:
    """The two buttons that scroll tabs, which Qt names once and for ever too."""
    for name, key in (("ScrollLeftButton", "tabs.left"), ("ScrollRightButton", "tabs.right")):
        button = bar.findChild(QAbstractButton, name)
        if isinstance(button, QAbstractButton):
            button.setAccessibleName(text(key, language))
