"""Weights of the criteria: pairwise judgements with the consistency ratio as they are made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import GAIN, Look
from app.desktop.panels.endowment_card import Bars, Row
from app.desktop.panels.field_editor import WARNING
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from planning.siting.ahp import Weights, weights_of
from planning.siting.suitability import CRITERIA, Judgements
from planning.words import percent

SCALE: tuple[tuple[str, float], ...] = (
    *((f"1/{n}", 1.0 / n) for n in range(9, 1, -1)),
    *((str(n), float(n)) for n in range(1, 10)),
)
"""Saaty's scale as it is written, and as numbers."""


class WeightsEditor(QWidget):
    """A matrix of judgements, the weights they give, and whether they agree."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self.judged = Judgements()
        self._names = self.judged.criteria
        self.boxes: dict[tuple[int, int], QComboBox] = {}
        self._mirrors: dict[tuple[int, int], QLabel] = {}
        self._rows = [QLabel() for _ in self._names]
        self._columns = [QLabel() for _ in self._names]
        self._head = QLabel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(3)
        grid.addWidget(self._head, 0, 0)
        count = len(self._names)
        for i in range(count):
            self._rows[i].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._columns[i].setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(self._rows[i], i + 1, 0)
            grid.addWidget(self._columns[i], 0, i + 1)
            for j in range(count):
                if j > i:
                    box = QComboBox()
                    box.addItems([name for name, _ in SCALE])
                    box.setMaximumWidth(74)
                    box.currentIndexChanged.connect(lambda _: self._judged())
                    self.boxes[(i, j)] = box
                    grid.addWidget(box, i + 1, j + 1)
                else:
                    label = QLabel("1" if i == j else "")
                    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                    self._mirrors[(i, j)] = label
                    grid.addWidget(label, i + 1, j + 1)
        grid.setRowStretch(count + 1, 1)
        self.bars, self.words = Bars(), QLabel()
        self.words.setWordWrap(True)
        self.allow, self.reset = TickBox(), QPushButton()
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(self.allow)
        foot.addWidget(self.reset)
        right = QVBoxLayout()
        right.addLayout(foot)
        right.addWidget(self.bars, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addLayout(right, 1)
        self.allow.clicked.connect(
            lambda on: self._take(self.judged.model_copy(update={"allow_inconsistent": on}))
        )
        self.reset.clicked.connect(lambda: self.show_judged(Judgements(), tell=True))
        self.show_judged(self.judged)

    @property
    def weights(self) -> Weights:
        return weights_of(self._names, self.judged.matrix)

    @property
    def usable(self) -> bool:
        """Whether a run may take these judgements."""
        return self.judged.allow_inconsistent or self.weights.consistent

    def show_judged(self, judged: Judgements, tell: bool = False) -> None:
        """Judgements of all criteria in their usual order."""
        self.judged = judged
        for (i, j), box in self.boxes.items():
            with QSignalBlocker(box):
                box.setCurrentIndex(_nearest(judged.matrix[i][j]))
        self.allow.setChecked(judged.allow_inconsistent)
        self._fill()
        if tell:
            self.changed.emit()

    def set_look(self, look: Look) -> None:
        self._look = look
        language = look.language
        titles = self._titles()
        self._head.setText("")
        hint = text("siting.ahp_hint", language)
        for label, title in zip((*self._rows, *self._columns), (*titles, *titles), strict=True):
            label.setText(title)
            label.setToolTip(hint)
        for column, title in zip(self._columns, titles, strict=True):
            column.setText(title.replace(" of the ", " of\nthe ").replace(" to ", "\nto "))
        for (i, j), box in self.boxes.items():
            name = text("siting.ahp_pair", language, first=titles[i], second=titles[j])
            box.setAccessibleName(name)
            box.setToolTip(f"{name}\n{hint}")
        self.allow.setText(text("siting.ahp_allow", language))
        self.allow.setToolTip(text("siting.ahp_allow_hint", language))
        self.reset.setText(text("siting.reset", language))
        self.reset.setToolTip(text("siting.ahp_reset", language))
        self.setAccessibleName(text("siting.ahp", language))
        self._fill()

    # -- inside ----------------------------------------------------------------------------------

    def _titles(self) -> Sequence[str]:
        column = 0 if self._look.language == "zh" else 1
        return [CRITERIA[name][column] for name in self._names]

    def _judged(self) -> None:
        matrix = np.eye(len(self._names))
        for (i, j), box in self.boxes.items():
            matrix[i, j] = SCALE[box.currentIndex()][1]
            matrix[j, i] = 1.0 / matrix[i, j]
        rows = tuple(tuple(float(v) for v in row) for row in matrix)
        name = "default" if rows == Judgements().matrix else "edited"
        self._take(self.judged.model_copy(update={"matrix": rows, "name": name}))

    def _take(self, judged: Judgements) -> None:
        self.judged = judged
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        look, titles = self._look, self._titles()
        found = self.weights
        for (i, j), label in self._mirrors.items():
            if i != j:
                label.setText(SCALE[_nearest(1.0 / self.judged.matrix[j][i])][0])
        top = float(found.weight.max())
        rows = [
            Row(title, float(weight) / top, percent(float(weight)), GAIN)
            for title, weight in zip(titles, found.weight, strict=True)
        ]
        self.bars.show_rows(text("siting.ahp_weights", look.language), rows, look)
        self.allow.setVisible(not found.consistent)
        if found.consistent or found.worst is None:
            self.words.setText(text("siting.ahp_good", look.language, cr=found.consistency_ratio))
            self.words.setStyleSheet("")
            return
        worst = found.worst
        name = dict(zip(self._names, titles, strict=True))
        self.words.setText(
            text(
                "siting.ahp_bad",
                look.language,
                cr=found.consistency_ratio,
                first=name[worst.first],
                second=name[worst.second],
                given=SCALE[_nearest(worst.given)][0],
                implied=SCALE[_nearest(worst.implied)][0],
            )
        )
        self.words.setStyleSheet(f"color:{WARNING[look.dark]}")


def _nearest(value: float) -> int:
    """The step of the scale nearest in ratio."""
    return int(np.argmin([abs(np.log(value / own)) for _, own in SCALE]))
