"""From the wind at the height of a file to the wind at 100 m: the power law and its exponent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.sources.contract import Answers, Guess, Question

DEFAULT_SHEAR_EXPONENT = 0.2
"""Power law from the mast's 10 m to 100 m (IEC 61400-1, normal wind profile)."""
TARGET_HEIGHT_M = 100.0
_LOW, _HIGH = 0.0, 0.5
SHEAR_QUESTION = "shear_exponent"


def shear_question(proposal: float) -> Question:
    """The exponent to lift the wind with, a free number."""
    return Question(SHEAR_QUESTION, (Guess(f"{proposal:g}", 0.3, "standard"),), free=True)


def shear_answer(answers: Answers) -> float:
    """The exponent the user wants, or the default.

    Raises
    ------
    InputError
        Not a number from 0 to 0.5.
    """
    text = answers.get(SHEAR_QUESTION, "")
    if not text:
        return DEFAULT_SHEAR_EXPONENT
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not _LOW <= value <= _HIGH:
        raise InputError(Problem("argument", SHEAR_QUESTION, text, f"{_LOW:g} to {_HIGH:g}"))
    return value


def lift(
    speed: NDArray[np.float64], height_m: float, exponent: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Speed at 100 m from that at `height_m`, by the power law (IEC 61400-1, 6.3.1.2)."""
    return np.asarray(speed * (TARGET_HEIGHT_M / height_m) ** np.asarray(exponent))


def exponent_of_two(
    low_speed: NDArray[np.float64], low_m: float, high_speed: NDArray[np.float64], high_m: float
) -> NDArray[np.float64]:
    """(place,) exponent between the mean speeds (place, hour) at two heights, kept within 0 to 0.5. [-]

    Hours that lack either are left out; a place without any gets the default.
    """
    both = np.isfinite(low_speed) & np.isfinite(high_speed)
    count = np.maximum(both.sum(axis=1), 1)
    low, high = (
        np.maximum(np.where(both, speed, 0.0).sum(axis=1) / count, 0.1) for speed in (low_speed, high_speed)
    )
    found = np.clip(np.log(high / low) / np.log(high_m / low_m), _LOW, _HIGH)
    return np.asarray(np.where(both.any(axis=1), found, DEFAULT_SHEAR_EXPONENT))
