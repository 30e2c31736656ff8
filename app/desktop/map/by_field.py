"""Styles of features by an attribute: a colour for each kind, classes of a number; no Qt."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.colour import QUALITATIVE, nice_range
from app.desktop.map.fields import kind_of, number, numbers
from app.desktop.map.style import Category, RasterStyle, VectorStyle, classified

LOOKED_AT = 50_000
"""Features asked for their kind, spread evenly; a rarer kind than that may be drawn as "other"."""


def categories_of(values: NDArray[Any]) -> tuple[tuple[Category, ...], bool]:
    """The kinds of a field in their order with colours, and whether some features are of none of them.

    Of more kinds than there are colours, the most frequent have one.
    """
    counted = Counter(kind_of(value) for value in values[:: max(1, len(values) // LOOKED_AT)])
    blank = counted.pop("", 0)
    frequent = [kind for kind, _ in counted.most_common(len(QUALITATIVE))]
    shown = sorted(frequent, key=_order)
    colours = [f"#{colour:06x}" for colour in QUALITATIVE]
    made = tuple(Category(value=kind, colour=colour) for kind, colour in zip(shown, colours, strict=False))
    return made, bool(blank) or len(counted) > len(shown)


def _order(kind: str) -> tuple[int, float, str]:
    told = number(kind)
    return (1, 0.0, kind) if math.isnan(told) else (0, told, "")


def by_kind(style: VectorStyle, field: str, values: NDArray[Any]) -> VectorStyle:
    """The style coloured by the kinds of a field."""
    categories, other = categories_of(values)
    return style.model_copy(
        update={"colour_field": field, "categories": categories, "has_other": other, "ramp": None}
    )


def by_number(
    style: VectorStyle, field: str, values: NDArray[Any], ramp: RasterStyle | None = None
) -> VectorStyle:
    """The style coloured by the number in a field, in classes; `ramp` gives palette, method and number of
    classes (five natural classes without). A field without numbers leaves the style as it is."""
    found = numbers(values)
    if found is None or not np.isfinite(found).any():
        return style
    known = found[np.isfinite(found)]
    low, high = float(known.min()), float(known.max())
    if high <= low:
        low, high = nice_range(known)
    wanted = ramp or RasterStyle(palette="viridis", classes=5, classification="natural")
    update = {"low": low, "high": high, "breaks": () if wanted.classification != "breaks" else wanted.breaks}
    made = classified(wanted.model_copy(update=update), found)
    return style.model_copy(
        update={
            "colour_field": field,
            "categories": (),
            "ramp": made,
            "has_other": bool(len(known) < len(found)),
        }
    )
