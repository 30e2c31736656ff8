"""In which encoding a text is written: what the file says, checked against what its bytes allow."""

from __future__ import annotations

import codecs
import re

from gis_layers.importer.report import Guess

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Language driver byte of a dBASE header (offset 29), those met in the region.
_LANGUAGE_DRIVERS = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x7B: "cp932",
    0x79: "cp949",
}


def detect(data: bytes, declared: str | None = None) -> Guess:
    """Encoding of a piece of text, which may end in the middle of a character.

    A byte order mark settles it. Otherwise what the file declares is believed if the bytes allow it, then
    UTF-8 (Chinese that decodes as UTF-8 by chance is practically impossible), then GB18030 with a confidence
    that grows with the share of everyday characters (level one of GB/T 2312), last Latin-1.

    Returns
    -------
    Guess
        A Python codec name; `how` is 'bom', 'declared', 'ascii', 'trial', 'trial_against_declared' or 'none'.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Guess(name, 1.0, "bom")
    wide = _wide(data)
    if wide:
        return Guess(wide, 0.9, "trial")
    if declared is not None and all(byte < 0x80 for byte in data):
        return Guess(declared, 0.95, "declared")
    if all(byte < 0x80 for byte in data):
        return Guess("utf-8", 1.0, "ascii")
    trial = _trial(data)
    if declared is None:
        return trial
    if declared != trial.value and not _decodes(data, declared):
        return Guess(trial.value, trial.confidence, "trial_against_declared")
    if declared != "utf-8" and trial.value == "utf-8":
        return Guess("utf-8", 0.9, "trial_against_declared")
    return Guess(declared, 0.98, "declared")


def from_code_page(text: str) -> str | None:
    """Python codec of what a .cpg file says ('UTF-8', 'GBK', '936', 'ANSI 936' ...); None where unknown."""
    name = re.sub(r"^(ansi|oem|ldid|cp|windows)[\s_/-]*", "", text.strip().lower())
    if name in ("936", "gbk", "gb2312", "gb18030", "77", "54936"):
        return "gb18030"
    if name in ("65001", "utf8", "utf-8"):
        return "utf-8"
    if name in ("950", "big5"):
        return "big5"
    name = re.sub(r"^(iso)?[-_ ]?8859[-_ ]?(\d+)$", r"iso8859-\2", name)
    for candidate in (name, f"cp{name}"):
        try:
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return None


def from_language_driver(byte: int) -> str | None:
    """Python codec of a dBASE language driver byte; None for those that say nothing of use."""
    return _LANGUAGE_DRIVERS.get(byte)


def _trial(data: bytes) -> Guess:
    if _decodes(data, "utf-8"):
        return Guess("utf-8", 0.99, "trial")
    if _decodes(data, "gb18030"):
        return Guess("gb18030", _everyday_share(data), "trial")
    return Guess("latin-1", 0.1, "none")


def _decodes(data: bytes, name: str) -> bool:
    """Whether the bytes are text in this encoding, but for a character cut off at the end."""
    try:
        codecs.getincrementaldecoder(name)("strict").decode(data, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _everyday_share(data: bytes) -> float:
    """Confidence 0.3 to 0.97: share of the characters beyond ASCII that everyday Chinese is made of."""
    text = codecs.getincrementaldecoder("gb18030")("strict").decode(data, final=False)
    beyond = [letter for letter in text if ord(letter) > 0x7F]
    if not beyond:
        return 0.3
    common = sum(_is_everyday(letter) for letter in beyond)
    return round(0.3 + 0.67 * common / len(beyond), 2)


def _is_everyday(letter: str) -> bool:
    encoded = letter.encode("gb18030")
    # Rows 16 to 55 are level one; rows 1 to 9 are punctuation, full-width letters and signs.
    return (
        len(encoded) == 2
        and (0xB0 <= encoded[0] <= 0xD7 or 0xA1 <= encoded[0] <= 0xA9)
        and encoded[1] >= 0xA1
    )


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    part = data[:4096]
    if len(part) < 8:
        return None
    odd, even = part[1::2].count(0) / len(part[1::2]), part[::2].count(0) / len(part[::2])
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None
