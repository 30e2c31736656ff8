"""How layers look, as frozen values, and what a legend says of them; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.desktop.map.classes import SAMPLE, natural_breaks, quantile_breaks
from app.desktop.map.colour import RAMPS, colour_index, colour_table, nice_range
from app.desktop.map.fields import field_unit, kind_of, numbers
from app.desktop.texts import text
from app.messages import Language

MAX_CLASSES = 12

Classification = Literal["equal", "quantile", "natural", "breaks"]


class _Style(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RasterStyle(_Style):
    """A ramp over a range, running or cut into classes; missing values are transparent."""

    kind: Literal["raster"] = "raster"
    palette: str = "even"
    low: float = 0.0
    high: float = 1.0
    classes: int = Field(default=0, ge=0, le=MAX_CLASSES)
    """0 runs without steps."""
    classification: Classification = "equal"
    breaks: tuple[float, ...] = ()
    """Inner class limits, rising. Given with "breaks", filled by `classified` for "quantile" and "natural"."""
    reverse: bool = False
    hide_below: float | None = None
    """Smaller values are left transparent (cells without a river)."""
    smooth: bool = True
    """Bilinear between cell centres, as places are read; False for classes such as desert or basin."""

    labels_zh: tuple[str, ...] = ()
    """Names of the classes, lowest first; else their limits stand in the legend."""
    labels_en: tuple[str, ...] = ()

    @field_validator("palette")
    @classmethod
    def _known(cls, palette: str) -> str:
        if palette not in RAMPS:
            raise ValueError("one of " + ", ".join(RAMPS))
        return palette

    @model_validator(mode="after")
    def _ordered(self) -> RasterStyle:
        if self.high <= self.low:
            raise ValueError(f"high above low ({self.low:g})")
        if any(b <= a for a, b in zip(self.breaks, self.breaks[1:], strict=False)):
            raise ValueError("breaks that rise")
        if len(self.breaks) >= MAX_CLASSES:
            raise ValueError(f"at most {MAX_CLASSES - 1} breaks")
        return self

    @property
    def edges(self) -> tuple[float, ...]:
        """Inner class limits; empty where the ramp runs without steps."""
        if self.classification != "equal":
            return self.breaks
        if self.classes < 2:
            return ()
        return tuple(np.linspace(self.low, self.high, self.classes + 1)[1:-1].tolist())

    def index(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """Index into the colour table of each value (any shape); 256 where nothing is drawn."""
        index = colour_index(values, self.low, self.high, self.edges)
        if self.hide_below is not None:
            with np.errstate(invalid="ignore"):
                index[values < self.hide_below] = 256
        return index

    def colour(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """(..., 4) RGBA, premultiplied, of values (any shape)."""
        return np.asarray(colour_table(self.palette, self.reverse)[self.index(values)], dtype=np.uint8)


def classified(style: RasterStyle, values: NDArray[Any]) -> RasterStyle:
    """The style with the limits of quantile or natural classes taken from the data."""
    if style.classification not in ("quantile", "natural") or style.classes < 2:
        return style
    breaks = quantile_breaks if style.classification == "quantile" else natural_breaks
    return style.model_copy(update={"breaks": breaks(_sample(values, style), style.classes)})


def range_from_data(style: RasterStyle, values: NDArray[Any]) -> RasterStyle:
    """The style with a round range that holds the middle 96 % of the values (2 to 98 %)."""
    low, high = nice_range(_sample(values, style))
    return style.model_copy(update={"low": low, "high": high})


def _sample(values: NDArray[Any], style: RasterStyle) -> NDArray[Any]:
    known = values[np.isfinite(values)]
    if style.hide_below is not None:
        known = known[known >= style.hide_below]
    return np.asarray(known[:: max(1, known.size // SAMPLE)])


class Category(_Style):
    """One kind of an attribute and its colour."""

    value: str
    colour: str
    title_zh: str = ""
    title_en: str = ""


class VectorStyle(_Style):
    """Lines, areas and points: one colour, or coloured and sized by attributes."""

    kind: Literal["vector"] = "vector"
    line: str | None = "#47525c"
    """None draws no outline."""
    fill: str | None = None
    width_px: float = Field(default=1.0, ge=0.0, le=40.0)
    dash: tuple[float, ...] = ()
    size_px: float = Field(default=7.0, ge=1.0, le=80.0)
    """Diameter of a point; with `size_field`, of the point with the largest value."""
    label_field: str | None = None
    colour_field: str | None = None
    categories: tuple[Category, ...] = ()
    """Colours by the text of `colour_field`; what is not listed takes `other`."""
    ramp: RasterStyle | None = None
    """Colours by the number in `colour_field`."""
    other: str = "#9aa3aa"
    has_other: bool = False
    """Some features take `other`: the legend says so."""
    size_field: str | None = None
    """Area of the point in proportion to this number."""
    width_field: str | None = None
    """Width of the line in proportion to this number, `width_px` for the largest."""

    @field_validator("line", "fill", "other")
    @classmethod
    def _colour(cls, colour: str | None) -> str | None:
        text = colour or "#000000"
        digits = text[1:]
        if (
            text[:1] != "#"
            or len(digits) not in (3, 6, 8)
            or not set(digits.lower()) <= set("0123456789abcdef")
        ):
            raise ValueError("a colour such as #2f7f9e")
        return colour

    def colours(self, values: NDArray[Any] | None, count: int) -> list[str]:
        """The colour of each of `count` features whose `colour_field` holds `values`."""
        plain = self.fill or self.line or self.other
        if self.colour_field is None or values is None:
            return [plain] * count
        if self.ramp is not None:
            found = numbers(values)
            if found is None:
                return [self.other] * count
            rgba = self.ramp.colour(found)
            return [
                "#{:02x}{:02x}{:02x}".format(*colour[:3]) if colour[3] else self.other
                for colour in rgba.tolist()
            ]
        by_value = {category.value: category.colour for category in self.categories}
        return [by_value.get(kind_of(value), self.other) for value in values]


Style = RasterStyle | VectorStyle


@dataclass(frozen=True, slots=True)
class LegendStep:
    """One class of a legend."""

    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What a reader needs beside a layer: colours, values, unit and grade."""

    unit: str
    grade: str
    low: str
    high: str
    palette: str | None
    reverse: bool
    steps: tuple[LegendStep, ...]
    """Classes or kinds; empty for a running ramp."""
    captions: tuple[str, ...] = ()
    """Lines below: by which attributes colour, size and width go."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.palette is None and not self.steps and not self.captions


def legend(style: Style, unit: str, grade: str, zh: bool = True) -> Legend:
    """The legend of a style; `unit` and `grade` in the reader's words."""
    if isinstance(style, VectorStyle):
        return _vector_legend(style, unit, grade, zh)
    edges, digits = style.edges, _digits(style.low, style.high, *style.edges)
    low, high = f"{style.low:,.{digits}f}", f"{style.high:,.{digits}f}"
    if not edges:
        return Legend(unit, grade, low, high, style.palette, style.reverse, ())
    names = style.labels_zh if zh else style.labels_en
    limits = [low, *(f"{edge:,.{digits}f}" for edge in edges), high]
    middles = np.concatenate(
        [[edges[0] - 1.0], (np.array(edges[:-1]) + np.array(edges[1:])) / 2, [edges[-1]]]
    )
    colours = colour_table(style.palette, style.reverse)[colour_index(middles, 0.0, 1.0, edges)]
    steps = tuple(
        LegendStep("#{:02x}{:02x}{:02x}".format(*colour[:3]), names[k] if k < len(names) else f"{a} – {b}")
        for k, (colour, a, b) in enumerate(zip(colours.tolist(), limits, limits[1:], strict=False))
    )
    return Legend(unit, grade, low, high, style.palette, style.reverse, steps)


