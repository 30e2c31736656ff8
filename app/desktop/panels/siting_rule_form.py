"""The fields of one rule of a siting: threshold, buffer, land without a value, technologies; source and tier beside."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.results_tables import tier_words
from app.desktop.panels.siting_edit import takes_buffer, thresholds
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from planning.shipped_words import shipped_words
from planning.siting.eligibility import TECHNOLOGIES
from planning.siting.rules import MOST_BUFFER_M, LandCoverRule, Rule
from planning.words import term

NODATA = ("exclude", "allow", "error")
FORM_PX = 300


class Spin(QDoubleSpinBox):
    """A number with its unit in the field; the wheel turns it only while it has the keys."""

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setGroupSeparatorShown(True)
        self.setMaximumWidth(150)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RuleForm(QScrollArea):
    """The fields of one rule."""

    changed = Signal(object)
    """Field -> value."""

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._rule: Rule | None = None
        self._row: dict[str, Any] | None = None
        self._filling = False
        self.title, self._source, self._data, self._classes = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.title, self._source, self._data, self._classes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.limits = (Spin(), Spin())
        self._limit_labels = (QLabel(), QLabel())
        self.buffer, self._buffer_label = Spin(), QLabel()
        self.buffer.setRange(0.0, MOST_BUFFER_M)
        self.buffer.setSingleStep(50.0)
        self.buffer.setDecimals(0)
        self.buffer.setSuffix(" m")
        self.nodata, self._nodata_label = QComboBox(), QLabel()
        self.nodata.setMaximumWidth(150)
        self.nodata.addItems(list(NODATA))
        self.technologies = {name: TickBox() for name in TECHNOLOGIES}
        self._technologies_label = QLabel()
        self._source_label, self._data_label, self._classes_label = QLabel(), QLabel(), QLabel()
        self._body = QWidget()
        form = QFormLayout(self._body)
        form.setContentsMargins(8, 2, 8, 2)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.title)
        for label, spin in zip(self._limit_labels, self.limits, strict=True):
            form.addRow(label, spin)
        form.addRow(self._buffer_label, self.buffer)
        form.addRow(self._nodata_label, self.nodata)
        row = QHBoxLayout()
        for box in self.technologies.values():
            row.addWidget(box)
        row.addStretch(1)
        form.addRow(self._technologies_label, row)
        form.addRow(self._classes_label, self._classes)
        form.addRow(self._source_label, self._source)
        form.addRow(self._data_label, self._data)
        self._form = form
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._body)
        self.setMinimumWidth(FORM_PX)
        for at, spin in enumerate(self.limits):
            spin.valueChanged.connect(lambda _=0.0, at=at: self._limit(at))
        self.buffer.valueChanged.connect(lambda v: self._tell({"buffer_m": float(v)}))
        self.nodata.activated.connect(lambda i: self._tell({"nodata": NODATA[i]}))
        for box in self.technologies.values():
            box.clicked.connect(lambda _=False: self._technologies_set())

    def set_look(self, look: Look) -> None:
        self._look = look
        language = look.language
        for label, key in (
            (self._buffer_label, "siting.buffer"),
            (self._nodata_label, "siting.nodata"),
            (self._technologies_label, "siting.applies"),
            (self._source_label, "siting.source"),
            (self._data_label, "siting.data"),
            (self._classes_label, "siting.classes"),
        ):
            label.setText(text(key, language))
        self.buffer.setAccessibleName(text("siting.buffer", language))
        self.nodata.setAccessibleName(text("siting.nodata", language))
        for at, name in enumerate(NODATA):
            self.nodata.setItemText(at, text(f"siting.nodata.{name}", language))
        for name, box in self.technologies.items():
            box.setText(term(name, language))
        for spin in self.limits:
            spin.setAccessibleName(text("siting.threshold", language))
        self.show_rule(self._rule, self._row)

    def show_rule(self, rule: Rule | None, row: dict[str, Any] | None) -> None:
        """A rule, and its row of the account where it was tried."""
        self._rule, self._row = rule, row
        language = self._look.language
        self._filling = True
        form = self._form
        shown = rule is not None
        for at in range(1, form.rowCount()):
            form.setRowVisible(at, shown)
        if rule is None:
            self.title.setText(text("siting.pick_rule", language))
            self._filling = False
            return
        self.title.setText(f"<b>{rule.titles[0 if language == 'zh' else 1]}</b>")
        limits = thresholds(rule)
        for at, spin in enumerate(self.limits):
            form.setRowVisible(1 + at, at < len(limits))
            if at < len(limits):
                limit = limits[at]
                words = text(f"siting.field.{limit.field}", language)
                self._limit_labels[at].setText(words)
                spin.setAccessibleName(f"{text('siting.threshold', language)}: {words}")
                spin.setRange(limit.low, limit.high)
                spin.setSingleStep(limit.step)
                spin.setDecimals(0 if limit.unit == "m" else 1)
                spin.setSuffix(f" {limit.unit}".rstrip())
                spin.setValue(limit.value)
        form.setRowVisible(self.buffer, takes_buffer(rule))
        self.buffer.setValue(rule.buffer_m)
        self.nodata.setCurrentIndex(NODATA.index(rule.nodata))
        for name, box in self.technologies.items():
            box.setChecked(name in rule.technologies)
        classes = rule.classes if isinstance(rule, LandCoverRule) else ()
        form.setRowVisible(self._classes, bool(classes))
        self._classes.setText(", ".join(text(f"siting.class.{name}", language) for name in classes))
        self._source.setText(f"{shipped_words(rule.source, language)} · {tier_words(rule.tier, language)}")
        form.setRowVisible(self._data, row is not None)
        if row is not None:
            self._data.setText(self._data_words(row))
        self._filling = False

    def _data_words(self, row: dict[str, Any]) -> str:
        language = self._look.language
        if not row["applied"]:
            return text("siting.not_applied", language)
        grade = term(row["grade"], language) if row["grade"] else ""
        if row["resolution_m"]:
            grade = text("siting.grid", language, grade=grade, m=row["resolution_m"])
        return f"{shipped_words(row['source'], language)} · {grade}"

    def _limit(self, at: int) -> None:
        if self._rule is None or self._filling:
            return
        limits = thresholds(self._rule)
        if at < len(limits):
            limit = limits[at]
            self._tell({limit.field: round(self.limits[at].value() * limit.factor, 9)})

    def _technologies_set(self) -> None:
        wanted = tuple(name for name, box in self.technologies.items() if box.isChecked())
        if wanted:
            self._tell({"technologies": wanted})
        else:
            self.show_rule(self._rule, self._row)

    def _tell(self, changes: dict[str, object]) -> None:
        if self._rule is None or self._filling:
            return
        if all(getattr(self._rule, name) == value for name, value in changes.items()):
            return
        self._rule = self._rule.model_copy(update=changes)
        self._form.setRowVisible(self.buffer, takes_buffer(self._rule))
        self.changed.emit(changes)
