"""What was found in a source of data, in the reader's words: rows of tables, findings, questions. No Qt."""

from __future__ import annotations

from app import source_words
from app.desktop.importing.words import size_words
from app.desktop.texts import TEXTS, text
from app.messages import Language
from app.problem_words import told
from gis_layers.importer.report import Guess, LayerReport, Preview, Question
from resources.sources.contract import Finding, Period, SourceReport, Variable
from resources.sources.registry import formats

Row = tuple[str, str]
"""Item and what was found."""
_MOST_PLACES = 4
_MOST_DOTS = 900


def summary_rows(report: SourceReport, language: Language) -> list[Row]:
    """What it is, whose, of when and where, how large."""

    def say(key: str, **values: object) -> str:
        return text(f"import.source.{key}", language, **values)

    rows = [
        (say("format"), format_words(report.format_id, language)),
        (say("kind"), text(f"import.kind.{report.kind}", language)),
        (text("import.item.size", language), _size(report, language)),
        (say("by"), report.source),
        (say("licence"), report.licence),
        (say("grade"), text(f"grade.{report.grade}", language)),
    ]
    if report.period is not None:
        rows += _period_rows(report.period, language)
    if report.grid is not None:
        grid = report.grid
        west, south, east, north = grid.bounds
        rows.append((text("import.item.grid", language), f"{grid.rows:,} × {grid.columns:,}"))
        if grid.longitudes != "projected":
            extent = f"{west:g}–{east:g}°E, {south:g}–{north:g}°N"
            step = f"{grid.step_deg[0]:.4g}° × {grid.step_deg[1]:.4g}°"
            rows.append((say("area"), f"{extent} ({step})"))
    if report.places:
        shown = "; ".join(
            f"{place.name} {place.lon_deg:.3f}°E {place.lat_deg:.3f}°N"
            + (f" {place.elevation_m:.0f} m" if place.elevation_m is not None else "")
            if place.lon_deg == place.lon_deg
            else f"{place.name} ({say('place_unknown')})"
            for place in report.places[:_MOST_PLACES]
        )
        more = len(report.places) - _MOST_PLACES
        rows.append((say("places"), shown + (f" … +{more}" if more > 0 else "")))
    return [(name, value or text("import.none", language)) for name, value in rows]


def format_words(identity: str, language: Language) -> str:
    """A format's title; one that this version does not know (a library made by another) stands for itself."""
    made = next((one for one in formats() if one.id == identity), None)
    return identity if made is None else made.title_zh if language == "zh" else made.title_en


def variable_headers(language: Language) -> tuple[str, ...]:
    """Of the table of variables."""
    keys = ("name", "role", "unit", "height", "low", "mean", "high", "missing")
    return tuple(text(f"import.variable.{key}", language) for key in keys)


def variable_row(variable: Variable, language: Language) -> tuple[str, ...]:
    """A variable as found and as understood; figures in our unit."""
    name = f"{variable.name} [{variable.unit_found or text('import.variable.unstated', language)}]"
    ours = unit_of(variable.role) or printed_unit(variable.unit_understood)
    theirs = printed_unit(variable.unit_understood)
    unit = ours if theirs in ("", ours) else f"{theirs} → {ours}"
    height = f"{variable.height_m:g} m" if variable.height_m is not None else ""
    figures = ("" if each is None else number(each) for each in (variable.low, variable.mean, variable.high))
    missing = f"{100 * variable.missing_share:.2g} %" if variable.missing_share else "0"
    return (name, role_words(variable.role, language), unit, height, *figures, missing)


