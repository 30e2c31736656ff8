"""What a CSV with coordinates is: encoding, delimiter, header, which columns are longitude and latitude."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from gis_layers.crs import WGS84
from gis_layers.importer.coordinates import (
    Array,
    is_latitude_of_china,
    is_longitude_of_china,
    names_latitude,
    names_longitude,
    parse,
    parse_all,
)
from gis_layers.importer.encoding import detect
from gis_layers.importer.place import bounds_in_degrees, judge_crs, likely_crs
from gis_layers.importer.report import (
    Bounds,
    FieldReport,
    Finding,
    Guess,
    LayerReport,
    Preview,
    Question,
    TableLayout,
    unusable,
)
from gis_layers.importer.vector import datum_hint, datum_question

SAMPLE_BYTES = 2**20
_SAMPLE_ROWS = 1000
_PREVIEW_POINTS = 5000
_ENCODINGS = ("utf-8", "gb18030", "big5", "latin-1")
_DELIMITERS = (",", ";", "\t", "|")
_HEADER_SEARCH = 20
_SURE_ENCODING = 0.8
Rows = list[list[str]]


def inspect_table(path: Path) -> tuple[LayerReport, ...]:
    """Report of a table of places, from its first megabyte and a count of its lines.

    Raises
    ------
    InputError
        There are no rows of data, or not two columns.
    """
    with path.open("rb") as handle:
        head = handle.read(SAMPLE_BYTES)
    encoding = detect(head)
    text = head.decode(encoding.value, errors="replace")
    if path.stat().st_size > SAMPLE_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    delimiter, rows = _cut(text)
    if max((len(row) for row in rows), default=0) < 2:
        raise unusable(path, "columns", "one", "at least two columns: longitude and latitude")
    header_row, first_row = _header(rows)
    data = [row for row in rows[first_row : first_row + _SAMPLE_ROWS] if any(row)]
    if not data:
        raise unusable(path, "rows of data", "none", "a header and at least one row")
    names = column_names(rows, header_row)
    columns = [[row[at] if at < len(row) else "" for row in data] for at in range(len(names))]
    lon, lat, swapped = _coordinates(names, columns)
    if (lon is None or lat is None) and len(_number_columns(names, columns)) < 2:
        raise unusable(
            path, "columns", ", ".join(names)[:80], "columns of longitude and latitude (经度, 纬度)"
        )
    layout = TableLayout(
        delimiter=delimiter,
        header_row=header_row,
        first_row=first_row,
        lon=lon,
        lat=lat,
        decimal_comma=_decimal_comma(delimiter, columns),
        swapped=swapped,
    )
    return (_layer(path, encoding, layout, names, columns),)


def column_names(rows: Rows, header_row: int | None) -> list[str]:
    """Names of the columns, made up (`column 1`) where there are none, never twice the same."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    raw = rows[header_row] if header_row is not None else []
    names: list[str] = []
    for at in range(max(width, len(raw))):
        name = (raw[at].strip().lstrip("\ufeff") if at < len(raw) else "") or f"column {at + 1}"
        names.append(name if name not in names else f"{name} ({at + 1})")
    return names


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """All rows of a table, one by one; characters that do not decode become U+FFFD."""
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        yield from csv.reader((line.replace("\0", "") for line in handle), delimiter=delimiter)


