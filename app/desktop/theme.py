"""Light and dark: neutral greys and one accent."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

ACCENT = "#2f7f9e"


def palette(dark: bool) -> QPalette:
    """The palette of the whole window."""
    window, base, ink, dim = (
        ("#26292c", "#1e2123", "#dde2e6", "#8b949b") if dark else ("#f3f4f5", "#ffffff", "#262b30", "#7a838a")
    )
    colours = QPalette()
    role = QPalette.ColorRole
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
