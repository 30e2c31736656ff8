"""The style of one layer: colours, range, classes, sizes, opacity; every change shows on the map at once."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.desktop.map.stack import LayerStack, resolve
from app.desktop.map.style import Legend, RasterStyle, VectorStyle
from app.desktop.panels.style_raster import RasterPage
from app.desktop.panels.style_source import SourcePage
from app.desktop.panels.style_vector import VectorPage
from app.desktop.panels.swatch import Swatch
from app.desktop.texts import text
from app.desktop.theme import palette
from app.messages import Language


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
        self._preview = Swatch(Legend("", "", "", "", None, False, ()))
        self.source = SourcePage(stack, identity)
        self.raster, self.vector = RasterPage(stack, identity), VectorPage(stack, identity)
        self.opacity, self._opacity_label = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.opacity.setRange(0, 100)
        self.opacity.valueChanged.connect(lambda value: stack.set_opacity(identity, value / 100))
        common = QWidget()
        form = QFormLayout(common)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self._opacity_label, self.opacity)
        buttons = QDialogButtonBox()
        self.reset = buttons.addButton("", QDialogButtonBox.ButtonRole.ResetRole)
        self.reset.clicked.connect(self._reset)
        self.done_button = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.done_button.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        for part in (self._preview, self.source, self.raster, self.vector, common, buttons):
            layout.addWidget(part)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        self.resize(400, 10)
        stack.changed.connect(self._hear)
        stack.order_changed.connect(self._leave_if_gone)
        self.set_language(language)
        self.set_dark(dark)

    def set_language(self, language: Language) -> None:
        self._language = language
        item = self._stack.item(self.identity)
        title = item.title_zh if language == "zh" else item.title_en
        self.setWindowTitle(text("layers.style_of", language, title=title))
        self._opacity_label.setText(text("opacity", language))
        self.opacity.setAccessibleName(text("opacity", language))
        self.reset.setText(text("layers.reset", language))
        self.done_button.setText(text("layers.close", language))
        for page in (self.source, self.raster, self.vector):
            page.set_language(language)
        self.show_style()

    def set_dark(self, dark: bool) -> None:
        colours = palette(dark)
        self.setPalette(colours)
        if dark:
            # Fusion draws the frame of a check box a shade darker than Window: lost on a dark ground.
            colours.setColor(QPalette.ColorRole.Window, QColor("#8b949b"))
        for box in self.findChildren(QCheckBox):
            box.setPalette(colours)

    def show_style(self) -> None:
        """Bring every field to what the stack holds."""
        item = self._stack.item(self.identity)
        style = item.style
        self.source.setVisible(style is not None and not isinstance(style, VectorStyle))
        self.raster.setVisible(isinstance(style, RasterStyle))
        self.vector.setVisible(isinstance(style, VectorStyle))
        with QSignalBlocker(self.opacity):
            self.opacity.setValue(round(item.opacity * 100))
        entry = next((e for e in resolve((item,), self._language)), None)
        if entry is not None and entry.legend is not None:
            self._preview.set_legend(entry.legend)
            self._preview.setVisible(not entry.legend.empty)
        if style is not None and not isinstance(style, VectorStyle):
            self.source.show_style(style)
        if isinstance(style, RasterStyle):
            self.raster.show_style(style)
        elif isinstance(style, VectorStyle):
            self.vector.show_style(style)

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
