"""The form of the questions that remain, one line each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from app.desktop.importing.words import choice_words
from app.desktop.texts import text
from app.messages import Language
from gis_layers.importer.report import Question


class QuestionForm(QWidget):
    """Shows the questions of one layer and collects the answers."""

    answered = Signal(str, str)
    """Id of the question, and the value ("" where nothing is chosen yet)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, QComboBox] = {}

    def show_questions(
        self, questions: tuple[Question, ...], answers: Mapping[str, str], language: Language
    ) -> None:
        """Ask these, with what was answered before."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.boxes = {}
        if not questions:
            self._form.addRow(QLabel(text("import.no_questions", language)))
        for question in questions:
            box = self._box(question, answers, language)
            label = QLabel(text(f"import.ask.{question.id}", language) + (" *" if question.required else ""))
            label.setBuddy(box)
            box.setAccessibleName(label.text())
            self._form.addRow(label, box)
            self.boxes[question.id] = box

    def _box(self, question: Question, answers: Mapping[str, str], language: Language) -> QComboBox:
        box = QComboBox()
        box.setEditable(question.free)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(22)
        choose = text("import.choose", language)
        for choice in question.choices:
            box.addItem(choice_words(question, choice, language), choice.value)
        if question.required:
            if question.free:
                line = box.lineEdit()
                assert line is not None
                line.setPlaceholderText(choose)
            else:
                box.setPlaceholderText(choose)
            box.setCurrentIndex(-1)
        if question.id in answers:
            at = box.findData(answers[question.id])
            box.setCurrentIndex(at)
            if at < 0 and question.free:
                box.setEditText(answers[question.id])
        name = question.id
        if question.free:
            box.editTextChanged.connect(lambda _, box=box: self.answered.emit(name, _value(box)))
        else:
            box.currentIndexChanged.connect(lambda _, box=box: self.answered.emit(name, _value(box)))
        return box


def _value(box: QComboBox) -> str:
    """Data of the chosen line, or what was typed."""
    if box.isEditable():
        typed = box.currentText()
        at = box.findText(typed)
        return str(box.itemData(at)) if at >= 0 else typed.strip()
    return "" if box.currentIndex() < 0 else str(box.currentData())
