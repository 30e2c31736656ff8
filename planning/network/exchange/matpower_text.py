"""The text of a MATPOWER case as tables of numbers and words: read as data, nothing in it is ever run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

_NAME = re.compile(r"(?:mpc\.)?([A-Za-z]\w*)\s*=\s*")
_WORD = re.compile(r"'((?:[^'\n]|'')*)'")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[Ii]nf|[Nn]a[Nn])")
_SKIPPED = re.compile(r"(?:function\b[^\n]*|end(?:function)?\b|return\b)\s*;?")
SHOWN = 40
"""Letters of a statement that a message repeats."""


@dataclass(frozen=True, slots=True)
class CaseText:
    """What the statements of a case give to its fields."""

    scalars: Mapping[str, float]
    words: Mapping[str, str]
    matrices: Mapping[str, Array]
    cells: Mapping[str, tuple[str, ...]]


def parse_case(text: str, where: str) -> CaseText:
    """Read `mpc.name = value;` statements.

    Raises
    ------
    InputError
        A statement that computes (its figures would not be those in the text), rows of different length, a value
        that is no number: with the line it stands in.
    """
    plain = _without_comments(text)
    scalars: dict[str, float] = {}
    words: dict[str, str] = {}
    matrices: dict[str, Array] = {}
    cells: dict[str, tuple[str, ...]] = {}
    at = 0

    def wrong(found: str, expected: str) -> InputError:
        line = plain.count("\n", 0, at) + 1
        return InputError(Problem(f"{where} line {line}", "statement", found[:SHOWN], expected))

    while True:
        at += len(plain[at:]) - len(plain[at:].lstrip(" \t\r\n;,"))
        if at >= len(plain):
            break
        if skipped := _SKIPPED.match(plain, at):
            at = skipped.end()
            continue
        head = _NAME.match(plain, at)
        if head is None:
            raise wrong(plain[at:].split("\n")[0], "mpc.name = numbers or words; nothing is computed")
        name, begin = head[1], head.end()
        opening = plain[begin : begin + 1]
        if opening in "[{" and opening:
            stop = _closing(plain, begin)
            if stop < 0:
                raise wrong(head[0].strip(), "brackets that close")
            body, end = plain[begin + 1 : stop], stop + 1
            if opening == "[":
                matrices[name] = _rows(body, f"{where} mpc.{name}", plain.count("\n", 0, begin) + 1)
            else:
                left = _WORD.sub(" ", body).strip(" \t\r\n;,")
                if left and not all(_NUMBER.fullmatch(x) for x in re.split(r"[\s;,\[\]{}]+", left) if x):
                    raise wrong(left, "words in quotes")
                cells[name] = tuple(word.replace("''", "'") for word in _WORD.findall(body))
        elif word := _WORD.match(plain, begin):
            words[name], end = word[1].replace("''", "'"), word.end()
        elif number := _NUMBER.match(plain, begin):
            scalars[name], end = float(number[0]), number.end()
        else:
            raise wrong(plain[at:].split("\n")[0], "mpc.name = numbers or words; nothing is computed")
        rest = re.match(r"[ \t\r]*(?:[;,\n]|$)", plain[end:])
        if rest is None:
            raise wrong(
                plain[at:end].split("\n")[0] + plain[end:].split("\n")[0], "a statement that ends here"
            )
        at = end
    return CaseText(scalars, words, matrices, cells)


def _without_comments(text: str) -> str:
    """Comments as blanks, continued lines joined; the number of lines stays."""
    lines = []
    block = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip() in ("%{", "#{"):
            block += 1
        out, quoted = [], False
        for k, letter in enumerate(line if not block else ""):
            if letter == "'":
                quoted = not quoted
            if not quoted and letter in "%#":
                break
            if not quoted and line[k : k + 3] == "...":
                break
            out.append(letter)
        if line.strip() in ("%}", "#}") and block:
            block -= 1
        lines.append("".join(out))
    return "\n".join(lines)


def _closing(text: str, begin: int) -> int:
    """Where the bracket that opens at `begin` closes; -1 nowhere."""
    close = {"[": "]", "{": "}"}[text[begin]]
    at = begin + 1
    while at < len(text):
        if text[at] == "'" and (word := _WORD.match(text, at)):
            at = word.end()
            continue
        if text[at] == close:
            return at
        at += 1
    return -1


def _rows(body: str, where: str, first_line: int) -> Array:
    rows: list[list[float]] = []
    problems: list[Problem] = []
    for offset, line in enumerate(body.split("\n")):
        for piece in line.split(";"):
            parts = [part for part in re.split(r"[\s,]+", piece) if part]
            if not parts:
                continue
            bad = [part for part in parts if not _NUMBER.fullmatch(part)]
            place = f"{where} line {first_line + offset}"
            if bad:
                problems.append(Problem(place, "value", bad[0][:SHOWN], "a number"))
            elif rows and len(parts) != len(rows[0]):
                problems.append(
                    Problem(place, "row", f"{len(parts)} columns", f"{len(rows[0])} columns as above")
                )
            else:
                rows.append([float(part) for part in parts])
    if problems:
        raise InputError(problems[:20])
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)
