"""`energymap data formats | inspect | import`: what a source is, and its way into the library."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Context, plain
from app.problem_words import told
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from resources.sources.contract import SourceReport
    from resources.sources.importing import Manifest

_MOST_PLACES = 5


def add_library(parser: argparse.ArgumentParser) -> None:
    """The option --library."""
    parser.add_argument(
        "--library",
        type=Path,
        metavar="DIR",
        help="folder of imported data (default: ENERGYMAP_LIBRARY, the settings, the user's own)",
    )


def library_of(options: argparse.Namespace) -> Path:
    """The library that was named, or the user's own."""
    from resources.library import default_folder

    return Path(options.library) if options.library is not None else default_folder()


def add_answers(parser: argparse.ArgumentParser) -> None:
    """The options --answer, --agree and --format."""
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help="answer to a question; may be repeated",
    )
    parser.add_argument(
        "--agree",
        action="append",
        default=[],
        metavar="CODE|all",
        help="agree to a correction; may be repeated",
    )
    parser.add_argument("--format", default="", metavar="ID", help="format, where it is not recognised")


def answers_of(options: argparse.Namespace) -> dict[str, str]:
    """Answers and consent by the contract's ids.

    Raises
    ------
    InputError
        No `id=value`, an id no format asks, a code no format finds: all at once.
    """
    from app.source_words import FINDINGS, known_question

    answers: dict[str, str] = {}
    problems = []
    for text in options.answer:
        # A column's name in an id ('unit:a=b') may hold '=' where the answer does not; after 'column:' it is the answer.
        cuts = [at for at, letter in enumerate(text) if letter == "="]
        of_column = ":" in text.partition("=")[0] and not text.startswith("column:")
        cut = cuts[-1 if of_column else 0] if cuts else 0
        id, value = text[:cut], text[cut + 1 :]
        if not cuts:
            problems.append(Problem("argument", "--answer", text, "ID=VALUE, e.g. utc_offset_h=8"))
        elif not known_question(id.strip()):
            problems.append(
                Problem("argument", "--answer", id, "the id of a question, as data inspect lists them")
            )
        else:
            answers[id.strip()] = value.strip()
    for code in options.agree:
        if code == "all":
            answers["fix"] = "yes"
        elif code in FINDINGS:
            answers[f"fix:{code}"] = "yes"
        else:
            problems.append(Problem("argument", "--agree", code, "all, or the code of a finding in [ ]"))
    if problems:
        raise InputError(problems)
    return answers


def _formats(options: argparse.Namespace, context: Context) -> None:
    from app.source_words import GRADES, KINDS, said
    from resources.sources.registry import formats

    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "grade": one.grade,
            "licence": one.licence,
        }
        for one in formats()
    ]
    width = max(len(row["id"]) for row in rows)
    lines = [
        f"{row['id']:<{width}}  {context.pick(row['title_zh'], row['title_en'])}\n"
        f"{'':<{width}}  {said(KINDS, row['kind'], context.language)}, "
        f"{said(GRADES, row['grade'], context.language)}; {row['licence']}"
        for row in rows
    ]
    context.answer({"formats": rows}, "\n".join(lines))


def _inspect_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="files, a folder or a zip of one source"
    )
    add_answers(parser)


def _inspect(options: argparse.Namespace, context: Context) -> None:
    from resources.sources.importing import inspect_source

    context.progress(0.0, "inspect")
    report = inspect_source(options.files, answers_of(options), options.format)
    context.progress(1.0, "inspect")
    document = {**plain(report), "usable": report.usable}
    context.answer(document, "\n".join(_report_lines(report, context)))


