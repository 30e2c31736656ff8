"""The status bar's fixed parts: place under the pointer, scale, the running task, unsaved and stale marks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from app.desktop.texts import text
from app.messages import Language


class StatusParts(QWidget):
    """Right side of the status bar."""

    cancelled = Signal()
    review_number_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.task, self.stale = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(150)
        self.bar.setTextVisible(False)
        self.stop = QPushButton()
        self.review = QLineEdit()
        self.review.setFixedWidth(150)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        for widget in (self.stale, self.task, self.bar, self.stop, self.review):
            row.addWidget(widget)
        self.stop.clicked.connect(self.cancelled)
        self.review.editingFinished.connect(lambda: self.review_number_entered.emit(self.review.text()))
        self.show_idle()

    def show_progress(self, words: str, share: float, remaining_s: object, language: Language) -> None:
        self.bar.show()
        self.stop.show()
        self.bar.setValue(round(share * 1000))
        left = (
            f"  {text('remaining', language)} {remaining_s:.0f} s" if isinstance(remaining_s, float) else ""
        )
        self.task.setText(f"{words} {share:.0%}{left}")

    def show_idle(self, words: str = "") -> None:
        self.bar.hide()
        self.stop.hide()
        self.task.setText(words)

    def set_language(self, language: Language) -> None:
        self.stop.setText(text("cancel", language))
        self.bar.setAccessibleName(text("running", language))
        self.review.setPlaceholderText(text("review_hint", language))
        self.review.setAccessibleName(text("review_number", language))
        self.review.setToolTip(text("review_number", language))

    def set_stale(self, inputs: int, language: Language) -> None:
        self.stale.setText(text("stale_n", language, n=inputs) if inputs else "")
