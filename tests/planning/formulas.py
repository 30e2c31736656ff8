"""Recomputes the workbook's formulas: + - * /, brackets, cells, SUM, NPV and IRR, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.utils import range_boundaries
from scipy.optimize import brentq

TOKEN = re.compile(r"\s*([A-Z]+(?=\()|\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?|\d+\.?\d*|[()+\-*/,])")


class Evaluator:
    """Of one sheet (openpyxl, formulas as text)."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.known: dict[str, float | None] = {}

    def cell(self, place: str) -> float | None:
        """A cell's number, computed if it is a formula; None for text."""
        place = place.replace("$", "")
        if place not in self.known:
            cell = self.sheet[place]
            if cell.data_type == "f":
                self.known[place] = self.compute(cell.value)
            else:
                self.known[place] = (
                    float(cell.value) if cell.data_type == "n" and cell.value is not None else None
                )
        return self.known[place]

    def compute(self, text: str) -> float:
        """Value of a formula with its leading =."""
        tokens = TOKEN.findall(text[1:])
        assert "".join(tokens) == text[1:].replace(" ", ""), text
        self.tokens, self.at = tokens, 0
        keep = (tokens, 0)
        value = self._sum()
        assert self.at == len(keep[0]), text
        return value

    def _sum(self) -> float:
        value = self._product()
        while self._peek() in ("+", "-"):
            value = value + self._product() if self._next() == "+" else value - self._product()
        return value

    def _product(self) -> float:
        value = self._atom()
        while self._peek() in ("*", "/"):
            value = value * self._atom() if self._next() == "*" else value / self._atom()
        return value

    def _atom(self) -> float:
        token = self._next()
        if token == "(":
            value = self._sum()
            assert self._next() == ")"
            return value
        if token in ("SUM", "NPV", "IRR"):
            return self._function(token)
        if token[0].isdigit():
            return float(token)
        value_ = self._fetch(token)
        assert value_ is not None, token
        return value_

    def _function(self, name: str) -> float:
        assert self._next() == "("
        rate = 0.0
        if name == "NPV":
            found = self._fetch(self._next())
            assert found is not None
            rate = found
            assert self._next() == ","
        values = self._range(self._next())
        assert self._next() == ")"
        if name == "SUM":
            return sum(values)
        if name == "NPV":
            return sum(v / (1.0 + rate) ** (i + 1) for i, v in enumerate(values))
        return float(
            brentq(lambda r: sum(v / (1.0 + r) ** i for i, v in enumerate(values)), -0.5, 1.0, xtol=1e-13)
        )

    def _range(self, text: str) -> list[float]:
        left, top, right, bottom = range_boundaries(text.replace("$", ""))
        cells = [
            self.sheet.cell(row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        found = [self._fetch(c.coordinate) for c in cells]
        return [v for v in found if v is not None]

    def _fetch(self, place: str) -> float | None:
        """A cell while in the middle of another formula."""
        saved = (self.tokens, self.at)
        value = self.cell(place)
        self.tokens, self.at = saved
        return value

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        self.at += 1
        return str(self.tokens[self.at - 1])
