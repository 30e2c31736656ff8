"""The one contract of all sources: what a file is, what was found in it, and how its checked copy is made.

A format is looked up in `registry`, looks at the user's files (`inspect`), and writes a copy in the house's own
form (`write`); `importing.import_source` does the rest, the same for all: consent, hashes, manifest, whole or
nothing. Findings and questions carry codes and figures; their words (zh/en) live in `app`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from gis_layers.errors import InputError, Param, Problem
from gis_layers.importer.report import Guess, Question
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade

__all__ = [
    "Answers",
    "Finding",
    "Grid",
    "Guess",
    "Kind",
    "Period",
    "Place",
    "Question",
    "SourceFormat",
    "SourceReport",
    "Variable",
    "Weight",
    "refuse",
    "settle",
]

Kind = Literal[
    "hourly-place",
    "hourly-grid",
    "capacity-factor-year",
    "raster",
    "stations",
    "flow-series",
    "areas",
    "power-curve",
]
Weight = Literal["fatal", "consent", "note"]
"""Of a finding: the file cannot be used; it can once the user agrees to the correction; good to know."""
Answers = Mapping[str, str]
"""By id of the question; the user's consent to a correction is 'fix:<code>' = 'yes', to all 'fix' = 'yes'."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a file that is not as it should be, or that a reader should know."""

    code: str
    """Names the sentence and, where `weight` is 'consent', the correction ('gap_short', 'clock_offset' ...)."""
    weight: Weight
    problem: Problem
    """File (and row), field, found, expected."""
    params: Mapping[str, Param] = field(default_factory=dict)
    """Figures of the sentence, units in their names."""

    @property
    def consent_id(self) -> str:
        return f"fix:{self.code}"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the file that is used, as found and as understood."""

    name: str
    """As in the file."""
    role: str
    """What it is to us, with our unit: 'ghi_w_per_m2', 'wind_u_ms', 'discharge_m3_per_s' ..."""
    unit_found: str
    """As the file says; '' where it says nothing."""
    unit_understood: str
    low: float | None
    """Of the values looked at, in our unit, as are `high` and `mean`."""
    high: float | None
    mean: float | None
    missing_share: float
    """Of the values looked at. [-]"""
    height_m: float | None = None
    """Above ground, where the variable has one."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time a file covers, stamps as in the file."""

    first: str
    last: str
    """ISO stamps."""
    steps: int
    step_min: float
    calendar: str
    """'standard', 'noleap', '360_day' ...; 'typical' for months of several years."""
    utc_offset_h: float | None
    """Of the stamps, as understood; None where it must be asked."""
    stamp: Literal["beginning", "centre", "end", "instant", "mixed"]
    """Where in its step a stamp stands."""
    years: tuple[int, ...] = ()
    """Calendar years (UTC+8) that are covered well enough to be used; of a typical year (0,)."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a file."""

    name: str
    lon_deg: float
    lat_deg: float
    elevation_m: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a gridded file."""

    rows: int
    columns: int
    bounds: tuple[float, float, float, float]
    """(west, south, east, north) of the cell centres, as the file counts."""
    step_deg: tuple[float, float]
    """(longitude, latitude); of projected rasters in the units of the system."""
    crs: str
    longitudes: Literal["-180..180", "0..360", "projected"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What was found in one source: one file, or several that belong together."""

    paths: tuple[Path, ...]
    format_id: str
    kind: Kind
    size_bytes: int
    grade: Grade
    source: str
    """Who made the data, in one line, for inspector and reports."""
    licence: str
    variables: tuple[Variable, ...]
    period: Period | None = None
    places: tuple[Place, ...] = ()
    grid: Grid | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    """What only the user can know, each with a proposed answer, first choice best."""

    def weighing(self, weight: Weight) -> tuple[Finding, ...]:
        """The findings of one weight."""
        return tuple(found for found in self.findings if found.weight == weight)

    @property
    def usable(self) -> bool:
        """Nothing fatal; consent and answers may still be needed."""
        return not self.weighing("fatal")

    @property
    def missing_share(self) -> float:
        """Of the worst variable. [-]"""
        return max((variable.missing_share for variable in self.variables), default=0.0)


class SourceFormat(Protocol):
    """One kind of file. Stateless; one object a format, named `FORMAT` (or in `FORMATS`) of its module."""

    @property
    def id(self) -> str:
        """Short and stable: 'era5', 'nasa_power' ..."""

    @property
    def kind(self) -> Kind: ...

    @property
    def title_zh(self) -> str: ...

    @property
    def title_en(self) -> str: ...

    @property
    def licence(self) -> str:
        """What holds unless the user says otherwise; the name of the licence or how to find out."""

    @property
    def grade(self) -> Grade: ...

    @property
    def suffix(self) -> str:
        """Ending of the checked copy: '.nc', '.parquet', '.tif', '.gpkg'."""

    def sniff(self, head: bytes, path: Path) -> float:
        """How sure it is that the file is of this format, 0 (no) to 1; from `head` (its first 4,096 bytes).

        May open the file where the head says too little (HDF5); never raises for a file it cannot read.
        """

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        """All that can be found out without reading everything; `answers` may be partial or empty.

        What is wrong goes into `findings`.

        Raises
        ------
        InputError
            Only where nothing can be said of the file at all (gone, cut off, not of this format).
        """

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        """Write the checked, corrected copy to `target`, by pieces; called once nothing is open any more.

        Returns
        -------
        Figures for the manifest: counts of what was corrected, years, cells.

        Raises
        ------
        InputError
            What only a full reading shows: all problems of the file at once. The caller drops `target`.
        """


def settle(report: SourceReport, answers: Answers) -> dict[str, str]:
    """Answers completed by first choices; the question's id -> the answer that holds.

    Raises
    ------
    InputError
        Fatal findings, required questions without an answer, answers that cannot be, and corrections the user
        has not agreed to: all at once.
    """
    where = str(report.paths[0])
    problems = [found.problem for found in report.weighing("fatal")]
    settled = {name: value.strip() for name, value in answers.items()}
    for question in report.questions:
        allowed = [choice.value for choice in question.choices]
        given = settled.get(question.id, "")
        if given:
            if not question.free and given not in allowed:
                problems.append(Problem(where, question.id, given, f"one of {', '.join(allowed)[:200]}"))
        elif question.required or not allowed:
            expected = ", ".join(value for value in allowed if value)[:200] or "an answer"
            problems.append(Problem(where, question.id, "no answer", expected))
        else:
            settled[question.id] = allowed[0]
    for found in report.weighing("consent"):
        if "yes" not in (settled.get(found.consent_id), settled.get("fix")):
            problems.append(found.problem)
    if problems:
        raise InputError(problems)
    return settled


def refuse(path: Path, field_name: str, found: str, expected: str) -> InputError:
    """The error for a file nothing more can be said of."""
    return InputError(Problem(str(path), field_name, found, expected))
