"""The tabs of the results in groups: a row of groups in front, and of the tabs those of one group."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLayout, QMenu, QToolButton, QWidget

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
TABS_PX = 260
"""The least that the tabs of a group have beside the groups."""
TAB_KEYS = tuple(key for keys in GROUPS.values() for key in keys)


def group_of(key: str) -> str:
    """The group a tab is in."""
    return next(group for group, keys in GROUPS.items() if key in keys)


class GroupBar(QWidget):
    """The groups side by side, one is chosen; where there is no room, the one chosen and a menu of all."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._menu = QToolButton()
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setMenu(QMenu(self._menu))
        self._now = "overview"
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the least is that of the menu
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
        row.addWidget(self._menu)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        row.addSpacing(6)
        row.addWidget(line)
        self._group.idClicked.connect(lambda index: self.chosen.emit(tuple(GROUPS)[index]))
        self._menu.hide()
        self.show_group("overview")

    def minimumSizeHint(self) -> QSize:
        return self._menu.sizeHint() + QSize(16, 2)

    def set_room(self, width: int) -> None:
        """Side by side or as a menu, by the width of the whole panel."""
        wide = sum(button.sizeHint().width() for button in self.buttons.values())
        folded = width < wide + TABS_PX
        if folded == self._menu.isHidden():
            for button in self.buttons.values():
                button.setVisible(not folded)
            self._menu.setVisible(folded)
            self.updateGeometry()

    def show_group(self, key: str) -> None:
        """Mark a group; tells nobody."""
        self._now = key
        self.buttons[key].setChecked(True)
        self._menu.setText(f"{self.buttons[key].text()} ▾")

    def set_look(self, look: Look) -> None:
        """Words and colours: a button with a style of its own does not follow the window's palette."""
        said = text("results.groups", look.language)
        self.setAccessibleName(said)
        self._menu.setAccessibleName(said)
        self._menu.menu().clear()
        for key, button in self.buttons.items():
            words = text(f"results.group.{key}", look.language)
            button.setText(words)
            self._menu.menu().addAction(words, partial(self.chosen.emit, key))
        self.show_group(self._now)
        self.setStyleSheet(
            f"QToolButton {{ padding:3px 9px; border:1px solid transparent; border-radius:4px; color:{look.ink} }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color:{look.dim} }}"
            "QToolButton::menu-indicator { image:none }"
            f"QToolButton:checked {{ background:{ACCENT}; color:#ffffff }}"
        )