def _report_lines(report: SourceReport, context: Context) -> list[str]:
    from app.source_words import GRADES, KINDS, WEIGHTS, choice_words, finding_words, question_words, said

    pick, language = context.pick, context.language
    lines = [
        ", ".join(path.name for path in report.paths[:3]) + (" ..." if len(report.paths) > 3 else ""),
        f"  {pick('格式', 'format')}: {report.format_id} ({said(KINDS, report.kind, language)})",
        f"  {pick('来源', 'source')}: {report.source}",
        (
            f"  {pick('许可', 'licence')}: {report.licence}; {pick('等级', 'grade')}: "
            f"{said(GRADES, report.grade, language)}; {report.size_bytes / 1e6:,.1f} MB"
        ),
    ]
    if report.period is not None:
        period = report.period
        zone = "?" if period.utc_offset_h is None else f"UTC{period.utc_offset_h:+g}"
        years = ", ".join(pick("典型年", "typical") if year == 0 else str(year) for year in period.years)
        lines.append(
            f"  {pick('时段', 'period')}: {period.first} – {period.last}, {period.steps:,} × {period.step_min:g} min, "
            f"{zone}; {pick('可用年份', 'usable years')}: {years or '–'}"
        )
    for place in report.places[:_MOST_PLACES]:
        height = "" if place.elevation_m is None else f", {place.elevation_m:,.0f} m"
        lines.append(
            f"  {pick('地点', 'place')}: {place.name} {place.lon_deg:.4f} E {place.lat_deg:.4f} N{height}"
        )
    if len(report.places) > _MOST_PLACES:
        lines.append(f"    … {len(report.places):,}")
    if report.grid is not None:
        grid = report.grid
        west, south, east, north = grid.bounds
        lines.append(
            f"  {pick('网格', 'grid')}: {grid.rows:,} × {grid.columns:,}, {west:g} – {east:g} E, {south:g} – {north:g} N, "
            f"{grid.crs}"
        )
    for one in report.variables:
        height = "" if one.height_m is None else f", {one.height_m:g} m"
        values = "" if one.low is None or one.high is None or one.mean is None else (
            f": {one.low:,.4g} – {one.high:,.4g}, {pick('平均', 'mean')} {one.mean:,.4g}"
        )  # fmt: skip
        lines.append(
            f"  {one.name} → {one.role} [{one.unit_found or '–'} → {one.unit_understood}{height}]{values}"
            f", {pick('缺', 'missing')} {one.missing_share:.1%}"
        )
    marks = {"fatal": "✗", "consent": "⚠", "note": "·"}
    for weight, mark in marks.items():
        found = report.weighing(weight)  # type: ignore[arg-type]
        if found:
            lines.append(f"{said(WEIGHTS, weight, language)}:")
            lines += [f"  {mark} {finding_words(finding, language)}" for finding in found]
    if report.questions:
        lines.append(pick("问题 (--answer ID=值):", "questions (--answer ID=VALUE):"))
        for question in report.questions:
            proposed = ", ".join(choice_words(choice, language) for choice in question.choices[:6])
            must = pick(" [必答]", " [must be answered]") if question.required or not question.choices else ""
            lines.append(f"  ? {question.id}: {question_words(question, language)}{must}: {proposed or '–'}")
    return lines


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    _inspect_arguments(parser)
    add_library(parser)


def _import(options: argparse.Namespace, context: Context) -> None:
    bring_in(options.files, answers_of(options), options, context)


def bring_in(
    files: Sequence[Path],
    answers: dict[str, str],
    options: argparse.Namespace,
    context: Context,
    more: dict[str, Any] | None = None,
    format_id: str = "",
) -> None:
    """Import files into the library and say what was corrected."""
    from resources.sources.importing import import_source, read_manifest

    path = import_source(
        files,
        answers,
        library_of(options),
        format_id=options.format or format_id,
        more_details=more,
        progress=context.progress,
    )
    manifest = read_manifest(path)
    document = {"manifest_path": str(path), "manifest": manifest.model_dump(mode="json")}
    said = context.pick(f"已入库: {manifest.id}", f"imported: {manifest.id}")
    context.answer(document, "\n".join([f"{said} ({path.parent})", *manifest_lines(manifest, context)]))


def manifest_lines(manifest: Manifest, context: Context) -> list[str]:
    """Where an entry comes from and what was done to it."""
    from app.source_words import FINDINGS, GRADES, KINDS, WEIGHTS, said
    from resources.library import period_of

    pick, language = context.pick, context.language
    lines = [
        f"  {pick('类型', 'kind')}: {said(KINDS, manifest.kind, language)} ({manifest.format})",
        f"  {pick('来源', 'source')}: {manifest.source}",
        (
            f"  {pick('许可', 'licence')}: {manifest.licence}; {pick('等级', 'grade')}: "
            f"{said(GRADES, manifest.grade, language)}"
        ),
    ]
    if period := period_of(manifest):
        shown = pick("典型年", "typical year") if period == "typical" else period
        lines.append(f"  {pick('时期', 'period')}: {shown}")
    lines.append(f"  SHA-256: {manifest.data_sha256}")
    for original in manifest.originals:
        lines.append(
            f"  {pick('原件', 'original')}: {original.name}, {original.size_bytes:,} B, {original.sha256[:12]}"
        )
    lines += [f"  {pick('回答', 'answer')}: {id} = {value}" for id, value in sorted(manifest.answers.items())]
    for weight in ("consent", "note"):
        name = pick("已改正", "corrected") if weight == "consent" else said(WEIGHTS, weight, language)
        lines += [
            f"  {name}: {said(FINDINGS, one.code, language)} [{one.code}] {one.field}: "
            f"{told(one.found, language)} → {told(one.expected, language)}"
            for one in manifest.corrections
            if one.weight == weight
        ]
    lines += [f"  {name}: {value}" for name, value in sorted(manifest.details.items())]
    return lines


PARTS = (
    ("formats", "能读的格式 · formats that can be read", lambda parser: None, _formats),
    ("inspect", "查看数据文件 · what a source is", _inspect_arguments, _inspect),
    ("import", "核对并入库 · check a source and bring it in", _import_arguments, _import),
)
