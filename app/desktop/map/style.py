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
MAX_KINDS = 32
"""A band of whole numbers with no more different ones holds kinds."""
MAX_PALETTE = 65536
MOST_STEPS = 24
"""Lines of a legend."""

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
    band: int = Field(default=1, ge=1)
    """Of a file with several."""
    from_data: bool = False
    """Range, and whether to smooth, are to be found in the data when they are read; see `found_in`."""

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


def found_in(style: ImageStyle, values: NDArray[Any], whole: bool) -> ImageStyle:
    """The style with what it left to the data: ranges that hold their middle 96 %, the kinds there are.

    Parameters
    ----------
    values
        (row, col), of a composite (3, row, col); missing is NaN.
    whole
        Stored as whole numbers: few different ones are kinds (land cover), which are never blended.
    """
    if isinstance(style, CompositeStyle):
        low_high = tuple(nice_range(band) for band in values)
        return style.model_copy(update={"stretch": low_high, "from_data": False})
    known = values[np.isfinite(values)]
    if isinstance(style, PalettedStyle):
        present = tuple(int(v) for v in np.unique(known[:: max(1, known.size // SAMPLE)]))
        return style.model_copy(update={"present": present, "from_data": False})
    kinds = whole and len(np.unique(known[:: max(1, known.size // SAMPLE)])) <= MAX_KINDS
    found = range_from_data(style, values)
    return found.model_copy(update={"from_data": False, "smooth": style.smooth and not kinds})


class CompositeStyle(_Style):
    """Three bands as red, green and blue, each stretched over a range of its own."""

    kind: Literal["composite"] = "composite"
    bands: tuple[int, int, int] = (1, 2, 3)
    stretch: tuple[tuple[float, float], ...] = ((0.0, 255.0),) * 3
    """(low, high) of red, green and blue."""
    smooth: bool = True
    from_data: bool = False

    @model_validator(mode="after")
    def _three(self) -> CompositeStyle:
        if len(self.stretch) != 3 or any(high <= low for low, high in self.stretch):
            raise ValueError("three ranges, high above low")
        if min(self.bands) < 1:
            raise ValueError("bands from 1")
        return self

    def colour(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """(row, col, 4) RGBA of (3, row, col) values; nothing where one of the three is missing."""
        rgba = np.zeros((*values.shape[1:], 4), dtype=np.uint8)
        known = ~np.isnan(values).any(axis=0)
        for channel, (low, high) in enumerate(self.stretch):
            share = (values[channel][known] - low) * (255.0 / (high - low))
            rgba[known, channel] = np.clip(np.rint(share), 0, 255)
        rgba[known, 3] = 255
        return rgba


class Category(_Style):
    """One kind of an attribute and its colour."""

    value: str
    colour: str
    title_zh: str = ""
    title_en: str = ""


class PalettedStyle(_Style):
    """The colours a file brings for its kinds (land cover); never blended."""

    kind: Literal["paletted"] = "paletted"
    band: int = Field(default=1, ge=1)
    classes: tuple[Category, ...] = ()
    """`value` is the stored number; one that is not listed is transparent."""
    present: tuple[int, ...] = ()
    """Numbers found in the data: the legend shows no others."""
    from_data: bool = False

    @property
    def smooth(self) -> bool:
        return False

    def colour(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """(..., 4) RGBA of values (any shape)."""
        table = np.zeros((MAX_PALETTE + 1, 4), dtype=np.uint8)
        for kind in self.classes:
            number = int(kind.value)
            if 0 <= number < MAX_PALETTE:
                table[number] = (*bytes.fromhex(kind.colour[1:7]), 255)
        index = np.nan_to_num(values, nan=-1.0)
        index = np.where((index >= 0) & (index < MAX_PALETTE), index, MAX_PALETTE).astype(np.intp)
        return np.asarray(table[index], dtype=np.uint8)


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
    other_zh: str = ""
    other_en: str = ""
    """What those are; "" calls them other."""
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


ImageStyle = RasterStyle | CompositeStyle | PalettedStyle
Style = ImageStyle | VectorStyle


def bands_of(style: ImageStyle) -> tuple[int, ...]:
    """The bands of a file a style draws."""
    return style.bands if isinstance(style, CompositeStyle) else (style.band,)


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
    if isinstance(style, CompositeStyle):
        return Legend(unit, grade, "", "", None, False, _channel_steps(style))
    if isinstance(style, PalettedStyle):
        shown = [kind for kind in style.classes if int(kind.value) in style.present][:MOST_STEPS]
        steps = tuple(LegendStep(k.colour, (k.title_zh if zh else k.title_en) or k.value) for k in shown)
        return Legend(unit, grade, "", "", None, False, steps)
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
        LegendStep(
            "#{:02x}{:02x}{:02x}".format(*colour[:3]),
            names[k] if k < len(names) else (a if a == b else f"{a} – {b}").replace("-", "\N{MINUS SIGN}"),
        )
        for k, (colour, a, b) in enumerate(zip(colours.tolist(), limits, limits[1:], strict=False))
    )
    return Legend(unit, grade, low, high, style.palette, style.reverse, steps)


def _channel_steps(style: CompositeStyle) -> tuple[LegendStep, ...]:
    steps = []
    for colour, band, (low, high) in zip(
        ("#d73027", "#1a9850", "#4575b4"), style.bands, style.stretch, strict=True
    ):
        digits = _digits(low, high)
        steps.append(LegendStep(colour, f"#{band}: {low:,.{digits}f} – {high:,.{digits}f}"))
    return tuple(steps)


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
        named = (style.other_zh if zh else style.other_en) or text("layers.other", language)
        steps = (*steps, LegendStep(style.other, named))
    return replace(made, steps=steps, captions=tuple(captions))


def _digits(*values: float) -> int:
    """The fewest decimals that show the values to a five-hundredth of their span."""
    span = max(values) - min(values)
    return next(
        (d for d in range(6) if all(abs(round(value, d) - value) <= span / 500 for value in values)), 6
    )