def number(value: float) -> str:
    """Four figures, large numbers whole."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"


def unit_of(role: str) -> str:
    """Our unit of a role, as it is printed; '' where it has none."""
    from resources.sources.raster_variables import VARIABLES
    from resources.sources.variables import ROLES

    known = ROLES.get(role) or VARIABLES.get(role)
    name = known.units[0].name if known is not None else ""
    return {"1": "", "as in the file": ""}.get(name, printed_unit(name))


def printed_unit(name: str) -> str:
    """A unit as it is set in print."""
    return "°C" if name == "C" else name.replace("m2", "m²").replace("m3", "m³")


def role_words(role: str, language: Language) -> str:
    """What a variable is to us, without its unit."""
    key = f"import.role.{role}"
    return text(key, language) if key in TEXTS else role


def sentence(code: str, language: Language) -> str:
    """What a finding of a code means."""
    return source_words.said(source_words.FINDINGS, code, language)


def finding_words(found: Finding, language: Language) -> tuple[str, str]:
    """What it means, and in which field what was found and what is expected or will be done."""
    return sentence(found.code, language), detail_words(
        found.problem.field, found.problem.found, found.problem.expected, language
    )


def detail_words(field: str, found: str, expected: str, language: Language) -> str:
    """The particulars of a finding."""
    return f"{field}: {told(found, language)} → {told(expected, language)}"


def ask_words(question: Question, language: Language) -> str:
    """A question as the reader sees it."""
    return source_words.question_words(question, language)


def choice_words(question: Question, choice: Guess, language: Language) -> str:
    """One choice of a question as the reader sees it."""
    if question.id == "variable":
        return role_words(choice.value, language)
    words = source_words.said(source_words.CHOICES, choice.value, language)
    return (
        f"UTC{float(words):+g}"
        if question.id == "utc_offset_h" and words.lstrip("-").isdigit()
        else words or "–"
    )


def as_layer(report: SourceReport) -> LayerReport | None:
    """Where the source lies, as the small map draws it; None where that is not known (yet)."""
    import numpy as np

    if report.grid is not None and report.grid.longitudes != "projected":
        grid = report.grid
        west, south, east, north = grid.bounds
        if west > 180.0:
            west, east = west - 360.0, east - 360.0
        ring = np.array([(west, south), (east, south), (east, north), (west, north), (west, south)])
        points = None
        if 1 < grid.rows * grid.columns <= _MOST_DOTS:
            lon, lat = np.meshgrid(
                np.linspace(west, east, grid.columns), np.linspace(south, north, grid.rows)
            )
            points = np.column_stack([lon.ravel(), lat.ravel()])
        return _layer(Preview(lines=(ring,), points=points), (west, south, east, north))
    known = [(place.lon_deg, place.lat_deg) for place in report.places if place.lon_deg == place.lon_deg]
    if not known:
        return None
    lons, lats = zip(*known, strict=True)
    return _layer(Preview(points=np.array(known)), (min(lons), min(lats), max(lons), max(lats)))


def _layer(preview: Preview, bounds: tuple[float, float, float, float]) -> LayerReport:
    return LayerReport("", "Point", None, "", bounds, bounds, preview=preview)


def _size(report: SourceReport, language: Language) -> str:
    size = size_words(report.size_bytes)
    count = len(report.paths)
    return size if count == 1 else f"{size} ({text('import.source.files', language, count=count)})"


def _period_rows(period: Period, language: Language) -> list[Row]:
    def say(key: str, **values: object) -> str:
        return text(f"import.source.{key}", language, **values)

    first, last = (stamp.replace("T", " ") for stamp in (period.first, period.last))
    steps = say("steps", steps=f"{period.steps:,}", minutes=f"{period.step_min:g}")
    clock = say("clock_asked") if period.utc_offset_h is None else f"UTC{period.utc_offset_h:+g}"
    stamp = text(f"import.stamp.{period.stamp}", language)
    years = ", ".join(say("typical") if year == 0 else str(year) for year in period.years) or say("no_year")
    rows = [(say("period"), f"{first} – {last}, {steps}"), (say("clock"), f"{clock}; {stamp}")]
    if period.calendar not in ("standard", "gregorian", "proleptic_gregorian", "typical"):
        rows.append((say("calendar"), period.calendar))
    return [*rows, (say("years"), years)]
