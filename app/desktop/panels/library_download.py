"""Asks what to download: a service and a pinned place, or an address; the size comes first, then the question."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.desktop.control.library_commands import Cost, Fetch
from app.desktop.importing.words import size_words
from app.desktop.texts import text
from app.desktop.tools.pins import Pin
from app.messages import Language
from resources.sources.services import SERVICES

URL = "url"
FIRST_YEAR, LAST_YEAR = 1981, 2030


class DownloadDialog(QDialog):
    """Goes to no network itself; says what is wanted."""

    asked = Signal(object)
    """A `Fetch` whose size is to be told by `show_cost` or `refuse`."""
    agreed = Signal(object)
    """A `Fetch` whose size the user has seen."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.language: Language = language
        self._offered: tuple[Fetch, Cost] | None = None
        self.service, self.place = QComboBox(), QComboBox()
        self.first, self.last = QSpinBox(), QSpinBox()
        for box in (self.first, self.last):
            box.setRange(FIRST_YEAR, LAST_YEAR)
            box.setGroupSeparatorShown(False)
            box.setValue(2020)
        self.address, self.proxy = QLineEdit(), QLineEdit()
        self._years = QWidget()
        years = QHBoxLayout(self._years)
        years.setContentsMargins(0, 0, 0, 0)
        years.addWidget(self.first)
        years.addWidget(QLabel("–"))
        years.addWidget(self.last)
        years.addStretch(1)
        self._labels = {key: QLabel() for key in ("what", "place", "years", "address", "proxy")}
        self._fields: dict[str, QWidget] = {
            "what": self.service, "place": self.place, "years": self._years, "address": self.address,
            "proxy": self.proxy,
        }  # fmt: skip
        self._form = QFormLayout()
        for key, field in self._fields.items():
            self._labels[key].setBuddy(field)
            self._form.addRow(self._labels[key], field)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(48)
        buttons = QDialogButtonBox()
        self.ask = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self.go = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self.close_button = buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self.ask.clicked.connect(self._ask)
        self.go.clicked.connect(self._go)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self.said)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.resize(560, 300)
        self._fill_services()
        self.service.currentIndexChanged.connect(self._changed)
        self.place.currentIndexChanged.connect(self._changed)
        for box in (self.first, self.last):
            box.valueChanged.connect(self._changed)
        for line in (self.address, self.proxy):
            line.textChanged.connect(self._changed)
        self.set_language(language)

    def show_pins(self, pins: Sequence[Pin]) -> None:
        """The places to choose from."""
        self.place.blockSignals(True)
        self.place.clear()
        for pin in pins:
            words = f"{pin.letter}  {pin.name}  {pin.lon_deg:.3f}°E {pin.lat_deg:.3f}°N"
            self.place.addItem(words, (pin.name, pin.lon_deg, pin.lat_deg))
        if pins:
            self.place.setCurrentIndex(0)  # beside a placeholder nothing is chosen by itself
        self.place.blockSignals(False)
        self._changed()

    def show_cost(self, fetch: Fetch, cost: Cost) -> None:
        """The size of what was asked for; an answer to an older question is passed over."""
        if fetch != self.fetch():
            return
        self._offered = (fetch, cost)
        self._say_cost()
        self._enable()

    def refuse(self, fetch: Fetch, words: str) -> None:
        """Why the size cannot be told."""
        if fetch == self.fetch():
            self.said.setText(words)
            self._enable()

    def set_language(self, language: Language) -> None:
        self.language = language

        def words(key: str) -> str:
            return text(f"library.download.{key}", language)

        self.setWindowTitle(words("title"))
        for key, label in self._labels.items():
            label.setText(words(key))
        for box, key in ((self.service, "what"), (self.place, "place"), (self.address, "address")):
            box.setAccessibleName(words(key))
        for year in (self.first, self.last):
            year.setAccessibleName(words("years"))
        self.proxy.setAccessibleName(words("proxy"))
        self.proxy.setPlaceholderText(words("proxy_hint"))
        self.address.setPlaceholderText("https://")
        self.place.setPlaceholderText(words("no_pin"))
        self.ask.setText(words("ask"))
        self.go.setText(words("go"))
        self.close_button.setText(text("import.close", language))
        self._fill_services()
        if self._offered is not None:
            self._say_cost()
        else:
            self.said.setText(words("note"))
        self._enable()

    def fetch(self) -> Fetch | None:
        """What the fields say; None where something is missing."""
        service = str(self.service.currentData())
        proxy = self.proxy.text().strip()
        if service == URL:
            url = self.address.text().strip()
            return Fetch(URL, url.rpartition("/")[2] or url, url=url, proxy=proxy) if url else None
        chosen = self.place.currentData()
        if chosen is None:
            return None
        name, lon, lat = chosen
        first, last = sorted((self.first.value(), self.last.value()))
        years = (first, last) if self._has_years() else ()
        return Fetch(service, f"{self.service.currentText()} · {name}", lon, lat, years, proxy=proxy)

    # -- inside ----------------------------------------------------------------------------------

    def _has_years(self) -> bool:
        return any(one.id == self.service.currentData() and one.first_year for one in SERVICES)

    def _fill_services(self) -> None:
        chosen = max(self.service.currentIndex(), 0)
        self.service.blockSignals(True)
        self.service.clear()
        for one in SERVICES:
            self.service.addItem(one.title_zh if self.language == "zh" else one.title_en, one.id)
        self.service.addItem(text("library.download.url", self.language), URL)
        self.service.setCurrentIndex(chosen)
        self.service.blockSignals(False)

    def _changed(self) -> None:
        """Another question: what was offered no longer holds."""
        self._offered = None
        self.said.setText(text("library.download.note", self.language))
        self._enable()

    def _enable(self) -> None:
        own = self.service.currentData() == URL
        for key, there in (("place", not own), ("years", self._has_years()), ("address", own)):
            self._form.setRowVisible(self._fields[key], there)
        self.ask.setEnabled(self.fetch() is not None)
        self.go.setEnabled(self._offered is not None)
        self.ask.setDefault(self._offered is None)
        self.go.setDefault(self._offered is not None)

    def _say_cost(self) -> None:
        assert self._offered is not None
        cost = self._offered[1]
        known = text(f"library.download.{cost.known}", self.language)
        size = "?" if cost.size_bytes is None else size_words(cost.size_bytes)
        self.said.setText(
            text("library.download.size", self.language, size=size, how=known, path=cost.folder)
        )

    def _ask(self) -> None:
        fetch = self.fetch()
        if fetch is not None:
            self.said.setText(text("library.download.asking", self.language))
            self.ask.setEnabled(False)
            self.asked.emit(fetch)

    def _go(self) -> None:
        if self._offered is not None:
            self.agreed.emit(self._offered[0])
            self.accept()
