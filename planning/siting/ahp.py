"""Weights of criteria from pairwise judgements, with the check that the judgements do not contradict each other.

The analytic hierarchy process: Saaty, T. L. (1980), The Analytic Hierarchy Process, McGraw-Hill. A judgement says how
many times as important one criterion is as another (1 to 9, or the inverse); weights are the principal eigenvector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random reciprocal matrices of order 1, 2, ... (Saaty 1980)."""
MOST_RATIO: Final = 0.10
"""Judgements above this are too much at odds to be weights (Saaty 1980)."""
LEAST, MOST = 1.0 / 9.0, 9.0
"""Ends of Saaty's scale."""
_RECIPROCAL_TOLERANCE = 0.01
"""Relative: 0.33 is taken for 1/3."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The judgement furthest from what all the others together say."""

    first: str
    second: str
    given: float
    """How many times as important the first is as the second."""
    implied: float
    """The same by the weights."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of criteria and how consistent the judgements behind them are."""

    criteria: tuple[str, ...]
    weight: Array
    """(criterion,) sum 1. [-]"""
    matrix: Array
    """(criterion, criterion) the judgements, exactly reciprocal."""
    largest_eigenvalue: float
    consistency_index: float
    """(largest eigenvalue - n) / (n - 1); 0 for one criterion."""
    consistency_ratio: float
    """Index over that of random matrices; 0 for one or two criteria, which cannot contradict each other."""
    worst: Conflict | None
    """None where all judgements agree."""

    def __post_init__(self) -> None:
        self.weight.flags.writeable = False
        self.matrix.flags.writeable = False

    @property
    def consistent(self) -> bool:
        return self.consistency_ratio <= MOST_RATIO

    @property
    def by_criterion(self) -> Mapping[str, float]:
        return {name: float(w) for name, w in zip(self.criteria, self.weight, strict=True)}


def weights_of(criteria: Sequence[str], matrix: Sequence[Sequence[float]], where: str = "weights") -> Weights:
    """Weights from a pairwise matrix.

    Parameters
    ----------
    criteria
        Names, in the order of rows and columns.
    matrix : (criterion, criterion)
        [i][j]: how many times as important i is as j.
    where
        File or argument, for messages.

    Raises
    ------
    InputError
        Names twice, another shape, values off the scale 1/9 to 9, a diagonal other than 1, judgements that are not
        each other's inverse: all at once. Inconsistency is not refused here (`require_consistent`).
    """
    names = tuple(criteria)
    count = len(names)
    problems = []
    if not 1 <= count <= len(RANDOM_INDEX):
        problems.append(Problem(where, "criteria", str(count), f"1 to {len(RANDOM_INDEX)} criteria"))
    if len(set(names)) != count:
        problems.append(Problem(where, "criteria", ", ".join(names), "names that differ"))
    if len(matrix) != count or any(len(row) != count for row in matrix):
        shape = f"{len(matrix)} rows of {sorted({len(row) for row in matrix})}"
        problems.append(Problem(where, "matrix", shape, f"{count} rows of {count} judgements"))
    if problems:
        raise InputError(problems)
    given = np.array(matrix, dtype=np.float64)
    problems = _bad_judgements(names, given, where)
    if problems:
        raise InputError(problems)
    upper = np.triu(given, 1)
    own = np.eye(count) + upper + np.tril(1.0 / np.where(given > 0, given, 1.0).T, -1)
    values, vectors = np.linalg.eig(own)
    at = int(np.argmax(values.real))
    weight = np.abs(vectors[:, at].real)
    weight = weight / weight.sum()
    largest = float(values[at].real)
    index = max(0.0, (largest - count) / (count - 1)) if count > 1 else 0.0
    ratio = index / RANDOM_INDEX[count - 1] if count > 2 else 0.0
    return Weights(names, weight, own, largest, index, ratio, _worst(names, own, weight))


def require_consistent(weights: Weights, where: str = "weights") -> Weights:
    """The weights, if their judgements agree well enough.

    Raises
    ------
    InputError
        A consistency ratio above 0.1; names the judgement to look at first and what the others imply for it.
    """
    if weights.consistent:
        return weights
    problems = [
        Problem(
            where, "consistency ratio", f"{weights.consistency_ratio:.3f}",
            f"at most {MOST_RATIO:g} (Saaty 1980); or allow_inconsistent = true",
        )
    ]  # fmt: skip
    if weights.worst is not None:
        worst = weights.worst
        problems.append(
            Problem(
                where, f"{worst.first} / {worst.second}", f"{worst.given:.3g}",
                f"nearer {worst.implied:.3g}, by the other judgements",
            )
        )  # fmt: skip
    raise InputError(problems)


def _bad_judgements(names: tuple[str, ...], given: Array, where: str) -> list[Problem]:
    problems = []
    for i, first in enumerate(names):
        for j in range(i, len(names)):
            pair = f"{first} / {names[j]}"
            one, other = float(given[i, j]), float(given[j, i])
            if i == j:
                if one != 1.0:
                    problems.append(Problem(where, pair, f"{one:g}", "1"))
                continue
            low, high = LEAST * (1 - _RECIPROCAL_TOLERANCE), MOST * (1 + _RECIPROCAL_TOLERANCE)
            off = [v for v in (one, other) if not low <= v <= high]
            if off:
                problems.append(Problem(where, pair, f"{off[0]:g}", "1/9 to 9"))
            elif abs(one * other - 1.0) > _RECIPROCAL_TOLERANCE:
                problems.append(
                    Problem(where, pair, f"{one:g} and {other:g}", f"inverse values: {1 / one:.3g}")
                )
    return problems


def _worst(names: tuple[str, ...], own: Array, weight: Array) -> Conflict | None:
    implied = weight[:, None] / weight[None, :]
    apart = np.abs(np.log(own / implied))
    i, j = (int(v) for v in np.unravel_index(int(np.argmax(np.triu(apart, 1))), apart.shape))
    if apart[i, j] < 1e-6:
        return None
    return Conflict(names[i], names[j], float(own[i, j]), float(implied[i, j]))
