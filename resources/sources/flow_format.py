"""What the formats of river flow share: read all, check, ask, write the checked copy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Finding, Kind, Period, Question, SourceReport, Variable
from resources.sources.flow_series import (
    NATURE_QUESTION,
    FlowSeries,
    checked,
    mended,
    nature_question,
    write_series,
)
from resources.sources.hourly_checks import merged


@dataclass(slots=True)
class FlowRead:
    """The files as read: series in m3/s, in order, before any correction."""

    series: list[FlowSeries] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    source: str = ""


class FlowFormat:
    """Base of the formats of kind 'flow-series'."""

    id: ClassVar[str]
    kind: ClassVar[Kind] = "flow-series"
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    licence: ClassVar[str]
    grade: ClassVar[Grade] = "measured"
    source: ClassVar[str]
    suffix: ClassVar[str] = ".parquet"

    def read(self, paths: tuple[Path, ...], answers: Answers) -> FlowRead:
        """All files; raises InputError where nothing can be said of one."""
        raise NotImplementedError

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        """See `contract.SourceFormat.inspect`."""
        read = self.read(paths, answers)
        findings = list(read.findings)
        names = [series.name for series in read.series]
        for twice in sorted({name for name in names if names.count(name) > 1}):
            problem = Problem(str(paths[0]), "station", f"{twice} twice", "each station once")
            findings.append(Finding("station_twice", "fatal", problem))
        for series in read.series:
            findings += checked(str(paths[0]), series)
        return SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=sum(path.stat().st_size for path in paths),
            grade=self.grade,
            source=read.source or self.source,
            licence=self.licence,
            variables=tuple(read.variables),
            period=_period(read.series),
            places=tuple(series.place for series in read.series if series.place is not None),
            findings=merged(findings, 60),
            questions=(*read.questions, nature_question()),
        )

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        """See `contract.SourceFormat.write`."""
        read = self.read(report.paths, answers)
        progress(0.5, "import")
        nature = answers.get(NATURE_QUESTION, "natural")
        series = [dataclasses.replace(mended(one), regulated=nature == "regulated") for one in read.series]
        write_series(series, target)
        progress(1.0, "import")
        return {
            "stations": len(series),
            "complete_years": sum(len(one.years) for one in series),
            "values": sum(int(np.isfinite(one.flow_m3_s).sum()) for one in series),
            NATURE_QUESTION: nature,
        }


def _period(all_series: list[FlowSeries]) -> Period | None:
    series = [one for one in all_series if len(one.dates)]
    if not series:
        return None
    longest = max(series, key=lambda one: len(one.dates))
    return Period(
        first=str(min(one.dates[0] for one in series)),
        last=str(max(one.dates[-1] for one in series)),
        steps=len(longest.dates),
        step_min=1440.0 if longest.step == "day" else 43_800.0,
        calendar="standard",
        utc_offset_h=8.0,
        stamp="beginning",
        years=tuple(sorted({year for one in series for year in mended(one).years})),
    )


def number_of(
    answers: Answers, id: str, default: float | None, low: float, high: float, where: str
) -> float | None:
    """A number the user typed, or the default.

    Raises
    ------
    InputError
        No number, or beyond the bounds.
    """
    text = answers.get(id, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise InputError(Problem(where, id, text, f"{low:g} to {high:g}"))
    return value
