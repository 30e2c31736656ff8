"""What all raster formats share: looking at the files, asking, checking values, writing the copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.sources.contract import (
    Answers,
    Finding,
    Guess,
    Kind,
    Question,
    SourceReport,
    Variable,
    refuse,
)
from resources.sources.netcdf_file import is_netcdf
from resources.sources.raster_mosaic import (
    Mosaic,
    OpenTiles,
    Overlaps,
    lay_out,
    sample,
    sample_overlaps,
)
from resources.sources.raster_questions import (
    Beyond,
    Known,
    bands_of,
    bounds_words,
    crs_of,
    days_of,
    file_tolerance,
    fill_value,
    grid_of,
    height_of,
    period_of,
    place_findings,
    rank,
    variable_of,
    window_words,
)
from resources.sources.raster_tile import Array, Tile, look, netcdf_variables
from resources.sources.raster_variables import (
    RasterUnit,
    RasterVariable,
    factor,
    understand_unit,
)
from resources.sources.raster_write import write_copy

_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"EHFA", b"\x00\x00\x00\x0cjP")
_ASCII_GRID = re.compile(rb"\s*ncols\s+\d+\s", re.IGNORECASE)
FEW_BEYOND = 0.01
"""Up to this share of values beyond the limits may be left out with consent; more, and it is another variable."""


def is_raster(head: bytes, path: Path) -> bool:
    """Whether a file begins like a raster we read."""
    return (
        head.startswith(_MAGIC)
        or is_netcdf(head)
        or _ASCII_GRID.match(head) is not None
        or (
            path.suffix.lower() == ".hgt"
            and path.stat().st_size in (1201 * 1201 * 2, 3601 * 3601 * 2, 1201 * 2402)
        )
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """How the files become the copy."""

    mosaic: Mosaic
    variable: RasterVariable
    unit: RasterUnit
    bands: tuple[int, ...]
    """Of the files, from 1."""
    fill: float | None
    """Value that means missing, beside what the files declare."""
    height_m: float | None
    period: str
    tiles: int


class RasterFormat:
    """Base of raster formats; the product's own knowledge is in `known` and the class's facts."""

    id: ClassVar[str]
    kind: ClassVar[Kind] = "raster"
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    licence: ClassVar[str]
    grade: ClassVar[Grade]
    suffix: ClassVar[str] = ".tif"
    source: ClassVar[str] = ""
    """Who made it; '' where only the file can tell."""
    beyond_code: ClassVar[str] = "values_beyond"
    """Of the finding about values that cannot be."""
    newest_band: ClassVar[bool] = False
    """Of several bands the last is proposed: years one after the other."""

    reads_anything: ClassVar[bool] = False
    """Not one product: files whose variable is not known are no strangers."""

    def known(self, path: Path) -> Known | None:
        """What the name says; None where it is not one of this product, no variable where it is another layer of it
        that is not read (a quality, a month)."""
        raise NotImplementedError

    def sniff(self, head: bytes, path: Path) -> float:
        return 0.9 if is_raster(head, path) and self.known(path) is not None else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        return self._look(paths, answers)[0]

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        found, settled = self._look(report.paths, answers)
        if settled is None:
            raise InputError([one.problem for one in found.weighing("fatal")])
        where = found.paths[0]
        variable, unit = settled.variable, settled.unit
        beyond = Beyond()
        overlaps = Overlaps(file_tolerance(variable, unit)) if settled.tiles > 1 else None

        def convert(raw: Array, at: int) -> Array:
            return self._to_ours(raw, settled, at, beyond, answers)

        written = write_copy(
            settled.mosaic,
            settled.bands,
            target,
            convert,
            store=self.stored_as(settled.mosaic.placed[0].tile),
            tags={
                "UNIT": variable.units[0].name if variable.id != "other" else unit.name,
                "SOURCE": found.source,
                "LICENCE": found.licence,
                "PERIOD": settled.period,
                "GRADE": found.grade,
            },
            overlaps=overlaps,
            progress=progress,
        )
        problems = []
        agreed = answers.get("fix") == "yes"
        if not written.known:
            problems.append(Problem(str(where), "area", "no value there", window_words()))
        if beyond.count and (
            beyond.count > FEW_BEYOND * written.cells
            or not (agreed or answers.get(f"fix:{self.beyond_code}") == "yes")
        ):
            problems.append(self.beyond_problem(str(where), variable, beyond, answers))
        if (
            overlaps is not None
            and overlaps.count
            and not (agreed or answers.get("fix:tiles_disagree") == "yes")
        ):
            problems.append(overlaps.problem(unit.name))
        if problems:
            raise InputError(problems)
        mosaic = settled.mosaic
        details: dict[str, Param] = {
            "variable": variable.id,
            "unit": variable.units[0].name if variable.id != "other" else unit.name,
            "unit_found": unit.name,
            "period": settled.period,
            "rows": mosaic.rows,
            "columns": mosaic.cols,
            "bands": len(settled.bands),
            "crs": mosaic.crs,
            "west": round(mosaic.bounds[0], 6),
            "south": round(mosaic.bounds[1], 6),
            "east": round(mosaic.bounds[2], 6),
            "north": round(mosaic.bounds[3], 6),
            "step": mosaic.x_step,
            "tiles": settled.tiles,
            "known_share": round(written.known / max(written.cells, 1), 6),
            "low": written.low,
            "high": written.high,
            "mean": written.mean,
            "values_left_out": beyond.count,
        }
        if settled.height_m is not None:
            details["height_m"] = settled.height_m
        if variable.id == "elevation_m":
            details["below_sea_level_share"] = round(written.negative / max(written.known, 1), 6)
        if overlaps is not None:
            details["overlap_cells_that_differ"] = overlaps.count
        return details

    def stored_as(self, tile: Tile) -> Literal["float32", "int16", "uint8"]:
        """How the copy keeps its values."""
        return "float32"

    def impossible(self, values: Array, variable: RasterVariable, answers: Answers) -> NDArray[np.bool_]:
        """Which values (ours, any shape) cannot be; they are left out if they are few and the user agrees."""
        with np.errstate(invalid="ignore"):
            return np.asarray((values < variable.low) | (values > variable.high))

    def cleaned(self, values: Array, answers: Answers) -> Array:
        """Values (ours, any shape) without those the product means as missing."""
        return values

    def beyond_problem(
        self, where: str, variable: RasterVariable, beyond: Beyond, answers: Answers
    ) -> Problem:
        """What was found of them, what is expected."""
        found = f"{beyond.count} values of {beyond.low:.4g} to {beyond.high:.4g}"
        return Problem(
            where, variable.id, found, f"{variable.low:g} to {variable.high:g} {variable.units[0].name}"
        )

    def _to_ours(self, raw: Array, settled: Settled, at: int, beyond: Beyond, answers: Answers) -> Array:
        """Values of a band (from 0) as in the file to ours; impossible ones are counted and left out."""
        values = raw
        if settled.fill is not None:
            values = np.where(np.isclose(raw, settled.fill, rtol=1e-6, atol=0.0), np.nan, raw)
        values = values * factor(settled.unit, days_of(settled.variable, at)) + settled.unit.offset
        bad = self.impossible(values, settled.variable, answers)
        if bad.any():
            beyond.add(values, bad)
            values = np.where(bad, np.nan, values)
        return self.cleaned(np.asarray(values), answers)

    # -- looking -------------------------------------------------------------------------------------------

    def _look(self, paths: tuple[Path, ...], answers: Answers) -> tuple[SourceReport, Settled | None]:
        findings: list[Finding] = []
        questions: list[Question] = []
        chosen, known = self._choose(paths, answers, findings, questions)
        questions.extend(self._ask(paths, answers))
        tiles = [self._tile(path, answers, questions) for path in chosen]
        first = tiles[0]
        where = first.where
        crs = crs_of(tiles, answers, findings, questions)
        variable = variable_of(first, known, answers, questions)
        bands = bands_of(first, variable, self.newest_band, answers, findings, questions)
        height = height_of(variable, known, where, answers, findings, questions)
        period = known.period or self._period(first)
        if not known.period:
            guess = Guess(period, 0.6, "name") if period else Guess("unknown", 0.1, "none")
            questions.append(Question("period", (guess,), free=True))
            period = answers.get("period", "") or guess.value
        fatal = any(found.weight == "fatal" for found in findings)
        mosaic = lay_out(tiles, crs) if crs and not fatal else None
        if crs and mosaic is None and not fatal:
            problem = Problem(where, "area", bounds_words(tiles), window_words())
            findings.append(Finding("outside_china", "fatal", problem))
        settled, row = None, None
        if mosaic is not None:
            place_findings(mosaic, tiles, findings)
            unit, fill, row = self._values(
                mosaic, first, variable, known, bands, answers, findings, questions
            )
            settled = Settled(mosaic, variable, unit, bands, fill, height, period, len(tiles))
            row = replace(row, height_m=height)
        report = SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=sum(path.stat().st_size for path in chosen),
            grade=self.grade,
            source=self._source(first),
            licence=self._licence(first),
            variables=(row,) if row is not None else (),
            grid=grid_of(first, crs),
            findings=tuple(findings),
            questions=tuple(questions),
        )
        return report, settled

    def _ask(self, paths: tuple[Path, ...], answers: Answers) -> list[Question]:
        """What only this product asks."""
        return []

    def _period(self, tile: Tile) -> str:
        """Years the file speaks of, '' where none."""
        return period_of(tile)

    def _source(self, tile: Tile) -> str:
        return self.source or f"raster {tile.path.name}"

    def _licence(self, tile: Tile) -> str:
        return self.licence

    def _choose(
        self, paths: tuple[Path, ...], answers: Answers, findings: list[Finding], questions: list[Question]
    ) -> tuple[list[Path], Known]:
        """The files of one layer: those nearest 100 m, or those the user names, where there are several."""
        layers: dict[str, tuple[Known, list[Path]]] = {}
        for path in paths:
            known = self.known(path) or Known()
            layers.setdefault(known.layer, (known, []))[1].append(path)
        order = sorted(layers, key=lambda name: rank(layers[name][0]))
        wish = answers.get("layer", "")
        name = wish if wish and wish in layers else order[0]
        if not (name or self.reads_anything):
            first = layers[name][1][0]
            raise refuse(first, "layer", first.name, "one that is read of this product")
        if len(layers) > 1:
            read = [each for each in order if each]
            questions.append(Question("layer", tuple(Guess(each, 1 / len(read), "name") for each in read)))
            others = [each or "others that are not read" for each in order if each != name]
            expected = f"{name} now, each other by an import of its own"
            problem = Problem(str(paths[0]), "layers", f"also {', '.join(others)}", expected)
            findings.append(Finding("layers_left", "note", problem, {"left": len(others)}))
        return layers[name][1], layers[name][0]

    def _tile(self, path: Path, answers: Answers, questions: list[Question]) -> Tile:
        with path.open("rb") as handle:
            head = handle.read(4)
        if not is_netcdf(head):
            return look(path)
        names = netcdf_variables(path)
        if len(names) > 1 and not any(question.id == "nc_variable" for question in questions):
            questions.append(
                Question("nc_variable", tuple(Guess(name, 1 / len(names), "file") for name in names))
            )
        wish = answers.get("nc_variable", "")
        return look(path, wish if wish in names else "")

    def _values(
        self, mosaic: Mosaic, first: Tile, variable: RasterVariable, known: Known, bands: tuple[int, ...],
        answers: Answers, findings: list[Finding], questions: list[Question],
    ) -> tuple[RasterUnit, float | None, Variable]:  # fmt: skip
        """Unit, value that means missing, and the row of the report, from a sample."""
        where = first.where
        with OpenTiles() as tiles:
            raw = sample(mosaic, tiles, bands[0])
        fill = fill_value(raw, variable, where, answers, findings, questions)
        missing = ~np.isfinite(raw)
        if fill is not None:
            missing |= np.isclose(raw, fill, rtol=1e-6, atol=0.0)
        there = raw[~missing]
        mean = float(there.mean()) if there.size else float("nan")
        understood = understand_unit(
            where, variable, known.unit or first.unit, mean, answers, days_of(variable, 0)
        )
        unit = understood.unit
        if understood.finding is not None:
            findings.append(understood.finding)
        if understood.question is not None:
            questions.append(understood.question)
        if not there.size:
            small = mosaic.rows * mosaic.cols <= raw.size
            problem = Problem(where, "area", "no value there", window_words())
            findings.append(Finding("empty", "fatal" if small else "note", problem))
        ours = there * factor(unit, days_of(variable, 0)) + unit.offset
        beyond = Beyond()
        beyond.add(ours, self.impossible(ours, variable, answers))
        if beyond.count:
            weight: Literal["fatal", "consent"] = (
                "consent" if beyond.count <= FEW_BEYOND * ours.size else "fatal"
            )
            findings.append(
                Finding(self.beyond_code, weight, self.beyond_problem(where, variable, beyond, answers))
            )
        with OpenTiles() as tiles:
            overlaps = sample_overlaps(mosaic, tiles, bands[0], file_tolerance(variable, unit))
        if overlaps.count:
            findings.append(
                Finding("tiles_disagree", "consent", overlaps.problem(unit.name), {"cells": overlaps.count})
            )
        row = Variable(
            name=first.variable or first.path.name,
            role=variable.id,
            unit_found=first.unit,
            unit_understood=unit.name,
            low=float(ours.min()) if ours.size else None,
            high=float(ours.max()) if ours.size else None,
            mean=float(ours.mean()) if ours.size else None,
            missing_share=float(missing.mean()) if missing.size else 1.0,
        )
        return unit, fill, row
