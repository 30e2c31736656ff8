"""Lists as they are typed: '1-10, 15', '10,50,90', 'jiquan,lingshao:07-01..07-15+tianzhong'."""

from __future__ import annotations

import math
import re
from typing import Final

from gis_layers.errors import InputError, Problem
from planning.outages import read_outage

MOST: Final = 1000


def whole_numbers(text: str, option: str) -> tuple[int, ...]:
    """Numbers and ranges, in order.

    Raises
    ------
    InputError
        Something else, or too many.
    """
    found: list[int] = []
    for word in _words(text):
        span = re.fullmatch(r"(\d{1,18})(?:\s*-\s*(\d{1,18}))?", word, re.ASCII)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
        if last < first:
            raise InputError(Problem("ensemble", option, word[:40], "whole numbers and ranges, as 1-10,15"))
        if last - first >= MOST:
            raise InputError(Problem("ensemble", option, word[:40], f"at most {MOST:,} values"))
        found += range(first, last + 1)
    return tuple(found)


def numbers(text: str, option: str) -> tuple[float, ...]:
    """Numbers, in order; InputError for anything else."""
    found = []
    for word in _words(text):
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(Problem("ensemble", option, word[:40], "numbers, as 10,50,90"))
        found.append(value)
    return tuple(found)


def outages(text: str) -> tuple[str, ...]:
    """Outages, several of one member joined by +; InputError names each that is none."""
    problems: list[Problem] = []
    found = []
    for word in _words(text):
        parts = []
        for part in word.split("+"):
            try:
                parts.append(read_outage(part, "--without").text)
            except InputError as error:
                problems += error.problems
        found.append("+".join(parts))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").split(",") if word.strip()]
