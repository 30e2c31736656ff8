"""Light and dark: neutral greys and one accent."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMenu, QMenuBar, QToolBar, QWidget

ACCENT = "#2f7f9e"


def wear(window: QWidget, dark: bool) -> None:
    """The window and all in it take the palette."""
    for piece in wearing(window, dark):
        piece()


def wearing(window: QWidget, dark: bool) -> list[Callable[[], None]]:
    """The same in pieces, each short enough for one turn of the event loop.

    Qt hands a palette down to the children of a window, but not to windows of their own (menus, boxes) and not to what
    the platform gives a palette of its own (the bar of menus); those are told one by one. The application's palette is
    what anything opened later begins with. Panels come first and one by one, for what has a palette of its own is
    passed by when the window hands down its own.
    """
    colours = palette(dark)
    pieces = [
        functools.partial(widget.setPalette, colours)
        for kind in (QDockWidget, QToolBar, QMenuBar, QDialog)
        for widget in window.findChildren(kind)
    ]
    menus = window.findChildren(QMenu)

    def rest() -> None:
        QApplication.setPalette(colours)
        window.setPalette(colours)
        for menu in menus:
            menu.setPalette(colours)

    return [*pieces, rest]


def palette(dark: bool) -> QPalette:
    """The palette of the whole window."""
    window, base, ink, dim = (
        ("#26292c", "#1e2123", "#dde2e6", "#8b949b") if dark else ("#f3f4f5", "#ffffff", "#262b30", "#7a838a")
    )
    colours = QPalette()
    role = QPalette.ColorRole
    if dark:
        # Of frames and rules: Qt's own are those of a light window, white lines on the dark one.
        for which, colour in (
            (role.Light, "#3c4247"), (role.Midlight, "#33383c"), (role.Mid, "#2b2f33"), (role.Dark, "#15171a"),
        ):  # fmt: skip
            colours.setColor(which, QColor(colour))
    for which, colour in (
        (role.Window, window),
        (role.Base, base),
        (role.AlternateBase, window),
        (role.Button, window),
        (role.ToolTipBase, base),
        (role.WindowText, ink),
        (role.Text, ink),
        (role.ButtonText, ink),
        (role.ToolTipText, ink),
        (role.PlaceholderText, dim),
        (role.Highlight, ACCENT),
        (role.HighlightedText, "#ffffff"),
    ):
        colours.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, which, QColor(dim))
    return colours
