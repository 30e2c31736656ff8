"""The form of the questions that remain, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.desktop.importing.words import ask_words, choice_words
from app.desktop.texts import text
from app.messages import Language
from gis_layers.importer.report import Guess, Question

Ask = Callable[[Question, Language], str]
Choice = Callable[[Question, Guess, Language], str]


class QuestionForm(QWidget):
    """Shows the questions of one layer or source and collects the answers."""

    answered = Signal(str, str)
    """Id of the question, and the value ("" where nothing is chosen yet)."""

    def __init__(
        self, parent: QWidget | None = None, ask: Ask = ask_words, choice: Choice = choice_words
    ) -> None:
        super().__init__(parent)
        self._ask, self._choice = ask, choice
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, QComboBox] = {}
        self.lines: dict[str, QLineEdit] = {}
        """Of questions to which nothing can be proposed."""

    def show_questions(
        self, questions: tuple[Question, ...], answers: Mapping[str, str], language: Language
    ) -> None:
        """Ask these, with what was answered before."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.boxes, self.lines = {}, {}
        if not questions:
            self._form.addRow(QLabel(text("import.no_questions", language)))
        for question in questions:
            needed = question.required or not question.choices
            label = QLabel(self._ask(question, language) + (" *" if needed else ""))
            field: QWidget
            if question.free and not question.choices:
                field = self.lines[question.id] = self._line(question, answers, language)
            else:
                field = self.boxes[question.id] = self._box(question, answers, language)
            label.setBuddy(field)
            field.setAccessibleName(label.text())
            self._form.addRow(label, field)

    def _line(self, question: Question, answers: Mapping[str, str], language: Language) -> QLineEdit:
        line = QLineEdit(answers.get(question.id, ""))
        line.setPlaceholderText(text("import.type_in", language))
        name = question.id
        line.textChanged.connect(lambda typed: self.answered.emit(name, typed.strip()))
        return line

    def _box(self, question: Question, answers: Mapping[str, str], language: Language) -> QComboBox:
        box = QComboBox()
        box.setEditable(question.free)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(22)
        choose = text("import.choose", language)
        for choice in question.choices:
            if box.findData(choice.value) < 0:
                box.addItem(self._choice(question, choice, language), choice.value)
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