def _layer(
    path: Path, encoding: Guess, layout: TableLayout, names: list[str], columns: list[list[str]]
) -> LayerReport:
    by_name = dict(zip(names, columns, strict=True))
    findings, questions = _column_questions(layout, _number_columns(names, columns))
    bounds: Bounds | None = None
    preview, degrees, crs = None, None, None
    if layout.lon and layout.lat:
        x, y = _points(by_name, layout)
        good = np.isfinite(x) & np.isfinite(y)
        if not good.all():
            findings.append(Finding("rows_without_place", {"count": int((~good).sum()), "of": len(good)}))
        x, y = x[good], y[good]
        if x.size:
            bounds = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
            likely = likely_crs(bounds)
            # A table never says its system; degrees in China are taken as such, all else is asked.
            crs = likely[0] if likely and likely[0].value == WGS84 else None
            more_findings, more_questions = judge_crs(crs.value if crs else None, bounds)
            degrees = bounds_in_degrees(likely[0].value if likely else None, bounds)
            system = likely[0].value if likely else None
            more = datum_question(None, datum_hint(path.name, *names), system, degrees)
            findings += [*more_findings, *more[0]]
            questions += [*more_questions, *more[1]]
            if crs and degrees:
                points = np.column_stack([x, y])[:_PREVIEW_POINTS]
                preview = Preview(points=points)
    if encoding.confidence < _SURE_ENCODING:
        others = tuple(Guess(name, 0.1, "usual") for name in _ENCODINGS if name != encoding.value)
        questions.append(Question("encoding", (encoding, *others), free=True))
    return LayerReport(
        name=path.stem,
        geometry="Point",
        crs=crs,
        crs_name="",
        bounds=bounds,
        bounds_wgs84=degrees,
        rows=max(0, _count_lines(path, encoding.value) - layout.first_row),
        fields=tuple(_field(name, column) for name, column in by_name.items()),
        encoding=encoding,
        table=layout,
        findings=tuple(findings),
        questions=tuple(questions),
        preview=preview,
    )


def _column_questions(layout: TableLayout, names: list[str]) -> tuple[list[Finding], list[Question]]:
    findings: list[Finding] = []
    questions: list[Question] = []
    for which, guess in (("lon", layout.lon), ("lat", layout.lat)):
        if guess is None or guess.confidence < 0.8:
            first = (guess,) if guess else ()
            rest = tuple(Guess(name, 0.0, "column") for name in names if guess is None or name != guess.value)
            questions.append(Question(which, (*first, *rest), required=guess is None))
    if layout.lon is None or layout.lat is None:
        findings.append(Finding("no_coordinates"))
    if layout.swapped:
        findings.append(Finding("swapped"))
        choices = (Guess("swapped", 0.9, "values"), Guess("as_named", 0.1, "name"))
        questions.append(Question("order", choices, required=True))
    return findings, questions


def _points(columns: Mapping[str, list[str]], layout: TableLayout) -> tuple[Array, Array]:
    assert layout.lon is not None
    assert layout.lat is not None
    x, y = parse_all(columns[layout.lon.value]), parse_all(columns[layout.lat.value])
    return (y, x) if layout.swapped else (x, y)


def _cut(text: str) -> tuple[str, Rows]:
    """Delimiter and rows: the one that cuts most lines into the same number of columns, above one."""
    best: tuple[float, str, Rows] | None = None
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
        rows = rows[: _SAMPLE_ROWS + _HEADER_SEARCH]
        widths = Counter(len(row) for row in rows if row)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        share = count / sum(widths.values())
        # 116,39;39,9 cuts evenly by comma and by semicolon: numbers with a decimal comma settle it.
        score = (share if width > 1 else 0.0) + (0.5 if delimiter == ";" and width > 1 else 0.0)
        if best is None or score > best[0]:
            best = (score, delimiter, rows)
    return (best[1], best[2]) if best else (",", [])


def _header(rows: Rows) -> tuple[int | None, int]:
    """(header row or None, first row of data): the first row of usual width with words and no numbers."""
    width = Counter(len(row) for row in rows if row).most_common(1)
    if not width:
        return None, 0
    for at, row in enumerate(rows[:_HEADER_SEARCH]):
        filled = [value for value in row if value.strip()]
        if len(row) < width[0][0] or len(filled) < 2 or row[0].lstrip().startswith("#"):
            continue
        numbers = sum(parse(value) == parse(value) for value in filled)
        return (at, at + 1) if numbers == 0 else (None, at)
    return None, 0


