"""The page of the style dialog for rasters: palette, range, classes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.desktop.map.colour import RAMPS
from app.desktop.map.stack import LayerStack
from app.desktop.map.style import MAX_CLASSES, RasterStyle, classified, range_from_data
from app.desktop.panels.style_page import StylePage
from app.desktop.panels.swatch import ramp_image
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from app.messages import Language

METHODS = ("equal", "quantile", "natural", "breaks")
ICON = QSize(104, 14)


def parse_breaks(words: str) -> tuple[float, ...] | None:
    """Class limits from what a user types ("10, 100；1000"); None where a part is no number."""
    try:
        numbers = [float(part) for part in re.split(r"[\s,，;；、]+", words.strip()) if part]
    except ValueError:
        return None
    return tuple(sorted(set(numbers))) if all(np.isfinite(numbers)) else None


def changed(style: RasterStyle, values: NDArray[Any] | None, **fields: Any) -> RasterStyle | None:
    """The style with other fields, its classes taken anew from the data; None where it could not be drawn."""
    fields = {**style.model_dump(), **fields}
    if fields["classification"] == "equal":
        fields["breaks"] = ()
    elif fields["classification"] in ("quantile", "natural"):
        fields["breaks"] = ()
        fields["classes"] = max(fields["classes"], 2)
    if (fields["breaks"], fields["classification"]) != (style.breaks, style.classification):
        fields["labels_zh"] = fields["labels_en"] = ()
    try:
        new = RasterStyle.model_validate(fields)
    except ValidationError:
        return None
    return classified(new, values) if values is not None else new


class RasterPage(StylePage):
    """Palette, range and classes of one layer of values."""

    def __init__(self, stack: LayerStack, identity: str) -> None:
        super().__init__(stack, identity)
        self.gallery = QListWidget()
        self.gallery.setViewMode(QListWidget.ViewMode.IconMode)
        self.gallery.setIconSize(ICON)
        self.gallery.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.gallery.setMovement(QListWidget.Movement.Static)
        self.gallery.setSpacing(3)
        self.gallery.setFixedHeight(172)
        for name in RAMPS:
            entry = QListWidgetItem(QIcon(QPixmap.fromImage(ramp_image(name).scaled(ICON))), "")
            entry.setData(Qt.ItemDataRole.UserRole, name)
            self.gallery.addItem(entry)
        self.gallery.currentItemChanged.connect(self._pick)
        self.row("layers.palette", self.gallery)
        self.reverse = TickBox()
        self.reverse.toggled.connect(lambda on: self._set(reverse=on))
        self._form.addRow(QLabel(), self.reverse)
        self.low, self.high = _number(), _number()
        self.low.valueChanged.connect(lambda value: self._set(low=value, from_data=False))
        self.high.valueChanged.connect(lambda value: self._set(high=value, from_data=False))
        ends = QWidget()
        line = QHBoxLayout(ends)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.low)
        line.addWidget(QLabel("–"))
        line.addWidget(self.high)
        self.row("layers.range", ends)
        self.from_data = QPushButton()
        self.from_data.setAutoDefault(False)
        self.from_data.clicked.connect(self._take_range)
        self._form.addRow(QLabel(), self.from_data)
        self.method = QComboBox()
        self.method.addItems([""] * len(METHODS))
        self.method.currentIndexChanged.connect(self._choose_method)
        self.row("layers.classification", self.method)
        self.classes = QSpinBox()
        self.classes.setRange(0, MAX_CLASSES)
        self.classes.valueChanged.connect(self._choose_classes)
        self.row("layers.classes", self.classes)
        self.breaks = QLineEdit()
        self.breaks.textEdited.connect(self._type_breaks)
        self.row("layers.breaks", self.breaks)

    def set_language(self, language: Language) -> None:
        super().set_language(language)
        for row, name in enumerate(RAMPS):
            self.gallery.item(row).setText(text(f"layers.ramp.{name}", language))
        self.reverse.setText(text("layers.reverse", language))
        self.from_data.setText(text("layers.from_data", language))
        self.low.setAccessibleName(text("layers.low", language))
        self.high.setAccessibleName(text("layers.high", language))
        self.breaks.setPlaceholderText(text("layers.breaks_hint", language))
        self.classes.setSpecialValueText(text("layers.running", language))
        for index, method in enumerate(METHODS):
            self.method.setItemText(index, text(f"layers.{method}", language))

    def show_style(self, style: RasterStyle) -> None:
        """Bring every field to what the stack holds."""
        fields = (self.gallery, self.reverse, self.low, self.high, self.method, self.classes, self.breaks)
        blocked = [QSignalBlocker(field) for field in fields]
        self.gallery.setCurrentRow(list(RAMPS).index(style.palette))
        self.reverse.setChecked(style.reverse)
        step = 10.0 ** np.floor(np.log10(style.high - style.low) - 1)
        for box, value in ((self.low, style.low), (self.high, style.high)):
            box.setSingleStep(float(step))
            box.setDecimals(int(max(0, min(9, 2 - np.log10(step)))))
            if not box.hasFocus() or abs(box.value() - value) > 1e-12:
                box.setValue(value)
        self.method.setCurrentIndex(METHODS.index(style.classification))
        self.classes.setValue(len(style.breaks) + 1 if style.classification == "breaks" else style.classes)
        self.classes.setEnabled(style.classification != "breaks")
        self.breaks.setEnabled(style.classification == "breaks")
        if not self.breaks.hasFocus():
            self.breaks.setText(", ".join(f"{value:g}" for value in style.edges))
        for blocker in blocked:
            blocker.unblock()

    # -- from the hand ---------------------------------------------------------------------------

    def _sample(self) -> NDArray[Any] | None:
        sample = getattr(self.picture(), "sample", None)
        return np.asarray(sample()) if sample is not None else None

    def _set(self, **fields: Any) -> None:
        style = self.style_held()
        if isinstance(style, RasterStyle):
            method = fields.get("classification", style.classification)
            new = changed(style, self._sample() if method in ("quantile", "natural") else None, **fields)
            if new is not None:
                self.put(new)

    def _pick(self, entry: QListWidgetItem | None) -> None:
        if entry is not None:
            self._set(palette=entry.data(Qt.ItemDataRole.UserRole))

    def _choose_method(self, index: int) -> None:
        style = self.style_held()
        if isinstance(style, RasterStyle):
            # Own breaks start from the limits that are there, so the map does not jump.
            edges = style.edges or tuple(np.linspace(style.low, style.high, 6)[1:-1].tolist())
            fields: dict[str, Any] = {"classification": METHODS[index]}
            if METHODS[index] == "breaks":
                fields["breaks"] = edges
            elif style.classes < 2:
                fields["classes"] = len(edges) + 1
            self._set(**fields)

    def _choose_classes(self, count: int) -> None:
        # One class says nothing: the step between none and two is skipped, both ways.
        style = self.style_held()
        if count == 1 and isinstance(style, RasterStyle):
            count = 0 if style.classes >= 2 and style.classification == "equal" else 2
        self._set(classes=count)

    def _type_breaks(self, words: str) -> None:
        numbers = parse_breaks(words)
        if numbers:
            self._set(classification="breaks", breaks=numbers)

    def _take_range(self) -> None:
        style, values = self.style_held(), self._sample()
        if isinstance(style, RasterStyle) and values is not None:
            new = range_from_data(style, values)
            self._set(low=new.low, high=new.high)


def _number() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(-1e12, 1e12)
    box.setDecimals(3)
    box.setKeyboardTracking(False)
    box.setStepType(QDoubleSpinBox.StepType.DefaultStepType)
    return box
