"""What the import dialog holds of each file: how it was read, for what it is to be used, what is answered. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.desktop.importing.work import PRODUCT, SURE, Source
from gis_layers.errors import EnergyMapError
from gis_layers.importer.report import FileReport, LayerReport, Question

TWIN = "twin"
"""Agreed to: the same files once more."""
Purpose = Literal["library", "layer"]
"""To compute with (a checked copy in the library), or only to be looked at (a layer of the map)."""


@dataclass(frozen=True, slots=True)
class Order:
    """A source the user wants in the library, all that has to be known of it."""

    paths: tuple[Path, ...]
    format_id: str
    answers: Mapping[str, str]
    name: str
    """As the list shows it."""


@dataclass(eq=False)
class Entry:
    """One line of the list: a file being read, a layer, data, or a file that cannot be used."""

    path: Path
    more: tuple[Path, ...] = ()
    """Further files that are read together with it."""
    report: FileReport | None = None
    layer: LayerReport | None = None
    error: EnergyMapError | None = None
    not_data: EnergyMapError | None = None
    """Why it is a layer only, although it looks like data."""
    answers: dict[str, str] = field(default_factory=dict)
    busy: bool = True
    done: bool = False
    source: Source | None = None
    purpose: Purpose = "layer"
    told: dict[str, str] = field(default_factory=dict)
    """Answers to the questions of the source."""
    agreed: set[str] = field(default_factory=set)
    """Codes of corrections the user agreed to."""
    refused: EnergyMapError | None = None
    """Why the source cannot be read with the answers as they are."""
    checking: bool = False
    """The source is being looked at with new answers."""
    said: str = ""
    """Why it did not come into the library, in the reader's words."""
    order: Order | None = None
    """Under way into the library."""
    progress: tuple[float, str, float | None] | None = None
    """Share, step in words, seconds left of that."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.path, *self.more)

    @property
    def choice(self) -> bool:
        """Whether there are two uses to choose from."""
        return self.source is not None and self.layer is not None

    @property
    def open_questions(self) -> int:
        """What the user has yet to say: required answers, and corrections to agree to."""
        if self.purpose == "library" and self.source is not None:
            report = self.source.report
            asked = sum(needs_answer(question, self.told) for question in report.questions)
            again = bool(self.source.twin) and TWIN not in self.agreed
            return asked + again + len({found.code for found in report.weighing("consent")} - self.agreed)
        questions = self.layer.questions if self.layer else ()
        return sum(question.required and not self.answers.get(question.id) for question in questions)

    @property
    def fatal(self) -> int:
        """Findings with which the source cannot come in; while its questions are open, some may go."""
        if self.purpose != "library" or self.source is None:
            return 0
        return len(self.source.report.weighing("fatal"))

    @property
    def importable(self) -> bool:
        if self.busy or self.done or self.checking or self.open_questions:
            return False
        if self.purpose == "library":
            return self.source is not None and self.refused is None and not self.fatal
        return self.layer is not None

    def take_source(self, source: Source) -> None:
        """What was found of it as data; the likelier of its uses becomes the proposed one."""
        first = self.source is None
        self.source, self.refused = source, None
        codes = {found.code for found in source.report.weighing("consent")}
        self.agreed &= codes | {TWIN}
        needed = SURE if source.report.kind == "hourly-place" else PRODUCT
        if first and (self.layer is None or source.confidence >= needed):
            self.purpose = "library"

    def order_of(self) -> Order:
        """What is handed over once nothing is open."""
        assert self.source is not None
        report = self.source.report
        answers = {name: value for name, value in self.told.items() if value}
        for found in report.weighing("consent"):
            if found.code in self.agreed:
                answers[found.consent_id] = "yes"
        return Order(self.source.paths, self.source.format_id, answers, self.path.name)


def needs_answer(question: Question, told: Mapping[str, str]) -> bool:
    """Whether a source cannot come in before this is answered, as `contract.settle` has it."""
    return not told.get(question.id) and (question.required or not question.choices)