def _coordinates(names: list[str], columns: list[list[str]]) -> tuple[Guess | None, Guess | None, bool]:
    """Columns of longitude and latitude, and whether their values look exchanged."""
    values = [parse_all(column) for column in columns]
    numeric = [bool(column.size) and float(np.isfinite(column).mean()) > 0.5 for column in values]
    lon = _named(names, numeric, names_longitude)
    lat = _named(names, numeric, names_latitude)
    if lon is not None and lat is not None:
        x, y = _finite(values[lon]), _finite(values[lat])
        swapped = (
            is_longitude_of_china(y) > 0.8
            and is_latitude_of_china(x) > 0.8
            and is_longitude_of_china(x) < 0.2
        )
        return Guess(names[lon], 0.95, "name"), Guess(names[lat], 0.95, "name"), swapped
    by_value_lon = [
        at for at, ok in enumerate(numeric) if ok and is_longitude_of_china(_finite(values[at])) > 0.9
    ]
    by_value_lat = [
        at for at, ok in enumerate(numeric) if ok and is_latitude_of_china(_finite(values[at])) > 0.9
    ]
    by_value_lon = [at for at in by_value_lon if _fractional(values[at])]
    by_value_lat = [at for at in by_value_lat if _fractional(values[at])]
    found_lon = _value_guess(names, lon, by_value_lon)
    found_lat = _value_guess(names, lat, by_value_lat)
    return found_lon, found_lat, False


def _number_columns(names: list[str], columns: list[list[str]]) -> list[str]:
    """Columns that could hold coordinates: more than half of what stands in them can be read as one."""
    return [
        name
        for name, column in zip(names, columns, strict=True)
        if np.isfinite(parse_all(column)).mean() > 0.5
    ]


def _named(names: list[str], numeric: list[bool], is_one: object) -> int | None:
    assert callable(is_one)
    return next((at for at, name in enumerate(names) if is_one(name) and numeric[at]), None)


def _value_guess(names: list[str], named: int | None, by_value: list[int]) -> Guess | None:
    if named is not None:
        return Guess(names[named], 0.95, "name")
    if not by_value:
        return None
    return Guess(names[by_value[0]], 0.7 if len(by_value) == 1 else 0.4, "values")


def _fractional(values: Array) -> bool:
    """Whether the numbers have decimals, as coordinates do and counts do not."""
    there = _finite(values)
    return bool(there.size) and float(np.mean(there != np.round(there))) > 0.5


def _finite(values: Array) -> Array:
    return values[np.isfinite(values)]


def _decimal_comma(delimiter: str, columns: list[list[str]]) -> bool:
    if delimiter == ",":
        return False
    filled = [value for column in columns for value in column[:50] if value.strip()]
    commas = sum(bool(re.fullmatch(r"\s*-?\d+,\d+\s*", value)) for value in filled)
    points = sum(bool(re.fullmatch(r"\s*-?\d+\.\d+\s*", value)) for value in filled)
    return commas > points


def _field(name: str, column: list[str]) -> FieldReport:
    filled = [value.strip() for value in column if value.strip()]
    numbers = sum(is_number(value) for value in filled)
    kind = "number" if filled and numbers == len(filled) else "text"
    return FieldReport(
        name, "number" if kind == "number" else "text", tuple(value[:60] for value in filled[:3])
    )


def is_number(text: str) -> bool:
    """Whether a cell is a plain number, with decimal point or comma."""
    return bool(re.fullmatch(r"\s*[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?\s*", text))


def _count_lines(path: Path, encoding: str) -> int:
    """Lines of the file, the last counted with or without its end."""
    width = 2 if encoding.startswith("utf-16") else 1
    count, last = 0, b"\n"
    with path.open("rb") as handle:
        while block := handle.read(2**22):
            count += block.count(b"\n")
            last = block[-width:]
    return count + (b"\n" not in last)
