"""Pages and notes of the siting page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.messages import Language
from planning.words import note

if TYPE_CHECKING:
    from app.desktop.control.siting_work import Answer


def above(main: QWidget, words: QLabel) -> QWidget:
    """A page with a line of words under what fills it."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.setSpacing(3)
    layout.addWidget(main, 1)
    layout.addWidget(words)
    return page


def notes(answer: Answer, language: Language) -> list[str]:
    """What a reader must know, with rules and criteria by their names."""
    from planning.siting.suitability import CRITERIA

    column = 0 if language == "zh" else 1
    names = {key: titles[column] for key, titles in CRITERIA.items()}
    for row in answer.document["audit"]:
        names[row["rule"]] = row["title_zh" if language == "zh" else "title_en"]
    told = []
    for code in answer.document["notes"]:
        name, *figures = code.split("|")
        if figures and name in ("site_criteria_left_out", "site_rules_without_data"):
            own = [names.get(one, one) for one in figures[-1].split(", ")]
            figures[-1] = ("、" if language == "zh" else ", ").join(dict.fromkeys(own))
        told.append(note("|".join([name, *figures]), language))
    return told
