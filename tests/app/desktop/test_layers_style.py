"""Colours and styles: even to the eye, safe for colour-blind readers, exact at class limits."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from app.desktop.map.colour import RAMPS, colour_table, colourise, nice_range
from app.desktop.map.style import Category, RasterStyle, VectorStyle, classified, legend, range_from_data

SEQUENTIAL = [name for name, ramp in RAMPS.items() if ramp.kind == "sequential"]
DIVERGING = [name for name, ramp in RAMPS.items() if ramp.kind == "diverging"]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def lab(rgb: np.ndarray, blindness: str) -> np.ndarray:
    """CIELAB (D65) of (n, 3) bytes as a colour-blind reader sees them."""
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ BLINDNESS[blindness].T, 0.0, 1.0)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_sequential_ramp_only_ever_gets_lighter_or_darker(name: str, blindness: str) -> None:
    lightness = lab(RAMPS[name].table()[::5].astype(float), blindness)[:, 0]
    steps = np.diff(lightness) * np.sign(lightness[-1] - lightness[0])
    assert steps.min() > -0.3
    assert abs(lightness[-1] - lightness[0]) > 30


@pytest.mark.parametrize("blindness", ["none", "protan", "deutan"])
@pytest.mark.parametrize("name", DIVERGING)
def test_the_two_arms_of_a_diverging_ramp_are_told_apart(name: str, blindness: str) -> None:
    colours = lab(RAMPS[name].table().astype(float), blindness)
    for away in (48, 80, 112):
        assert np.linalg.norm(colours[128 - away] - colours[127 + away]) > 15


def test_classes_use_the_whole_ramp_and_a_limit_belongs_to_the_class_above() -> None:
    style = RasterStyle(palette="even", low=0, high=4, classes=4)
    assert style.edges == (1.0, 2.0, 3.0)
    index = style.index(np.array([-5.0, 0.99, 1.0, 3.0, 99.0, np.nan]))
    assert index.tolist() == [0, 0, 85, 255, 255, 256]


def test_missing_and_hidden_values_are_transparent() -> None:
    style = RasterStyle(low=0, high=10, hide_below=0.5)
    assert style.colour(np.array([np.nan, 0.4, 0.5], dtype=np.float32))[:, 3].tolist() == [0, 0, 255]


def test_reversed_ramps_swap_their_ends() -> None:
    forth, back = RasterStyle(palette="sun"), RasterStyle(palette="sun", reverse=True)
    ends = np.array([0.0, 1.0])
    assert (forth.colour(ends) == back.colour(ends)[::-1]).all()


def test_quantile_classes_hold_equally_many_values() -> None:
    values = np.random.default_rng(1).exponential(size=(100, 100))
    style = classified(RasterStyle(low=0, high=5, classes=5, classification="quantile"), values)
    counts = np.unique(style.index(values), return_counts=True)[1]
    assert len(counts) == 5
    assert counts.max() - counts.min() <= 2


def test_quantiles_of_mostly_zeros_give_fewer_classes_not_empty_ones() -> None:
    values = np.concatenate([np.zeros(900), np.arange(1, 101)])
    style = classified(RasterStyle(low=0, high=100, classes=4, classification="quantile"), values)
    assert style.breaks == (0.0,)


def test_the_range_from_data_is_round_and_holds_the_middle() -> None:
    values = np.concatenate([np.linspace(100, 200, 1000), [1e9, np.nan, np.inf]])
    style = range_from_data(RasterStyle(), values)
    assert (style.low, style.high) == (100, 200)
    assert nice_range(np.full(4, np.nan)) == (0.0, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 2, "high": 1},
        {"palette": "rainbow"},
        {"breaks": (3.0, 1.0)},
        {"classes": 99},
        {"low": float("nan")},
        {"colour": "red"},
    ],
)
def test_a_style_that_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RasterStyle.model_validate(wrong)
    with pytest.raises(ValidationError):
        VectorStyle(line="reddish")


def test_the_old_call_gives_the_colours_of_the_style() -> None:
    values = np.linspace(0, 1, 50).reshape(5, 10)
    style = RasterStyle(palette="wind", classes=4)
    assert (colourise(values, RAMPS["wind"], 0, 1, classes=4) == style.colour(values)).all()


def test_a_legend_of_classes_shows_each_class_in_its_colour() -> None:
    style = RasterStyle(palette="water", low=0, high=300, classes=3)
    shown = legend(style, "MW", "reference")
    assert [step.label for step in shown.steps] == ["0 – 100", "100 – 200", "200 – 300"]
    middle = colour_table("water")[style.index(np.array([150.0]))[0]]
    assert shown.steps[1].colour == "#{:02x}{:02x}{:02x}".format(*middle[:3].tolist())
    assert (shown.unit, shown.grade) == ("MW", "reference")


def test_features_are_coloured_by_kind_or_by_number() -> None:
    kinds = VectorStyle(
        colour_field="fuel", categories=(Category(value="wind", colour="#112233"),), other="#000000"
    )
    assert kinds.colours(np.array(["wind", "coal"], dtype=object), 2) == ["#112233", "#000000"]
    numbers = VectorStyle(colour_field="mw", ramp=RasterStyle(palette="grey", low=0, high=1), other="#123456")
    assert numbers.colours(np.array([0.0, np.nan]), 2) == ["#ffffff", "#123456"]
    assert VectorStyle(fill="#abcdef").colours(None, 2) == ["#abcdef", "#abcdef"]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0, 300, ("0", "300")), (-0.2, 0.2, ("-0.2", "0.2")), (0.123, 1200, ("0", "1,200")), (1e-5, 2e-5, None)],
)
def test_a_legend_has_no_more_decimals_than_it_needs(
    low: float, high: float, shown: tuple[str, str] | None
) -> None:
    made = legend(RasterStyle(low=low, high=high), "", "")
    if shown is not None:
        assert (made.low, made.high) == shown
    else:
        assert made.low != made.high
