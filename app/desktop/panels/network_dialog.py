"""The box "export the network": format, hours, file; it stops nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.commands.network import FORMATS
from app.desktop.texts import text
from app.messages import Language

HOURS = ("now", "peak", "trough", "week", "all", "own")
ENDING = {
    "pandapower-json": ".json", "pandapower-xlsx": ".xlsx", "matpower": ".m", "pypsa": ".nc", "parquet": ".parquet",
    "csv": ".csv", "gpkg": ".gpkg",
}  # fmt: skip
YEAR_HOURS = 8760


class NetworkDialog(QDialog):
    """Tells what is wanted; the controller runs it."""

    asked = Signal(str, str, str)
    """Format, hours as the command line takes them, file."""
    file_asked = Signal(str)
    """A name to begin with."""

    def __init__(self, language: Language, hour: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language, self._hour, self._name = language, hour, name
        self.format, self.hours, self.typed, self.file = QComboBox(), QComboBox(), QLineEdit(), QLineEdit()
        for key in FORMATS:
            self.format.addItem(self._say(f"network.format.{key}"), key)
        for key in HOURS:
            self.hours.addItem(self._say(f"network.hours.{key}"), key)
        self._problem = QLabel()
        self._choose = QPushButton(self._say("network.choose"))
        row = QHBoxLayout()
        row.addWidget(self.file, 1)
        row.addWidget(self._choose)
        form = QFormLayout()
        for key, box in (("format", self.format), ("hours", self.hours), ("typed", self.typed)):
            form.addRow(self._say(f"network.{key}"), box)
            box.setAccessibleName(self._say(f"network.{key}"))
        form.addRow(self._say("network.file"), row)
        self.file.setAccessibleName(self._say("network.file"))
        self.typed.setPlaceholderText(self._say("network.typed_hint"))
        self.typed.setToolTip(self._say("network.typed_hint"))
        self.typed.setMinimumWidth(420)
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(self._say("network.go"), QDialogButtonBox.ButtonRole.AcceptRole)
        close = buttons.addButton(self._say("network.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)
        self.setWindowTitle(self._say("network.title"))
        self.go.clicked.connect(self._go)
        close.clicked.connect(self.close)
        self._choose.clicked.connect(lambda: self.file_asked.emit(self.first_name()))
        self.hours.currentIndexChanged.connect(lambda _: self._offer())
        self.format.currentIndexChanged.connect(lambda _: self._rename())
        self._offer()

    def first_name(self) -> str:
        """The name the file box begins with."""
        return f"{self._name}-network{ENDING[self.format.currentData()]}"

    def hours_words(self) -> str:
        """The hours as the command line takes them."""
        key = self.hours.currentData()
        if key == "own":
            return self.typed.text().strip() or "peak"
        if key == "week":
            return f"{self._hour}-{min(self._hour + 167, YEAR_HOURS - 1)}"
        return str(self._hour) if key == "now" else str(key)

    def set_file(self, path: str) -> None:
        """The file chosen; it gets the ending of the format."""
        if path:
            self.file.setText(path)
            self._rename()

    def _say(self, key: str) -> str:
        return text(key, self._language)

    def _offer(self) -> None:
        self.typed.setEnabled(self.hours.currentData() == "own")

    def _rename(self) -> None:
        path = self.file.text().strip()
        if path and Path(path).suffix.lower() in set(ENDING.values()) | {""}:
            self.file.setText(str(Path(path).with_suffix(ENDING[self.format.currentData()])))

    def _go(self) -> None:
        path = self.file.text().strip()
        if not path:
            self._problem.setText(self._say("network.no_file"))
            self.file.setFocus()
            return
        self.asked.emit(self.format.currentData(), self.hours_words(), path)
        self.close()