def _vector_legend(style: VectorStyle, unit: str, grade: str, zh: bool) -> Legend:
    language: Language = "zh" if zh else "en"
    by = {"colour": style.colour_field, "size": style.size_field, "width": style.width_field}
    captions = []
    for what, field in by.items():
        if field is not None:
            stem, measured = field_unit(field)
            named = f"{stem} ({measured})" if measured else stem
            captions.append(text(f"layers.by_{what}", language, field=named))
    made = Legend("", grade, "", "", None, False, ())
    steps: tuple[LegendStep, ...] = ()
    if style.colour_field is None:
        made = replace(made, unit=unit)
    elif style.ramp is not None:
        made = legend(style.ramp, field_unit(style.colour_field)[1], grade, zh)
        steps = made.steps
    else:
        steps = tuple(
            LegendStep(c.colour, (c.title_zh if zh else c.title_en) or c.value) for c in style.categories
        )
    if style.colour_field is not None and style.has_other and (steps or style.ramp is None):
        steps = (*steps, LegendStep(style.other, text("layers.other", language)))
    return replace(made, steps=steps, captions=tuple(captions))


def _digits(*values: float) -> int:
    """The fewest decimals that show the values to a five-hundredth of their span."""
    span = max(values) - min(values)
    return next(
        (d for d in range(6) if all(abs(round(value, d) - value) <= span / 500 for value in values)), 6
    )
