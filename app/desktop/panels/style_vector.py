"""The page of the style dialog for outlines, areas and points: colours, sizes and labels, by attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
)

from app.desktop.map.by_field import by_kind, by_number
from app.desktop.map.colour import RAMPS
from app.desktop.map.stack import LayerStack
from app.desktop.map.style import MAX_CLASSES, Category, RasterStyle, VectorStyle
from app.desktop.panels.style_page import StylePage
from app.desktop.panels.swatch import ramp_image
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from app.messages import Language

MODES = ("single", "kinds", "numbers")
METHODS = ("natural", "quantile", "equal")
ICON = QSize(72, 12)
CHIP = QSize(48, 12)
LARGEST_POINT_PX, WIDEST_LINE_PX = 26.0, 6.0
VALUE = Qt.ItemDataRole.UserRole
RAMP_NAMES = tuple(name for name, ramp in RAMPS.items() if ramp.kind != "categorical")


class VectorPage(StylePage):
    """One colour or colours by a field, sizes by a number, names from a field."""

    def __init__(self, stack: LayerStack, identity: str) -> None:
        super().__init__(stack, identity)
        self.line, self.fill = QPushButton(), QPushButton()
        for button, field in ((self.line, "line"), (self.fill, "fill")):
            button.setAutoDefault(False)
            button.setIconSize(CHIP)
            button.clicked.connect(lambda _=False, f=field: self._ask_colour(f))
            self.row(f"layers.{field}", button)
        self.no_fill = TickBox()
        self.no_fill.toggled.connect(self._toggle_fill)
        self._form.addRow("", self.no_fill)
        self._make_colours()
        self.line_width, self.point_size = QDoubleSpinBox(), QDoubleSpinBox()
        self.line_width.setRange(0.0, 20.0)
        self.line_width.setSingleStep(0.2)
        self.line_width.valueChanged.connect(lambda value: self._set(width_px=value))
        self.point_size.setRange(1.0, 80.0)
        self.point_size.valueChanged.connect(lambda value: self._set(size_px=value))
        self.width_field, self.size_field, self.label_field = QComboBox(), QComboBox(), QComboBox()
        self.row("layers.width", self.line_width)
        self.row("layers.width_field", self.width_field)
        self.row("layers.size", self.point_size)
        self.row("layers.size_field", self.size_field)
        self.row("layers.label_field", self.label_field)
        for box, name in (
            (self.width_field, "width_field"), (self.size_field, "size_field"), (self.label_field, "label_field"),
        ):  # fmt: skip
            box.currentIndexChanged.connect(lambda _, b=box, n=name: self._by_field(n, _chosen(b)))

    def _make_colours(self) -> None:
        self.mode, self.field = QComboBox(), QComboBox()
        self.mode.addItems([""] * len(MODES))
        self.mode.currentIndexChanged.connect(self._choose_mode)
        self.field.currentIndexChanged.connect(lambda _: self._colour_by())
        self.kinds = QListWidget()
        self.kinds.setIconSize(QSize(18, 12))
        self.kinds.setFixedHeight(132)
        self.kinds.itemActivated.connect(self._ask_kind)
        self.ramp, self.method, self.classes = QComboBox(), QComboBox(), QSpinBox()
        self.ramp.setIconSize(ICON)
        for name in RAMP_NAMES:
            self.ramp.addItem(QIcon(QPixmap.fromImage(ramp_image(name).scaled(ICON))), "", name)
        self.method.addItems([""] * len(METHODS))
        self.classes.setRange(2, MAX_CLASSES)
        self.reverse = TickBox()
        self.ramp.currentIndexChanged.connect(lambda index: self._regrade(palette=self.ramp.itemData(index)))
        self.method.currentIndexChanged.connect(
            lambda index: self._regrade(classification=METHODS[index], breaks=())
        )
        self.classes.valueChanged.connect(lambda count: self._regrade(classes=count, breaks=()))
        self.reverse.toggled.connect(lambda on: self._regrade(reverse=on))
        self.row("layers.colouring", self.mode)
        self.row("layers.colour_field", self.field)
        self.row("layers.kinds", self.kinds)
        self.row("layers.palette", self.ramp)
        self._form.addRow("", self.reverse)
        self.row("layers.classification", self.method)
        self.row("layers.classes", self.classes)

    def set_language(self, language: Language) -> None:
        super().set_language(language)
        self.no_fill.setText(text("layers.no_fill", language))
        self.reverse.setText(text("layers.reverse", language))
        for index, mode in enumerate(MODES):
            self.mode.setItemText(index, text(f"layers.colouring.{mode}", language))
        for index, method in enumerate(METHODS):
            self.method.setItemText(index, text(f"layers.{method}", language))
        for index, name in enumerate(RAMP_NAMES):
            self.ramp.setItemText(index, text(f"layers.ramp.{name}", language))

    def show_style(self, style: VectorStyle) -> None:
        """Bring every field to what the stack holds."""
        fields = (
            self.no_fill, self.line_width, self.point_size, self.label_field, self.size_field, self.width_field,
            self.mode, self.field, self.ramp, self.reverse, self.method, self.classes,
        )  # fmt: skip
        blocked = [QSignalBlocker(field) for field in fields]
        for button, colour in ((self.line, style.line), (self.fill, style.fill)):
            button.setIcon(_chip(colour, CHIP))
        self.no_fill.setChecked(style.fill is None)
        self.fill.setEnabled(style.fill is not None)
        self.line_width.setValue(style.width_px)
        self.point_size.setValue(style.size_px)
        picture = self.picture()
        names = tuple(getattr(picture, "fields", ()))
        numbers = tuple(getattr(picture, "number_fields", ()))
        for box, chosen, offered in (
            (self.label_field, style.label_field, names),
            (self.size_field, style.size_field, numbers),
            (self.width_field, style.width_field, numbers),
        ):
            _fill(box, (text("layers.none", self._language), *offered), offered, chosen)
        mode = "single" if style.colour_field is None else "kinds" if style.ramp is None else "numbers"
        self._show_colours(style, mode, numbers if mode == "numbers" else names)
        self.mode.setEnabled(bool(names))
        _enable(self.mode, MODES.index("numbers"), bool(numbers))
        for blocker in blocked:
            blocker.unblock()

    def _show_colours(self, style: VectorStyle, mode: str, offered: Sequence[str]) -> None:
        self.mode.setCurrentIndex(MODES.index(mode))
        self.show_row(self.field, mode != "single")
        self.show_row(self.kinds, mode == "kinds")
        for widget in (self.ramp, self.reverse, self.method, self.classes):
            self.show_row(widget, mode == "numbers")
        self.field.clear()
        self.field.addItems(list(offered))
        if style.colour_field is not None and style.colour_field in offered:
            self.field.setCurrentIndex(list(offered).index(style.colour_field))
        if style.ramp is not None:
            self.ramp.setCurrentIndex(max(self.ramp.findData(style.ramp.palette), 0))
            self.reverse.setChecked(style.ramp.reverse)
            if style.ramp.classification in METHODS:
                self.method.setCurrentIndex(METHODS.index(style.ramp.classification))
            self.classes.setValue(style.ramp.classes)
        self._show_kinds(style)

    def _show_kinds(self, style: VectorStyle) -> None:
        rows = [
            (c.value, (c.title_zh if self._language == "zh" else c.title_en) or c.value, c.colour)
            for c in style.categories
        ]
        if style.has_other:
            rows.append(("", text("layers.other", self._language), style.other))
        while self.kinds.count() > len(rows):
            self.kinds.takeItem(self.kinds.count() - 1)
        for index, (value, title, colour) in enumerate(rows):
            if index >= self.kinds.count():
                self.kinds.addItem(QListWidgetItem())
            line = self.kinds.item(index)
            line.setText(title)
            line.setIcon(_chip(colour, QSize(18, 12)))
            line.setData(VALUE, value)

    # -- from the hand ---------------------------------------------------------------------------

    def _set(self, **fields: Any) -> None:
        style = self.style_held()
        if isinstance(style, VectorStyle):
            self.put(style.model_copy(update=fields))

    def _by_field(self, name: str, field: str | None) -> None:
        """A size that tells a number needs room: the largest becomes as large as can be told apart."""
        style = self.style_held()
        room: dict[str, Any] = {}
        if isinstance(style, VectorStyle) and field is not None:
            if name == "size_field":
                room = {"size_px": max(style.size_px, LARGEST_POINT_PX)}
            elif name == "width_field":
                room = {"width_px": max(style.width_px, WIDEST_LINE_PX)}
        self._set(**{name: field, **room})

    def _choose_mode(self, index: int) -> None:
        style, picture = self.style_held(), self.picture()
        if not isinstance(style, VectorStyle):
            return
        mode = MODES[index]
        offered = tuple(picture.number_fields if mode == "numbers" else picture.fields)
        if mode == "single" or not offered:
            self.put(
                style.model_copy(
                    update={"colour_field": None, "categories": (), "ramp": None, "has_other": False}
                )
            )
            return
        held = style.colour_field
        self._colour(style, mode, held if held is not None and held in offered else offered[0])

    def _colour_by(self) -> None:
        style = self.style_held()
        if isinstance(style, VectorStyle) and self.field.currentIndex() >= 0:
            self._colour(style, MODES[self.mode.currentIndex()], self.field.currentText())

    def _colour(self, style: VectorStyle, mode: str, field: str) -> None:
        values = self.picture().column(field)
        if values is None:
            return
        self.put(
            by_kind(style, field, values) if mode == "kinds" else by_number(style, field, values, style.ramp)
        )

    def _regrade(self, **fields: Any) -> None:
        """Other classes or colours for the same number."""
        style = self.style_held()
        if not isinstance(style, VectorStyle) or style.ramp is None or style.colour_field is None:
            return
        values = self.picture().column(style.colour_field)
        if values is not None:
            ramp = RasterStyle.model_validate({**style.ramp.model_dump(), **fields})
            self.put(by_number(style, style.colour_field, values, ramp))

    def _ask_colour(self, field: str) -> None:
        style = self.style_held()
        if isinstance(style, VectorStyle):
            dialog = self._dialog(getattr(style, field) or "#ffffff")
            dialog.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel, field == "fill")
            dialog.colorSelected.connect(lambda colour: self.set_colour(field, colour))
            dialog.open()

    def _ask_kind(self, line: QListWidgetItem) -> None:
        style, value = self.style_held(), line.data(VALUE)
        if isinstance(style, VectorStyle):
            held = next((c.colour for c in style.categories if c.value == value), style.other)
            dialog = self._dialog(held)
            dialog.colorSelected.connect(lambda colour: self.set_kind_colour(value, colour))
            dialog.open()

    def _dialog(self, colour: str) -> QColorDialog:
        dialog = QColorDialog(QColor(colour), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def set_colour(self, field: str, colour: QColor) -> None:
        """Line or fill takes a colour."""
        form = QColor.NameFormat.HexArgb if colour.alpha() < 255 else QColor.NameFormat.HexRgb
        self._set(**{field: colour.name(form)})

    def set_kind_colour(self, value: str, colour: QColor) -> None:
        """A kind takes a colour; "" stands for the features of no kind."""
        style = self.style_held()
        if not isinstance(style, VectorStyle):
            return
        if not value:
            self._set(other=colour.name())
            return

        def with_colour(kind: Category) -> Category:
            return kind.model_copy(update={"colour": colour.name()}) if kind.value == value else kind

        self._set(categories=tuple(with_colour(kind) for kind in style.categories))

    def _toggle_fill(self, none: bool) -> None:
        first = self._stack.first_style(self._identity)
        usual = first.fill if isinstance(first, VectorStyle) and first.fill else "#402f7f9e"
        self._set(fill=None if none else usual)


def _chip(colour: str | None, size: QSize) -> QIcon:
    chip = QPixmap(size)
    chip.fill(QColor(colour) if colour else Qt.GlobalColor.transparent)
    return QIcon(chip)


def _fill(box: QComboBox, shown: Sequence[str], offered: Sequence[str], chosen: str | None) -> None:
    """`shown` begins with "none"."""
    box.clear()
    box.addItems(list(shown))
    box.setEnabled(bool(offered))
    if chosen is not None and chosen in offered:
        box.setCurrentIndex(list(offered).index(chosen) + 1)


def _chosen(box: QComboBox) -> str | None:
    return box.currentText() if box.currentIndex() > 0 else None


def _enable(box: QComboBox, index: int, enabled: bool) -> None:
    item = box.model().item(index)  # type: ignore[attr-defined]
    item.setEnabled(enabled)
