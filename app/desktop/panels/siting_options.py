"""What a siting is asked for beside area and rules: technologies, sizes, where lines end, whose the land is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.field_editor import WARNING, complaint_words
from app.desktop.panels.siting_edit import Wishes
from app.desktop.panels.siting_rule_form import Spin
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from planning.scenario_fields import FormField
from planning.siting.eligibility import TECHNOLOGIES
from planning.siting.suitability import Judgements
from planning.typed import Complaint, parse, shown_number, shown_unit
from planning.words import term

PowerKey = Literal["least", "most", "total"]
USUAL_MW: dict[PowerKey, float | None] = {"least": 200.0, "most": 2000.0, "total": None}
LAND_RULES: tuple[Literal["divided", "together"], ...] = ("divided", "together")


class OptionsPage(QWidget):
    """The form; power is typed in any unit of power and shown in the one the window uses."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._mw: dict[PowerKey, float | None] = dict(USUAL_MW)
        self._channels: tuple[tuple[str, str], ...] = ()
        self._channel = ""
        self.technologies = {name: TickBox() for name in TECHNOLOGIES}
        for name in ("wind", "pv"):
            self.technologies[name].setChecked(True)
        self.channel = QComboBox()
        self.channel.setEditable(True)
        self.channel.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.powers: dict[PowerKey, QLineEdit] = {key: QLineEdit() for key in USUAL_MW}
        self._units = {key: QLabel() for key in USUAL_MW}
        self.land, self.pv_share, self.clip = QComboBox(), Spin(), TickBox()
        self.land.addItems(list(LAND_RULES))
        self.pv_share.setRange(0.0, 100.0)
        self.pv_share.setDecimals(0)
        self.pv_share.setSingleStep(5.0)
        self.pv_share.setSuffix(" %")
        self.pv_share.setValue(25.0)
        self.words = QLabel()
        self.words.setWordWrap(True)
        keys = ("technologies", "channel", "least", "most", "total", "land_rule", "pv_share")
        self._labels = {key: QLabel() for key in keys}
        left, right = QFormLayout(), QFormLayout()
        row = QHBoxLayout()
        for box in self.technologies.values():
            row.addWidget(box)
        row.addStretch(1)
        left.addRow(self._labels["technologies"], row)
        left.addRow(self._labels["channel"], self.channel)
        left.addRow(self._labels["land_rule"], self.land)
        left.addRow(self._labels["pv_share"], self.pv_share)
        left.addRow(self.clip)
        for key, edit in self.powers.items():
            edit.setMaximumWidth(110)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            line = QHBoxLayout()
            line.addWidget(edit)
            line.addWidget(self._units[key])
            line.addStretch(1)
            right.addRow(self._labels[key], line)
            edit.editingFinished.connect(lambda key=key: self._typed(key))
        right.addRow(self.words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(28)
        for form in (left, right):
            form.setVerticalSpacing(4)
            column = QVBoxLayout()
            column.addLayout(form)
            column.addStretch(1)
            layout.addLayout(column, 3 if form is left else 2)
        for box in (*self.technologies.values(), self.clip):
            box.clicked.connect(lambda _=False: self._clicked())
        self.land.activated.connect(lambda _: self.changed.emit())
        self.pv_share.valueChanged.connect(lambda _: self.changed.emit())
        self.channel.activated.connect(lambda _: self._channel_set())
        line_edit = self.channel.lineEdit()
        if line_edit is not None:
            line_edit.editingFinished.connect(self._channel_set)

    def wishes(self, judged: Judgements) -> Wishes:
        """What the form says now."""
        chosen = tuple(name for name in TECHNOLOGIES if self.technologies[name].isChecked())
        return Wishes(
            technologies=chosen,
            channel=self._channel,
            least_mw=self._mw["least"] or 0.0,
            most_mw=self._mw["most"] or 0.0,
            total_mw=self._mw["total"],
            land_rule=LAND_RULES[self.land.currentIndex()],
            pv_share=self.pv_share.value() / 100.0,
            clip=self.clip.isChecked(),
            judged=judged,
        )

    def show_channels(self, channels: Sequence[tuple[str, str]]) -> None:
        """(id, name) of the lines there are."""
        if tuple(channels) != self._channels:
            self._channels = tuple(channels)
            self._fill_channels()

    def set_look(self, look: Look) -> None:
        self._look = look
        language = look.language
        for key, label in self._labels.items():
            label.setText(text(f"siting.{key}", language))
        for name, box in self.technologies.items():
            box.setText(term(name, language))
            box.setAccessibleName(f"{text('siting.technologies', language)}: {term(name, language)}")
        for at, rule in enumerate(LAND_RULES):
            self.land.setItemText(at, text(f"siting.land.{rule}", language))
        self.clip.setText(text("siting.clip", language))
        self.channel.setToolTip(text("siting.channel_hint", language))
        self.powers["total"].setToolTip(text("siting.total_hint", language))
        named: tuple[tuple[QWidget, str], ...] = (
            (self.channel, "channel"), (self.land, "land_rule"), (self.pv_share, "pv_share"),
            *((self.powers[key], key) for key in USUAL_MW),
        )  # fmt: skip
        for widget, key in named:
            widget.setAccessibleName(text(f"siting.{key}", language))
        self._fill_channels()
        self._fill_powers()

    # -- inside ----------------------------------------------------------------------------------

    def _fill_channels(self) -> None:
        self.channel.blockSignals(True)
        self.channel.clear()
        self.channel.addItem(text("siting.channel_nearest", self._look.language), "")
        for identity, name in self._channels:
            self.channel.addItem(name, identity)
        at = self.channel.findData(self._channel)
        if at >= 0:
            self.channel.setCurrentIndex(at)
        else:
            self.channel.setEditText(self._channel)
        self.channel.blockSignals(False)

    def _fill_powers(self) -> None:
        for key, edit in self.powers.items():
            value = self._mw[key]
            field = _field(key, value)
            edit.setText("" if value is None else shown_number(value, field, self._look.units))
            self._units[key].setText(shown_unit(field, self._look.units, self._look.language))

    def _typed(self, key: PowerKey) -> None:
        field = _field(key, self._mw[key])
        value = parse(self.powers[key].text(), field, self._look.units)
        if isinstance(value, Complaint):
            self.words.setText(complaint_words(value, field, self._look.units, self._look.language))
            self.words.setStyleSheet(f"color:{WARNING[self._look.dark]}")
            return
        self.words.setText("")
        found = None if value is None else float(value)
        before, self._mw[key] = self._mw[key], found
        self._fill_powers()
        if found != before:
            self.changed.emit()

    def _channel_set(self) -> None:
        typed = self.channel.currentText().strip()
        at = self.channel.findText(typed)
        wanted = str(self.channel.itemData(at)) if at >= 0 else typed
        if wanted != self._channel:
            self._channel = wanted
            self.changed.emit()

    def _clicked(self) -> None:
        if not any(box.isChecked() for box in self.technologies.values()):
            self.technologies["wind"].setChecked(True)
        self.changed.emit()


def _field(key: PowerKey, value: float | None) -> FormField:
    low, high = (1.0, 1e6) if key != "total" else (1.0, 1e7)
    return FormField(f"siting.{key}", "siting", "mw", "number", value, "MW", key == "total", low, high)
