"""The parts of a shapefile: are they all there and whole, and in which encoding are the attributes."""

from __future__ import annotations

import codecs
import struct
from pathlib import Path

from gis_layers.importer.encoding import detect, from_code_page, from_language_driver
from gis_layers.importer.report import Finding, Guess, Question, unusable
from gis_layers.importer.sniff import sibling

_SAMPLE_BYTES = 256 * 1024
_ENCODINGS = ("utf-8", "gb18030", "big5", "latin-1")
SURE = 0.8
"""Below this confidence the user is asked."""


def check_parts(path: Path) -> None:
    """Refuse a shapefile that cannot be read whole.

    Raises
    ------
    InputError
        The .shx is missing, or the .shp is shorter than its header says.
    """
    if sibling(path, ".shx") is None:
        raise unusable(path, ".shx", "missing", f"{path.stem}.shx beside it; copy all parts of the shapefile")
    with path.open("rb") as handle:
        header = handle.read(100)
    if len(header) < 100:
        raise unusable(path, "header", f"{len(header)} bytes", "100 bytes; copy the shapefile again")
    expected = 2 * struct.unpack(">i", header[24:28])[0]
    size = path.stat().st_size
    if size < expected:
        raise unusable(path, "size", f"{size} bytes", f"{expected} bytes as its header says; copy it again")


def encoding(path: Path) -> Guess:
    """Encoding of the attributes: .cpg, then the language byte of the .dbf, checked against its text."""
    table = sibling(path, ".dbf")
    if table is None:
        return Guess("utf-8", 1.0, "ascii")
    page = sibling(path, ".cpg")
    declared = from_code_page(page.read_text("latin-1")[:100]) if page else None
    text, language = _texts(table)
    return detect(text, declared or from_language_driver(language))


def findings(path: Path, guess: Guess) -> list[Finding]:
    """Missing parts that can be done without, and an encoding that contradicts itself."""
    found = []
    if sibling(path, ".dbf") is None:
        found.append(Finding("dbf_missing"))
    if guess.how == "trial_against_declared":
        found.append(Finding("encoding_contradicted", {"encoding": guess.value}))
    elif sibling(path, ".cpg") is None and guess.how == "trial":
        percent = round(100 * guess.confidence)
        found.append(Finding("encoding_tried", {"encoding": guess.value, "percent": percent}, warning=False))
    return found


def questions(guess: Guess) -> list[Question]:
    """Ask for the encoding where it is not sure."""
    if guess.confidence >= SURE and guess.how != "trial_against_declared":
        return []
    others = tuple(Guess(name, 0.1, "usual") for name in _ENCODINGS if name != guess.value)
    return [Question("encoding", (guess, *others), free=True)]


def _texts(table: Path) -> tuple[bytes, int]:
    """Field names and text attributes of the first records as raw bytes, and the language byte."""
    with table.open("rb") as handle:
        data = handle.read(_SAMPLE_BYTES)
    if len(data) < 33:
        return b"", 0
    header, record = struct.unpack("<HH", data[8:12])
    pieces, spans, start = [], [], 1
    for at in range(32, min(header, len(data)) - 31, 32):
        if data[at] == 0x0D:
            break
        pieces.append(data[at : at + 11].split(b"\x00")[0])
        length = data[at + 16]
        if data[at + 11 : at + 12] == b"C":
            spans.append((start, start + length))
        start += length
    if record:
        for at in range(header, len(data) - record + 1, record):
            pieces += [data[at + begin : at + end].rstrip(b" \x00") for begin, end in spans]
    return _joined([piece for piece in pieces if piece]), data[29]


def _joined(pieces: list[bytes]) -> bytes:
    """The texts one a line, each without the half character a field's end may have left."""
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)
        try:
            return "\n".join(decoder("strict").decode(piece, final=False) for piece in pieces).encode(name)
        except UnicodeDecodeError:
            continue
    return b"\n".join(pieces)
