"""Day curves of lines as one types them: '0-7 60 %; 7-23 100 %; 23-24 60 %', or 24 numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from gis_layers.errors import InputError, Problem

HOURS = 24
EXPECTED = "24 shares, or spans that cover the day, as 0-7 60 %; 7-23 100 %; 23-24 60 %"
_SPAN = re.compile(r"(\d{1,2})\s*[-–~至]\s*(\d{1,2})\s*[:：]?\s*(\d*\.?\d+)\s*(%?)")


def curve_text(curve: Sequence[float] | None) -> str:
    """A curve in spans of equal hours; empty where there is none."""
    spans, hour = [], 0
    for share, hours in groupby(curve or ()):
        end = hour + len(list(hours))
        spans.append(f"{hour}-{end} {share * 100:.10g} %")
        hour = end
    return "; ".join(spans)


def curve_typed(typed: str, where: str) -> list[float] | None:
    """24 shares from text, None from nothing.

    Raises
    ------
    InputError
        Neither 24 numbers nor spans that cover every hour once. Shares outside 0..1 are left to the model's own check.
    """
    text = typed.strip()
    if not text:
        return None
    if re.search(r"[-–~至]", text):
        return _spans(text, where)
    words = [word for word in re.split(r"[,，;；、\s]+", text.replace("%", " % ")) if word]
    per_cent = "%" in words
    try:
        numbers = [float(word) for word in words if word != "%"]
    except ValueError:
        raise InputError(Problem("scenario", where, text[:80], EXPECTED)) from None
    if len(numbers) != HOURS:
        raise InputError(Problem("scenario", where, f"{len(numbers)} numbers", EXPECTED))
    return [number / 100.0 for number in numbers] if per_cent else numbers


def _spans(text: str, where: str) -> list[float]:
    shares: dict[int, float] = {}
    for span in re.split(r"[;；,，\n]", text):
        found = _SPAN.fullmatch(span.strip())
        first, last = (int(found[1]), int(found[2])) if found else (1, 0)
        if found is None or not 0 <= first < last <= HOURS:
            raise InputError(Problem("scenario", where, span.strip() or "nothing", EXPECTED))
        for hour in range(first, last):
            if hour in shares:
                raise InputError(Problem("scenario", where, f"hour {hour} again", EXPECTED))
            shares[hour] = float(found[3]) / (100.0 if found[4] else 1.0)
    if missing := [hour for hour in range(HOURS) if hour not in shares]:
        raise InputError(Problem("scenario", where, f"nothing for hour {missing[0]}", EXPECTED))
    return [shares[hour] for hour in range(HOURS)]
