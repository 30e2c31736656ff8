"""What becomes of a shape just drawn: a small bar over the map, which stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.map.legends import WIDEST_PX
from app.desktop.panels.field_editor import complaint_words
from app.desktop.texts import text
from app.messages import Language
from planning.scenario_fields import FormField
from planning.typed import Complaint, parse, shown_number, shown_unit
from planning.words import UnitSystem

LEAST_MW, MOST_MW = 50.0, 20_000.0
ABOVE_FOOT_PX = 40
"""Where the bar finds no room beside the legends it stands below, over the row of scale and sources."""


class DrawBar(QFrame):
    """Name, power and, of an area, the corridor it feeds, of a line its type; Enter takes the first answer,
    Escape none. Power is typed in any unit of power and shown in the one the window uses."""

    base_wanted = Signal(str, float, str)
    """Name, channel MW, corridor id or ""."""
    line_wanted = Signal(str, float, str)
    """Name, MW, line type."""
    shape_kept = Signal(str)
    """Name."""
    assess_wanted = Signal(str)
    """Name: the area is kept and looked at for sites."""
    dropped = Signal()
    agreed = Signal()
    """To what was offered."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._kind = "area"
        self._language: Language = "zh"
        self._units: UnitSystem = "cn"
        self._power_mw = LEAST_MW
        self._describe: Callable[[str, float], str] | None = None
        self._usual: dict[str, float] = {}
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.what, self.unit, self.note = QLabel(), QLabel(), QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.name, self.power = QLineEdit(), QLineEdit()
        self.power.setMaximumWidth(80)
        self.power.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.choice = QComboBox()
        self.choice.setMaximumWidth(190)  # the list itself shows whole names
        self.name.setMaximumWidth(150)
        self.make, self.assess, self.keep, self.drop = (QPushButton() for _ in range(4))
        self.make.setDefault(True)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 10, 6)
        fields, answers = QHBoxLayout(), QHBoxLayout()
        for widget in (self.what, self.name, self.power, self.unit, self.choice):
            fields.addWidget(widget)
        fields.addStretch(1)
        answers.addWidget(self.note, 1)
        for button in (self.make, self.assess, self.keep, self.drop):
            answers.addWidget(button)
        rows.addLayout(fields)
        rows.addLayout(answers)
        self.make.clicked.connect(self._make)
        self.keep.clicked.connect(self._keep)
        self.assess.clicked.connect(self._assess)
        self.drop.clicked.connect(self._drop)
        self.name.returnPressed.connect(self._make)
        self.power.returnPressed.connect(self._make)
        self.power.editingFinished.connect(self._power_typed)
        self.choice.activated.connect(self._chosen)
        self.hide()

    def ask(
        self,
        kind: str,
        words: str,
        name: str,
        power_mw: float,
        choices: Sequence[tuple[str, str]],
        language: Language,
        units: UnitSystem,
        usual_mw: dict[str, float] | None = None,
        describe: Callable[[str, float], str] | None = None,
    ) -> None:
        """Ask about an "area" or a "line".

        Parameters
        ----------
        choices
            (id, words): the corridors an area may feed, the types a line may have.
        usual_mw
            Power a choice begins with.
        describe
            What a choice at a power comes to, in words.
        """
        self._kind, self._language, self._units = kind, language, units
        for widget in (self.name, self.power, self.unit, self.choice):
            widget.show()
        self._usual, self._describe = usual_mw or {}, describe
        self._power_mw = power_mw
        area = kind == "area"
        self.what.setText(words)
        self.name.setText(name)
        self.choice.clear()
        if area:
            self.choice.addItem(text("draw.no_corridor", language), "")
        for identity, title in choices:
            self.choice.addItem(title, identity)
        self.make.setText(text("draw.base" if area else "draw.line", language))
        self.keep.setText(text("draw.keep", language))
        self.keep.setVisible(area)
        self.assess.setText(text("draw.assess", language))
        self.assess.setToolTip(text("draw.assess_hint", language))
        self.assess.setVisible(area)
        self.drop.setText(text("draw.drop", language))
        for widget, key in (
            (self.name, "draw.name"),
            (self.power, "draw.power"),
            (self.choice, "draw.corridor" if area else "draw.type"),
        ):
            widget.setAccessibleName(text(key, language))
            widget.setToolTip(text(key, language))
        self._show_power()
        self.show()
        self.raise_()
        self.name.setFocus()
        self.name.selectAll()

    def offer(self, words: str, agree: str, decline: str) -> None:
        """Ask whether to do something: `agreed`, or nothing."""
        self._kind = "offer"
        for widget in (self.name, self.power, self.unit, self.choice, self.keep, self.assess):
            widget.hide()
        self.what.setText(words)
        self.make.setText(agree)
        self.drop.setText(decline)
        self._say("")
        self.show()
        self.raise_()
        self.make.setFocus()

    def set_units(self, units: UnitSystem) -> None:
        """Show the power in other units."""
        self._units = units
        if self.isVisible() and self._kind != "offer":
            self._show_power()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._drop()
        else:
            super().keyPressEvent(event)

    # -- power -----------------------------------------------------------------------------------

    def _field(self) -> FormField:
        return FormField("draw.power", "draw", "mw", "number", self._power_mw, "MW", False, LEAST_MW, MOST_MW)

    def _show_power(self) -> None:
        field = self._field()
        self.power.setText(shown_number(self._power_mw, field, self._units))
        self.unit.setText(shown_unit(field, self._units, self._language))
        chosen = self.choice.currentData() or ""
        self._say(self._describe(chosen, self._power_mw) if self._describe is not None else "")

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self._rows.activate()
        self.adjustSize()
        self._stand()

    def _stand(self) -> None:
        """Beside the legends where there is room, below them where there is none."""
        beside = round(WIDEST_PX) + 24
        free = self._over.width() - self.width() - 8
        if beside <= free:
            self.move(max((self._over.width() - self.width()) // 2, beside), 12)
        else:
            self.move(max(free // 2, 8), max(self._over.height() - self.height() - ABOVE_FOOT_PX, 12))

    def _power_typed(self) -> bool:
        """Take the typed power; whether it can be meant."""
        field = self._field()
        value = parse(self.power.text(), field, self._units)
        if isinstance(value, Complaint) or value is None:
            if value is not None:
                self._say(complaint_words(value, field, self._units, self._language))
            return False
        self._power_mw = float(value)
        self._show_power()
        return True

    def _chosen(self) -> None:
        self._power_mw = self._usual.get(self.choice.currentData() or "", self._power_mw)
        self._show_power()

    # -- answers ---------------------------------------------------------------------------------

    def _make(self) -> None:
        if self._kind == "offer":
            self.hide()
            self.agreed.emit()
            return
        if not self.isVisible() or not self._power_typed():
            return
        self.hide()
        name = self.name.text().strip() or text("draw.unnamed", self._language)
        wanted = self.base_wanted if self._kind == "area" else self.line_wanted
        wanted.emit(name, self._power_mw, self.choice.currentData() or "")

    def _keep(self) -> None:
        self.hide()
        self.shape_kept.emit(self.name.text().strip() or text("draw.unnamed", self._language))

    def _assess(self) -> None:
        self.hide()
        self.assess_wanted.emit(self.name.text().strip() or text("draw.unnamed", self._language))

    def _drop(self) -> None:
        self.hide()
        self.dropped.emit()
