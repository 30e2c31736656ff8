"""Colours of corridors by figures of the year: mean and peak loading, hours at capacity, outages on and of a line.

Classes turn from blues to oranges at the capacity, so that red-, green- and blue-blind readers see on which side of
it a line stands; within each side they darken.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.desktop.map.legends import KeyLegend, KeyRow
from app.desktop.texts import text
from app.messages import Language

OF_YEAR = ("mean", "peak", "full", "n1", "effect")
OF_OUTAGES = ("n1", "effect")
LIMITS: dict[str, tuple[float, ...]] = {
    "mean": (0.2, 0.4, 0.6, 0.8),
    "peak": (0.8, 1.0, 1.2, 2.0),
    "full": (0.01, 0.1, 0.25, 0.5),
    "n1": (0.8, 1.0, 1.2, 2.0),
    "effect": (0.001, 0.01, 0.1, 0.5),
}
"""Lower limits of the classes above the first: of the capacity, of `full` and `effect` of the year's hours. [-]"""
_BELOW = ("#9fc3e0", "#4f83bd", "#e9a13b", "#d0561c", "#7d1d0c")
_BELOW_DARK = ("#4e7ea8", "#8fbde6", "#f0b65a", "#f08a4b", "#ffd9c7")
_RISING = ("#a9c8e2", "#6f9fce", "#5b6cb8", "#6a3a93", "#57104a")
_RISING_DARK = ("#3f6690", "#6f8fc4", "#a48ad0", "#e28bb0", "#ffd3b0")
COLOURS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mean": (_RISING, _RISING_DARK),
    "full": (_RISING, _RISING_DARK),
    "peak": (_BELOW, _BELOW_DARK),
    "n1": (_BELOW, _BELOW_DARK),
    "effect": (_RISING, _RISING_DARK),
}
"""Light and dark."""


def class_of(mode: str, value: float) -> int:
    """Which class a value is of, from 0."""
    return bisect_right(LIMITS[mode], value + 1e-9)


def colours(mode: str, values: NDArray[np.float64], dark: bool, missing: QColor) -> list[QColor]:
    """Of every line; `missing` where it has no value."""
    table = [QColor(name) for name in COLOURS[mode][dark]]
    return [missing if value != value else table[class_of(mode, value)] for value in values.tolist()]


def legend(mode: str, language: Language, dark: bool, missing: str) -> KeyLegend:
    """The classes in words."""
    limits = LIMITS[mode]
    shown = [f"{100 * limit:g} %" for limit in limits]
    names = [f"< {shown[0]}", *(f"{low} – {high}" for low, high in pairwise(shown)), f"≥ {shown[-1]}"]
    rows = [KeyRow(name, colour, 4.0) for name, colour in zip(names, COLOURS[mode][dark], strict=True)]
    rows.append(KeyRow(text(f"map.flow.{mode}.none", language), missing, 1.0))
    return KeyLegend(text(f"map.flow.{mode}", language), text(f"map.flow.{mode}.note", language), tuple(rows))
