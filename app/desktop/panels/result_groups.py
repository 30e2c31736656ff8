"""The tabs of the results in groups: a row of groups in front, and of the tabs those of one group."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from app.desktop.charts.look import Look
from app.desktop.texts import text
from app.desktop.theme import ACCENT

GROUPS: dict[str, tuple[str, ...]] = {
    "overview": ("tab.overview", "tab.sources"),
    "balance": (
        "charts.tab.dispatch", "charts.tab.duration", "charts.tab.complement", "charts.tab.prices", "tab.provinces",
        "tab.bases",
    ),
    "corridors": ("tab.corridors", "charts.tab.exchange", "charts.tab.single", "tab.losses"),
    "flow": ("tab.power_flow", "tab.failures", "tab.voltages", "tab.ties", "tab.outages"),
    "money": ("tab.accounts", "tab.trades", "tab.settled", "charts.tab.cash", "tab.claim"),
}  # fmt: skip
"""In the order of the window: the whole, who has what, what flows, whether the grid carries it, who pays whom."""
TAB_KEYS = tuple(key for keys in GROUPS.values() for key in keys)


def group_of(key: str) -> str:
    """The group a tab is in."""
    return next(group for group, keys in GROUPS.items() if key in keys)


class GroupBar(QWidget):
    """The groups side by side; one is chosen."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 4, 1)
        row.setSpacing(0)
        self.buttons: dict[str, QToolButton] = {}
        for index, key in enumerate(GROUPS):
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            self._group.addButton(button, index)
            row.addWidget(button)
            self.buttons[key] = button
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        row.addSpacing(6)
        row.addWidget(line)
        self._group.idClicked.connect(lambda index: self.chosen.emit(tuple(GROUPS)[index]))
        self.show_group("overview")

    def show_group(self, key: str) -> None:
        """Mark a group; tells nobody."""
        self.buttons[key].setChecked(True)

    def set_look(self, look: Look) -> None:
        """Words and colours: a button with a style of its own does not follow the window's palette."""
        self.setAccessibleName(text("results.groups", look.language))
        for key, button in self.buttons.items():
            button.setText(text(f"results.group.{key}", look.language))
        self.setStyleSheet(
            f"QToolButton {{ padding:3px 9px; border:1px solid transparent; border-radius:4px; color:{look.ink} }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color:{look.dim} }}"
            f"QToolButton:checked {{ background:{ACCENT}; color:#ffffff }}"
        )
