"""Weights of criteria: Saaty's example by hand, contradictions found and named."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.siting.ahp import require_consistent, weights_of

NAMES = ("resource", "distance", "slope")
EXAMPLE = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]


def test_a_matrix_of_three_gives_the_weights_and_the_ratio_reckoned_by_hand() -> None:
    found = weights_of(NAMES, EXAMPLE)
    # Of three criteria the eigenvector is the geometric mean of the rows, exactly: 15^(1/3), 1, 15^(-1/3).
    by_hand = np.array([15 ** (1 / 3), 1.0, 15 ** (-1 / 3)])
    assert found.weight == pytest.approx(by_hand / by_hand.sum(), abs=1e-12)
    assert found.weight == pytest.approx([0.637, 0.258, 0.105], abs=5e-4)
    # The eigenvalue is 1 + q + 1/q with q = (a13 / (a12 a23))^(1/3) = (5/9)^(1/3).
    q = (5 / 9) ** (1 / 3)
    assert found.largest_eigenvalue == pytest.approx(1 + q + 1 / q, abs=1e-12)
    assert found.consistency_index == pytest.approx(0.0193, abs=5e-5)
    assert found.consistency_ratio == pytest.approx(0.0193 / 0.58, abs=1e-4)
    assert require_consistent(found) is found


def test_judgements_that_follow_from_weights_give_them_back_without_any_conflict() -> None:
    weight = np.array([0.4, 0.3, 0.2, 0.1])
    found = weights_of(("a", "b", "c", "d"), (weight[:, None] / weight[None, :]).tolist())
    assert found.weight == pytest.approx(weight, abs=1e-12)
    assert found.consistency_ratio == pytest.approx(0.0, abs=1e-12)
    assert found.worst is None


def test_judgements_in_a_circle_are_refused_and_the_worst_is_named() -> None:
    # a 5 times b, b 5 times c, yet c 5 times a: q = (0.2 / 25)^(1/3) = 0.2, eigenvalue 1 + 0.2 + 5 = 6.2.
    circle = weights_of(("a", "b", "c"), [[1, 5, 0.2], [0.2, 1, 5], [5, 0.2, 1]])
    assert circle.largest_eigenvalue == pytest.approx(6.2, abs=1e-12)
    assert circle.consistency_ratio == pytest.approx(1.6 / 0.58, abs=1e-9)
    assert circle.weight == pytest.approx([1 / 3] * 3)
    with pytest.raises(InputError, match="consistency ratio") as refused:
        require_consistent(circle, "mine.toml")
    assert len(refused.value.problems) == 2
    assert {p.where for p in refused.value.problems} == {"mine.toml"}


def test_one_or_two_criteria_cannot_contradict_each_other() -> None:
    assert weights_of(("a",), [[1]]).weight.tolist() == [1.0]
    two = weights_of(("a", "b"), [[1, 4], [0.25, 1]])
    assert two.weight == pytest.approx([0.8, 0.2])
    assert two.consistency_ratio == 0.0


@pytest.mark.parametrize(
    ("matrix", "word"),
    [
        ([[1, 3, 5], [1, 1, 3], [1 / 5, 1 / 3, 1]], "inverse"),
        ([[1, 12, 5], [1 / 12, 1, 3], [1 / 5, 1 / 3, 1]], "1/9 to 9"),
        ([[1, -3, 5], [-1 / 3, 1, 3], [1 / 5, 1 / 3, 1]], "1/9 to 9"),
        ([[2, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]], "resource / resource"),
        ([[1, float("nan"), 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]], "1/9 to 9"),
        ([[1, 3], [1 / 3, 1]], "3 rows of 3"),
    ],
)
def test_matrices_that_are_none_are_refused_by_name(matrix: list[list[float]], word: str) -> None:
    with pytest.raises(InputError, match=word):
        weights_of(NAMES, matrix)


def test_rounded_inverses_are_taken_and_every_fault_is_told_at_once() -> None:
    assert weights_of(NAMES, [[1, 3, 5], [0.333, 1, 3], [0.2, 0.333, 1]]).consistent
    with pytest.raises(InputError) as refused:
        weights_of(NAMES, [[1, 3, 50], [3, 1, 3], [1 / 5, 1 / 3, 1]])
    assert [p.field for p in refused.value.problems] == ["resource / distance", "resource / slope"]
