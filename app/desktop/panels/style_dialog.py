"""The style of one layer: palette, range, classes, colours, opacity; every change shows on the map at once."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.desktop.map.colour import RAMPS
from app.desktop.map.stack import LayerStack, resolve
from app.desktop.map.style import (
    MAX_CLASSES,
    Legend,
    RasterStyle,
    Style,
    VectorStyle,
    classified,
    range_from_data,
)
from app.desktop.panels.swatch import Swatch, ramp_image
from app.desktop.texts import text
from app.desktop.theme import palette
from app.messages import Language

METHODS = ("equal", "quantile", "breaks")
ICON = QSize(104, 14)


def parse_breaks(words: str) -> tuple[float, ...] | None:
    """Class limits from what a user types ("10, 100；1000"); None where a part is no number."""
    try:
        numbers = [float(part) for part in re.split(r"[\s,，;；、]+", words.strip()) if part]
    except ValueError:
        return None
    return tuple(sorted(set(numbers))) if all(np.isfinite(numbers)) else None


def changed(style: RasterStyle, values: NDArray[Any] | None, **fields: Any) -> RasterStyle | None:
    """The style with other fields, its quantiles taken anew; None where it could not be drawn."""
    fields = {**style.model_dump(), **fields}
    if fields["classification"] == "equal":
        fields["breaks"] = ()
    elif fields["classification"] == "quantile":
        fields["breaks"] = ()
        fields["classes"] = max(fields["classes"], 2)
    if (fields["breaks"], fields["classification"]) != (style.breaks, style.classification):
        fields["labels_zh"] = fields["labels_en"] = ()
    try:
        new = RasterStyle.model_validate(fields)
    except ValidationError:
        return None
    return classified(new, values) if values is not None else new


class StyleDialog(QDialog):
    """Non-modal; follows the stack, so that undo or another view's change shows here too."""

    closed = Signal(str)
    """Id of the layer whose dialog was closed."""

    def __init__(
        self,
        stack: LayerStack,
        identity: str,
        language: Language = "zh",
        dark: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.identity, self._stack, self._language = identity, stack, language
        self._labels: list[tuple[QLabel, str]] = []
        self._preview = Swatch(Legend("", "", "", "", None, False, ()))
        self._make_raster()
        self._make_vector()
        self._make_common()
        stack.changed.connect(self._hear)
        stack.order_changed.connect(self._leave_if_gone)
        self.set_language(language)
        self.set_dark(dark)

    # -- building --------------------------------------------------------------------------------

    def _row(self, form: QFormLayout, key: str, widget: QWidget) -> None:
        label = QLabel()
        label.setBuddy(widget)
        form.addRow(label, widget)
        self._labels.append((label, key))

    def _make_raster(self) -> None:
        self._raster = QWidget()
        form = QFormLayout(self._raster)
        form.setContentsMargins(0, 0, 0, 0)
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
        self._row(form, "layers.palette", self.gallery)
        self.reverse = QCheckBox()
        self.reverse.toggled.connect(lambda on: self._set(reverse=on))
        form.addRow(QLabel(), self.reverse)
        self.low, self.high = _number(), _number()
        self.low.valueChanged.connect(lambda value: self._set(low=value))
        self.high.valueChanged.connect(lambda value: self._set(high=value))
        ends = QWidget()
        line = QHBoxLayout(ends)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.low)
        line.addWidget(QLabel("–"))
        line.addWidget(self.high)
        self._row(form, "layers.range", ends)
        self.from_data = QPushButton()
        self.from_data.setAutoDefault(False)
        self.from_data.clicked.connect(self._take_range)
        form.addRow(QLabel(), self.from_data)
        self.method = QComboBox()
        self.method.addItems([""] * len(METHODS))
        self.method.currentIndexChanged.connect(self._choose_method)
        self._row(form, "layers.classification", self.method)
        self.classes = QSpinBox()
        self.classes.setRange(0, MAX_CLASSES)
        self.classes.valueChanged.connect(self._choose_classes)
        self._row(form, "layers.classes", self.classes)
        self.breaks = QLineEdit()
        self.breaks.textEdited.connect(self._type_breaks)
        self._row(form, "layers.breaks", self.breaks)

    def _make_vector(self) -> None:
        self._vector = QWidget()
        form = QFormLayout(self._vector)
        form.setContentsMargins(0, 0, 0, 0)
        self.line, self.fill = QPushButton(), QPushButton()
        for button, field in ((self.line, "line"), (self.fill, "fill")):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, f=field: self._ask_colour(f))
            self._row(form, f"layers.{field}", button)
        self.no_fill = QCheckBox()
        self.no_fill.toggled.connect(self._toggle_fill)
        form.addRow(QLabel(), self.no_fill)
        self.line_width, self.point_size = QDoubleSpinBox(), QDoubleSpinBox()
        self.line_width.setRange(0.0, 20.0)
        self.line_width.setSingleStep(0.2)
        self.line_width.valueChanged.connect(lambda value: self._set(width_px=value))
        self.point_size.setRange(1.0, 80.0)
        self.point_size.valueChanged.connect(lambda value: self._set(size_px=value))
        self._row(form, "layers.width", self.line_width)
        self._row(form, "layers.size", self.point_size)
        self.label_field = QComboBox()
        self.label_field.currentIndexChanged.connect(
            lambda index: self._set(label_field=self.label_field.itemText(index) if index > 0 else None)
        )
        self._row(form, "layers.label_field", self.label_field)

    def _make_common(self) -> None:
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.valueChanged.connect(lambda value: self._stack.set_opacity(self.identity, value / 100))
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        self._row(form, "opacity", self.opacity)
        buttons = QDialogButtonBox()
        self.reset = buttons.addButton("", QDialogButtonBox.ButtonRole.ResetRole)
        self.reset.clicked.connect(self._reset)
        self.done_button = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.done_button.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        for part in (self._preview, self._raster, self._vector, box, buttons):
            layout.addWidget(part)
        self.resize(380, 10)

    # -- words and looks -------------------------------------------------------------------------

    def set_language(self, language: Language) -> None:
        self._language = language
        item = self._stack.item(self.identity)
        title = item.title_zh if language == "zh" else item.title_en
        self.setWindowTitle(text("layers.style_of", language, title=title))
        for label, key in self._labels:
            label.setText(text(key, language))
            label.buddy().setAccessibleName(text(key, language))
        for row, name in enumerate(RAMPS):
            self.gallery.item(row).setText(text(f"layers.ramp.{name}", language))
        self.reverse.setText(text("layers.reverse", language))
        self.no_fill.setText(text("layers.no_fill", language))
        self.from_data.setText(text("layers.from_data", language))
        self.reset.setText(text("layers.reset", language))
        self.done_button.setText(text("layers.close", language))
        self.low.setAccessibleName(text("layers.low", language))
        self.high.setAccessibleName(text("layers.high", language))
        self.breaks.setPlaceholderText(text("layers.breaks_hint", language))
        self.classes.setSpecialValueText(text("layers.running", language))
        for index, method in enumerate(METHODS):
            self.method.setItemText(index, text(f"layers.{method}", language))
        self.show_style()

    def set_dark(self, dark: bool) -> None:
        self.setPalette(palette(dark))

    def show_style(self) -> None:
        """Bring every field to what the stack holds."""
        item = self._stack.item(self.identity)
        style = item.style
        self._raster.setVisible(isinstance(style, RasterStyle))
        self._vector.setVisible(isinstance(style, VectorStyle))
        with QSignalBlocker(self.opacity):
            self.opacity.setValue(round(item.opacity * 100))
        entry = next((e for e in resolve((item,), self._language)), None)
        if entry is not None and entry.legend is not None:
            self._preview.set_legend(entry.legend)
            self._preview.setVisible(entry.legend.palette is not None or bool(entry.legend.steps))
        if isinstance(style, RasterStyle):
            self._show_raster(style)
        elif isinstance(style, VectorStyle):
            self._show_vector(style)

    def _show_raster(self, style: RasterStyle) -> None:
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

    def _show_vector(self, style: VectorStyle) -> None:
        fields = (self.no_fill, self.line_width, self.point_size, self.label_field)
        blocked = [QSignalBlocker(field) for field in fields]
        for button, colour in ((self.line, style.line), (self.fill, style.fill)):
            chip = QPixmap(48, 12)
            chip.fill(QColor(colour) if colour else Qt.GlobalColor.transparent)
            button.setIcon(QIcon(chip))
            button.setIconSize(QSize(48, 12))
        self.no_fill.setChecked(style.fill is None)
        self.fill.setEnabled(style.fill is not None)
        self.line_width.setValue(style.width_px)
        self.point_size.setValue(style.size_px)
        names = list(getattr(self._stack.layer(self.identity), "fields", ()))
        self.label_field.clear()
        self.label_field.addItems([text("layers.none", self._language), *names])
        self.label_field.setEnabled(bool(names))
        if style.label_field in names:
            self.label_field.setCurrentIndex(names.index(style.label_field) + 1)
        for blocker in blocked:
            blocker.unblock()

    # -- from the hand ---------------------------------------------------------------------------

    def _style(self) -> Style | None:
        return self._stack.item(self.identity).style

    def _sample(self) -> NDArray[Any] | None:
        sample = getattr(self._stack.layer(self.identity), "sample", None)
        return np.asarray(sample()) if sample is not None else None

    def _set(self, **fields: Any) -> None:
        style = self._style()
        new: Style | None = None
        if isinstance(style, RasterStyle):
            quantile = fields.get("classification", style.classification) == "quantile"
            new = changed(style, self._sample() if quantile else None, **fields)
        elif isinstance(style, VectorStyle):
            new = style.model_copy(update=fields)
        if new is not None:
            self._stack.set_style(self.identity, new)

    def _pick(self, entry: QListWidgetItem | None) -> None:
        if entry is not None:
            self._set(palette=entry.data(Qt.ItemDataRole.UserRole))

    def _choose_method(self, index: int) -> None:
        style = self._style()
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
        style = self._style()
        if count == 1 and isinstance(style, RasterStyle):
            count = 0 if style.classes >= 2 and style.classification == "equal" else 2
        self._set(classes=count)

    def _type_breaks(self, words: str) -> None:
        numbers = parse_breaks(words)
        if numbers:
            self._set(classification="breaks", breaks=numbers)

    def _take_range(self) -> None:
        style, values = self._style(), self._sample()
        if isinstance(style, RasterStyle) and values is not None:
            new = range_from_data(style, values)
            self._set(low=new.low, high=new.high)

    def _ask_colour(self, field: str) -> None:
        style = self._style()
        if isinstance(style, VectorStyle):
            dialog = QColorDialog(QColor(getattr(style, field) or "#ffffff"), self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel, field == "fill")
            dialog.colorSelected.connect(lambda colour: self.set_colour(field, colour))
            dialog.open()

    def set_colour(self, field: str, colour: QColor) -> None:
        """Line or fill takes a colour."""
        form = QColor.NameFormat.HexArgb if colour.alpha() < 255 else QColor.NameFormat.HexRgb
        self._set(**{field: colour.name(form)})

    def _toggle_fill(self, none: bool) -> None:
        first = self._stack.first_style(self.identity)
        usual = first.fill if isinstance(first, VectorStyle) and first.fill else "#402f7f9e"
        self._set(fill=None if none else usual)

    def _reset(self) -> None:
        first = self._stack.first_style(self.identity)
        if first is not None:
            self._stack.set_style(self.identity, first)

    # -- from the stack --------------------------------------------------------------------------

    def _hear(self, ids: object) -> None:
        if isinstance(ids, frozenset) and self.identity in ids:
            self.show_style()

    def _leave_if_gone(self) -> None:
        if self.identity not in self._stack:
            self.close()

    def done(self, result: int) -> None:
        self._stack.changed.disconnect(self._hear)
        self._stack.order_changed.disconnect(self._leave_if_gone)
        super().done(result)
        self.closed.emit(self.identity)


def _number() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(-1e12, 1e12)
    box.setDecimals(3)
    box.setKeyboardTracking(False)
    box.setStepType(QDoubleSpinBox.StepType.DefaultStepType)
    return box
