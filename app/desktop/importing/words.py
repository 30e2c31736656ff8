"""A report in the reader's words: rows of the table, findings, questions. No Qt."""

from __future__ import annotations

from app.desktop.texts import TEXTS, text
from app.messages import Language
from gis_layers.importer.place import parse_crs
from gis_layers.importer.report import BandReport, FileReport, Guess, LayerReport, Question

Row = tuple[str, str, str]
"""Item, what was found, how sure."""
_MOST_FIELDS = 12


def report_rows(report: FileReport, layer: LayerReport, language: Language) -> list[Row]:
    """What was read of one layer, in the order a reader asks for it."""

    def say(key: str, **values: object) -> str:
        return text(f"import.{key}", language, **values)

    declared, sampled = say("how.declared"), say("how.sample")
    rows: list[Row] = [
        (say("item.kind"), say(f"kind.{report.kind}"), declared),
        (say("item.size"), size_words(report.size_bytes), ""),
    ]
    if layer.width:
        rows.append((say("item.grid"), f"{layer.height:,} × {layer.width:,}", declared))
    else:
        rows.append((say("item.geometry"), say(f"geometry.{layer.geometry}"), declared))
    if layer.rows is not None:
        rows.append((say("item.rows"), f"{layer.rows:,}", ""))
    rows.append(_crs_row(layer, language))
    if layer.datum is not None:
        rows.append((say("item.datum"), layer.datum.value.upper(), certainty(layer.datum, language)))
    if layer.bounds_wgs84 is not None:
        west, south, east, north = layer.bounds_wgs84
        rows.append((say("item.bounds"), f"{west:.3f}–{east:.3f} E, {south:.3f}–{north:.3f} N", ""))
    for band in layer.bands:
        name = say("item.band", index=band.index)
        rows.append((name, " ".join(part for part in (band.dtype, band.name) if part), declared))
        unit_how = declared if band.unit else say("how.missing")
        rows.append((f"  {say('item.unit')}", band.unit or say("none"), unit_how))
        rows.append((f"  {say('item.nodata')}", *_nodata(band, language)))
        if band.low is not None and band.high is not None and band.mean is not None:
            found = f"{band.low:,.6g} – {band.high:,.6g}, {say('mean')} {band.mean:,.5g}"
            if band.missing_share > 0.0:
                found += f", {say('missing_share', percent=f'{100 * band.missing_share:.1f}')}"
            rows.append((f"  {say('item.range')}", found, sampled))
    if layer.encoding is not None:
        rows.append((say("item.encoding"), layer.encoding.value, certainty(layer.encoding, language)))
    if layer.table is not None:
        delimiter = say("tab") if layer.table.delimiter == "\t" else layer.table.delimiter
        rows.append((say("item.delimiter"), delimiter, ""))
        for which, guess in (("lon", layer.table.lon), ("lat", layer.table.lat)):
            found = guess.value if guess else say("none")
            rows.append((say(f"item.{which}"), found, certainty(guess, language)))
    if layer.fields:
        shown = [f"{field.name} ({', '.join(field.samples[:2])})" for field in layer.fields[:_MOST_FIELDS]]
        more = f" … +{len(layer.fields) - _MOST_FIELDS}" if len(layer.fields) > _MOST_FIELDS else ""
        rows.append((say("item.fields"), "; ".join(shown) + more, sampled))
    return rows


def finding_lines(layer: LayerReport, language: Language) -> list[str]:
    """What the reader should know, warnings first."""
    ordered = sorted(layer.findings, key=lambda finding: not finding.warning)
    return [
        ("⚠ " if finding.warning else "· ")
        + text(f"import.finding.{finding.code}", language, **finding.params)
        for finding in ordered
    ]


def certainty(guess: Guess | None, language: Language) -> str:
    """How a value was found and how sure it is."""
    if guess is None:
        return text("import.how.missing", language)
    words = TEXTS[f"import.how.{guess.how}"][0 if language == "zh" else 1]
    return words.format(percent=round(100 * guess.confidence))


def ask_words(question: Question, language: Language) -> str:
    """A question as the reader sees it."""
    return text(f"import.ask.{question.id}", language)


def choice_words(question: Question, choice: Guess, language: Language) -> str:
    """One choice of a question as the reader sees it."""
    if question.id == "crs":
        crs = parse_crs(choice.value)
        name = crs.name if crs else ""
        return f"{choice.value}  {name}" if len(choice.value) < 20 else "Albers (105°E, 25°/47°N)"
    if question.id == "nodata":
        return choice.value or text("import.choice.keep_all", language)
    if question.id == "unit" and choice.value == "1":
        return text("import.choice.dimensionless", language)
    key = f"import.choice.{choice.value}"
    return text(key, language) if key in TEXTS else choice.value


def _crs_row(layer: LayerReport, language: Language) -> Row:
    item = text("import.item.crs", language)
    if layer.crs is None:
        return item, text("import.none", language), text("import.how.missing", language)
    value = layer.crs.value if len(layer.crs.value) < 20 else ""
    crs = parse_crs(layer.crs.value)
    return item, f"{value} {crs.name if crs else ''}".strip(), certainty(layer.crs, language)


def _nodata(band: BandReport, language: Language) -> tuple[str, str]:
    if band.nodata is not None:
        return f"{band.nodata:g}", text("import.how.declared", language)
    return text("import.none", language), text("import.how.missing", language)


def size_words(size: int) -> str:
    """A size of a file as people say it."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000.0:
            break
        amount, unit = amount / 1000.0, larger
    return f"{amount:,.0f} {unit}" if unit in ("B", "kB") else f"{amount:,.1f} {unit}"
