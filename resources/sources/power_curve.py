"""A turbine's power curve from a CSV of speed and power; the copy holds it per unit of rated power, with rated power
and rotor, at standard density.

The checks are those of `wind_curve_file`; what the file cannot tell (rotor, at times unit and rated power) is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis_layers.errors import InputError, Param, Problem
from gis_layers.importer.report import Guess, Question
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Finding, Kind, SourceReport, Variable, refuse
from resources.sources.flow_format import number_of
from resources.wind_curve import PowerCurve
from resources.wind_curve_file import (
    CurveFile,
    PowerUnit,
    looks_like_a_curve,
    read_curve_file,
    unit_of_header,
)
from resources.wind_kernel import STANDARD_DENSITY_KG_PER_M3

_LIMITS = {"rated_mw": (0.05, 30.0), "rotor_m": (5.0, 350.0), "density_kg_per_m3": (0.6, 1.5)}
_TEXTS = (".csv", ".txt", ".tsv", ".dat")


class ImportedCurve(BaseModel):
    """What the copy holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    curve: PowerCurve
    rated_mw: float = Field(gt=0, le=30)
    rotor_m: float = Field(gt=0, le=350)

    @model_validator(mode="after")
    def _reaches_rated_power(self) -> Self:
        if max(self.curve.power_share) < 0.9:
            raise ValueError("the curve does not reach rated power")
        return self


class PowerCurveFile:
    """See the module."""

    id: ClassVar[str] = "power_curve"
    kind: ClassVar[Kind] = "power-curve"
    title_zh: ClassVar[str] = "风机功率曲线（CSV）"
    title_en: ClassVar[str] = "Power curve of a turbine (CSV)"
    licence: ClassVar[str] = "of the maker of the turbine"
    grade: ClassVar[Grade] = "user"
    suffix: ClassVar[str] = ".json"

    def sniff(self, head: bytes, path: Path) -> float:
        if path.suffix.lower() not in _TEXTS or b"\0" in head:
            return 0.0
        text = head.decode("utf-8-sig", errors="replace")
        if "\ufffd" in text[:-4]:
            text = head.decode("gb18030", errors="replace")
        # The last line may be cut off.
        whole = text if len(head) < 4000 else text.rpartition("\n")[0]
        return 0.75 if looks_like_a_curve(whole) else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        path = _only(paths)
        said = unit_of_header(path)
        unit = _unit(answers, said, path)
        given = {name: number_of(answers, name, None, *_LIMITS[name], str(path)) for name in _LIMITS}
        findings: tuple[Finding, ...] = ()
        read: CurveFile | None = None
        if unit is not None and not (unit == "share" and given["rated_mw"] is None):
            try:
                read = _read(path, unit, given)
            except InputError as error:
                findings = tuple(Finding("curve_wrong", "fatal", problem) for problem in error.problems)
        questions: list[Question] = []
        if said is None:
            choices = tuple(
                Guess(one, 0.4 if one == "kW" else 0.2, "usual") for one in ("kW", "MW", "W", "share")
            )
            questions.append(Question("power_unit", choices, required=True))
        rated = () if read is None else (Guess(f"{read.rated_mw:g}", 0.9, "values"),)
        questions.append(Question("rated_mw", rated, free=True, required=not rated))
        questions.append(Question("rotor_m", (), free=True, required=True))
        standard = Guess(f"{STANDARD_DENSITY_KG_PER_M3:g}", 0.8, "usual")
        questions.append(Question("density_kg_per_m3", (standard,), free=True))
        return SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=path.stat().st_size,
            grade=self.grade,
            source=f"power curve {path.name}",
            licence=self.licence,
            variables=() if read is None else _variables(read, unit or ""),
            findings=findings,
            questions=tuple(questions),
        )

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        path = _only(report.paths)
        unit = _unit(answers, unit_of_header(path), path)
        given = {name: number_of(answers, name, None, *_LIMITS[name], str(path)) for name in _LIMITS}
        rotor_m = given["rotor_m"]
        if rotor_m is None:
            raise refuse(path, "rotor_m", "nothing", "the rotor's diameter in m")
        read = _read(path, unit, given)
        made = ImportedCurve(curve=read.curve, rated_mw=read.rated_mw, rotor_m=rotor_m)
        target.write_text(made.model_dump_json(), encoding="utf-8")
        progress(1.0, "import")
        return {
            "rated_mw": read.rated_mw,
            "rotor_m": rotor_m,
            "points": len(read.curve.speed_ms),
            "cut_in_ms": round(read.cut_in_ms, 2),
            "rated_ms": round(read.rated_ms, 2),
            "cut_out_ms": round(read.cut_out_ms, 2),
        }


def open_curve(path: Path) -> ImportedCurve:
    """The copy.

    Raises
    ------
    InputError
        It is not one of a curve.
    """
    try:
        return ImportedCurve.model_validate_json(path.read_bytes())
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "an imported power curve") from error
    except ValidationError as error:
        raise InputError(
            Problem(
                str(path), ".".join(map(str, one["loc"])) or "file", str(one.get("input"))[:60], one["msg"]
            )
            for one in error.errors(include_url=False)
        ) from error


def _only(paths: tuple[Path, ...]) -> Path:
    if len(paths) > 1:
        raise refuse(paths[1], "file", "a second file", "the curve of one turbine")
    return paths[0]


def _unit(answers: Answers, said: PowerUnit | None, path: Path) -> PowerUnit | None:
    """The unit the user tells, else the header's."""
    told = answers.get("power_unit", "").strip()
    for one in get_args(PowerUnit):
        if told == one:
            return one  # type: ignore[no-any-return]
    if told:
        raise refuse(path, "power_unit", told, f"one of {', '.join(get_args(PowerUnit))}")
    return said


def _read(path: Path, unit: PowerUnit | None, given: Mapping[str, float | None]) -> CurveFile:
    return read_curve_file(
        path, rated_mw=given["rated_mw"], rotor_m=given["rotor_m"], unit=unit,
        density_kg_per_m3=given["density_kg_per_m3"] or STANDARD_DENSITY_KG_PER_M3,
    )  # fmt: skip


def _variables(read: CurveFile, unit: str) -> tuple[Variable, ...]:
    speed, power = (np.array(values) for values in (read.curve.speed_ms, read.curve.power_share))
    return (
        Variable("speed", "wind_speed_ms", "m/s", "m/s", speed.min(), speed.max(), float(speed.mean()), 0.0),
        Variable("power", "power_share", unit, "share", power.min(), power.max(), float(power.mean()), 0.0),
    )


FORMAT = PowerCurveFile()
